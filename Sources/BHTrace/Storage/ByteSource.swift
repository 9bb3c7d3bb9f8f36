/// Bytes that can be read at any place: a file, memory, HTTP, S3.
///
/// A source does not count; the session of a question does, for all of them alike. It may be read by
/// several threads at once.
public protocol ByteSource: Sendable {
  /// The number of bytes there are.
  var byteCount: Int { get }
  /// How many bytes of the tail to read at a guess when an archive is opened: small where a
  /// further request is cheap, large where a request costs more than the bytes.
  var tailGuess: Int { get }
  /// Two ranges closer than this (bytes) are fetched as one.
  var coalescingGap: Int { get }
  /// Reads `ranges`, which lie inside `0..<byteCount`: one round, whose requests may go out at the
  /// same time. The answers are in the order of the ranges. Throws `FormatError` or `StorageError`.
  func read(_ ranges: [Range<Int>]) throws -> [[UInt8]]
}

extension ByteSource {
  /// Reads one range: a round of its own.
  public func read(_ range: Range<Int>) throws -> [UInt8] { try read([range])[0] }
}

/// A failed call to the operating system.
public struct StorageError: Error, Sendable, Equatable {
  /// What was being done: "open", "read", "write" …
  public var operation: String
  /// The file it was done to.
  public var path: String
  /// The system's error number.
  public var errorNumber: Int32

  /// The failure of `operation` on `path` with the system's `errorNumber`.
  package init(operation: String, path: String, errorNumber: Int32) {
    self.operation = operation
    self.path = path
    self.errorNumber = errorNumber
  }
}
