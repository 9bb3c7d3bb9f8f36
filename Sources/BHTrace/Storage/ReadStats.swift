/// What a reading took from storage, as it was really read.
package struct ReadStats: Sendable, Equatable {
  /// Bytes asked of storage, all of them, those that opening took included.
  package var bytesRead = 0
  /// Separate requests to storage.
  package var requests = 0
  /// Dependent rounds: requests that had to wait for the answer of an earlier one.
  package var rounds = 0
  /// Payload blocks decoded.
  package var blocksRead = 0
  /// The size of the file (bytes).
  package var fileSize = 0
  /// The decoded size of all that was read (bytes); what is stored plain counts as it is.
  package var rawBytes = 0
  /// Wall-clock time of the reading, opening included.
  package var seconds = 0.0

  /// Nothing read of a file of `fileSize` bytes.
  package init(fileSize: Int = 0) { self.fileSize = fileSize }

  /// The part of the file that was read, 0...1 (0 for an empty file).
  package var fraction: Double { fileSize == 0 ? 0 : Double(bytesRead) / Double(fileSize) }
}
