/// Bytes that can be read at any place: a file, memory, and later HTTP and S3.
///
/// A source does not count; `AccountedSource` does, for all of them alike.
package protocol ByteSource: Sendable {
  /// The number of bytes there are.
  var byteCount: Int { get }
  /// How many bytes of the tail to read at a guess when an archive is opened: small where a
  /// further request is cheap, large where a request costs more than the bytes.
  var tailGuess: Int { get }
  /// Two ranges closer than this (bytes) are fetched as one.
  var coalescingGap: Int { get }
  /// Reads `range`, which lies inside `0..<byteCount`. Throws `FormatError` or `StorageError`.
  func read(_ range: Range<Int>) throws -> [UInt8]
}

/// A failed call to the operating system.
package struct StorageError: Error, Sendable, Equatable {
  /// What was being done: "open", "read", "write" …
  package var operation: String
  /// The file it was done to.
  package var path: String
  /// The system's error number.
  package var errorNumber: Int32

  /// The failure of `operation` on `path` with the system's `errorNumber`.
  package init(operation: String, path: String, errorNumber: Int32) {
    self.operation = operation
    self.path = path
    self.errorNumber = errorNumber
  }
}
