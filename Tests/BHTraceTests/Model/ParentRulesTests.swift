import Testing

@testable import BHTrace

/// Which span is a span's parent where it says so in another way than by one id.
struct ParentRulesTests {
  private let zeros = "\0\0\0\0\0\0\0\0"

  // MARK: Zeros

  @Test func aParentIDOfZerosIsNone() {
    let trace = NamedTree([
      PlainSpan(id: "root", parent: zeros, start: 0, end: 9_000_000, name: "root"),
      PlainSpan(id: "op 2", parent: "root", start: 1_000_000, end: 3_000_000),
      PlainSpan(id: "true", start: 0, end: 1_000, name: "short true root"),
    ])
    #expect(trace.tree.parents == [-1, 0, -1])
    #expect(trace.tree.marks == [.zeroParent, [], []])
    #expect(CriticalPathQuery.mainRoot(of: trace.tree) == 0)
    #expect(trace.path().warnings == TraceWarnings())
  }

  @Test(arguments: [1, 7, 8, 9, 16])
  func zerosOfAnyLengthAreNone(length: Int) {
    let parent = String(repeating: "\0", count: length)
    let built = NamedTree([
      PlainSpan(id: parent, start: 0, end: 9), PlainSpan(id: "a", parent: parent, start: 1),
      PlainSpan(id: "b", parent: parent + "b", start: 2),
    ])
    #expect(built.tree.parents == [-1, -1, -1])
    #expect(built.tree.marks == [[], .zeroParent, .orphan])
  }

  // MARK: Links

  @Test func aChildOfLinkNamesTheParentWhereNoIDDoes() {
    let trace = NamedTree([
      PlainSpan(id: "a", start: 1, end: 7, name: "aaa", childOf: ["b"]),
      PlainSpan(id: "b", start: 0, end: 9, kind: 2, name: "bbb"),
      PlainSpan(id: "c", start: 2, end: 6, name: "ccc", childOf: ["a"]),
    ])
    #expect(trace.tree.parents == [-1, 0, 1])
    #expect(trace.tree.marks == [[], .linkedParent, .linkedParent])
    #expect(
      trace.words(trace.path()) == ["bbb 0..1", "aaa 1..2", "ccc 2..6", "aaa 6..7", "bbb 7..9"])
    #expect(trace.path().warnings.linkedParents == 2)
    #expect(trace.path().warnings.orphans == 0)
  }

  @Test func onlyOneChildOfLinkIntoTheOwnTraceMakesAParent() {
    var batch = SpanBatch([
      PlainSpan(id: "r", start: 0),
      PlainSpan(id: "two", start: 1, childOf: ["r", "r"]),
      PlainSpan(id: "gone", start: 2, childOf: ["?"]),
      PlainSpan(id: "own", parent: "?", start: 3, childOf: ["r"]),
      PlainSpan(id: "zero", parent: zeros, start: 4, childOf: ["r"]),
      PlainSpan(id: "self", start: 5, childOf: ["self"]),
    ])
    for (name, trace, type) in [
      ("other trace", "u", "child_of"), ("other type", "t", "follows_from"),
      ("capitals", "t", "CHILD_OF"), ("longer", "t", "child_of "),
    ] {
      var span = batch.spans[0]
      span.start = UInt64(batch.spans.count)
      span.spanID = batch.append(name)
      span.links = RecordRange(batch.links.count, 1)
      batch.links.append(batch.referenceLink(trace, "r", type))
      batch.spans.append(span)
    }
    let built = NamedTree(batch)
    var found: [String: (parent: Int32, marks: SpanMarks)] = [:]
    for (position, index) in built.order.enumerated() {
      found[batch.text(batch.spans[index].spanID)] = (
        built.tree.parents[position], built.tree.marks[position]
      )
    }
    for name in ["r", "two", "gone", "other trace", "other type", "longer"] {
      #expect(found[name]?.parent == -1, "\(name)")
      #expect(found[name]?.marks == [], "\(name)")
    }
    #expect(found["own"]?.marks == .orphan)
    #expect(found["self"]?.marks == .cut)
    #expect(found["capitals"]?.parent == 0)
    #expect(found["capitals"]?.marks == .linkedParent)
    #expect(found["zero"]?.parent == 0)
    #expect(found["zero"]?.marks == [.linkedParent, .zeroParent])
  }

  @Test func aCycleOfLinksIsCut() {
    let built = NamedTree([
      PlainSpan(id: "a", start: 1, childOf: ["b"]), PlainSpan(id: "b", start: 2, childOf: ["a"]),
    ])
    #expect(built.tree.parents == [-1, 0])
    #expect(built.tree.marks == [.cut, .linkedParent])
  }

  // MARK: Copies

  @Test func aChildHangsUnderTheAttemptThatEnclosesIt() {
    let trace = NamedTree([
      PlainSpan(id: "h", start: 0, end: 200, kind: 2, name: "handler"),
      PlainSpan(id: "g", parent: "h", start: 10, end: 83, kind: 3, name: "GET"),
      PlainSpan(id: "g", parent: "h", start: 90, end: 190, kind: 3, name: "GET"),
      PlainSpan(id: "s", parent: "g", start: 100, end: 180, kind: 2, name: "serve"),
    ])
    #expect(trace.tree.parents == [-1, 0, 0, 2])
    #expect(
      trace.words(trace.path()) == [
        "handler 0..10", "GET 10..83", "handler 83..90", "GET 90..100", "serve 100..180",
        "GET 180..190", "handler 190..200",
      ])
    #expect(trace.path().warnings.duplicates == 1)
  }

  @Test func aCopyThatHasNotEndedGivesWay() {
    let trace = NamedTree([
      PlainSpan(id: "x", start: 5, end: 0), PlainSpan(id: "x", start: 6, end: 5),
      PlainSpan(id: "x", start: 7, end: 20), PlainSpan(id: "y", parent: "x", start: 5, end: 30),
    ])
    #expect(trace.tree.starts == [5, 6, 7, 5])
    #expect(trace.tree.parents == [-1, -1, -1, 2])
  }

  @Test func copiesThatEncloseTheWholeChildComeBeforeThoseThatEncloseItsStart() {
    func parentEnd(start: UInt64, end: UInt64) -> UInt64? {
      let built = NamedTree([
        PlainSpan(id: "x", start: 10, end: 20), PlainSpan(id: "x", start: 10, end: 40),
        PlainSpan(id: "x", start: 12, end: 60), PlainSpan(id: "x", start: 30, end: 90),
        PlainSpan(id: "y", parent: "x", start: start, end: end),
      ])
      let child = built.order.firstIndex(of: 4).map { Int(built.tree.parents[$0]) }
      return child.map { built.tree.ends[$0] }
    }
    #expect(parentEnd(start: 10, end: 20) == 20)
    #expect(parentEnd(start: 15, end: 30) == 40)
    #expect(parentEnd(start: 15, end: 41) == 60)
    #expect(parentEnd(start: 11, end: 41) == 20, "no copy encloses it, the first its start")
    #expect(parentEnd(start: 21, end: 80) == 40)
    #expect(parentEnd(start: 30, end: 61) == 90)
    #expect(parentEnd(start: 50, end: 0) == 60, "one that ends first is where it starts")
    #expect(parentEnd(start: 95, end: 99) == 20, "none is near: the first")
    #expect(parentEnd(start: 1, end: 2) == 20)
  }

  @Test func aSpanThatWasSentTwiceIsThereTwice() {
    let spans = [
      PlainSpan(id: "a", start: 0, end: 5), PlainSpan(id: "b", parent: "a", start: 1, end: 3),
    ]
    let trace = NamedTree(spans + spans)
    #expect(trace.tree.parents == [-1, 0, 0, -1])
    #expect(trace.tree.marks == [[], [], .duplicate, .duplicate])
  }

  @Test func theCopyIsTheOneThatLookingAtAllOfThemFinds() {
    for seed in UInt64(0)..<500 {
      var random = SeededGenerator(seed: seed)
      var copies = (0..<Int.random(in: 2...9, using: &random)).map { _ in
        (
          start: UInt64.random(in: 1...9, using: &random),
          end: UInt64.random(in: 0...12, using: &random)
        )
      }
      copies.sort { $0 < $1 }
      var group = SpanCopies(first: 0)
      for (number, copy) in copies.enumerated() {
        group.add(Int32(number), start: copy.start, end: copy.end)
      }
      let start = UInt64.random(in: 0...11, using: &random)
      let end = UInt64.random(in: 0...13, using: &random)
      let ended = copies.indices.filter {
        copies[$0].end != 0 && copies[$0].end >= copies[$0].start
      }
      let expected =
        ended.first { copies[$0].start <= start && copies[$0].end >= max(start, end) }
        ?? ended.first { copies[$0].start <= start && copies[$0].end >= start }
        ?? ended.first ?? 0
      #expect(Int(group.parent(ofChildFrom: start, to: end)) == expected, "seed \(seed)")
    }
  }

  @Test func manyCopiesOfOneIDHaveManyChildren() {
    let count = 50_000
    var plain: [PlainSpan] = []
    for number in 0..<UInt64(count) {
      let start = number * 10
      plain.append(PlainSpan(id: "x", start: start, end: start + 9))
      plain.append(PlainSpan(id: "c", parent: "x", start: start + 1, end: start + 8))
    }
    let tree = TraceTreeBuilder.build(
      plain.indices.map { SpanReference(batch: 0, span: $0) }, in: [SpanBatch(plain)]
    ).tree
    let expected: [Int32] = (0..<Int32(2 * count)).map { $0 % 2 == 0 ? -1 : $0 - 1 }
    #expect(tree.parents == expected)
  }

  // MARK: Archives

  @Test func parentIDsComeBackAsTheyWere() throws {
    let long = "\0\0\0\0\0\0\0\0\0\0"
    var batch = SpanBatch([
      PlainSpan(id: "root", parent: zeros, start: 1, end: 90),
      PlainSpan(id: "long", parent: long, start: 2, end: 80),
      PlainSpan(id: "both", parent: zeros, start: 3, childOf: ["root"]),
      PlainSpan(id: "linked", start: 4, end: 70, childOf: ["root"]),
      PlainSpan(id: "below", parent: "linked", start: 5, end: 60),
      PlainSpan(id: "again", parent: "root", start: 6, end: 7),
      PlainSpan(id: "again", parent: "root", start: 8, end: 50),
      PlainSpan(id: "inside", parent: "again", start: 9, end: 40),
      PlainSpan(id: "orphan", parent: "gone", start: 10),
      PlainSpan(id: "cut", start: 11, childOf: ["cut"]),
    ])
    batch.resources[0].isPresent = true
    let opened = try ArchiveSession(BytesSource(try archive([batch])))
    var back: [String] = []
    var tree = TraceTree()
    try opened.forEachTrace(.payload) {
      back += $0.batch.described()
      tree = $0.tree
    }
    #expect(back.sorted() == batch.described().sorted())
    let named = NamedTree(batch)
    #expect(tree.parents == named.tree.parents)
    #expect(tree.marks == named.tree.marks)
    var exported: [UInt8] = []
    try opened.writeOTLPProtobuf { exported += $0 }
    var set = SpanMultiset()
    set.insert(batch)
    #expect(SpanMultiset.difference(try ReadSpans(exported).multiset, set).isEmpty)
  }

  @Test func spansWithOddParentsComeBackFromArchives() throws {
    for seed in UInt64(0)..<40 {
      var random = SeededGenerator(seed: seed)
      let ids = ["", "a", "b", "c", "12345678", "\0\0\0\0\0\0\0\0", "\0"]
      func id() -> String { ids.randomElement(using: &random) ?? "" }
      let batch = SpanBatch(
        (0..<12).map { _ in
          PlainSpan(
            id: id(), parent: id(), start: UInt64.random(in: 0...3, using: &random),
            end: UInt64.random(in: 0...6, using: &random),
            kind: Int32.random(in: 1...3, using: &random),
            childOf: (0..<Int.random(in: 0...2, using: &random)).map { _ in id() })
        })
      var back: [String] = []
      try ArchiveSession(BytesSource(try archive([batch]))).forEachTrace(.payload) {
        back += $0.batch.described()
      }
      #expect(back.sorted() == batch.described().sorted(), "seed \(seed)")
    }
  }

  @Test func v1FilesSayZerosAsNoParent() throws {
    let batch = SpanBatch([PlainSpan(id: "root", parent: zeros, start: 0, end: 90)])
    var losses = V1Losses()
    let file = try V1Decoder.decode(try V1Files.encode(batch, losses: &losses))
    #expect(file.spans[0].parentSpanID.isEmpty)
  }
}
