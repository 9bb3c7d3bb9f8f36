internal import Glibc
internal import Synchronization

/// The temporary files that are being written, for a signal handler to remove.
///
/// `unlinkAll` may be called inside one: it takes no lock and allocates nothing. Whoever takes an
/// entry out of its slot owns it, so a handler and a finishing writer never meet on one.
package enum TemporaryPaths {
  private static let capacity = 64

  /// Addresses of C strings; 0 in a free slot.
  private static let slots = InlineArray<64, Atomic<UInt>> { _ in Atomic(0) }

  /// Makes the list, so that a signal handler finds it made. Call before installing one.
  package static func prepare() { _ = slots[0].load(ordering: .relaxed) }

  /// Removes every temporary file of the process. Async-signal-safe after `prepare`.
  package static func unlinkAll() {
    for slot in 0..<capacity {
      let address = slots[slot].exchange(0, ordering: .acquiringAndReleasing)
      if let path = unsafe UnsafeMutablePointer<CChar>(bitPattern: address) {
        unsafe unlink(path)
      }
    }
  }

  /// Adds `path` and returns its slot; nil where all are taken, and a signal would leave the file.
  static func add(_ path: String) -> Int? {
    guard let copy = unsafe strdup(path) else { return nil }
    let address = UInt(bitPattern: copy)
    for slot in 0..<capacity {
      let (exchanged, _) = slots[slot].compareExchange(
        expected: 0, desired: address, ordering: .acquiringAndReleasing)
      if exchanged { return slot }
    }
    unsafe free(copy)
    return nil
  }

  /// Takes the path out of `slot`.
  static func remove(_ slot: Int?) {
    guard let slot else { return }
    let address = slots[slot].exchange(0, ordering: .acquiringAndReleasing)
    unsafe free(UnsafeMutablePointer<CChar>(bitPattern: address))
  }
}
