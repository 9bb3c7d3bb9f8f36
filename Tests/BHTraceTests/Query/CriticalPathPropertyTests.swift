import Testing

@testable import BHTrace

struct CriticalPathPropertyTests {
  @Test(arguments: 0..<20)
  func randomTreesKeepTheInvariants(block: UInt64) {
    for seed in (block * 1_000)..<(block * 1_000 + 400) {
      var random = SeededGenerator(seed: seed)
      let spans = randomSpans(&random)
      let trace = NamedTree(spans)
      let path = trace.path()
      let intervals = oracleIntervals(trace)
      let root = (trace.tree.starts[path.root], trace.tree.repairedEnd(path.root))
      var time = root.0
      var isSound = true
      for section in path.sections {
        isSound = isSound && section.start == time && section.end > time
        time = section.end
        if let own = intervals[section.position] {
          isSound = isSound && own.start <= section.start && section.end <= own.end
        } else {
          isSound = false
        }
      }
      #expect(isSound && time == root.1, "seed \(seed)")

      let shuffled = NamedTree(spans.shuffled(using: &random))
      #expect(shuffled.tree == trace.tree, "seed \(seed)")
      #expect(shuffled.path() == path, "seed \(seed)")
    }
  }

  @Test func everyNanosecondIsChargedAsTheOracleChargesIt() {
    for seed in UInt64(0)..<3_000 {
      var random = SeededGenerator(seed: seed)
      let trace = NamedTree(randomSpans(&random, atMost: 9))
      let path = trace.path()
      let intervals = oracleIntervals(trace)
      for section in path.sections {
        for moment in section.start..<section.end {
          #expect(
            section.position == oracleOwner(trace, intervals, path.root, moment),
            "seed \(seed), nanosecond \(moment)")
        }
      }
    }
  }

  private struct Interval {
    var start: UInt64
    var end: UInt64
  }

  /// The clipped interval of each span that can be on the path, straight from the definition.
  private func oracleIntervals(_ trace: NamedTree) -> [Interval?] {
    var intervals: [Interval?] = []
    let tree = trace.tree
    for position in 0..<tree.count {
      let own = Interval(
        start: tree.starts[position], end: max(tree.starts[position], tree.ends[position]))
      guard tree.parents[position] >= 0 else {
        intervals.append(own)
        continue
      }
      let kinds = [position, Int(tree.parents[position])].map {
        trace.names.operations[Int(tree.operations[$0])].kind
      }
      guard let parent = intervals[Int(tree.parents[position])], kinds != [5, 4] else {
        intervals.append(nil)
        continue
      }
      let clipped = Interval(
        start: max(own.start, parent.start), end: max(parent.start, min(own.end, parent.end)))
      let isInstant = own.start == own.end
      let isInside =
        isInstant
        ? parent.start <= own.start && own.start <= parent.end : clipped.start < clipped.end
      intervals.append(isInside ? clipped : nil)
    }
    return intervals
  }

  /// Who the root waits for in the nanosecond from `moment`: the child that is waited for then,
  /// asked again, until there is none.
  private func oracleOwner(
    _ trace: NamedTree, _ intervals: [Interval?], _ root: Int, _ moment: UInt64
  ) -> Int {
    var span = root
    while true {
      var time = intervals[span]?.end ?? 0
      var left = trace.tree.parents.indices.filter {
        trace.tree.parents[$0] == Int32(span) && intervals[$0] != nil
      }
      var waitedFor: Int?
      while waitedFor == nil {
        let open = left.filter { (intervals[$0]?.end ?? 0) <= time }
        let next = open.max { a, b in
          let (one, two) = (intervals[a], intervals[b])
          guard let one, let two else { return false }
          return (one.end, two.start, b) < (two.end, one.start, a)
        }
        guard let next, let interval = intervals[next] else { break }
        left.removeAll { $0 == next }
        if interval.start <= moment && moment < interval.end { waitedFor = next }
        time = interval.start
      }
      guard let next = waitedFor else { return span }
      span = next
    }
  }

  @Test func deepChainsAndManySiblingsAreWalkedToTheEnd() {
    let count = 50_000
    let chain = NamedTree(
      (0..<count).map {
        PlainSpan(
          id: "s\($0)", parent: $0 == 0 ? "" : "s\($0 - 1)", start: UInt64($0),
          end: UInt64(2 * count - $0))
      })
    let down = chain.path()
    #expect(down.sections.count == 2 * count - 1)
    #expect(down.sections.reduce(0) { $0 + $1.end - $1.start } == UInt64(2 * count))
    #expect(chain.path(.longestChild).sections.count == count)
    #expect(chain.path(.jaeger).sections.last?.end == UInt64(2 * count))

    let row = NamedTree(
      (0...count).map {
        $0 == 0
          ? PlainSpan(id: "r", start: 0, end: UInt64(count))
          : PlainSpan(id: "s\($0)", parent: "r", start: UInt64($0 - 1), end: UInt64($0))
      })
    let along = row.path()
    #expect(along.sections.count == count)
    #expect(along.sections.map(\.position) == Array(1...count))
    #expect(row.path(.longestChild).sections.map(\.position) == [0, 1])
  }

  @Test func instantsByTheThousandDoNotHoldUpTheWalk() {
    let trace = NamedTree(
      (0...20_000).map {
        $0 == 0
          ? PlainSpan(id: "r", start: 0, end: 10_000, name: "r")
          : PlainSpan(id: "s\($0)", parent: "r", start: 5_000, end: 5_000, name: "s")
      })
    #expect(trace.words(trace.path()) == ["r 0..5000", "r 5000..10000"])
    #expect(trace.words(trace.path(.jaeger)) == ["r 0..5000", "r 5000..10000"])
  }

  @Test func everyMethodEndsOnOddInput() {
    for seed in UInt64(0)..<3_000 {
      var random = SeededGenerator(seed: seed)
      var spans = randomSpans(&random)
      for number in spans.indices {
        spans[number].id = "s\(Int.random(in: 0..<6, using: &random))"
        spans[number].parent = "s\(Int.random(in: 0..<7, using: &random))"
      }
      let trace = NamedTree(spans)
      var visited = 0
      for root in CriticalPathQuery.roots(of: trace.tree) {
        visited += trace.tree.subtreeEnd(root) - root
        for method in CriticalPath.Method.allCases {
          let path = trace.path(method, from: root)
          #expect(
            path.sections.allSatisfy { $0.start <= $0.end && $0.position >= root },
            "seed \(seed)")
        }
      }
      #expect(visited == spans.count, "seed \(seed)")
    }
  }
}
