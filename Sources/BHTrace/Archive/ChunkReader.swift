/// One chunk of a segment with the pages that were read of it: makes traces and spans of them.
struct ChunkReader {
  let segment: SegmentReader
  let chunk: Int
  let index: IndexPage
  var traceIDs: [[UInt8]] = []
  var spanIDs: SpanIDPage?
  private let source: AccountedSource
  /// Stored bytes of blocks, and where in the chunk's blocks they start.
  private var fetched: [(start: Int, bytes: [UInt8])] = []

  init(_ segment: SegmentReader, chunk: Int, index: IndexPage, source: AccountedSource) {
    self.segment = segment
    self.chunk = chunk
    self.index = index
    self.source = source
  }

  /// Gives it stored bytes of the chunk's blocks from `start` on.
  mutating func provide(_ bytes: [UInt8], from start: Int) {
    if !bytes.isEmpty { fetched.append((start, bytes)) }
  }

  /// Whether the bytes at `range` of the chunk's blocks are at hand.
  func holds(_ range: Range<Int>) -> Bool {
    fetched.contains {
      $0.start <= range.lowerBound && range.upperBound <= $0.start + $0.bytes.count
    }
  }

  /// The positions of trace `slot`'s spans in the chunk.
  func spans(of slot: Int) -> Range<Int> {
    let trace = index.traces[slot]
    return trace.firstSpan..<(trace.firstSpan + trace.spans)
  }

  /// The id of each span of trace `slot`.
  func spanIDs(of slot: Int) -> [[UInt8]] {
    guard let page = spanIDs else { return [] }
    return spans(of: slot).map { Array(page.bytes[page.ids[$0].positions]) }
  }

  /// The batches of the traces in `wanted`, ascending by slot: of each the spans at the given
  /// pre-order positions, which ascend too.
  mutating func load(_ wanted: [(slot: Int, positions: [Int])]) throws -> [SpanBatch] {
    let blocks = blockPlaces()
    let spans = wanted.flatMap { entry in
      entry.positions.map { index.traces[entry.slot].firstSpan + $0 }
    }
    try fetch(blocks.filter { place in !place.isHeavy && spans.contains(in: place.spans) })
    let decompressor = ZstdDecompressor(dictionary: segment.dictionary())
    var heavy = HeavyStream()
    heavy.count = blocks.last { $0.isHeavy }.map { $0.raw.upperBound } ?? 0
    var batches: [SpanBatch] = []
    // A second pass is needed only where values lie in HEAVY blocks that were not read yet.
    for _ in 0..<2 {
      heavy.missing = []
      (batches, heavy) = try segment.withDecoder { decoder in
        decoder.heavy = heavy
        if decoder.costs != nil { decoder.costs = PayloadCosts() }
        defer { decoder.heavy = HeavyStream() }
        let made = try decode(wanted, blocks: blocks, with: decompressor, &decoder)
        return (made, decoder.heavy)
      }
      if heavy.missing.isEmpty { break }
      let needed = blocks.filter { place in
        place.isHeavy && heavy.missing.contains { $0.overlaps(place.raw) }
      }
      try fetch(needed)
      for place in needed {
        let at = segment.range(.blocks, chunk: chunk).lowerBound + place.stored.lowerBound
        let bytes = try BlockFrame.decodeHeavy(
          stored(place), count: place.raw.count, at: at, with: decompressor)
        source.count(blocks: 1, rawBytes: bytes.count)
        heavy.parts.append((place.raw.lowerBound, bytes))
      }
      heavy.parts.sort { $0.offset < $1.offset }
    }
    return batches
  }

  /// Decodes the whole chunk for what its payload is made of.
  mutating func measure() throws -> PayloadCosts {
    try segment.withDecoder { $0.costs = PayloadCosts() }
    _ = try load(allTraces())
    return try segment.withDecoder { decoder in
      defer { decoder.costs = nil }
      return decoder.costs ?? PayloadCosts()
    }
  }

  /// What `load` takes for every span of every trace.
  func allTraces() -> [(slot: Int, positions: [Int])] {
    index.traces.indices.compactMap { slot in
      let count = index.traces[slot].spans
      return count == 0 ? nil : (slot: slot, positions: Array(0..<count))
    }
  }

  /// Where a block lies, and what it holds.
  private struct BlockPlace {
    var stored: Range<Int>
    var isHeavy: Bool
    var isBare: Bool
    /// The spans of the chunk in it.
    var spans: Range<Int>
    /// The part of the HEAVY stream in it.
    var raw: Range<Int>
  }

  private func blockPlaces() -> [BlockPlace] {
    var places: [BlockPlace] = []
    places.reserveCapacity(index.blocks.count)
    var (stored, spans, raw) = (0, 0, 0)
    for block in index.blocks {
      places.append(
        BlockPlace(
          stored: stored..<(stored + block.stored), isHeavy: block.isHeavy,
          isBare: block.isBare,
          spans: spans..<(spans + block.spans), raw: raw..<(raw + block.raw)))
      stored += block.stored
      spans += block.spans
      raw += block.raw
    }
    return places
  }

  /// Reads those blocks that are not at hand, in one round.
  private mutating func fetch(_ places: [BlockPlace]) throws {
    let base = segment.range(.blocks, chunk: chunk).lowerBound
    let needed = places.filter { place in
      !place.stored.isEmpty
        && !fetched.contains { part in
          part.start <= place.stored.lowerBound
            && place.stored.upperBound <= part.start + part.bytes.count
        }
    }
    let parts = try source.readRound(
      needed.map { (base + $0.stored.lowerBound)..<(base + $0.stored.upperBound) })
    for (place, bytes) in zip(needed, parts) { provide(bytes, from: place.stored.lowerBound) }
  }

  private func stored(_ place: BlockPlace) -> [UInt8] {
    for part in fetched
    where part.start <= place.stored.lowerBound
      && place.stored.upperBound <= part.start + part.bytes.count
    {
      if part.bytes.count == place.stored.count { return part.bytes }
      return Array(
        part.bytes[
          (place.stored.lowerBound - part.start)..<(place.stored.upperBound - part.start)])
    }
    return []
  }

  private func decode(
    _ wanted: [(slot: Int, positions: [Int])], blocks: [BlockPlace],
    with decompressor: borrowing ZstdDecompressor, _ decoder: inout SpanDecoder
  ) throws -> [SpanBatch] {
    var walk = SpanWalk(wanted, index: index)
    var batches: [SpanBatch] = []
    let base = segment.range(.blocks, chunk: chunk).lowerBound
    let names = try segment.names()
    var frames = FrameMaker(self, names: names)
    for place in blocks where !place.isHeavy {
      guard let next = walk.next else { break }
      if place.spans.upperBound <= next { continue }
      let at = base + place.stored.lowerBound
      let content = try BlockFrame.decode(
        stored(place), spans: place.spans.count, isBare: place.isBare, at: at,
        with: decompressor
      ) {
        (offset, count) throws(FormatError) in try decoder.heavy.bytes(offset, count)
      }
      source.count(
        blocks: place.stored.isEmpty ? 0 : 1,
        rawBytes: content.body.count + content.random.count)
      // The block's own body lies in a HEAVY block that is read next: all is decoded again then.
      if content.body.isEmpty && !decoder.heavy.missing.isEmpty { return [] }
      var codes = ByteCursor(
        content.body.rawSpan.extracting(0..<content.codeCount), base: at)
      var text = ByteCursor(
        content.body.rawSpan.extracting(content.codeCount..<content.body.count), base: at)
      var random = ByteCursor(content.random.rawSpan, base: at)
      decoder.beginBlock()
      for span in place.spans {
        guard let next = walk.next else { break }
        let isWanted = span == next
        let frame = try frames.frame(span, in: &decoder)
        try decoder.decode(frame, codes: &codes, text: &text, random: &random)
        if !isWanted {
          decoder.dropLast()
        } else if walk.advance() {
          decoder.closeTrace(frame, isWhole: walk.finishedWhole)
          batches.append(decoder.takeBatch())
          frames.reset()
        }
      }
    }
    return batches
  }
}

/// Goes through the spans that are wanted, in the order of the chunk.
private struct SpanWalk {
  private let wanted: [(slot: Int, positions: [Int])]
  private let index: IndexPage
  private var entry = 0
  private var position = 0
  /// The chunk position of the next span wanted; nil when all are done.
  private(set) var next: Int?
  /// Whether the trace that was finished last was wanted with all its spans.
  private(set) var finishedWhole = false

  init(_ wanted: [(slot: Int, positions: [Int])], index: IndexPage) {
    self.wanted = wanted
    self.index = index
    settle()
  }

  private mutating func settle() {
    guard entry < wanted.count else {
      next = nil
      return
    }
    next = index.traces[wanted[entry].slot].firstSpan + wanted[entry].positions[position]
  }

  /// Steps on; true where that was the last span wanted of its trace.
  mutating func advance() -> Bool {
    let current = wanted[entry]
    position += 1
    let finished = position == current.positions.count
    if finished {
      finishedWhole = current.positions.count == index.traces[current.slot].spans
      entry += 1
      position = 0
    }
    settle()
    return finished
  }
}

/// Puts together what index and ids say of a span.
private struct FrameMaker {
  private let reader: ChunkReader
  private let names: NameTable
  /// For each span how many before it state their parent's id.
  private var stated: [Int] = []
  private var slot = 0
  private var traceRange: (slot: Int, range: ByteRange)?

  init(_ reader: ChunkReader, names: NameTable) {
    self.reader = reader
    self.names = names
    stated.reserveCapacity(reader.index.count)
    var count = 0
    for marks in reader.index.marks {
      stated.append(count)
      if marks.statesParent { count += 1 }
    }
  }

  /// Forgets what lies in the decoder's batch: it has a new one.
  mutating func reset() { traceRange = nil }

  /// The frame of span number `span` of the chunk, its ids copied into the decoder's batch. Spans
  /// have to be asked for in ascending order.
  mutating func frame(_ span: Int, in decoder: inout SpanDecoder) throws -> SpanFrame {
    let index = reader.index
    while span >= index.traces[slot].firstSpan + index.traces[slot].spans { slot += 1 }
    let trace = index.traces[slot]
    if span == trace.firstSpan { decoder.beginTrace() }
    guard let ids = reader.spanIDs, slot < reader.traceIDs.count else {
      throw FormatError(.invalid, at: nil, "the ids of a chunk were not read")
    }
    var frame = SpanFrame()
    frame.operation = Int(index.operations[span])
    frame.kind = names.operations[frame.operation].kind
    frame.context = Int(index.contexts[span])
    frame.start = index.starts[span]
    frame.end = index.ends[span]
    frame.dialect = trace.dialect
    frame.filePosition =
      trace.dialect == .otlp
      ? 0
      : trace.hasFilePositions ? index.filePositions[span] : UInt32(span - trace.firstSpan)
    if let known = traceRange, known.slot == slot {
      frame.traceID = known.range
    } else {
      frame.traceID = decoder.add(reader.traceIDs[slot])
      traceRange = (slot, frame.traceID)
    }
    frame.spanID = decoder.add(ids.ids[span], of: ids.bytes)
    if index.marks[span].statesParent {
      frame.parentSpanID = decoder.add(ids.parents[stated[span]], of: ids.bytes)
    } else if index.parents[span] >= 0 {
      let parent = trace.firstSpan + Int(index.parents[span])
      frame.parentSpanID = decoder.add(ids.ids[parent], of: ids.bytes)
    }
    return frame
  }
}

extension [Int] {
  /// Whether an element of the ascending array lies in `range`.
  fileprivate func contains(in range: Range<Int>) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] < range.upperBound
  }
}
