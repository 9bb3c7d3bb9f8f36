/// A run of whole traces, or a piece of a trace of more than 4,096 spans: what has one page in
/// INDEX and one in TRACE_IDS.
struct Chunk: Sendable, Equatable {
  /// Traces that begin in it: none where it goes on with one.
  var traces = 0
  var spans = 0
  /// For a piece of a trace the position of its first span in the trace; nil where the chunk holds
  /// whole traces.
  var piecePosition: Int?
  /// Earliest start of its first trace.
  var start: UInt64 = 0
  var traceIDBytes = 0
  var indexBytes = 0
  /// The decoded length of the structure in its index page.
  var indexRaw = 0

  /// Traces that have spans or an id in it, the one that it goes on with included.
  var slots: Int { piecePosition ?? 0 > 0 ? 1 : traces }

  /// Whether it is a piece that goes on with a trace.
  var goesOn: Bool { piecePosition ?? 0 > 0 }

  /// A trace of more spans is cut into pieces of this many, each a chunk.
  static let pieceSpans = 4096
}

/// The chunks of a segment: how much each holds, and how many bytes its pages have.
///
/// ```
/// ChunkTable := chunks varint, then of all chunks, as a packed column each:
///               traces           that begin in it
///               spans
///               piece            0: whole traces; 1 + n: a piece of a trace, from its span n on
///               start            distance to the previous chunk's (the first: to 0), zigzag
///               trace-id bytes   less 16 for each slot, zigzag
///               index bytes
///               index raw        decoded length of the structure in the index page
/// ```
/// A chunk has a slot for each trace that begins in it, or one for the trace that it goes on with.
enum ChunkTable {
  private static let columnCount = 7
  /// Two pages, each with a checksum and a byte more.
  private static let leastBytes = 10

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
      chunks.map { UInt64($0.piecePosition.map { $0 + 1 } ?? 0) },
      starts,
      chunks.map { ZigZag.encode(Int64($0.traceIDBytes - 16 * $0.slots)) },
      chunks.map { UInt64($0.indexBytes) },
      chunks.map { UInt64($0.indexRaw) },
    ]
    for column in columns { PackedColumn.encode(column, to: &writer) }
  }

  /// Reads the chunks of a segment of `length` bytes, which together hold no more than `traces`
  /// and `spans`.
  static func decode(
    from cursor: inout ByteCursor, traces: Int, spans: Int, segmentLength length: Int
  ) throws(FormatError) -> [Chunk] {
    let at = cursor.base + cursor.position
    let count = try cursor.count(upTo: length / leastBytes, "a segment's number of chunks")
    try PackedColumn.require(count * columnCount, in: cursor, "chunks")
    var columns: [[UInt64]] = []
    for _ in 0..<columnCount {
      columns.append(try PackedColumn.decode(count: count, from: &cursor))
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
    for index in 0..<count {
      var chunk = Chunk()
      chunk.traces = try take(columns[0][index], &left.traces)
      chunk.spans = try take(columns[1][index], &left.spans)
      guard columns[2][index] <= UInt64(Int32.max) else {
        throw FormatError(.outOfBounds, at: at, "a piece of a trace is said to begin beyond 2^31")
      }
      if columns[2][index] > 0 { chunk.piecePosition = Int(columns[2][index]) - 1 }
      guard chunk.piecePosition == nil || chunk.traces == (chunk.piecePosition == 0 ? 1 : 0) else {
        throw FormatError(.invalid, at: at, "a piece of a trace is said to hold other traces too")
      }
      start = start &+ UInt64(bitPattern: ZigZag.decode(columns[3][index]))
      chunk.start = start
      let (idBytes, overflow) = ZigZag.decode(columns[4][index])
        .addingReportingOverflow(Int64(16 * chunk.slots))
      chunk.traceIDBytes = try take(overflow || idBytes < 0 ? .max : UInt64(idBytes), &left.bytes)
      chunk.indexBytes = try take(columns[5][index], &left.bytes)
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
