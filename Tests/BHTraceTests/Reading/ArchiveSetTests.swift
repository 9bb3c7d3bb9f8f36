import Testing

@testable import BHTrace

struct ArchiveSetTests {
  /// Archives of the traces of `batch` that start in one third of the time each, and one of all.
  private func archives(seed: UInt64) throws -> (set: ArchiveSet, whole: ArchiveSession) {
    var random = RandomSpans(seed: seed)
    let batch = random.batch(spans: 300)
    var options = FormatOptions()
    options.segmentSpans = 60
    options.index = .all
    let whole = try ArchiveSession(BytesSource(try archive([batch], options: options)))
    var ids: [[UInt8]] = []
    try whole.forEachTraceID { ids.append($0) }
    let members = try (0..<3).map { part -> ArchiveSet.Member in
      let chosen = Set(ids[(ids.count * part / 3)..<(ids.count * (part + 1) / 3)])
      var some = batch
      some.spans = batch.spans.filter { chosen.contains(batch.bytes($0.traceID)) }
      let bytes = try archive([some], options: options)
      return ArchiveSet.Member(
        name: "part \(part)", archive: try ArchiveSession(BytesSource(bytes)))
    }
    return (ArchiveSet(members) { _, error in throw error }, whole)
  }

  @Test(arguments: 1...6 as ClosedRange<UInt64>)
  func severalArchivesAnswerAsOne(seed: UInt64) throws {
    let (set, whole) = try archives(seed: seed)
    #expect(set.traceCount == whole.traceCount && set.spanCount == whole.spanCount)
    #expect(try SummaryQuery.run(over: set) == SummaryQuery.run(over: whole))
    #expect(try OperationProfile(of: set) == OperationProfile(of: whole))
    #expect(try TraceListQuery().run(over: set) == TraceListQuery().run(over: whole))
    #expect(try ErrorQuery().run(over: set) == ErrorQuery().run(over: whole))
    for smallIndex in [0, Int.max] {
      let totals = try ServiceTotals.all(in: set, smallIndex: smallIndex)
      let expected = try ServiceTotals.all(in: whole, smallIndex: smallIndex)
      #expect(totals.map(\.name) == expected.map(\.name))
      #expect(totals.map(\.totals) == expected.map(\.totals))
    }
  }

  @Test func aTraceIsFoundInTheArchiveThatHasIt() throws {
    let (set, whole) = try archives(seed: 9)
    try whole.forEachTraceID { id in
      let found = try set.locate(traceID: id, for: .spanIDs)
      let expected = try whole.locate(traceID: id, for: .spanIDs)
      #expect(found.count == expected.count)
      for (handle, other) in zip(found, expected) {
        let (trace, same) = (
          try set.load(handle, .spanIDs, positions: nil),
          try whole.load(other, .spanIDs, positions: nil)
        )
        #expect(trace.tree.starts == same.tree.starts && trace.spanIDs == same.spanIDs)
      }
    }
    #expect(try set.locate(traceID: [1, 2, 3], for: .structure).isEmpty)
  }

  @Test func theSlowestSpansOfSeveralArchivesAreFoundAgain() throws {
    let (set, whole) = try archives(seed: 11)
    let some = try #require(try SummaryQuery.run(over: set))
    let all = try #require(try SummaryQuery.run(over: whole))
    #expect(try some.slowestIDs(in: set) == all.slowestIDs(in: whole))
    #expect(all.slowestSpans.count == 5)
  }
}
