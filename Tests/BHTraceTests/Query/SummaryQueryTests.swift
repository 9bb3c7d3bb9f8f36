import Testing

@testable import BHTrace

struct SummaryQueryTests {
  private let shop = [
    PlainSpan(id: "r", start: 0, end: 100, service: "web", name: "GET", trace: "one"),
    PlainSpan(
      id: "a", parent: "r", start: 10, end: 40, status: 2, service: "db", name: "q", trace: "one"),
    PlainSpan(id: "b", parent: "r", start: 40, end: 50, service: "web", name: "x", trace: "one"),
    PlainSpan(id: "r", start: 200, end: 260, service: "db", name: "q", trace: "two"),
    PlainSpan(id: "s", parent: "no", start: 190, end: 195, service: "z", name: "q", trace: "two"),
  ]

  private func text(_ times: [OperationTime]) -> [String] {
    times.map {
      "\(String(decoding: $0.service, as: UTF8.self)) "
        + "\(String(decoding: $0.operation, as: UTF8.self)) \($0.selfTime)"
    }
  }

  @Test func oneTraceGivesItsPathInOrderOfTime() throws {
    let archive = MemoryArchive(shop)
    let summary = try #require(
      try SummaryQuery.run(over: archive, traceID: Array("one".utf8)))
    #expect(summary.traces == 1)
    #expect(summary.spans == 3)
    #expect(summary.duration == 100)
    #expect(summary.services.map { String(decoding: $0.name, as: UTF8.self) } == ["db", "web"])
    #expect(summary.services.map(\.rollup.spans) == [1, 2])
    #expect(summary.services.map(\.rollup.total) == [30, 110])
    #expect(summary.services.map(\.rollup.selfTime) == [30, 70])
    #expect(summary.services.map(\.rollup.errors) == [1, 0])
    #expect(text(summary.criticalPath) == ["web GET 10", "db q 30", "web x 10", "web GET 50"])
    #expect(text(summary.slowestSelfTime) == ["web GET 60", "db q 30", "web x 10"])
    #expect(summary.warnings == TraceWarnings())
    #expect(archive.partsAsked == [.structure])
  }

  @Test func sectionsOfOneSpanThatFollowEachOtherAreJoined() throws {
    let archive = MemoryArchive([
      PlainSpan(id: "r", start: 0, end: 10, name: "r"),
      PlainSpan(id: "i", parent: "r", start: 5, end: 5, name: "i"),
    ])
    let summary = try #require(try SummaryQuery.run(over: archive))
    #expect(text(summary.criticalPath) == ["svc r 10"])
  }

  @Test func severalTracesGiveThePathByOperationLargestFirst() throws {
    let summary = try #require(try SummaryQuery.run(over: MemoryArchive(shop)))
    #expect(summary.traces == 2)
    #expect(summary.duration == 170)
    #expect(text(summary.criticalPath) == ["db q 90", "web GET 60", "web x 10"])
    #expect(
      text(summary.slowestSelfTime)
        == ["db q 60", "web GET 60", "db q 30", "web x 10", "z q 5"])
    #expect(summary.warnings.orphans == 1)
  }

  @Test func quantilesTimesAndOperationsAreToldWhereAskedFor() throws {
    var query = SummaryQuery()
    query.splitsOperations = true
    let archive = MemoryArchive(shop, perSegment: 1)
    try archive.forEachTrace(.structure) { query.add($0) }
    let summary = query.finish()
    #expect(summary.times == 0...260)
    #expect(
      summary.operations.map { String(decoding: $0.service + [0x20] + $0.operation, as: UTF8.self) }
        == ["db q", "web GET", "web x", "z q"])
    #expect(summary.operations.map(\.rollup.selfTime) == [90, 60, 10, 5])
    #expect(summary.operations[0].rollup.durations.quantiles([50, 95]) == [30, 60])
    let plain = try #require(try SummaryQuery.run(over: archive))
    #expect(plain.operations.isEmpty)
    #expect(
      summary.services.elementsEqual(plain.services) {
        $0.name == $1.name && $0.rollup == $1.rollup
      })
  }

  @Test func theSlowestSpansAreFoundAgain() throws {
    let archive = MemoryArchive(shop, perSegment: 1)
    let summary = try #require(try SummaryQuery.run(over: archive))
    let ids = try summary.slowestIDs(in: archive)
    #expect(
      ids.map { String(decoding: $0.trace, as: UTF8.self) } == ["two", "one", "one", "one", "two"])
    #expect(ids.map { String(decoding: $0.span, as: UTF8.self) } == ["r", "r", "a", "b", "s"])
  }

  @Test func anUnknownTraceHasNoSummary() throws {
    #expect(try SummaryQuery.run(over: MemoryArchive(shop), traceID: [1]) == nil)
    let empty = try SummaryQuery.run(over: MemoryArchive([]))
    #expect(empty == Summary())
  }

  @Test func nameTablesOfSeveralSegmentsMergeByBytes() throws {
    for seed in UInt64(0)..<200 {
      var random = SeededGenerator(seed: seed)
      var spans: [PlainSpan] = []
      for trace in 0..<8 {
        for var span in randomSpans(&random) {
          span.trace = "t\(trace)"
          span.service = "service-\(Int.random(in: 0..<4, using: &random))"
          span.name = "op-\(Int.random(in: 0..<4, using: &random))"
          spans.append(span)
        }
      }
      let whole = try SummaryQuery.run(over: MemoryArchive(spans))
      let split = try SummaryQuery.run(over: MemoryArchive(spans, perSegment: 2))
      #expect(whole == split, "seed \(seed)")

      var unhinted = SummaryQuery()
      try MemoryArchive(spans, perSegment: 1).forEachTrace(.structure) {
        unhinted.add($0.tree, names: $0.names)
      }
      #expect(unhinted.finish() == whole, "seed \(seed)")
    }
  }

  @Test func composedAndDecomposedNamesStayApart() throws {
    let summary = try #require(
      try SummaryQuery.run(
        over: MemoryArchive([
          PlainSpan(id: "a", service: "caf\u{E9}"), PlainSpan(id: "b", service: "cafe\u{301}"),
        ])))
    #expect(summary.services.count == 2)
  }

  @Test func sumsOfAbsurdTimesStayAtTheLargestValue() throws {
    let summary = try #require(
      try SummaryQuery.run(
        over: MemoryArchive([
          PlainSpan(id: "a", start: 0, end: .max, trace: "one"),
          PlainSpan(id: "b", start: 0, end: .max, trace: "two"),
        ])))
    #expect(summary.duration == .max)
    #expect(summary.services.map(\.rollup.total) == [.max])
  }

  @Test func theAggregateOfAMethodAddsUpItsOwnTimes() {
    let trace = NamedTree(Array(shop[0..<3]))
    var aggregate = CriticalPathAggregate(method: .longestChild)
    aggregate.add(trace.tree, names: trace.names)
    #expect(text(aggregate.finish()) == ["web GET 70", "db q 30"])
    #expect(aggregate.traces == 1)
  }
}
