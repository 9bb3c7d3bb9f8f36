/// The compressed side of a decompressing stream: chunks of the source, and how far they are used.
struct StreamInput {
  private var source: any ByteStream
  /// The present chunk.
  private(set) var chunk: [UInt8] = []
  /// How much of the chunk is used up.
  private(set) var used = 0
  /// Offset of the next byte in the source.
  private(set) var offset = 0

  /// How much is asked of the source at a time (bytes).
  private static let chunkSize = 1 << 17

  /// Starts at the next byte of `source`.
  init(_ source: any ByteStream) { self.source = source }

  /// Whether there is a byte; pulls the next chunk where the present one is used up.
  mutating func fill() throws -> Bool {
    if used == chunk.count {
      chunk = try source.next(upTo: Self.chunkSize)
      used = 0
    }
    return used < chunk.count
  }

  /// Marks `count` bytes of the chunk as used.
  mutating func advance(_ count: Int) {
    used += count
    offset += count
  }
}
