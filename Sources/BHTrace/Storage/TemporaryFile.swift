internal import Glibc

/// A file to work with for a while: gone when the value goes away, or a signal ends the process.
package final class TemporaryFile: ByteSink {
  /// Where it lies.
  package let path: String
  private let descriptor: FileDescriptor
  private let slot: Int?
  private var buffer = WriteBuffer()

  /// Makes an empty file in `folder` that only its owner may read.
  package init(in folder: String) throws(StorageError) {
    path = folder + "/" + Leftovers.name()
    slot = TemporaryPaths.add(path)
    do throws(StorageError) {
      descriptor = try FileDescriptor(
        path: path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o600, as: "create")
    } catch {
      TemporaryPaths.remove(slot)
      throw error
    }
    _ = flock(descriptor.number, LOCK_EX | LOCK_NB)
  }

  deinit {
    unsafe unlink(path)
    TemporaryPaths.remove(slot)
  }

  package func write(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
    try buffer.write(bytes, to: descriptor, path)
  }

  /// Brings everything into the file; it can be read from now on.
  package func finish() throws(StorageError) { try buffer.flush(to: descriptor, path) }
}
