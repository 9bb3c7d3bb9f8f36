/// A run of traces whose structure, ids and payload lie together in each section.
struct Chunk: Sendable, Equatable {
  var traces = 0
  var spans = 0
  /// Earliest start of its first trace.
  var start: UInt64 = 0
  var traceIDBytes = 0
  var spanIDBytes = 0
  var indexBytes = 0
  /// The decoded length of the structure in its index page.
  var indexRaw = 0
  var blockBytes = 0
}

/// The chunks of a segment: how much each holds, and of each section how many bytes.
///
/// ```
/// ChunkTable := chunks varint, then of all chunks, as a packed column each:
///               traces
///               spans
///               start            distance to the previous chunk's (the first: to 0), zigzag
///               trace-id bytes   less 16 for each trace, zigzag
///               span-id bytes    less 8 for each span, zigzag
///               index bytes
///               index raw
///               block bytes
/// ```
enum ChunkTable {
  private static let columnCount = 8
  /// Three pages, each with a checksum and a byte more.
  private static let leastBytes = 15

  static func encode(_ chunks: [Chunk], to writer: inout ByteWriter) {
    writer.varint(chunks.count)
    var previous: UInt64 = 0
    let starts = chunks.map { chunk in
      defer { previous = chunk.start }
      return ZigZag.encode(Int64(bitPattern: chunk.start &- previous))
    }
    let columns: [[UInt64]] = [
      chunks.map { UInt64($0.traces) },
      chunks.map { UInt64($0.spans) },
      starts,
      chunks.map { ZigZag.encode(Int64($0.traceIDBytes - 16 * $0.traces)) },
      chunks.map { ZigZag.encode(Int64($0.spanIDBytes - 8 * $0.spans)) },
      chunks.map { UInt64($0.indexBytes) },
      chunks.map { UInt64($0.indexRaw) },
      chunks.map { UInt64($0.blockBytes) },
    ]
    for column in columns { PackedColumn.encode(column, to: &writer) }
  }

  /// Reads the chunks of a segment of `length` bytes, which together hold no more than `traces`
  /// and `spans`.
  static func decode(
    from cursor: inout ByteCursor, traces: Int, spans: Int, segmentLength length: Int
  ) throws(FormatError) -> [Chunk] {
    let at = cursor.base + cursor.position
    // 256 chunks take three bytes of each column at least.
    let mostOfBytes = cursor.remaining / (3 * columnCount) * 256 + 256
    let count = try cursor.count(
      upTo: min(length / leastBytes, mostOfBytes), "a segment's number of chunks")
    var columns: [[UInt64]] = []
    for _ in 0..<columnCount {
      var column: [UInt64] = []
      try PackedColumn.decode(count: count, from: &cursor, into: &column)
      columns.append(column)
    }
    var chunks: [Chunk] = []
    chunks.reserveCapacity(count)
    var start: UInt64 = 0
    // What is left for the chunks to come.
    var left = (traces: traces, spans: spans, bytes: length)
    func take(_ value: UInt64, _ left: inout Int) throws(FormatError) -> Int {
      guard value <= UInt64(left) else {
        throw FormatError(
          .outOfBounds, at: at, "the chunks of a segment hold more than the segment")
      }
      left -= Int(value)
      return Int(value)
    }
    func takeIDs(_ value: UInt64, _ least: Int) throws(FormatError) -> Int {
      let (bytes, overflow) = ZigZag.decode(value).addingReportingOverflow(Int64(least))
      return try take(overflow || bytes < 0 ? .max : UInt64(bytes), &left.bytes)
    }
    for index in 0..<count {
      var chunk = Chunk()
      chunk.traces = try take(columns[0][index], &left.traces)
      chunk.spans = try take(columns[1][index], &left.spans)
      start = start &+ UInt64(bitPattern: ZigZag.decode(columns[2][index]))
      chunk.start = start
      chunk.traceIDBytes = try takeIDs(columns[3][index], 16 * chunk.traces)
      chunk.spanIDBytes = try takeIDs(columns[4][index], 8 * chunk.spans)
      chunk.indexBytes = try take(columns[5][index], &left.bytes)
      chunk.blockBytes = try take(columns[7][index], &left.bytes)
      guard chunk.spans <= Limits.chunkSpans, columns[6][index] <= UInt64(Int32.max) else {
        throw FormatError(
          .outOfBounds, at: at,
          "a chunk is said to have \(chunk.spans) spans and an index of \(columns[6][index]) bytes")
      }
      chunk.indexRaw = Int(columns[6][index])
      chunks.append(chunk)
    }
    return chunks
  }
}
