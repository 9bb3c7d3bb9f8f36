import Testing

@testable import BHTrace

struct SelfTimeTests {
  @Test func overlappingChildrenAreSubtractedOnce() {
    let trace = NamedTree([
      PlainSpan(id: "r", start: 0, end: 100),
      PlainSpan(id: "a", parent: "r", start: 10, end: 50),
      PlainSpan(id: "b", parent: "r", start: 20, end: 30),
      PlainSpan(id: "c", parent: "r", start: 40, end: 60),
      PlainSpan(id: "d", parent: "r", start: 90, end: 200),
    ])
    #expect(SelfTime.times(of: trace.tree) == [40, 40, 10, 20, 110])
  }

  @Test func selfTimesAreThoseOfTheOracle() {
    for seed in UInt64(0)..<5_000 {
      var random = SeededGenerator(seed: seed)
      let tree = NamedTree(randomSpans(&random)).tree
      let expected = tree.parents.indices.map { position in
        let children = tree.parents.indices.filter { tree.parents[$0] == Int32(position) }
        let end = max(tree.starts[position], tree.ends[position])
        let own = (tree.starts[position]..<end).filter { moment in
          !children.contains { tree.starts[$0] <= moment && moment < tree.ends[$0] }
        }
        return UInt64(own.count)
      }
      #expect(SelfTime.times(of: tree) == expected, "seed \(seed)")
    }
  }
}
