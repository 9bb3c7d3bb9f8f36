/// The structure of one chunk: the trees of its traces, operations, times, status, block map.
///
/// ```
/// IndexPage := CRC-32C of the rest (4)   structure length varint   structure   times
/// structure, one LZ4 block, or plain where the length is the decoded one, of
///   flags (1)          bit 0: some trace comes from v1
///   traces             for each: spans varint
///                      with flag bit 0, for each: bit 0 v1, bit 1 it has file positions (1)
///   depths             for each span but the first of a trace: levels to go up from the previous
///                      span before this one hangs under it, varint; one more than its depth: a
///                      new root
///   operations         for each span: varint
///   marks              for each span: 1 byte (SpanMarks)
///   contexts           for each span: which of its operation's (resource, scope) pairs, varint
///   file positions     for each span of a trace with bit 1: signed distance to its pre-order
///                      position, varint
///   blocks varint      for each: spans · 4 + bare · 2 + heavy varint, stored length varint, and
///                      for a heavy one its decoded length varint
/// times                IndexTimes
/// ```
struct IndexPage: Sendable, Equatable {
  struct Trace: Sendable, Equatable {
    var firstSpan = 0
    var spans = 0
    var start: UInt64 = 0
    var dialect = Dialect.otlp
    var hasFilePositions = false
  }

  /// A block of the chunk: a run of spans, or a part of the HEAVY stream.
  struct Block: Sendable, Equatable {
    var spans = 0
    var isHeavy = false
    /// Whether the block is its codes and nothing else (`BlockFrame`).
    var isBare = false
    var stored = 0
    /// Decoded length of a heavy block; 0 for others, which say it themselves.
    var raw = 0
  }

  var traces: [Trace] = []
  /// For each span the position of its parent inside its trace, -1 for a root.
  var parents: [Int32] = []
  var operations: [UInt32] = []
  var contexts: [UInt32] = []
  var starts: [UInt64] = []
  var ends: [UInt64] = []
  var marks: [SpanMarks] = []
  /// For each span of the chunk its file position; empty where no trace has any.
  var filePositions: [UInt32] = []
  var blocks: [Block] = []

  /// The number of spans.
  var count: Int { parents.count }

  /// The tree of trace `slot`, as queries see it.
  func tree(_ slot: Int) -> TraceTree {
    let trace = traces[slot]
    let range = trace.firstSpan..<(trace.firstSpan + trace.spans)
    var tree = TraceTree()
    tree.parents = Array(parents[range])
    tree.operations = Array(operations[range])
    tree.starts = Array(starts[range])
    tree.ends = Array(ends[range])
    tree.marks = Array(marks[range])
    tree.dialect = trace.dialect
    if trace.hasFilePositions { tree.filePositions = Array(filePositions[range]) }
    return tree
  }

  /// Adds a trace whose spans have the given `contexts`.
  mutating func append(_ tree: TraceTree, contexts: [UInt32]) {
    let hasPositions = !tree.filePositions.isEmpty
    traces.append(
      Trace(
        firstSpan: count, spans: tree.count, start: tree.earliestStart, dialect: tree.dialect,
        hasFilePositions: hasPositions))
    if hasPositions && filePositions.isEmpty {
      filePositions = [UInt32](repeating: 0, count: count)
    }
    if hasPositions {
      filePositions.append(contentsOf: tree.filePositions)
    } else if !filePositions.isEmpty {
      filePositions.append(contentsOf: repeatElement(0, count: tree.count))
    }
    parents.append(contentsOf: tree.parents)
    operations.append(contentsOf: tree.operations)
    self.contexts.append(contentsOf: contexts)
    starts.append(contentsOf: tree.starts)
    ends.append(contentsOf: tree.ends)
    marks.append(contentsOf: tree.marks)
  }

  /// Appends the page, in a chunk whose description says `chunkStart`; returns the decoded length of
  /// its structure.
  func encode(chunkStart: UInt64, _ times: TimeEncoder, to writer: inout ByteWriter) -> Int {
    let structure = encodeStructure()
    let stored = LZ4.compress(structure) ?? structure
    var content = ByteWriter(capacity: stored.count + count * 6)
    content.varint(stored.count)
    content.append(stored)
    content.append(IndexTimes.encode(self, chunkStart: chunkStart, times))
    Page.seal(content.bytes, to: &writer)
    return structure.count
  }

  private func encodeStructure() -> [UInt8] {
    var writer = ByteWriter(capacity: count * 8)
    let hasV1 = traces.contains { $0.dialect == .v1 }
    writer.byte(hasV1 ? 1 : 0)
    for trace in traces { writer.varint(trace.spans) }
    if hasV1 {
      for trace in traces {
        writer.byte((trace.dialect == .v1 ? 1 : 0) | (trace.hasFilePositions ? 2 : 0))
      }
    }
    encodeDepths(to: &writer)
    for operation in operations { writer.varint(UInt64(operation)) }
    for mark in marks { writer.byte(mark.rawValue) }
    for context in contexts { writer.varint(UInt64(context)) }
    for trace in traces where trace.hasFilePositions {
      for position in 0..<trace.spans {
        writer.signedVarint(
          Int64(filePositions[trace.firstSpan + position]) - Int64(position))
      }
    }
    writer.varint(blocks.count)
    for block in blocks {
      writer.varint(block.spans << 2 | (block.isBare ? 2 : 0) | (block.isHeavy ? 1 : 0))
      writer.varint(block.stored)
      if block.isHeavy { writer.varint(block.raw) }
    }
    return writer.bytes
  }

  private func encodeDepths(to writer: inout ByteWriter) {
    var depths: [Int] = []
    for trace in traces {
      depths.removeAll(keepingCapacity: true)
      for position in 0..<trace.spans {
        let parent = Int(parents[trace.firstSpan + position])
        let depth = parent < 0 ? 0 : depths[parent] + 1
        if position > 0 { writer.varint(depths[position - 1] + 1 - depth) }
        depths.append(depth)
      }
    }
  }

  /// Decodes the page `bytes` at `offset` of the file, of a chunk described as `chunk`, in a
  /// segment of `operationCount` operations whose times are written by `coding`.
  static func decode(
    _ bytes: [UInt8], chunk: Chunk, operationCount: Int, _ coding: TimeCoding, at offset: Int
  ) throws(FormatError) -> IndexPage {
    var (page, times) = try open(
      bytes, chunk: chunk, operationCount: operationCount, at: offset)
    try IndexTimes.decode(into: &page, &times, through: page.traces.count - 1, coding)
    return page
  }

  /// Decodes all of the page but the times, which are 0.
  static func open(
    _ bytes: [UInt8], chunk: Chunk, operationCount: Int, at offset: Int
  ) throws(FormatError) -> (page: IndexPage, times: IndexTimes.Rest) {
    try Page.check(bytes.rawSpan, at: offset, "an INDEX page")
    var stored = ByteCursor(bytes.rawSpan, base: offset)
    _ = try stored.take(Page.overhead, "a checksum")
    let length = try stored.count(upTo: stored.remaining, "the length of a structure")
    let structure = try stored.take(length, "the structure of an INDEX page")
    let content = try Page.decompressLZ4(
      bytes.rawSpan.extracting(structure), count: chunk.indexRaw, at: offset, "an INDEX page")
    var page = try decodeStructure(
      content, chunk: chunk, operationCount: operationCount, at: offset)
    page.starts = [UInt64](repeating: 0, count: page.count)
    page.ends = page.starts
    return (
      page,
      IndexTimes.Rest(
        bytes, structure.upperBound..<bytes.count, chunkStart: chunk.start, at: offset)
    )
  }

  private static func decodeStructure(
    _ content: [UInt8], chunk: Chunk, operationCount: Int, at offset: Int
  ) throws(FormatError) -> IndexPage {
    var cursor = ByteCursor(content.rawSpan, base: offset)
    var page = IndexPage()
    let flags = try cursor.byte()
    // Every trace and every span takes at least a byte, so a lying count is caught here.
    try cursor.require(chunk.traces, "the traces of an INDEX page")
    try cursor.require(chunk.spans, "the spans of an INDEX page")
    page.traces.reserveCapacity(chunk.traces)
    var total = 0
    for _ in 0..<chunk.traces {
      let spans = try cursor.count(upTo: chunk.spans - total, "a trace's number of spans")
      page.traces.append(Trace(firstSpan: total, spans: spans))
      total += spans
    }
    guard total == chunk.spans else {
      throw FormatError(
        .outOfBounds, at: offset,
        "an INDEX page holds \(total) spans where its chunk has \(chunk.spans)")
    }
    if flags & 1 != 0 {
      for index in 0..<chunk.traces {
        let bits = try cursor.byte()
        page.traces[index].dialect = bits & 1 != 0 ? .v1 : .otlp
        page.traces[index].hasFilePositions = bits & 2 != 0
      }
    }
    try page.decodeDepths(from: &cursor, count: total)
    page.operations.reserveCapacity(total)
    for _ in 0..<total {
      page.operations.append(
        UInt32(try cursor.count(upTo: operationCount - 1, "an operation's number")))
    }
    let markBytes = try cursor.take(total, "the marks of spans")
    page.marks = markBytes.map { SpanMarks(rawValue: content[$0]) }
    page.contexts.reserveCapacity(total)
    for _ in 0..<total {
      page.contexts.append(UInt32(try cursor.count(upTo: Int(UInt32.max), "a context's number")))
    }
    try page.decodeFilePositions(from: &cursor)
    try page.decodeBlocks(from: &cursor, chunk: chunk)
    try cursor.requireEnd("an INDEX page")
    return page
  }

  private mutating func decodeDepths(
    from cursor: inout ByteCursor, count: Int
  ) throws(FormatError) {
    parents.reserveCapacity(count)
    for trace in traces {
      for position in 0..<trace.spans {
        if position == 0 {
          parents.append(-1)
          continue
        }
        var parent = Int32(position - 1)
        let first = trace.firstSpan
        let up = try cursor.count(upTo: position, "the levels a span goes up")
        for _ in 0..<up {
          guard parent >= 0 else {
            throw FormatError(
              .outOfBounds, at: cursor.base + cursor.position,
              "a span is said to hang above the root of its trace")
          }
          parent = parents[first + Int(parent)]
        }
        parents.append(parent)
      }
    }
  }

  private mutating func decodeFilePositions(
    from cursor: inout ByteCursor
  ) throws(FormatError) {
    guard traces.contains(where: { $0.hasFilePositions }) else { return }
    filePositions.reserveCapacity(count)
    for trace in traces {
      var seen = [Bool](repeating: false, count: trace.hasFilePositions ? trace.spans : 0)
      for position in 0..<trace.spans {
        if !trace.hasFilePositions {
          filePositions.append(0)
          continue
        }
        let at = cursor.base + cursor.position
        let (value, overflow) = (try cursor.signedVarint()).addingReportingOverflow(
          Int64(position))
        guard !overflow, value >= 0, value < Int64(trace.spans), !seen[Int(value)] else {
          throw FormatError(
            .invalid, at: at, "the file positions of a trace are not a permutation")
        }
        seen[Int(value)] = true
        filePositions.append(UInt32(value))
      }
    }
  }

  private mutating func decodeBlocks(
    from cursor: inout ByteCursor, chunk: Chunk
  ) throws(FormatError) {
    let at = cursor.base + cursor.position
    let blockCount = try cursor.count(upTo: cursor.remaining, "a chunk's number of blocks")
    blocks.reserveCapacity(blockCount)
    var spans = 0
    var stored = 0
    for _ in 0..<blockCount {
      let head = try cursor.count(upTo: chunk.spans * 4 + 3, "a block's number of spans")
      var block = Block(
        spans: head >> 2, isHeavy: head & 1 != 0, isBare: head & 2 != 0)
      block.stored = try cursor.count(
        upTo: chunk.blockBytes - stored, "a block's stored length")
      if block.isHeavy {
        block.raw = try cursor.count(upTo: Limits.blockBytes, "a HEAVY block's decoded length")
      }
      spans += block.spans
      stored += block.stored
      blocks.append(block)
    }
    guard spans == chunk.spans, stored == chunk.blockBytes else {
      throw FormatError(
        .outOfBounds, at: at, "the block map of a chunk does not add up to its spans and bytes")
    }
  }
}
