/// One chunk of a segment with the pages that were read of it: makes traces and spans of them.
struct ChunkReader {
  let segment: SegmentReader
  /// The pages and blocks at hand.
  var content: ChunkContent

  init(
    _ segment: SegmentReader, chunk: Int, index: IndexPage, times: IndexTimes.Rest? = nil,
    source: AccountedSource
  ) {
    self.segment = segment
    content = ChunkContent(
      segment.layout, chunk: chunk, index: index, times: times, source: source)
  }

  /// Decodes the times of traces up to number `slot`, where they are not decoded yet.
  mutating func decodeTimes(through slot: Int) throws {
    try content.decodeTimes(through: slot, segment.times())
  }

  var chunk: Int { content.chunk }
  var index: IndexPage { content.index }

  var traceIDs: [[UInt8]] {
    get { content.traceIDs }
    set { content.traceIDs = newValue }
  }

  var spanIDs: SpanIDPage? {
    get { content.spanIDs }
    set { content.spanIDs = newValue }
  }

  /// Gives it stored bytes of the chunk's blocks from `start` on.
  mutating func provide(_ bytes: [UInt8], from start: Int) {
    content.provide(bytes, from: start)
  }

  /// Whether the bytes at `range` of the chunk's blocks are at hand.
  func holds(_ range: Range<Int>) -> Bool { content.holds(range) }

  /// The id of each span of trace `slot`.
  func spanIDs(of slot: Int) -> [[UInt8]] { content.spanIDs(of: slot) }

  /// The batches of the traces in `wanted`, ascending by slot: of each the spans at the given
  /// pre-order positions, which ascend too.
  mutating func load(_ wanted: [(slot: Int, positions: [Int])]) throws -> [SpanBatch] {
    try load(wanted.map { WantedTrace(slot: $0.slot, positions: $0.positions) })
  }

  /// The batches of the traces in `wanted`, ascending by slot.
  mutating func load(_ wanted: [WantedTrace]) throws -> [SpanBatch] {
    try segment.withDecoder { try $0.batches(of: wanted, in: &content) }
  }

  /// Decodes the whole chunk and answers with the number of its spans.
  mutating func decodeAll() throws -> Int {
    var count = 0
    try segment.withDecoder { decoder in
      try decoder.lend(content.wholeTraces, of: &content) { count += $0.batch.spans.count }
    }
    return count
  }

  /// Decodes the whole chunk for what its payload is made of.
  mutating func measure() throws -> PayloadCosts {
    try segment.withDecoder { decoder in
      decoder.spans.costs = PayloadCosts()
      defer { decoder.spans.costs = nil }
      try decoder.lend(content.wholeTraces, of: &content) { _ in }
      return decoder.spans.costs ?? PayloadCosts()
    }
  }
}
