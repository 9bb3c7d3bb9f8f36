import Testing

@testable import BHTrace

struct TraceTreeBuilderTests {
  /// The ids of the built tree in pre-order, each with its parent's position.
  private func shape(_ plain: [PlainSpan]) -> [String] {
    let batch = SpanBatch(plain)
    let built = NamedTree(batch)
    return built.order.indices.map {
      "\(batch.text(batch.spans[built.order[$0]].spanID)):\(built.tree.parents[$0])"
    }
  }

  @Test func noSpansMakeAnEmptyTree() {
    let built = TraceTreeBuilder.build([], in: [])
    #expect(built.tree == TraceTree())
    #expect(built.order.isEmpty)
  }

  @Test func spansComeInPreOrderAndSiblingsByStartThenID() {
    let spans = [
      PlainSpan(id: "c", parent: "a", start: 5, end: 6),
      PlainSpan(id: "b", parent: "a", start: 5, end: 9),
      PlainSpan(id: "d", parent: "b", start: 1, end: 2),
      PlainSpan(id: "e", parent: "a", start: 2, end: 3),
      PlainSpan(id: "a", start: 3, end: 10),
    ]
    #expect(shape(spans) == ["a:-1", "e:0", "b:0", "d:2", "c:0"])
  }

  @Test func idsLongerThanEightBytesAreTold() {
    let spans = [
      PlainSpan(id: "long-identifier-1"),
      PlainSpan(id: "long-identifier-3", parent: "long-identifier-2", start: 1),
      PlainSpan(id: "long-identifier-2", parent: "long-identifier-1", start: 1),
      PlainSpan(id: "long", parent: "long-identifier-3", start: 1),
    ]
    #expect(
      shape(spans) == [
        "long-identifier-1:-1", "long-identifier-2:0", "long-identifier-3:1", "long:2",
      ])
  }

  @Test func aMissingParentMakesAnOrphan() {
    let built = NamedTree([
      PlainSpan(id: "a", parent: "gone", start: 1), PlainSpan(id: "b", start: 0, status: 2),
    ])
    #expect(built.tree.parents == [-1, -1])
    #expect(built.tree.marks == [.error, .orphan])
  }

  @Test func theServerHangsUnderTheClientOfItsID() {
    let built = NamedTree([
      PlainSpan(id: "r", start: 0),
      PlainSpan(id: "x", parent: "r", start: 2, kind: 2),
      PlainSpan(id: "x", parent: "r", start: 1, kind: 3),
      PlainSpan(id: "y", parent: "x", start: 3),
    ])
    #expect(built.tree.parents == [-1, 0, 1, 2])
    #expect(built.tree.marks == [[], [], .shared, []])
  }

  @Test func theServerHangsUnderItsClientEvenWhereItStartsFirst() {
    let built = NamedTree([
      PlainSpan(id: "x", start: 2, kind: 2), PlainSpan(id: "x", start: 5, kind: 3),
    ])
    #expect(built.tree.parents == [-1, 0])
    #expect(built.tree.starts == [5, 2])
    #expect(built.tree.marks == [[], .shared])
  }

  @Test func ofFurtherSpansWithOneIDTheFirstIsTheParent() {
    let built = NamedTree([
      PlainSpan(id: "x", start: 2), PlainSpan(id: "x", start: 1), PlainSpan(id: "x", start: 3),
      PlainSpan(id: "y", parent: "x", start: 4),
    ])
    #expect(built.tree.parents == [-1, 0, -1, -1])
    #expect(built.tree.starts == [1, 4, 2, 3])
    #expect(built.tree.marks == [[], [], .duplicate, .duplicate])
  }

  @Test func twoServersUnderOneClientAreDuplicates() {
    let built = NamedTree([
      PlainSpan(id: "x", start: 0, kind: 3), PlainSpan(id: "x", start: 1, kind: 2),
      PlainSpan(id: "x", start: 2, kind: 2),
    ])
    #expect(built.tree.parents == [-1, -1, -1])
    #expect(built.tree.marks == [[], .duplicate, .duplicate])
  }

  @Test func spansWithoutAnIDAreNeitherParentsNorDuplicates() {
    let built = NamedTree([
      PlainSpan(id: "", start: 0, kind: 3), PlainSpan(id: "", start: 1, kind: 2),
    ])
    #expect(built.tree.parents == [-1, -1])
    #expect(built.tree.marks == [[], []])
  }

  @Test func aSelfParentIsCut() {
    let built = NamedTree([PlainSpan(id: "x", parent: "x"), PlainSpan(id: "y", parent: "x")])
    #expect(built.tree.parents == [-1, 0])
    #expect(built.tree.marks == [.cut, []])
  }

  @Test func aCycleIsCutAtItsFirstSpan() {
    let spans = [
      PlainSpan(id: "a", parent: "c", start: 2), PlainSpan(id: "b", parent: "a", start: 1),
      PlainSpan(id: "c", parent: "b", start: 3), PlainSpan(id: "z", parent: "a", start: 0),
    ]
    let built = NamedTree(spans)
    #expect(shape(spans) == ["b:-1", "c:0", "a:1", "z:2"])
    #expect(built.tree.marks == [.cut, [], [], []])
  }

  @Test func aClientUnderItsOwnServerIsCut() {
    let built = NamedTree([
      PlainSpan(id: "x", parent: "x", start: 1, kind: 3),
      PlainSpan(id: "x", parent: "x", start: 0, kind: 2),
    ])
    #expect(built.tree.parents == [-1, 0])
    #expect(built.tree.starts == [0, 1])
    #expect(built.tree.marks == [.cut, []])
  }

  @Test func theTreeDoesNotDependOnTheOrderOfInput() {
    for seed in UInt64(0)..<2_000 {
      var random = SeededGenerator(seed: seed)
      let spans = oddSpans(&random)
      let batch = SpanBatch(spans)
      let shuffled = SpanBatch(spans.shuffled(using: &random))
      let (one, other) = (NamedTree(batch), NamedTree(shuffled))
      #expect(one.tree.parents == other.tree.parents, "seed \(seed)")
      #expect(one.tree.starts == other.tree.starts, "seed \(seed)")
      #expect(one.tree.ends == other.tree.ends, "seed \(seed)")
      #expect(one.tree.marks == other.tree.marks, "seed \(seed)")
      #expect(
        one.order.map { batch.text(batch.spans[$0].name) }
          == other.order.map { shuffled.text(shuffled.spans[$0].name) }, "seed \(seed)")
    }
  }

  @Test func theTreeDoesNotDependOnTheBatchesSpansLieIn() {
    for seed in UInt64(0)..<500 {
      var random = SeededGenerator(seed: seed)
      let spans = oddSpans(&random)
      let whole = NamedTree(spans)
      let cut = Int.random(in: 0...spans.count, using: &random)
      let halves = [SpanBatch(Array(spans[..<cut])), SpanBatch(Array(spans[cut...]))]
      let places = spans.indices.map {
        SpanReference(batch: $0 < cut ? 0 : 1, span: $0 < cut ? $0 : $0 - cut)
      }
      var split = TraceTreeBuilder.build(places, in: halves).tree
      split.operations = whole.tree.operations
      #expect(split == whole.tree, "seed \(seed)")
    }
  }

  /// Few ids over few times: duplicates, twins, orphans and cycles in plenty.
  private func oddSpans(_ random: inout SeededGenerator) -> [PlainSpan] {
    let ids = ["", "a", "b", "c", "d", "e", "f", "identifier-1", "identifier-2"]
    let parents = ids + ["", "\0\0\0\0", "\0\0\0\0\0\0\0\0\0"]
    return (0..<Int.random(in: 1...12, using: &random)).map { number in
      PlainSpan(
        id: ids.randomElement(using: &random) ?? "",
        parent: parents.randomElement(using: &random) ?? "",
        start: UInt64.random(in: 0...3, using: &random),
        end: UInt64.random(in: 0...5, using: &random),
        kind: Int32.random(in: 1...3, using: &random), name: "op\(number)",
        childOf: (0..<Int.random(in: 0...2, using: &random)).map { _ in
          ids.randomElement(using: &random) ?? ""
        })
    }
  }

  @Test func everyParentComesBeforeItsChildrenHoweverDeep() {
    let depth = 50_000
    var plain = (0..<depth).map {
      PlainSpan(id: "s\($0)", parent: $0 == 0 ? "" : "s\($0 - 1)", start: UInt64(depth - $0))
    }
    var random = SeededGenerator(seed: 7)
    plain.shuffle(using: &random)
    let batch = SpanBatch(plain)
    let built = TraceTreeBuilder.build(
      plain.indices.map { SpanReference(batch: 0, span: $0) }, in: [batch])
    #expect(built.tree.parents == (0..<Int32(depth)).map { $0 - 1 })
  }

  @Test func aCycleOfManySpansIsCutOnce() {
    let count = 100_000
    let batch = SpanBatch(
      (0..<count).map {
        PlainSpan(id: "s\($0)", parent: "s\(($0 + 1) % count)", start: UInt64($0))
      })
    let tree = TraceTreeBuilder.build(
      (0..<count).map { SpanReference(batch: 0, span: $0) }, in: [batch]
    ).tree
    #expect(tree.marks.count { $0.contains(.cut) } == 1)
    #expect(tree.marks.first == .cut)
    #expect(tree.parents == (0..<Int32(count)).map { $0 - 1 })
  }
}
