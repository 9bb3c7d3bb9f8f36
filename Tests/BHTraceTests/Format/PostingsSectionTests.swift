import Testing

@testable import BHTrace

struct PostingsSectionTests {
  private func tables() -> SegmentTables {
    var tables = SegmentTables()
    tables.spanShapes = [[SpanShape(), SpanShape()], [], [SpanShape()]]
    tables.eventShapes = [EventShape()]
    tables.catalog.resources = [ResourceRecord()]
    tables.catalog.scopes = [ScopeRecord(), ScopeRecord()]
    tables.values = [
      (SlotWord(key: 16, kind: .string), [[1], [2], [3]]), (SlotWord(key: 17, kind: .bytes), [[1]]),
    ]
    return tables
  }

  private func found(_ things: Int, chunks: Int, seed: UInt64) -> [[UInt32]] {
    var random = SeededGenerator(seed: seed)
    let often = (0..<things).map { _ in Double.random(in: 0...0.5, using: &random) }
    return (0..<chunks).map { _ in
      (0..<UInt32(things)).filter { Double.random(in: 0...1, using: &random) < often[Int($0)] }
        .shuffled(using: &random)
    }
  }

  private func integers(first: Int) -> [Postings.Integers] {
    [
      Postings.Integers(
        word: SlotWord(key: 18, kind: .int), values: [.min, -1, 0, 200, .max], first: first),
      Postings.Integers(word: SlotWord(key: 19, kind: .int), values: [7], first: first + 5),
    ]
  }

  @Test(arguments: [1, 3, 8, 130, 1000])
  func postingsComeBack(chunks: Int) throws {
    let layout = PostingLayout(tables())
    let integers = integers(first: layout.count)
    let found = found(layout.count + 6, chunks: chunks, seed: UInt64(chunks))
    let lists = PostingLists(count: layout.count + 6, found: found)
    let bytes = Postings.encode(lists, layout, integers: integers, chunkCount: chunks)
    let postings = try Postings.decode(bytes, layout, chunkCount: chunks, at: 0)
    #expect(postings.integers == integers)
    func expected(_ number: Int) -> [Int] {
      let inside = found.indices.filter { found[$0].contains(UInt32(number)) }
      return inside.count * 4 > chunks ? Array(0..<chunks) : inside
    }
    let string = SlotWord(key: 16, kind: .string)
    let entries: [(Postings.Entry, Int)] = [
      (.operation(0), 0), (.operation(2), 2), (.resource(0), 3), (.scope(1), 5),
      (.spanShape(operation: 0, shape: 1), 7), (.spanShape(operation: 2, shape: 0), 8),
      (.inlineSpans, 9), (.eventShape(0), 10), (.inlineEvents, 11), (.inlineLinks, 12),
      (.value(string, value: 2), 15), (.value(SlotWord(key: 17, kind: .bytes), value: 0), 16),
    ]
    for (entry, number) in entries {
      #expect(postings.chunks(of: entry)?.chunks == expected(number))
    }
    for (index, value) in integers[0].values.enumerated() {
      let word = integers[0].word
      #expect(postings.chunks(ofInt: value, word)?.chunks == expected(layout.count + index))
    }
    #expect(postings.chunks(ofInt: 8, integers[1].word)?.isEmpty == true)
    #expect(postings.chunks(ofInt: 8, SlotWord(key: 20, kind: .int)) == nil)
    let missing: [Postings.Entry] = [
      .operation(3), .spanShape(operation: 1, shape: 0), .linkShape(0), .value(string, value: 3),
      .spanShape(operation: 3, shape: 0), .value(SlotWord(key: 99, kind: .string), value: 0),
    ]
    for entry in missing { #expect(postings.chunks(of: entry) == nil) }
  }

  @Test func theShorterFormIsTaken() throws {
    func size(_ chunks: [UInt32], of count: Int) throws -> Int {
      var writer = ByteWriter()
      PostingLists.encode(chunks[...], chunkCount: count, to: &writer)
      var cursor = ByteCursor(writer.bytes.rawSpan)
      var back: [UInt32] = []
      let isAny = try PostingLists.decode(chunkCount: count, from: &cursor) {
        back.append(UInt32($0))
      }
      #expect(back == (isAny ? [] : chunks))
      return writer.count
    }
    #expect(try size([], of: 128) == 1)
    #expect(try size([0], of: 128) == 2)
    #expect(try size([5, 127], of: 128) == 3)
    #expect(try size(Array(0..<32), of: 128) == 17)
    #expect(try size(Array(0..<33), of: 128) == 1)
  }

  @Test func damageNeverTraps() throws {
    let layout = PostingLayout(tables())
    let integers = integers(first: layout.count)
    let lists = PostingLists(
      count: layout.count + 6, found: found(layout.count + 6, chunks: 70, seed: 3))
    let bytes = Postings.encode(lists, layout, integers: integers, chunkCount: 70)
    let thrown = try damaged(bytes, seed: 4) { bytes in
      let postings = try Postings.decode(bytes, layout, chunkCount: 70, at: 0)
      for index in 0..<3 { _ = postings.chunks(of: .operation(index)) }
      for word in postings.integers {
        for value in word.values { _ = postings.chunks(ofInt: value, word.word) }
      }
    }
    #expect(thrown > 500)
  }

  @Test func moreThingsThanBytesAreRefused() {
    var tables = tables()
    tables.values = [
      (SlotWord(key: 16, kind: .string), [[UInt8]](repeating: [], count: 1000))
    ]
    let bytes = [UInt8](repeating: 0, count: 500)
    #expect(throws: FormatError.self) {
      try Postings.decode(bytes, PostingLayout(tables), chunkCount: 9, at: 0)
    }
  }

  @Test func setsOfChunksJoinAndMeet() {
    var (a, b) = (ChunkSet(noneOf: 130), ChunkSet(noneOf: 130))
    for chunk in [0, 63, 64, 129] { a.insert(chunk) }
    for chunk in [63, 100, 129] { b.insert(chunk) }
    var both = a
    both.formIntersection(b)
    #expect(both.chunks == [63, 129])
    a.formUnion(b)
    #expect(a.chunks == [0, 63, 64, 100, 129])
    #expect(a.count == 5)
    let all = ChunkSet(allOf: 130)
    #expect(all.count == 130)
    #expect(all.chunks == Array(0..<130))
    #expect(ChunkSet(allOf: 128).count == 128)
    #expect(ChunkSet(noneOf: 0).isEmpty)
  }
}
