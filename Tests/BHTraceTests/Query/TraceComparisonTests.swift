import Testing

@testable import BHTrace

struct TraceComparisonTests {
  private func load(_ spans: [PlainSpan]) throws -> LoadedTrace {
    let archive = MemoryArchive(spans)
    let handle = try #require(archive.firstHandle())
    return archive.load(handle, [.traceID, .spanIDs], positions: nil)
  }

  /// Rows as "change first/second <parent row", spans by id.
  private func compare(_ first: [PlainSpan], _ second: [PlainSpan]) throws -> [String] {
    let (a, b) = (try load(first), try load(second))
    func id(_ trace: LoadedTrace, _ position: Int?) -> String {
      position.map { String(decoding: trace.spanIDs[$0], as: UTF8.self) } ?? "-"
    }
    return TraceComparison(a, b).rows.map {
      "\($0.change.rawValue) \(id(a, $0.first))/\(id(b, $0.second)) <\($0.parent)"
    }
  }

  @Test func spansMatchByOperationAndPlace() throws {
    let first = [
      PlainSpan(id: "r", start: 0, end: 1000, name: "GET"),
      PlainSpan(id: "q1", parent: "r", start: 10, end: 110, name: "query"),
      PlainSpan(id: "old", parent: "r", start: 120, end: 130, name: "old"),
      PlainSpan(id: "below", parent: "old", start: 121, end: 125, name: "x"),
      PlainSpan(id: "q2", parent: "r", start: 140, end: 240, name: "query"),
    ]
    let second = [
      PlainSpan(id: "R", start: 5000, end: 6300, name: "GET"),
      PlainSpan(id: "Q1", parent: "R", start: 5010, end: 5060, name: "query"),
      PlainSpan(id: "N", parent: "R", start: 5070, end: 5080, name: "new"),
      PlainSpan(id: "Q2", parent: "R", start: 5100, end: 5205, name: "query"),
      PlainSpan(id: "Q3", parent: "R", start: 5300, end: 5400, name: "query"),
    ]
    #expect(
      try compare(first, second) == [
        "slower r/R <-1", "faster q1/Q1 <0", "new -/N <0", "gone old/- <0", "gone below/- <3",
        "same q2/Q2 <0", "new -/Q3 <0",
      ])
    #expect(try compare(first, first).allSatisfy { $0.hasPrefix("same") })
  }

  @Test func tracesWithoutAnythingInCommon() throws {
    let first = [
      PlainSpan(id: "a", end: 10, service: "one"), PlainSpan(id: "b", parent: "a", end: 9),
    ]
    let second = [PlainSpan(id: "c", end: 10, service: "two")]
    #expect(try compare(first, second) == ["new -/c <-1", "gone a/- <-1", "gone b/- <1"])
  }

  @Test func aDeepChainIsNoTrouble() throws {
    let depth = 20_000
    let chain = (0..<depth).map {
      PlainSpan(id: "\($0)", parent: $0 == 0 ? "" : "\($0 - 1)", start: UInt64($0), end: 100_000)
    }
    let trace = try load(chain)
    let rows = TraceComparison(trace, trace).rows
    #expect(rows.count == depth)
    #expect(rows.last?.parent == depth - 2)
  }

  @Test(arguments: UInt64(1)...40)
  func everySpanIsInOneRow(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    func some() throws -> LoadedTrace {
      try load(
        randomSpans(&random, atMost: 40).map {
          var span = $0
          span.trace = "t"
          span.name = "op\(Int.random(in: 0..<3, using: &random))"
          return span
        })
    }
    let (a, b) = (try some(), try some())
    let rows = TraceComparison(a, b).rows
    #expect(rows.compactMap(\.first).sorted() == Array(0..<a.tree.count), "seed \(seed)")
    #expect(rows.compactMap(\.second).sorted() == Array(0..<b.tree.count), "seed \(seed)")
    for (number, row) in rows.enumerated() {
      #expect(row.parent < number, "seed \(seed)")
      if let first = row.first {
        let above = row.parent < 0 ? -1 : rows[row.parent].first ?? -2
        #expect(max(-1, Int(a.tree.parents[first])) == above, "seed \(seed)")
      }
      if let first = row.first, let second = row.second {
        #expect(
          a.names.operations[Int(a.tree.operations[first])].name
            == b.names.operations[Int(b.tree.operations[second])].name)
      }
    }
  }
}
