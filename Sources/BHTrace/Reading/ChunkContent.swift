/// Spans that are wanted of a trace of a chunk.
struct WantedTrace: Sendable {
  /// The number of the trace in its chunk.
  var slot: Int
  /// The pre-order positions wanted, ascending and at least one; nil for all there are.
  var positions: [Int]?
}

/// The pages and stored blocks of one chunk that are at hand: what a `PayloadDecoder` decodes.
struct ChunkContent: Sendable {
  let layout: SegmentLayout
  let chunk: Int
  private(set) var index: IndexPage
  /// Times that are not decoded yet: those of a trace that nobody asked for may stay so.
  private var times: IndexTimes.Rest?
  var traceIDs: [[UInt8]] = []
  var spanIDs: SpanIDPage?
  private let source: AccountedSource
  /// Stored bytes of blocks, and where in the chunk's blocks they start.
  private var fetched: [(start: Int, bytes: [UInt8])] = []

  init(
    _ layout: SegmentLayout, chunk: Int, index: IndexPage, times: IndexTimes.Rest? = nil,
    source: AccountedSource
  ) {
    self.layout = layout
    self.chunk = chunk
    self.index = index
    self.times = times
    self.source = source
  }

  /// Decodes the times of traces up to number `slot`, where they are not decoded yet.
  mutating func decodeTimes(through slot: Int, _ coding: TimeCoding) throws(FormatError) {
    guard var rest = times else { return }
    defer { times = rest }
    try IndexTimes.decode(into: &index, &rest, through: slot, coding)
  }

  /// Gives it stored bytes of the chunk's blocks from `start` on.
  mutating func provide(_ bytes: [UInt8], from start: Int) {
    if !bytes.isEmpty { fetched.append((start, bytes)) }
  }

  /// Whether the bytes at `range` of the chunk's blocks are at hand.
  func holds(_ range: Range<Int>) -> Bool { place(of: range) != nil }

  /// Which of the fetched parts has the bytes at `range`.
  private func place(of range: Range<Int>) -> Int? {
    fetched.firstIndex {
      $0.start <= range.lowerBound && range.upperBound <= $0.start + $0.bytes.count
    }
  }

  /// The traces that have spans, to decode them whole.
  var wholeTraces: [WantedTrace] {
    index.traces.indices.compactMap {
      index.traces[$0].spans == 0 ? nil : WantedTrace(slot: $0)
    }
  }

  /// The id of each span of trace `slot`.
  func spanIDs(of slot: Int) -> [[UInt8]] {
    guard let page = spanIDs else { return [] }
    let trace = index.traces[slot]
    return (trace.firstSpan..<(trace.firstSpan + trace.spans)).map {
      page.bytes.rawSpan.array(page.ids[$0].positions)
    }
  }

  /// Where a block lies, and what it holds.
  struct Block {
    var stored: Range<Int>
    var isHeavy: Bool
    var isBare: Bool
    /// The spans of the chunk in it.
    var spans: Range<Int>
    /// The part of the HEAVY stream in it.
    var raw: Range<Int>
  }

  /// The blocks of the chunk.
  var blocks: [Block] {
    var blocks: [Block] = []
    blocks.reserveCapacity(index.blocks.count)
    var (stored, spans, raw) = (0, 0, 0)
    for block in index.blocks {
      blocks.append(
        Block(
          stored: stored..<(stored + block.stored), isHeavy: block.isHeavy,
          isBare: block.isBare,
          spans: spans..<(spans + block.spans), raw: raw..<(raw + block.raw)))
      stored += block.stored
      spans += block.spans
      raw += block.raw
    }
    return blocks
  }

  /// Where the chunk's blocks start in the file.
  var blocksOffset: Int { layout.range(.blocks, chunk: chunk).lowerBound }

  /// Reads those blocks that are not at hand, in one round.
  mutating func fetch(_ blocks: [Block]) throws {
    let base = blocksOffset
    let needed = blocks.filter { !$0.stored.isEmpty && !holds($0.stored) }
    if needed.isEmpty { return }
    let parts = try source.readRound(
      needed.map { (base + $0.stored.lowerBound)..<(base + $0.stored.upperBound) })
    for (block, bytes) in zip(needed, parts) { provide(bytes, from: block.stored.lowerBound) }
  }

  /// Lends the stored bytes of `block`, none where they are not at hand, to `body`.
  func withStored<Answer, Failure: Error>(
    _ block: Block, _ body: (RawSpan) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    guard !block.stored.isEmpty, let place = place(of: block.stored) else {
      return try body(RawSpan())
    }
    let (start, bytes) = fetched[place]
    return try body(
      bytes.rawSpan.extracting(
        (block.stored.lowerBound - start)..<(block.stored.upperBound - start)))
  }

  /// Counts `blocks` payload blocks and `rawBytes` decoded bytes.
  func count(blocks: Int, rawBytes: Int) { source.count(blocks: blocks, rawBytes: rawBytes) }
}

/// Goes through the spans that are wanted, in the order of the chunk.
struct SpanWalk {
  private let wanted: [WantedTrace]
  private let traces: [IndexPage.Trace]
  /// Which of the wanted traces `next` belongs to.
  private(set) var entry = 0
  private var position = 0
  private var count = 0
  /// The chunk position of the next span wanted; nil when all are done.
  private(set) var next: Int?

  init(_ wanted: [WantedTrace], index: IndexPage) {
    self.wanted = wanted
    traces = index.traces
    beginEntry()
  }

  /// The trace `next` belongs to, and its number in the chunk.
  var slot: Int { wanted[entry].slot }

  /// How many spans are wanted of it.
  var spanCount: Int { count }

  /// Whether the trace is wanted with all its spans.
  var isWhole: Bool { count == traces[slot].spans }

  /// Whether `next` is the first span wanted of its trace.
  var isFirst: Bool { position == 0 }

  /// Whether `next` is the last span wanted of its trace.
  var isLast: Bool { position + 1 == count }

  /// Steps on.
  mutating func advance() {
    position += 1
    if position == count {
      entry += 1
      beginEntry()
    } else {
      settle()
    }
  }

  private mutating func beginEntry() {
    position = 0
    if entry == wanted.count {
      next = nil
      return
    }
    count = wanted[entry].positions?.count ?? traces[slot].spans
    settle()
  }

  private mutating func settle() {
    let trace = wanted[entry]
    next = traces[trace.slot].firstSpan + (trace.positions.map { $0[position] } ?? position)
  }
}
