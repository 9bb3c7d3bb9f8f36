/// What a reading took from storage, as it was really read.
public struct ReadStats: Sendable, Equatable {
  /// Bytes asked of storage, all of them, those that opening took included.
  public var bytesRead = 0
  /// Separate requests to storage.
  public var requests = 0
  /// Dependent rounds: requests that had to wait for the answer of an earlier one.
  public var rounds = 0
  /// Payload blocks decoded.
  public var blocksRead = 0
  /// The size of the file (bytes).
  public var fileSize = 0
  /// The decoded size of all that was read (bytes); what is stored plain counts as it is.
  public var rawBytes = 0
  /// Wall-clock time of the reading, opening included.
  public var seconds = 0.0

  /// Nothing read of a file of `fileSize` bytes.
  public init(fileSize: Int = 0) { self.fileSize = fileSize }

  /// The part of the file that was read, 0...1 (0 for an empty file).
  public var fraction: Double { fileSize == 0 ? 0 : Double(bytesRead) / Double(fileSize) }
}
