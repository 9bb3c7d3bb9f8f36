import Testing

@testable import BHTrace

struct CriticalPathTests {
  @Test func theRootIsChargedWithWhatNoChildCovers() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 0, end: 100, name: "r"),
      PlainSpan(id: "a", parent: "r", start: 10, end: 40, name: "a"),
      PlainSpan(id: "b", parent: "r", start: 30, end: 80, name: "b"),
      PlainSpan(id: "c", parent: "b", start: 60, end: 70, name: "c"),
    ])
    #expect(
      trace.words(trace.path()) == ["r 0..30", "b 30..60", "c 60..70", "b 70..80", "r 80..100"])
  }

  @Test func siblingsThatTouchAreBothOnThePath() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 0, end: 30, name: "r"),
      PlainSpan(id: "a", parent: "r", start: 0, end: 10, name: "a"),
      PlainSpan(id: "b", parent: "r", start: 10, end: 20, name: "b"),
      PlainSpan(id: "c", parent: "r", start: 20, end: 30, name: "c"),
    ])
    #expect(trace.words(trace.path()) == ["a 0..10", "b 10..20", "c 20..30"])
  }

  @Test func jaegerDropsASiblingThatTouchesTheNext() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 0, end: 30_000, name: "r"),
      PlainSpan(id: "a", parent: "r", start: 0, end: 10_000, name: "a"),
      PlainSpan(id: "b", parent: "r", start: 10_000, end: 20_000, name: "b"),
    ])
    #expect(
      trace.words(trace.path(.jaeger)) == ["r 0..10000", "b 10000..20000", "r 20000..30000"])
  }

  @Test func jaegerKnowsWholeMicrosecondsOnly() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 1_500, end: 9_700, name: "r"),
      PlainSpan(id: "a", parent: "r", start: 2_900, end: 4_800, name: "a"),
    ])
    #expect(
      trace.words(trace.path(.jaeger)) == ["r 1000..2000", "a 2000..3000", "r 3000..9000"])
  }

  @Test func aConsumerDoesNotBlockItsProducer() {
    let spans = [
      PlainSpan(id: "r", start: 0, end: 30, kind: 4, name: "r"),
      PlainSpan(id: "c", parent: "r", start: 10, end: 20, kind: 5, name: "c"),
      PlainSpan(id: "d", parent: "c", start: 12, end: 14, name: "d"),
    ]
    let trace = NamedTree(spans)
    #expect(trace.words(trace.path()) == ["r 0..30"])
    #expect(trace.words(trace.path(from: 1)) == ["c 10..12", "d 12..14", "c 14..20"])
    var blocking = spans
    blocking[0].kind = 3
    let other = NamedTree(blocking)
    #expect(other.words(other.path()).count == 5)
  }

  @Test func aLateConsumerIsNotOutsideItsParent() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 0, end: 10, kind: 4, name: "r"),
      PlainSpan(id: "c", parent: "r", start: 50, end: 60, kind: 5, name: "c"),
      PlainSpan(id: "d", parent: "c", start: 70, end: 80, name: "d"),
    ])
    #expect(trace.path().warnings.outsideParent == 1)
  }

  @Test func childrenAreClippedToTheirParents() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 10, end: 30, name: "r"),
      PlainSpan(id: "a", parent: "r", start: 5, end: 50, name: "a"),
      PlainSpan(id: "b", parent: "a", start: 0, end: 20, name: "b"),
      PlainSpan(id: "c", parent: "r", start: 30, end: 40, name: "c"),
    ])
    let path = trace.path()
    #expect(trace.words(path) == ["b 10..20", "a 20..30"])
    #expect(path.warnings.outsideParent == 1)
  }

  @Test func oddSpansAreCounted() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 10, end: 5, name: "r"),
      PlainSpan(id: "a", parent: "a", start: 0, end: 5),
      PlainSpan(id: "b", parent: "gone", start: 0, end: 5),
      PlainSpan(id: "b", parent: "a", start: 3, end: 4),
    ])
    var all = TraceWarnings()
    for root in CriticalPathQuery.roots(of: trace.tree) { all += trace.path(from: root).warnings }
    #expect(all.negativeDuration == 1)
    #expect(all.cycles == 1)
    #expect(all.orphans == 1)
    #expect(all.duplicates == 1)
    #expect(all.outsideParent == 0)
  }

  @Test func theMainRootIsTheLongestWithoutAParent() {
    let spans = [
      PlainSpan(id: "a", parent: "gone", start: 0, end: 100),
      PlainSpan(id: "b", start: 5, end: 25), PlainSpan(id: "c", start: 4, end: 24),
      PlainSpan(id: "d", start: 0, end: 2),
    ]
    let trace = NamedTree(spans)
    #expect(CriticalPathQuery.roots(of: trace.tree) == [0, 1, 2, 3])
    #expect(CriticalPathQuery.mainRoot(of: trace.tree) == 2)
    let fragments = NamedTree([
      PlainSpan(id: "a", parent: "gone", start: 0, end: 10),
      PlainSpan(id: "b", parent: "b", start: 5, end: 25),
    ])
    #expect(CriticalPathQuery.mainRoot(of: fragments.tree) == 1)
    #expect(CriticalPathQuery.mainRoot(of: TraceTree()) == nil)
  }

  @Test func theLongestChildIsFollowedFirstInFileOrder() {
    var trace = NamedTree([
      PlainSpan(id: "r", start: 0, end: 100, name: "r"),
      PlainSpan(id: "a", parent: "r", start: 10, end: 30, name: "a"),
      PlainSpan(id: "b", parent: "r", start: 40, end: 60, name: "b"),
      PlainSpan(id: "c", parent: "b", start: 0, end: 500, name: "c"),
    ])
    #expect(trace.words(trace.path(.longestChild)) == ["r 0..100", "a 10..30"])
    trace.tree.filePositions = [0, 3, 2, 1]
    #expect(trace.words(trace.path(.longestChild)) == ["r 0..100", "b 40..60", "c 0..500"])
  }

  @Test func theChainOfAV1TraceStartsAtTheFirstRootOfTheFile() {
    var trace = NamedTree([
      PlainSpan(id: "a", start: 0, end: 100), PlainSpan(id: "b", start: 10, end: 20),
      PlainSpan(id: "c", parent: "gone", start: 20, end: 900),
    ])
    trace.tree.dialect = .v1
    trace.tree.filePositions = [2, 1, 0]
    #expect(CriticalPathQuery.mainRoot(of: trace.tree, method: .longestChild) == 1)
    #expect(CriticalPathQuery.mainRoot(of: trace.tree, method: .blocking) == 0)
  }

  @Test func totalsAddUpSpansAndServices() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 0, end: 100, service: "web", name: "r"),
      PlainSpan(id: "a", parent: "r", start: 10, end: 40, service: "db", name: "a"),
      PlainSpan(id: "b", parent: "r", start: 40, end: 90, service: "api", name: "b"),
      PlainSpan(id: "c", parent: "b", start: 40, end: 90, service: "db", name: "c"),
      PlainSpan(id: "d", parent: "r", start: 20, end: 30, service: "idle", name: "d"),
    ])
    let totals = CriticalPathTotals(
      of: trace.path(), method: .blocking, in: trace.tree, names: trace.names)
    #expect(totals.spans.map(\.position) == [0, 1, 3, 4])
    #expect(totals.spans.map(\.selfTime) == [20, 30, 0, 50])
    #expect(totals.spans.map(\.inclusive) == [100, 30, 50, 50])
    #expect(totals.services.map { String(decoding: $0.service, as: UTF8.self) } == ["db", "web"])
    #expect(totals.services.map(\.selfTime) == [80, 20])
    let chain = CriticalPathTotals(
      of: trace.path(.longestChild), method: .longestChild, in: trace.tree, names: trace.names)
    #expect(chain.spans.map(\.selfTime) == [50, 0, 50])
    #expect(chain.spans.map(\.inclusive) == [100, 50, 50])
  }
}
