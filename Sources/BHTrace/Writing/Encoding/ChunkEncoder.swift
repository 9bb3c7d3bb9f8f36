/// Encodes a run of a segment's traces up to the point where payload is compressed. Independent of
/// other chunks, so that any number of them can be made at a time.
struct ChunkEncoder {
  private let traces: ArraySlice<SegmentTrace>
  private let batches: [SpanBatch]
  private let mined: MinedSegment
  private let run: Int
  private let options: FormatOptions
  private var draft = ChunkDraft()
  /// Writes one trace at a time; keeps the HEAVY stream.
  private var encoder: SpanEncoder
  /// What is to go into the next block, of how many spans and which traces.
  private var pending = PayloadStreams()
  private var pendingSpans = 0
  private var pendingTraces: [Int] = []
  /// How much of the HEAVY stream lies in blocks already, and which traces use the rest.
  private var heavyWritten = 0
  private var heavyTraces: [Int] = []
  private var traceNumber = 0

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

  /// The draft of the chunk, whose first span is number `firstSpan` of the run.
  consuming func makeDraft(firstSpan: Int) -> ChunkDraft {
    var next = firstSpan
    for trace in traces {
      var tree = trace.tree
      let range = next..<(next + trace.spans.count)
      tree.operations = mined.operations(range, inRun: run)
      draft.page.append(tree, contexts: mined.runs[run].contexts(range))
      encodePayload(of: trace, firstSpan: next)
      next = range.upperBound
    }
    closeBlock()
    closeHeavy(minimum: 1)
    draft.traceCount = traces.count
    draft.heavy = encoder.heavy.bytes
    var writer = ByteWriter()
    TraceIDPage.encode(traces.map(\.id), to: &writer)
    draft.traceIDs = writer.bytes
    writer.removeAll()
    spanIDPage().encode(to: &writer)
    draft.spanIDs = writer.bytes
    return draft
  }

  /// Small traces share a block; one that needs more than a block starts its own.
  private mutating func encodePayload(
    of trace: SegmentTrace, firstSpan: Int
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
    let number = traceNumber
    traceNumber += 1
    if encoder.heavy.count > heavyBefore { heavyTraces.append(number) }
    if pending.count + encoder.streams.count > target { closeBlock() }
    pendingTraces.append(number)
    var spansWritten = 0
    if pending.count + encoder.streams.count > target {
      var from = start
      for cut in cuts {
        pending.append(encoder.streams, from: from, to: cut.mark)
        pendingSpans = cut.spans - spansWritten
        spansWritten = cut.spans
        from = cut.mark
        closeBlock()
        if spansWritten < trace.spans.count { pendingTraces.append(number) }
      }
      pending.append(encoder.streams, from: from, to: encoder.streams.mark)
      pendingSpans = trace.spans.count - spansWritten
    } else {
      pending.append(encoder.streams, from: start, to: encoder.streams.mark)
      pendingSpans += trace.spans.count
    }
    closeHeavy(minimum: Limits.heavyBlockTarget)
  }

  /// Makes a block of what is pending.
  private mutating func closeBlock() {
    if pendingSpans > 0 {
      var block = ChunkDraft.Block(streams: pending, spans: pendingSpans, traces: pendingTraces)
      if BlockFrame.isTooLarge(pending) {
        block.heavyOffset = encoder.heavy.count
        encoder.heavy.append(pending.codes.bytes)
        encoder.heavy.append(pending.text.bytes)
        heavyTraces.append(contentsOf: pendingTraces)
      }
      draft.pieces.append(.block(block))
      pending = PayloadStreams()
      pendingSpans = 0
    }
    pendingTraces.removeAll(keepingCapacity: true)
  }

  /// Makes blocks of the rest of the HEAVY stream where it has at least `minimum` bytes.
  private mutating func closeHeavy(minimum: Int) {
    guard encoder.heavy.count - heavyWritten >= minimum else { return }
    draft.pieces.append(.heavy(heavyWritten..<encoder.heavy.count, traces: heavyTraces))
    heavyWritten = encoder.heavy.count
    heavyTraces.removeAll(keepingCapacity: true)
  }

  private func spanIDPage() -> SpanIDPage {
    var page = SpanIDPage()
    var parents: [ByteRange] = []
    page.ids.reserveCapacity(draft.page.count)
    page.bytes.reserveCapacity(draft.page.count * 9)
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
