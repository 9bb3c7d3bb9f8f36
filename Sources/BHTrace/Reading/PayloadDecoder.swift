/// What decoding the payload of a segment takes: for any thread.
struct SegmentPayload: Sendable {
  let tables: FlatTables
  let dictionary: ZstdDictionary?
}

/// Decodes payload of chunks of one segment; has contexts and memory of its own, so make one a
/// worker.
struct PayloadDecoder: ~Copyable {
  var spans: SpanDecoder
  private let decompressor: ZstdDecompressor
  /// Codes and text of the block that is read.
  private var body: [UInt8] = []

  init(_ payload: SegmentPayload) {
    spans = SpanDecoder(payload.tables)
    decompressor = ZstdDecompressor(dictionary: payload.dictionary)
  }

  /// A batch for each of the traces in `wanted`, which ascend by slot.
  mutating func batches(
    of wanted: [WantedTrace], in chunk: inout ChunkContent
  ) throws -> [SpanBatch] {
    let blocks = try begin(wanted, &chunk)
    defer { spans.heavy = HeavyStream() }
    var batches: [SpanBatch] = []
    // Again where values lie in HEAVY blocks that were not read yet.
    repeat {
      batches.removeAll()
      batches.reserveCapacity(wanted.count)
      if spans.costs != nil { spans.costs = PayloadCosts() }
      try decode(wanted, of: chunk, blocks, lending: false) { batches.append($0.takeBatch()) }
    } while try readMissing(of: &chunk, blocks)
    return batches
  }

  /// Hands `body` the traces in `wanted`, which ascend by slot, one after the other in a batch that
  /// is good until the next one.
  mutating func lend(
    _ wanted: [WantedTrace], of chunk: inout ChunkContent,
    _ body: (borrowing SpanDecoder) throws -> Void
  ) throws {
    let blocks = try begin(wanted, &chunk)
    defer { spans.heavy = HeavyStream() }
    if spans.heavy.count > 0 {
      // Nothing is handed out before all of it is there.
      while true {
        let counts = try findMissing(wanted, of: chunk, blocks)
        if spans.heavy.missing.isEmpty { break }
        chunk.count(blocks: counts.blocks, rawBytes: counts.rawBytes)
        if try !readMissing(of: &chunk, blocks) { break }
      }
    }
    if spans.costs != nil { spans.costs = PayloadCosts() }
    try decode(wanted, of: chunk, blocks, lending: true) { decoder in
      try body(decoder)
      decoder.clearLent()
    }
  }

  /// Reads the blocks of wanted spans; all blocks of the chunk.
  private mutating func begin(
    _ wanted: [WantedTrace], _ chunk: inout ChunkContent
  ) throws -> [ChunkContent.Block] {
    let blocks = chunk.blocks
    try chunk.fetch(Self.needed(wanted, blocks, chunk.index))
    spans.heavy = HeavyStream(count: blocks.last { $0.isHeavy }.map { $0.raw.upperBound } ?? 0)
    return blocks
  }

  private mutating func decode(
    _ wanted: [WantedTrace], of chunk: ChunkContent, _ blocks: [ChunkContent.Block],
    lending: Bool, _ take: (inout SpanDecoder) throws -> Void
  ) throws {
    spans.heavy.beginPass()
    var walk = SpanWalk(wanted, index: chunk.index)
    var frames = try SpanFrames(chunk)
    let operations = chunk.index.operations
    if lending { spans.beginLending(frames.spanIDs) }
    var counts = BlockCounts()
    defer { chunk.count(blocks: counts.blocks, rawBytes: counts.rawBytes) }
    for block in blocks where !block.isHeavy {
      guard let next = walk.next else { break }
      if block.spans.upperBound <= next { continue }
      let isMissing = try Self.open(block, of: chunk, &spans, decompressor, &body, &counts) {
        (spans, streams) throws in
        var span = block.spans.lowerBound
        while let next = walk.next, next < block.spans.upperBound {
          while span < next {
            try spans.skip(Int(operations[span]), isWanted: false, &streams)
            span += 1
          }
          if walk.isFirst {
            if !lending { spans.beginKept(spans: walk.spanCount) }
            spans.beginTrace()
            frames.begin(slot: walk.slot, in: &spans)
          }
          let frame = frames.frame(span, in: &spans)
          try spans.decode(frame, &streams)
          let (isLast, isWhole) = (walk.isLast, walk.isWhole)
          walk.advance()
          if isLast {
            spans.closeTrace(frame, isWhole: isWhole)
            try take(&spans)
          }
          span += 1
        }
      }
      if isMissing { break }
    }
    guard !lending || spans.heavy.missing.isEmpty else {
      throw FormatError(
        .invalid, at: chunk.blocksOffset, "the HEAVY blocks of a chunk do not hold all its values")
    }
  }

  /// The blocks that hold wanted spans.
  private static func needed(
    _ wanted: [WantedTrace], _ blocks: [ChunkContent.Block], _ index: IndexPage
  ) -> [ChunkContent.Block] {
    var walk = SpanWalk(wanted, index: index)
    return blocks.filter { block in
      if block.isHeavy { return false }
      let isNeeded = walk.next.map { block.spans.contains($0) } ?? false
      while let next = walk.next, next < block.spans.upperBound { walk.advance() }
      return isNeeded
    }
  }

  /// How much was decoded.
  private struct BlockCounts {
    var blocks = 0
    var rawBytes = 0
  }

  /// Decodes `block` and lends its streams to `body`; true where its body is in a part of the
  /// HEAVY stream that is not at hand.
  private static func open(
    _ block: ChunkContent.Block, of chunk: ChunkContent, _ spans: inout SpanDecoder,
    _ decompressor: borrowing ZstdDecompressor, _ body: inout [UInt8],
    _ counts: inout BlockCounts,
    _ read: (inout SpanDecoder, inout PayloadCursors) throws -> Void
  ) throws -> Bool {
    let at = chunk.blocksOffset + block.stored.lowerBound
    return try chunk.withStored(block) { stored in
      let content = try BlockFrame.decode(
        stored, spans: block.spans.count, isBare: block.isBare, at: at, with: decompressor,
        heavy: &spans.heavy, body: &body)
      counts.blocks += block.stored.isEmpty ? 0 : 1
      counts.rawBytes += body.count + content.random.count
      if content.isMissing { return true }
      var streams = PayloadCursors(
        body: body.rawSpan, codeCount: content.codeCount,
        random: stored.extracting(content.random), at: at)
      spans.beginBlock()
      try read(&spans, &streams)
      return false
    }
  }

  /// Steps over all spans, to find what of the HEAVY stream the wanted ones take and is not at hand.
  private mutating func findMissing(
    _ wanted: [WantedTrace], of chunk: ChunkContent, _ blocks: [ChunkContent.Block]
  ) throws -> BlockCounts {
    spans.heavy.beginPass()
    var walk = SpanWalk(wanted, index: chunk.index)
    let operations = chunk.index.operations
    var counts = BlockCounts()
    for block in blocks where !block.isHeavy {
      guard let next = walk.next else { break }
      if block.spans.upperBound <= next { continue }
      let isMissing = try Self.open(block, of: chunk, &spans, decompressor, &body, &counts) {
        (spans, streams) throws in
        for span in block.spans {
          guard let next = walk.next else { break }
          try spans.skip(Int(operations[span]), isWanted: span == next, &streams)
          if span == next { walk.advance() }
        }
      }
      if isMissing { break }
    }
    return counts
  }

  /// Reads the HEAVY blocks that hold what is missing; false where nothing is. Throws where none
  /// of them does.
  private mutating func readMissing(
    of chunk: inout ChunkContent, _ blocks: [ChunkContent.Block]
  ) throws -> Bool {
    let missing = spans.heavy.missing
    if missing.isEmpty { return false }
    let needed = blocks.filter { block in
      block.isHeavy && missing.contains { $0.overlaps(block.raw) }
    }
    guard !needed.isEmpty else {
      throw FormatError(
        .invalid, at: chunk.blocksOffset, "the HEAVY blocks of a chunk do not hold all its values")
    }
    try chunk.fetch(needed)
    for block in needed {
      let at = chunk.blocksOffset + block.stored.lowerBound
      let bytes = try chunk.withStored(block) { stored throws(FormatError) in
        try BlockFrame.decodeHeavy(
          stored, count: block.raw.count, at: at, with: decompressor)
      }
      chunk.count(blocks: 1, rawBytes: bytes.count)
      spans.heavy.add(block.raw.lowerBound, bytes)
    }
    return true
  }
}

/// Puts together what index and ids say of spans, which are asked for in ascending order.
private struct SpanFrames {
  let spanIDs: SpanIDPage
  private let index: IndexPage
  private let traceIDs: [[UInt8]]
  /// How many spans before `statedEnd` state their parent's id.
  private var stated = 0
  private var statedEnd = 0
  private var trace = IndexPage.Trace()
  private var traceID = ByteRange.empty

  init(_ chunk: ChunkContent) throws(FormatError) {
    guard let ids = chunk.spanIDs, chunk.traceIDs.count >= chunk.index.traces.count else {
      throw FormatError(.invalid, at: nil, "the ids of a chunk were not read")
    }
    spanIDs = ids
    index = chunk.index
    traceIDs = chunk.traceIDs
  }

  /// Starts with the spans of trace `slot`, in an empty batch.
  mutating func begin(slot: Int, in decoder: inout SpanDecoder) {
    trace = index.traces[slot]
    traceID = decoder.batch.append(traceIDs[slot])
  }

  /// The frame of span number `span` of the chunk.
  mutating func frame(_ span: Int, in decoder: inout SpanDecoder) -> SpanFrame {
    var frame = SpanFrame()
    frame.operation = Int(index.operations[span])
    frame.context = Int(index.contexts[span])
    frame.start = index.starts[span]
    frame.end = index.ends[span]
    frame.dialect = trace.dialect
    if trace.dialect == .v1 {
      frame.filePosition =
        trace.hasFilePositions ? index.filePositions[span] : UInt32(span - trace.firstSpan)
    }
    frame.traceID = traceID
    frame.spanID = place(spanIDs.ids[span], in: &decoder)
    if index.marks[span].statesParent {
      while statedEnd < span {
        if index.marks[statedEnd].statesParent { stated += 1 }
        statedEnd += 1
      }
      frame.parentSpanID = place(spanIDs.parents[stated], in: &decoder)
    } else if index.parents[span] >= 0 {
      let parent = trace.firstSpan + Int(index.parents[span])
      frame.parentSpanID = place(spanIDs.ids[parent], in: &decoder)
    }
    return frame
  }

  /// Where an id lies in the decoder's batch.
  @inline(__always)
  private func place(_ id: ByteRange, in decoder: inout SpanDecoder) -> ByteRange {
    if decoder.isLending {
      return ByteRange(offset: decoder.spanIDBase &+ id.offset, count: id.count)
    }
    let start = decoder.batch.arena.count
    decoder.batch.arena.append(id.positions, of: spanIDs.bytes)
    return ByteRange(start, Int(id.count))
  }
}
