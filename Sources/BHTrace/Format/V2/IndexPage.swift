/// The structure of one chunk: the trees of its traces, operations, times, status.
///
/// ```
/// IndexPage := CRC-32C of the rest (4)   structure length varint   structure   times
/// structure, one LZ4 block, or plain where the length is the decoded one, of
///   flags (1)          bit 0: some trace comes from v1
///   spans varint       for each slot, unless the chunk is a piece of a trace: its spans
///   dialects (1)       with flag bit 0, for each slot: bit 0 v1, bit 1 it has file positions
///   outer varint       of a piece: the spans before it that have children in it, the nearest first; for
///                      each: distance varint, from the piece's position, or from the one before;
///                      start signed varint, distance to the chunk's start; duration signed varint;
///                      span id: length varint, bytes
///   depths             for each span but the first of a whole trace: levels to go up from the previous
///                      span before this one hangs under it, varint; one more than there are: a new root
///   operations         for each span: varint
///   marks              for each span: 1 byte (SpanMarks)
///   contexts           for each span: which of its operation's (resource, scope) pairs, varint
///   file positions     for each span of a trace with bit 1: signed distance to its pre-order
///                      position in the trace, varint
///   branches varint    of a piece: its spans with 1,024 or more below them; for each: distance varint,
///                      from the one before (the first: from the piece's first span); spans below varint
/// times                IndexTimes
/// ```
/// In a piece the levels above the spans that hang under nothing in it are the outer spans, the nearest
/// first, then the root's; the first span of a piece goes up from just below the nearest.
struct IndexPage: Sendable, Equatable {
  struct Trace: Sendable, Equatable {
    var firstSpan = 0
    var spans = 0
    var start: UInt64 = 0
    var dialect = Dialect.otlp
    var hasFilePositions = false
  }

  /// A span in front of a piece that has children in it.
  struct OuterSpan: Sendable, Equatable {
    /// Its position in the trace.
    var position: Int
    var start: UInt64
    var end: UInt64
    /// Its span id.
    var id: [UInt8]
  }

  /// A span of a piece with many below it.
  struct Branch: Sendable, Equatable {
    /// The span, counted in the piece.
    var span: Int
    /// How many spans lie below it, in all pieces.
    var below: Int
  }

  /// A span with so many below it is listed as a branch.
  static let branchSpans = 1024

  var traces: [Trace] = []
  /// For each span the position of its parent inside its trace, -1 for a root; in a piece the place of
  /// its parent in the piece, or -2 - n where that is outer span n.
  var parents: [Int32] = []
  var operations: [UInt32] = []
  var contexts: [UInt32] = []
  var starts: [UInt64] = []
  var ends: [UInt64] = []
  var marks: [SpanMarks] = []
  /// For each span of the chunk its file position; empty where no trace has any.
  var filePositions: [UInt32] = []
  /// Of a piece: its position in the trace, else nil.
  var piecePosition: Int?
  var outerSpans: [OuterSpan] = []
  var branches: [Branch] = []

  /// The number of spans.
  var count: Int { parents.count }

  /// The tree of trace `slot`, as queries see it; not for pieces.
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

  /// The page of the spans `range` of a trace that is cut into pieces, whose whole tree is `whole` and
  /// starts at `traceStart`; `operations` and `contexts` are those of the piece. `subtreeEnds` has for
  /// each span of the trace the position behind its last descendant, `spanID` gives a span's id.
  init(
    piece range: Range<Int>, of whole: TraceTree, traceStart: UInt64, operations: [UInt32],
    contexts: [UInt32], subtreeEnds: [Int32], spanID: (_ position: Int) -> [UInt8]
  ) {
    let hasPositions = !whole.filePositions.isEmpty
    piecePosition = range.lowerBound
    traces = [
      Trace(
        firstSpan: 0, spans: range.count, start: traceStart, dialect: whole.dialect,
        hasFilePositions: hasPositions)
    ]
    self.operations = operations
    self.contexts = contexts
    starts = Array(whole.starts[range])
    ends = Array(whole.ends[range])
    marks = Array(whole.marks[range])
    if hasPositions { filePositions = Array(whole.filePositions[range]) }
    // In pre-order the outer parents of later spans lie ever further up.
    for position in range {
      let parent = Int(whole.parents[position])
      if parent < 0 || parent >= range.lowerBound {
        parents.append(Int32(parent < 0 ? -1 : parent - range.lowerBound))
        continue
      }
      if outerSpans.last?.position != parent {
        outerSpans.append(
          OuterSpan(
            position: parent, start: whole.starts[parent], end: whole.ends[parent],
            id: spanID(parent)))
      }
      parents.append(Int32(-1 - outerSpans.count))
    }
    for position in range {
      let below = Int(subtreeEnds[position]) - position - 1
      if below >= Self.branchSpans {
        branches.append(Branch(span: position - range.lowerBound, below: below))
      }
    }
  }

  /// An empty page.
  init() {}

  /// Appends the page, in a chunk whose description says `chunkStart`; returns the decoded length of
  /// its structure.
  func encode(chunkStart: UInt64, _ times: TimeEncoder, to writer: inout ByteWriter) -> Int {
    let structure = encodeStructure(chunkStart: chunkStart)
    let stored = LZ4.compress(structure) ?? structure
    var content = ByteWriter(capacity: stored.count + count * 6)
    content.varint(stored.count)
    content.append(stored)
    content.append(IndexTimes.encode(self, chunkStart: chunkStart, times))
    Page.seal(content.bytes, to: &writer)
    return structure.count
  }

  private func encodeStructure(chunkStart: UInt64) -> [UInt8] {
    var writer = ByteWriter(capacity: count * 8)
    let hasV1 = traces.contains { $0.dialect == .v1 }
    writer.byte(hasV1 ? 1 : 0)
    if piecePosition == nil { for trace in traces { writer.varint(trace.spans) } }
    if hasV1 {
      for trace in traces {
        writer.byte((trace.dialect == .v1 ? 1 : 0) | (trace.hasFilePositions ? 2 : 0))
      }
    }
    encodeOuterSpans(chunkStart: chunkStart, to: &writer)
    encodeDepths(to: &writer)
    for operation in operations { writer.varint(UInt64(operation)) }
    for mark in marks { writer.byte(mark.rawValue) }
    for context in contexts { writer.varint(UInt64(context)) }
    for trace in traces where trace.hasFilePositions {
      for position in 0..<trace.spans {
        writer.signedVarint(
          Int64(filePositions[trace.firstSpan + position])
            - Int64((piecePosition ?? 0) + position))
      }
    }
    if piecePosition != nil {
      writer.varint(branches.count)
      var previous = 0
      for branch in branches {
        writer.varint(branch.span - previous)
        writer.varint(branch.below)
        previous = branch.span
      }
    }
    return writer.bytes
  }

  private func encodeOuterSpans(chunkStart: UInt64, to writer: inout ByteWriter) {
    guard let piecePosition else { return }
    writer.varint(outerSpans.count)
    var previous = piecePosition
    for outer in outerSpans {
      writer.varint(previous - outer.position)
      writer.signedVarint(Int64(bitPattern: outer.start &- chunkStart))
      writer.signedVarint(Int64(bitPattern: outer.end &- outer.start))
      writer.lengthPrefixed(outer.id)
      previous = outer.position
    }
  }

  private func encodeDepths(to writer: inout ByteWriter) {
    // A depth counts the levels from the root's, which is 0; the outer spans of a piece are levels.
    var depths: [Int] = []
    for trace in traces {
      depths.removeAll(keepingCapacity: true)
      for position in 0..<trace.spans {
        let parent = Int(parents[trace.firstSpan + position])
        let depth =
          parent >= 0 ? depths[parent] + 1 : parent == -1 ? 0 : outerSpans.count + 2 + parent
        if position > 0 || piecePosition != nil {
          writer.varint((depths.last ?? outerSpans.count - 1) + 1 - depth)
        }
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
    page.piecePosition = chunk.piecePosition
    page.traces.reserveCapacity(chunk.slots)
    var total = 0
    for _ in 0..<chunk.slots {
      let spans =
        chunk.piecePosition != nil
        ? chunk.spans : try cursor.count(upTo: chunk.spans - total, "a trace's number of spans")
      page.traces.append(Trace(firstSpan: total, spans: spans))
      total += spans
    }
    guard total == chunk.spans else {
      throw FormatError(
        .outOfBounds, at: offset,
        "an INDEX page holds \(total) spans where its chunk has \(chunk.spans)")
    }
    if flags & 1 != 0 {
      for index in 0..<chunk.slots {
        let bits = try cursor.byte()
        page.traces[index].dialect = bits & 1 != 0 ? .v1 : .otlp
        page.traces[index].hasFilePositions = bits & 2 != 0
      }
    }
    try page.decodeOuterSpans(from: &cursor, chunkStart: chunk.start)
    try page.decodeDepths(from: &cursor, count: total)
    page.operations = try cursor.counts(
      total, upTo: operationCount - 1, "an operation's number")
    let markBytes = try cursor.take(total, "the marks of spans")
    page.marks = markBytes.map { SpanMarks(rawValue: content[$0]) }
    page.contexts = try cursor.counts(total, upTo: Int(UInt32.max), "a context's number")
    try page.decodeFilePositions(from: &cursor)
    try page.decodeBranches(from: &cursor)
    try cursor.requireEnd("an INDEX page")
    return page
  }

  private mutating func decodeOuterSpans(
    from cursor: inout ByteCursor, chunkStart: UInt64
  ) throws(FormatError) {
    guard let piecePosition else { return }
    let outer = try cursor.count(
      upTo: min(piecePosition, cursor.remaining), "the number of spans above a piece of a trace")
    var position = piecePosition
    for _ in 0..<outer {
      let at = cursor.base + cursor.position
      let distance = try cursor.count(upTo: position, "the distance of a span above a piece")
      guard distance > 0 else {
        throw FormatError(.invalid, at: at, "the spans above a piece of a trace are not in order")
      }
      position -= distance
      let start = chunkStart &+ UInt64(bitPattern: try cursor.signedVarint())
      let end = start &+ UInt64(bitPattern: try cursor.signedVarint())
      outerSpans.append(
        OuterSpan(
          position: position, start: start, end: end,
          id: try cursor.lengthPrefixed("the id of a span above a piece")))
    }
  }

  private mutating func decodeDepths(
    from cursor: inout ByteCursor, count: Int
  ) throws(FormatError) {
    parents.reserveCapacity(count)
    let lastOuter = Int32(-1 - outerSpans.count)
    for trace in traces {
      for position in 0..<trace.spans {
        if position == 0 && piecePosition == nil {
          parents.append(-1)
          continue
        }
        // The first span of a piece starts out under the nearest outer span, or as a root.
        var parent = position > 0 ? Int32(position - 1) : outerSpans.isEmpty ? -1 : -2
        let first = trace.firstSpan
        let up = try cursor.count(
          upTo: position + outerSpans.count, "the levels a span goes up")
        for _ in 0..<up {
          guard parent != -1 else {
            throw FormatError(
              .outOfBounds, at: cursor.base + cursor.position,
              "a span is said to hang above the root of its trace")
          }
          parent =
            parent >= 0
            ? parents[first + Int(parent)] : parent == lastOuter ? -1 : parent - 1
        }
        parents.append(parent)
      }
    }
  }

  private mutating func decodeBranches(from cursor: inout ByteCursor) throws(FormatError) {
    if piecePosition == nil { return }
    let found = try cursor.count(upTo: min(count, cursor.remaining), "the number of branches")
    var span = 0
    for index in 0..<found {
      let at = cursor.base + cursor.position
      let distance = try cursor.count(upTo: count - 1 - span, "the place of a branch")
      guard index == 0 || distance > 0 else {
        throw FormatError(.invalid, at: at, "the branches of a piece are not in order")
      }
      span += distance
      let below = try cursor.count(upTo: Int(Int32.max), "the spans below a branch")
      branches.append(Branch(span: span, below: below))
    }
  }

  private mutating func decodeFilePositions(
    from cursor: inout ByteCursor
  ) throws(FormatError) {
    guard traces.contains(where: { $0.hasFilePositions }) else { return }
    filePositions.reserveCapacity(count)
    for trace in traces {
      // What all pieces of a trace say together is checked where they are put together.
      let isWhole = piecePosition == nil
      let most = isWhole ? Int64(trace.spans) : Int64(Int32.max)
      var seen = [Bool](
        repeating: false, count: trace.hasFilePositions && isWhole ? trace.spans : 0)
      for position in 0..<trace.spans {
        if !trace.hasFilePositions {
          filePositions.append(0)
          continue
        }
        let at = cursor.base + cursor.position
        let (value, overflow) = (try cursor.signedVarint()).addingReportingOverflow(
          Int64((piecePosition ?? 0) + position))
        guard !overflow, value >= 0, value < most, !(isWhole && seen[Int(value)]) else {
          throw FormatError(
            .invalid, at: at, "the file positions of a trace are not a permutation")
        }
        if isWhole { seen[Int(value)] = true }
        filePositions.append(UInt32(value))
      }
    }
  }
}
