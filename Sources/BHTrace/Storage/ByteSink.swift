internal import Glibc

/// Where bytes are written to, one after the other. Not for use from several threads at once.
package protocol ByteSink: AnyObject {
  /// Takes `bytes`; they may stay in memory for a while.
  func write(_ bytes: ArraySlice<UInt8>) throws(StorageError)
  /// Brings everything to its place. Nothing can be written afterwards.
  func finish() throws(StorageError)
}

extension ByteSink {
  /// Takes `bytes`; they may stay in memory for a while.
  package func write(_ bytes: [UInt8]) throws(StorageError) { try write(bytes[...]) }
}

/// Joins small writes: nothing goes out before this many bytes came together.
struct WriteBuffer {
  private static let limit = 256 << 10
  private var waiting: [UInt8] = []

  /// Takes `bytes`, and writes what has come together where it is enough.
  mutating func write(
    _ bytes: ArraySlice<UInt8>, to file: borrowing FileDescriptor, _ path: String
  ) throws(StorageError) {
    if waiting.count + bytes.count > Self.limit { try flush(to: file, path) }
    if bytes.count >= Self.limit {
      try file.write(bytes, of: path)
    } else {
      waiting.append(contentsOf: bytes)
    }
  }

  /// Writes what is waiting.
  mutating func flush(to file: borrowing FileDescriptor, _ path: String) throws(StorageError) {
    if waiting.isEmpty { return }
    let bytes = waiting
    waiting.removeAll(keepingCapacity: true)
    try file.write(bytes[...], of: path)
  }
}

/// Standard output or standard error of the process, or what stands for it, behind a buffer.
package final class StandardStream: ByteSink {
  private let descriptor: FileDescriptor
  private let name: String
  private var buffer = WriteBuffer()

  /// The process's standard output.
  package static func output() throws(StorageError) -> StandardStream {
    try StandardStream(STDOUT_FILENO, "standard output")
  }

  /// The process's standard error.
  package static func error() throws(StorageError) -> StandardStream {
    try StandardStream(STDERR_FILENO, "standard error")
  }

  private init(_ number: Int32, _ name: String) throws(StorageError) {
    self.name = name
    // A copy, so that closing it leaves the process's own stream open; where there can be no more
    // files open, what has to be said is said on the stream itself.
    do throws(StorageError) {
      descriptor = FileDescriptor(
        owning: try systemCall("open", name) { fcntl(number, F_DUPFD_CLOEXEC, 3) })
    } catch  where error.isOutOfDescriptors {
      descriptor = FileDescriptor(borrowing: number)
    }
  }

  /// Takes over the open file `number`, which people call `name`.
  init(owning number: Int32, _ name: String) {
    descriptor = FileDescriptor(owning: number)
    self.name = name
  }

  package func write(_ bytes: ArraySlice<UInt8>) throws(StorageError) {
    try buffer.write(bytes, to: descriptor, name)
  }

  /// Writes what is waiting, and goes on.
  package func flush() throws(StorageError) { try buffer.flush(to: descriptor, name) }

  package func finish() throws(StorageError) { try flush() }
}
