import Testing

@testable import BHTrace

struct TraceListQueryTests {
  private let spans = [
    PlainSpan(id: "r", start: 10, end: 100, service: "web", name: "GET", trace: "one"),
    PlainSpan(id: "a", parent: "r", start: 20, end: 40, service: "db", name: "q", trace: "one"),
    PlainSpan(
      id: "r", start: 5, end: 20, status: 2, service: "db", name: "GET", trace: "two"),
    PlainSpan(id: "r", start: 30, end: 60, service: "web", name: "POST", trace: "three"),
    PlainSpan(id: "a", parent: "r", start: 31, end: 35, service: "web", name: "q", trace: "three"),
    PlainSpan(id: "b", parent: "r", start: 36, end: 37, service: "io", name: "q", trace: "three"),
  ]

  private func ids(
    _ spans: [PlainSpan]? = nil, perSegment: Int = 1, _ change: (inout TraceListQuery) -> Void
  ) throws -> [String] {
    var query = TraceListQuery()
    change(&query)
    let archive = MemoryArchive(spans ?? self.spans, perSegment: perSegment)
    let rows = try query.run(over: archive)
    #expect(archive.partsAsked.allSatisfy { $0 == .traceID })
    return rows.map { String(decoding: $0.traceID, as: UTF8.self) }
  }

  @Test func aRowSaysWhatTheTraceIs() throws {
    let rows = try TraceListQuery().run(over: MemoryArchive(spans))
    var expected = TraceListQuery.Row()
    expected.traceID = Array("three".utf8)
    expected.start = 30
    expected.duration = 30
    expected.spans = 3
    expected.services = 2
    expected.rootService = Array("web".utf8)
    expected.rootOperation = Array("POST".utf8)
    #expect(rows.last == expected)
    #expect(rows.first?.errors == 1)
  }

  @Test func filtersHoldTogether() throws {
    #expect(try ids { _ in } == ["two", "one", "three"])
    #expect(try ids { $0.services = [Array("db".utf8)] } == ["two", "one"])
    #expect(try ids { $0.operations = [Array("GET".utf8)] } == ["two", "one"])
    #expect(
      try ids {
        $0.services = [Array("db".utf8)]
        $0.operations = [Array("GET".utf8)]
      } == ["two"])
    #expect(try ids { $0.services = [Array("none".utf8)] } == [])
    #expect(try ids { $0.errorsOnly = true } == ["two"])
    #expect(try ids { $0.minDuration = 30 } == ["one", "three"])
    #expect(try ids { $0.maxDuration = 30 } == ["two", "three"])
    #expect(try ids { $0.since = 10 } == ["one", "three"])
    #expect(try ids { $0.until = 10 } == ["two"])
  }

  @Test func ofSeveralValuesAnyWillDo() throws {
    #expect(
      try ids { $0.services = [Array("io".utf8), Array("db".utf8)] } == ["two", "one", "three"])
    #expect(
      try ids { $0.operations = [Array("POST".utf8), Array("no".utf8)] } == ["three"])
  }

  @Test func errorsOfAServiceAreItsOwn() throws {
    let failing =
      spans + [
        PlainSpan(id: "x", parent: "r", start: 21, end: 22, status: 2, service: "io", trace: "one")
      ]
    #expect(try ids(failing) { $0.errorsOnly = true } == ["two", "one"])
    #expect(try ids(failing) { $0.servicesInError = [Array("db".utf8)] } == ["two"])
    #expect(try ids(failing) { $0.servicesInError = [Array("web".utf8)] } == [])
    #expect(
      try ids(failing) {
        $0.servicesInError = [Array("io".utf8)]
        $0.services = [Array("web".utf8)]
      } == ["one"])
  }

  @Test func whatTheLimitLeavesOutIsCounted() throws {
    var query = TraceListQuery()
    query.limit = 1
    query.services = [Array("db".utf8)]
    let answer = try query.answer(over: MemoryArchive(spans))
    #expect(answer.rows.count == 1 && answer.found == 2)
  }

  @Test func theListIsSortedAndLimited() throws {
    #expect(try ids { $0.sort = .duration } == ["one", "three", "two"])
    #expect(try ids { $0.sort = .spans } == ["three", "one", "two"])
    #expect(
      try ids {
        $0.sort = .duration
        $0.limit = 2
      } == ["one", "three"])
    #expect(try ids { $0.limit = 1 } == ["two"])
    #expect(try ids { $0.limit = 0 } == [])
  }

  @Test func aLimitKeepsTheFirstRowsOfTheWholeSort() throws {
    for seed in UInt64(0)..<100 {
      var random = SeededGenerator(seed: seed)
      let spans = (0..<40).map {
        let start = UInt64.random(in: 0..<10, using: &random)
        return PlainSpan(
          id: "r", start: start, end: start + UInt64.random(in: 0..<6, using: &random),
          trace: "t\($0)")
      }
      for sort in TraceListQuery.Sort.allCases {
        let all = try ids(spans, perSegment: 3) { $0.sort = sort }
        let some = try ids(spans, perSegment: 3) {
          $0.sort = sort
          $0.limit = 7
        }
        #expect(some == Array(all.prefix(7)), "seed \(seed)")
      }
    }
  }

  @Test func anArchiveWithoutTracesHasNoRows() throws {
    #expect(try TraceListQuery().run(over: MemoryArchive([])).isEmpty)
  }
}
