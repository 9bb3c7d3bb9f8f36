import Testing

@testable import BHTrace

struct RollupMinerTests {
  private func rollup(_ fixture: MinedFixture) throws -> Rollup {
    let made = try #require(RollupMiner.rollup(fixture.pages))
    return try Rollup.decode(
      made.encode(), operationCount: fixture.mined.names.operations.count,
      spans: fixture.pages.reduce(0) { $0 + $1.count }, at: 0)
  }

  @Test(arguments: [UInt64(3), 4])
  func cellsCountWhatTheSpansSay(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    let fixture = try MinedFixture([random.batch(spans: 400)])
    let rollup = try rollup(fixture)
    struct Key: Hashable {
      var bucket: UInt64
      var cell: UInt64
    }
    var cells: [Key: DurationSums] = [:]
    for (page, spans) in zip(fixture.pages, fixture.spans) {
      for (index, one) in spans.enumerated() {
        let bucket = rollup.width == 0 ? 0 : one.span.start / rollup.width
        let cell = UInt64(page.operations[index]) * 2 + (one.span.statusCode == 2 ? 1 : 0)
        let duration = one.span.end > one.span.start ? one.span.end - one.span.start : 0
        cells[Key(bucket: bucket, cell: cell), default: DurationSums()].add(duration)
      }
    }
    for bucket in rollup.buckets {
      for cell in bucket.cells {
        let expected = cells.removeValue(forKey: Key(bucket: bucket.number, cell: cell.number))
        #expect(cell.durations == expected)
      }
    }
    #expect(cells.isEmpty)
  }

  @Test func bucketsAreAsNarrowAsTheCellsAllow() throws {
    // Four cells: two operations, with and without errors.
    let minute: UInt64 = 60_000_000_000
    let tenSeconds: UInt64 = 10_000_000_000
    #expect(
      try rollup(MinedFixture([.timeline(traces: 12, traceSpans: 3)])).width == tenSeconds / 10)
    #expect(try rollup(MinedFixture([.timeline(traces: 100, traceSpans: 3)])).width == tenSeconds)
    #expect(try rollup(MinedFixture([.timeline(traces: 600, traceSpans: 3)])).width == minute)
  }

  @Test func sumsOfTimeAreThoseOfTheBucketsInIt() throws {
    let fixture = try MinedFixture([.timeline(traces: 600, traceSpans: 2)])
    let rollup = try rollup(fixture)
    let all = rollup.sums(in: 0...UInt64.max)
    #expect(all.isExact)
    #expect(all.cells.reduce(0) { $0 + $1.durations.count } == 1200)
    let minute = rollup.buckets[3]
    let part = rollup.sums(in: rollup.times(minute))
    #expect(part.isExact)
    #expect(part.cells == minute.cells)
    let start = rollup.times(minute).lowerBound
    #expect(!rollup.sums(in: start...(start + 5)).isExact)
  }
}
