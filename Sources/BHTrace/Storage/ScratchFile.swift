internal import Glibc
internal import Synchronization

/// A file without a name: what is written to it is gone when the program ends, however it ends.
///
/// Any number of threads may read; one at a time writes.
final class ScratchFile: Sendable {
  private let descriptor: FileDescriptor
  private let folder: String
  private let written = Atomic(0)

  /// The number of bytes written.
  var byteCount: Int { written.load(ordering: .acquiring) }

  /// A scratch file on the file system of `folder`. Throws `StorageError`.
  init(in folder: String) throws(StorageError) {
    self.folder = folder
    let unnamed = unsafe open(folder, unnamedFile | O_RDWR | O_CLOEXEC, 0o600)
    if unnamed >= 0 {
      descriptor = FileDescriptor(owning: unnamed)
      return
    }
    // Where the file system knows no unnamed files: a name that is taken away at once.
    let path = folder + "/.bhtpack-\(getpid())-\(UInt64.random(in: .min ... .max)).tmp"
    descriptor = try FileDescriptor(
      path: path, flags: O_RDWR | O_CREAT | O_EXCL, mode: 0o600, as: "create")
    unsafe unlink(path)
  }

  /// Writes `bytes` at the end and returns where they lie.
  func append(_ bytes: [UInt8]) throws(StorageError) -> Range<Int> {
    try descriptor.write(bytes[...], of: folder)
    let end = written.wrappingAdd(bytes.count, ordering: .acquiringAndReleasing)
    return end.oldValue..<end.newValue
  }

  /// Reads what was written at `range`.
  func read(_ range: Range<Int>) throws(StorageError) -> [UInt8] {
    try descriptor.read(range.count, at: range.lowerBound, of: folder)
  }
}
