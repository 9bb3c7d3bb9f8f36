internal import Glibc

/// A file, a pipe or standard input as a stream.
package final class FileByteStream: ByteStream {
  private let descriptor: Int32
  private let closes: Bool
  private let path: String

  /// Opens the file at `path` for reading. Throws `StorageError`; for a directory with EISDIR.
  package init(path: String) throws(StorageError) {
    var opened: Int32
    repeat { opened = unsafe open(path, O_RDONLY | O_CLOEXEC) } while opened < 0 && errno == EINTR
    if opened < 0 { throw StorageError(operation: "open", path: path, errorNumber: errno) }
    var info = stat()
    if unsafe fstat(opened, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR {
      close(opened)
      throw StorageError(operation: "open", path: path, errorNumber: EISDIR)
    }
    descriptor = opened
    closes = true
    self.path = path
  }

  /// Reads from an open file descriptor, which stays open; `name` stands for its path in errors.
  package init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    closes = false
    path = name
  }

  deinit {
    if closes { close(descriptor) }
  }

  package func next(upTo limit: Int) throws -> [UInt8] {
    var failure: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { room, count in
      var taken: Int
      repeat {
        taken = unsafe read(descriptor, room.baseAddress, limit)
      } while taken < 0
        && errno == EINTR
      if taken < 0 { failure = errno }
      count = max(0, taken)
    }
    if failure != 0 { throw StorageError(operation: "read", path: path, errorNumber: failure) }
    return bytes
  }
}
