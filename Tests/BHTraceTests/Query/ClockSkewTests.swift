import Testing

@testable import BHTrace

struct ClockSkewTests {
  /// The tree of `spans`, its names, and the times by name after adjusting.
  private func adjusted(_ spans: [PlainSpan]) -> (times: [String: [UInt64]], moved: Int) {
    let named = NamedTree(SpanBatch(spans), spans: Array(spans.indices))
    let (tree, moved) = named.tree.adjustedForSkew(names: named.names)
    var times: [String: [UInt64]] = [:]
    for position in 0..<tree.count {
      let name = named.names.operations[Int(tree.operations[position])].name
      times[String(decoding: name, as: UTF8.self)] = [tree.starts[position], tree.ends[position]]
    }
    return (times, moved)
  }

  @Test func aCalledServiceIsPutInTheMiddleOfTheCallAndTakesItsSpansAlong() {
    let (times, moved) = adjusted([
      PlainSpan(id: "a", start: 1000, end: 2000, service: "web", name: "a"),
      PlainSpan(id: "b", parent: "a", start: 3000, end: 3600, service: "db", name: "b"),
      PlainSpan(id: "c", parent: "b", start: 3100, end: 3200, service: "db", name: "c"),
      PlainSpan(id: "d", parent: "c", start: 1350, end: 1360, service: "disk", name: "d"),
    ])
    #expect(times["a"] == [1000, 2000])
    #expect(times["b"] == [1200, 1800])
    #expect(times["c"] == [1300, 1400])
    // Inside its parent's time by the one clock: stays.
    #expect(times["d"] == [1350, 1360])
    #expect(moved == 2)
  }

  @Test func whatLastsLongerThanTheCallStartsWithItAtTheEarliest() {
    let (times, moved) = adjusted([
      PlainSpan(id: "a", start: 1000, end: 2000, service: "web", name: "a"),
      PlainSpan(id: "b", parent: "a", start: 400, end: 2400, service: "db", name: "b"),
      PlainSpan(id: "c", parent: "a", start: 1500, end: 3500, service: "log", name: "c"),
    ])
    #expect(times["b"] == [1000, 3000])
    #expect(times["c"] == [1500, 3500])
    #expect(moved == 1)
  }

  @Test func messagesAndSpansOfOneServiceStay() {
    let (times, moved) = adjusted([
      PlainSpan(id: "a", start: 1000, end: 2000, kind: 4, service: "web", name: "a"),
      PlainSpan(id: "b", parent: "a", start: 5000, end: 5100, kind: 5, service: "mail", name: "b"),
      PlainSpan(id: "c", parent: "a", start: 5000, end: 5100, service: "web", name: "c"),
    ])
    #expect(times["b"] == [5000, 5100])
    #expect(times["c"] == [5000, 5100])
    #expect(moved == 0)
  }

  @Test func theLargestTimesDoNotTrap() {
    let (times, moved) = adjusted([
      PlainSpan(id: "a", start: 0, end: .max, service: "web", name: "a"),
      PlainSpan(id: "b", parent: "a", start: .max, end: 0, service: "db", name: "b"),
      PlainSpan(id: "c", parent: "b", start: 5, end: .max, service: "web", name: "c"),
    ])
    #expect(times["a"] == [0, .max])
    #expect(times.count == 3)
    #expect(moved == 1)
  }

  @Test func selfTimesDoNotDependOnTheOrderOfMovedSiblings() {
    var tree = TraceTree()
    tree.parents = [-1, 0, 0, 0]
    tree.operations = [0, 0, 0, 0]
    tree.starts = [100, 160, 110, 120]
    tree.ends = [200, 180, 130, 150]
    tree.marks = [[], [], [], []]
    var (times, frontiers): ([UInt64], [UInt64]) = ([], [])
    SelfTime.fillMoved(&times, frontiers: &frontiers, of: tree)
    #expect(times == [40, 20, 20, 30])
  }

  @Test func summariesAndPathsTakeMovedTimes() {
    let spans = [
      PlainSpan(id: "a", start: 1000, end: 2000, service: "web", name: "a"),
      PlainSpan(id: "b", parent: "a", start: 3000, end: 3600, service: "db", name: "b"),
    ]
    let named = NamedTree(SpanBatch(spans), spans: [0, 1])
    var (plain, moved) = (SummaryQuery(), SummaryQuery())
    moved.adjustsSkew = true
    plain.add(named.tree, names: named.names)
    moved.add(named.tree, names: named.names)
    #expect(plain.finish().criticalPath.map(\.selfTime) == [1000])
    #expect(plain.finish().warnings.outsideParent == 1)
    #expect(moved.finish().criticalPath.map(\.selfTime) == [200, 600, 200])
    #expect(moved.finish().warnings.outsideParent == 0)
    #expect(moved.finish().warnings.movedSpans == 1)
    #expect(moved.finish().duration == 1000)
    var paths = CriticalPathAggregate(method: .blocking, adjustsSkew: true)
    paths.add(named.tree, names: named.names)
    #expect(paths.finish().map(\.selfTime) == [600, 400])
    #expect(paths.warnings.movedSpans == 1)
  }
}
