import Testing

@testable import BHTMeasure
@testable import BHTrace

@Suite struct CopyTimesTests {
  private let hour: UInt64 = 3_600_000_000_000

  /// The times of a trace's spans and events, and where the earliest lies.
  private struct Times: Equatable {
    /// From the first span's start.
    var offsets: [UInt64] = []
    var start: UInt64 = .max
  }

  /// The times of all traces, in the order of `ids` of the first copy in each copy.
  private func times(_ batches: [SpanBatch]) -> [[UInt8]: Times] {
    var traces: [[UInt8]: Times] = [:]
    for batch in batches {
      for span in batch.spans {
        let times = [span.start, span.end] + batch.events[span.events.indices].map(\.time)
        traces[batch.bytes(span.traceID), default: Times()].offsets += times
      }
    }
    return traces.mapValues { found in
      let start = found.offsets.min() ?? 0
      return Times(offsets: found.offsets.map { $0 - start }, start: start)
    }
  }

  @Test func withASpreadEachTraceMovesAsOneToAMomentOfIt() {
    // Two batches with parts of the same three traces.
    let source = [smallTraces(), smallTraces()]
    let start: UInt64 = 1_800_000_000_000_000_000
    let plan = CopyPlan(start: start, spread: 50 * hour)
    let copies = times(plan.copies(of: source, times: 40))
    #expect(copies.count == 120)
    let before = Set(times(source).values.map(\.offsets))
    #expect(Set(copies.values.map(\.offsets)) == before)
    let moments = copies.values.map { $0.start - start }.sorted()
    #expect(Set(moments).count == 120)
    #expect(moments.allSatisfy { $0 < 50 * hour })
    // Over the whole of it: some in each fifth, for this seed.
    #expect(Set(moments.map { $0 / (10 * hour) }) == [0, 1, 2, 3, 4])
  }

  @Test func eachCopyGoesOverTheWholeSpread() {
    let plan = CopyPlan(spread: 100 * hour)
    let source = smallTraces()
    let first = source.spans.map(\.start).min() ?? 0
    for copy in plan.copies(of: [source], times: 5) {
      let moments = times([copy]).values.map { $0.start - first }
      #expect((moments.max() ?? 0) - (moments.min() ?? 0) > 10 * hour)
    }
  }

  @Test func withoutASpreadCopiesFollowTheStart() {
    let start: UInt64 = 1_800_000_000_000_000_000
    let source = smallTraces()
    let copies = CopyPlan(start: start).copies(of: [source], times: 3)
    let distance = start - (source.spans.map(\.start).min() ?? 0)
    for (number, copy) in copies.enumerated() {
      let moved = distance + UInt64(number) * hour
      #expect(copy.spans.map(\.start).sorted() == source.spans.map { $0.start + moved }.sorted())
      #expect(copy.events.map(\.time) == source.events.map { $0.time + moved })
    }
  }

  @Test func timesThatAreNotThereStayAway() {
    var source = smallTraces()
    for index in source.spans.indices { source.spans[index].resource = 0 }
    source.spans[0].start = 0
    source.spans[0].end = 0
    source.spans[2].end = 0
    source.events[0].time = 0
    let copy = CopyPlan(start: 1_800_000_000_000_000_000, spread: hour)
      .copies(of: [source], times: 2)[1]
    #expect(copy.spans[0].start == 0 && copy.spans[0].end == 0)
    #expect(copy.spans[2].start >= 1_800_000_000_000_000_000 && copy.spans[2].end == 0)
    #expect(copy.events[0].time == 0)
  }

  @Test func timesFromTheStartOfATraceMoveFromZeroOn() {
    var generator = CheckoutGenerator(seed: 1, dialect: .v1)
    let source = generator.next()
    let start: UInt64 = 1_800_000_000_000_000_000
    let copy = CopyPlan(start: start, spread: hour).copies(of: [source], times: 1)[0]
    let moved = copy.spans.map(\.start).min() ?? 0
    #expect((start..<(start + hour)).contains(moved))
    #expect(copy.spans.map(\.start).sorted() == source.spans.map { $0.start + moved }.sorted())
    #expect(copy.spans.map(\.end).sorted() == source.spans.map { $0.end + moved }.sorted())
  }

  @Test func aTimeBeyondAllTimesIsNoticed() {
    func latest(_ plan: CopyPlan, _ times: Int) -> UInt64? {
      var repeater = TraceRepeater(plan)
      repeater.add(smallTraces())
      return repeater.latestStart(times: times)
    }
    #expect(latest(CopyPlan(), 3) == 1_700_000_000_000_000_000 + 2 * hour)
    #expect(latest(CopyPlan(), 100_000_000) == nil)
    #expect(latest(CopyPlan(start: 5, spread: 7), 100_000_000) == 12)
    #expect(latest(CopyPlan(start: .max - 1, spread: 7), 1) == nil)
  }
}
