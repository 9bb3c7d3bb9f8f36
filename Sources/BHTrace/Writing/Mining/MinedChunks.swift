/// The chunks of a mined segment, for what looks at their spans once more.
struct MinedChunks: Sendable {
  let mined: MinedSegment
  let pages: [IndexPage]
  /// For each chunk that is a piece of a trace the duration of the whole trace; else 0.
  let longestTraces: [UInt64]
  private let spans: SegmentSpans
  /// For each chunk its spans, by number in the segment.
  private let chunks: [Range<Int>]
  /// For each run, and one more, the number of its first span in the segment.
  private let firstSpans: [Int]

  /// A run of spans of a chunk that one miner saw.
  struct Part {
    let run: MinedRun
    /// By number in the run.
    let spans: Range<Int>
    /// The number in the chunk of the first of them.
    let first: Int
  }

  /// The chunks with these `pages` of the segment that `mined` is of; `chunks` has for each its spans,
  /// by number in the segment.
  init(
    _ mined: MinedSegment, _ spans: SegmentSpans, pages: [IndexPage], chunks: [Range<Int>],
    longestTraces: [UInt64]
  ) {
    self.mined = mined
    self.pages = pages
    self.chunks = chunks
    self.spans = spans
    self.longestTraces = longestTraces
    var firstSpans = [0]
    for run in mined.runs {
      firstSpans.append(firstSpans[firstSpans.count - 1] + run.spanShapes.count)
    }
    self.firstSpans = firstSpans
  }

  /// The number of chunks.
  var count: Int { pages.count }

  /// The number of spans of the segment.
  var spanCount: Int { spans.count }

  /// The spans of `chunk` by the runs they were mined in; mostly one.
  func parts(_ chunk: Int) -> [Part] {
    let range = chunks[chunk]
    return mined.runs.indices.compactMap { run in
      let own = (firstSpans[run]..<firstSpans[run + 1]).clamped(to: range)
      if own.isEmpty { return nil }
      return Part(
        run: mined.runs[run],
        spans: (own.lowerBound - firstSpans[run])..<(own.upperBound - firstSpans[run]),
        first: own.lowerBound - range.lowerBound)
    }
  }

  /// Goes through the slots of the spans of `chunk` (not of their events and links), constants too.
  @inline(__always)
  func forEachSpanSlot(_ chunk: Int, _ body: (MinedSlot, MinedRun) -> Void) {
    for part in parts(chunk) {
      let run = part.run
      for span in part.spans {
        let first = run.firstSlots[span]
        let shape = Int(run.numbers.spanShapes[Int(run.spanShapes[span])])
        for slot in first..<(first + mined.plans.spans.slotCount(shape)) {
          body(run.slots[slot], run)
        }
      }
    }
  }

  /// Goes through the slots of `chunk` that are no constants of shapes in tables, those of events and
  /// links too; `body` gets a slot and the number of its span in the chunk.
  @inline(__always)
  func forEachStoredSlot(_ chunk: Int, _ body: (MinedSlot, Int, MinedRun) -> Void) {
    for part in parts(chunk) {
      let run = part.run
      let distance = part.first - part.spans.lowerBound
      run.forEachStoredSlot(mined.plans, in: part.spans) {
        body(run.slots[$0], $1 + distance, run)
      }
    }
  }

  /// The number of the batch that span number `span` of `chunk` lies in.
  @inline(__always)
  func batch(ofSpan span: Int, _ chunk: Int) -> Int {
    spans.references[chunks[chunk].lowerBound + span].batch
  }

  /// The bytes of batch number `number`.
  func arena(_ number: Int) -> [UInt8] { spans.batches[number].arena }
}

extension MinedRun {
  /// The events of span number `span` of the run, as places in `eventShapes`.
  @inline(__always)
  func events(of span: Int) -> Range<Int> {
    firstEvents[span]..<(span + 1 == spanShapes.count ? eventShapes.count : firstEvents[span + 1])
  }

  /// The links of span number `span` of the run, as places in `linkShapes`.
  @inline(__always)
  func links(of span: Int) -> Range<Int> {
    firstLinks[span]..<(span + 1 == spanShapes.count ? linkShapes.count : firstLinks[span + 1])
  }

  /// Like the method for all spans of the run, for `spans` of it.
  @inline(__always)
  func forEachStoredSlot(
    _ plans: ShapePlans.OfSegment, in spans: Range<Int>, _ body: (_ slot: Int, _ span: Int) -> Void
  ) {
    for span in spans {
      var first = firstSlots[span]
      let shape = Int(numbers.spanShapes[Int(spanShapes[span])])
      for place in plans.spans.stored(shape) { body(first + plans.spans.offset(place), span) }
      first += plans.spans.slotCount(shape)
      for event in events(of: span) {
        let shape = Int(numbers.eventShapes[Int(eventShapes[event])])
        for place in plans.events.stored(shape) { body(first + plans.events.offset(place), span) }
        first += plans.events.slotCount(shape)
      }
      for link in links(of: span) {
        let shape = Int(numbers.linkShapes[Int(linkShapes[link])])
        for place in plans.links.stored(shape) { body(first + plans.links.offset(place), span) }
        first += plans.links.slotCount(shape)
      }
    }
  }
}
