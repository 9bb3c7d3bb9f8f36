/// What decides the bytes of an archive beside its content.
package struct FormatOptions: Sendable, Equatable {
  /// How finely payload is cut into blocks that can be read on their own.
  package enum BlockSize: Sendable, Equatable {
    /// One block a span: the seed's own granularity.
    case span
    /// Blocks of about this many bytes before zstd; a span is never split.
    case bytes(Int)
  }

  /// How finely payload is cut.
  package var block = BlockSize.bytes(16 << 10)
  /// The zstd level of payload blocks, 1...22.
  package var level = 6
  /// The zstd level of HEAVY blocks and tables, which are larger, 1...22.
  package var heavyLevel = 9
  /// Longer values (bytes) without a template go to the HEAVY stream of the chunk.
  package var heavyValueBytes = 1024
  /// A segment is closed when it has this many spans.
  package var segmentSpans = 64 << 10
  /// A segment is closed when its spans' names and values have this many bytes.
  package var segmentBytes = 64 << 20
  /// A chunk (one page of index and of ids) is closed when it has this many spans.
  package var chunkSpans = 512
  /// How large zstd dictionaries are tried for the payload of a segment (bytes); none are where it
  /// is empty. One is kept where the archive becomes smaller with it.
  package var dictionaryBytes = [8 << 10]
  /// Whether new dictionaries are tried where that of the segment before serves.
  package var triesAllDictionaries = false

  /// The defaults.
  package init() {}

  /// Trades writing speed, and how much a single reading takes, for size: zstd level 19, chunks of
  /// four times the spans, all longer text in the HEAVY blocks, where it repeats itself, and more
  /// dictionaries to choose from.
  package mutating func makeSmallest() {
    level = 19
    heavyLevel = 19
    heavyValueBytes = 256
    chunkSpans = 2048
    dictionaryBytes = [8 << 10, 16 << 10]
    triesAllDictionaries = true
  }
}
