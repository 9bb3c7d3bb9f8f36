/// Where the payload of one trace lies in the blocks of its chunk.
struct PayloadPlace: Sendable, Equatable {
  var start = 0
  var end = 0

  /// Grows to hold `range` too; an empty one adds nothing.
  mutating func cover(_ range: Range<Int>) {
    if range.isEmpty { return }
    start = end == 0 ? range.lowerBound : min(start, range.lowerBound)
    end = max(end, range.upperBound)
  }
}

/// The encoded pages of one chunk, and what the segment has to know of it.
struct EncodedChunk: Sendable {
  var chunk = Chunk()
  var blocks: [UInt8] = []
  var spanIDs: [UInt8] = []
  var traceIDs: [UInt8] = []
  var index: [UInt8] = []
  /// For each trace where its payload lies.
  var places: [PayloadPlace] = []
}

/// Encodes a run of a segment's traces: blocks, ids and index page. Independent of other chunks, so
/// that any number of them can be made at a time.
struct ChunkEncoder {
  private let traces: ArraySlice<SegmentTrace>
  private let batches: [SpanBatch]
  private let mined: MinedSegment
  private let run: Int
  private let options: FormatOptions
  private var page = IndexPage()
  private var blocks = ByteWriter()
  /// Writes one trace at a time; keeps the HEAVY stream.
  private var encoder: SpanEncoder
  /// What is to go into the next block, of how many spans and which traces.
  private var pending = PayloadStreams()
  private var pendingSpans = 0
  private var pendingTraces: [Int] = []
  /// How much of the HEAVY stream lies in blocks already, and which traces use the rest.
  private var heavyWritten = 0
  private var heavyTraces: [Int] = []
  private var places: [PayloadPlace] = []

  /// An encoder for `traces`, which belong to run number `run` of `mined`.
  init(
    _ traces: ArraySlice<SegmentTrace>, batches: [SpanBatch], mined: MinedSegment, run: Int,
    options: FormatOptions
  ) {
    self.traces = traces
    self.batches = batches
    self.mined = mined
    self.run = run
    self.options = options
    encoder = SpanEncoder(mined, run: run, heavyValueBytes: options.heavyValueBytes)
  }

  /// Encodes the chunk, whose first span is number `firstSpan` of the run.
  mutating func encode(
    firstSpan: Int, with compressor: borrowing ZstdCompressor
  ) -> EncodedChunk {
    var next = firstSpan
    for trace in traces {
      var tree = trace.tree
      let range = next..<(next + trace.spans.count)
      tree.operations = mined.operations(range, inRun: run)
      page.append(tree, contexts: mined.runs[run].contexts(range))
      encodePayload(of: trace, firstSpan: next, with: compressor)
      next = range.upperBound
    }
    closeBlock(with: compressor)
    closeHeavy(minimum: 1, with: compressor)
    var result = EncodedChunk()
    result.chunk.traces = traces.count
    result.chunk.spans = next - firstSpan
    result.chunk.start = page.traces.first?.start ?? 0
    result.blocks = blocks.bytes
    result.chunk.blockBytes = blocks.count
    result.places = places
    var writer = ByteWriter()
    let index = page.encode(chunkStart: result.chunk.start)
    result.chunk.indexRaw = index.count
    result.chunk.indexBytes = Page.sealLZ4(index, to: &writer)
    result.index = writer.bytes
    writer.removeAll()
    TraceIDPage.encode(traces.map(\.id), to: &writer)
    result.traceIDs = writer.bytes
    result.chunk.traceIDBytes = writer.count
    writer.removeAll()
    spanIDPage().encode(to: &writer)
    result.spanIDs = writer.bytes
    result.chunk.spanIDBytes = writer.count
    return result
  }

  /// Small traces share a block; one that needs more than a block starts its own.
  private mutating func encodePayload(
    of trace: SegmentTrace, firstSpan: Int, with compressor: borrowing ZstdCompressor
  ) {
    let target =
      switch options.block {
      case .span: 0
      case .bytes(let bytes): bytes
      }
    let heavyBefore = encoder.heavy.count
    encoder.streams.removeAll()
    encoder.beginBlock()
    // Where the blocks of the trace end, should it get blocks of its own.
    var cuts: [(spans: Int, mark: PayloadStreams.Mark)] = []
    let start = encoder.streams.mark
    var last = start
    var current = -1
    var batch = SpanBatch()
    for position in trace.spans.indices {
      let reference = trace.spans[position]
      if reference.batch != current {
        current = reference.batch
        batch = batches[current]
      }
      encoder.encode(firstSpan + position, batch.spans[reference.span], in: batch)
      let mark = encoder.streams.mark
      if mark.count - last.count >= target {
        cuts.append((position + 1, mark))
        last = mark
        encoder.beginBlock()
      }
    }
    let number = places.count
    places.append(PayloadPlace())
    if encoder.heavy.count > heavyBefore { heavyTraces.append(number) }
    if pending.count + encoder.streams.count > target { closeBlock(with: compressor) }
    pendingTraces.append(number)
    var spansWritten = 0
    if pending.count + encoder.streams.count > target {
      var from = start
      for cut in cuts {
        pending.append(encoder.streams, from: from, to: cut.mark)
        pendingSpans = cut.spans - spansWritten
        spansWritten = cut.spans
        from = cut.mark
        closeBlock(with: compressor)
        if spansWritten < trace.spans.count { pendingTraces.append(number) }
      }
      pending.append(encoder.streams, from: from, to: encoder.streams.mark)
      pendingSpans = trace.spans.count - spansWritten
    } else {
      pending.append(encoder.streams, from: start, to: encoder.streams.mark)
      pendingSpans += trace.spans.count
    }
    closeHeavy(minimum: Limits.heavyBlockTarget, with: compressor)
  }

  /// Writes what is pending as a block.
  private mutating func closeBlock(with compressor: borrowing ZstdCompressor) {
    if pendingSpans > 0 {
      let start = blocks.count
      let heavyBefore = encoder.heavy.count
      let isBare = BlockFrame.encode(
        pending, spans: pendingSpans, heavy: &encoder.heavy, with: compressor, to: &blocks)
      page.blocks.append(
        IndexPage.Block(spans: pendingSpans, isBare: isBare, stored: blocks.count - start))
      for trace in pendingTraces { places[trace].cover(start..<blocks.count) }
      if encoder.heavy.count > heavyBefore { heavyTraces.append(contentsOf: pendingTraces) }
      pending.removeAll()
      pendingSpans = 0
    }
    pendingTraces.removeAll(keepingCapacity: true)
  }

  /// Writes the rest of the HEAVY stream as blocks where it has at least `minimum` bytes.
  private mutating func closeHeavy(minimum: Int, with compressor: borrowing ZstdCompressor) {
    guard encoder.heavy.count - heavyWritten >= minimum else { return }
    let start = blocks.count
    while heavyWritten < encoder.heavy.count {
      let end = min(heavyWritten + Limits.blockBytes, encoder.heavy.count)
      let block = blocks.count
      BlockFrame.encodeHeavy(
        Array(encoder.heavy.bytes[heavyWritten..<end]), with: compressor, to: &blocks)
      page.blocks.append(
        IndexPage.Block(
          spans: 0, isHeavy: true, stored: blocks.count - block, raw: end - heavyWritten))
      heavyWritten = end
    }
    for trace in heavyTraces { places[trace].cover(start..<blocks.count) }
    heavyTraces.removeAll(keepingCapacity: true)
  }

  private func spanIDPage() -> SpanIDPage {
    var page = SpanIDPage()
    var parents: [ByteRange] = []
    page.ids.reserveCapacity(self.page.count)
    page.bytes.reserveCapacity(self.page.count * 9)
    func add(_ range: ByteRange, _ arena: [UInt8]) -> ByteRange {
      let start = page.bytes.count
      page.bytes.append(arena.rawSpan, range.positions)
      return ByteRange(start, Int(range.count))
    }
    for trace in traces {
      for position in trace.spans.indices {
        let place = trace.spans[position]
        let id = batches[place.batch].spans[place.span].spanID
        page.ids.append(add(id, batches[place.batch].arena))
        if trace.tree.marks[position].statesParent {
          let parent = batches[place.batch].spans[place.span].parentSpanID
          parents.append(add(parent, batches[place.batch].arena))
        }
      }
    }
    page.parents = parents
    return page
  }
}
