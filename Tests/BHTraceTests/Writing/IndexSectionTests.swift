import Testing

@testable import BHTrace

struct IndexSectionTests {
  /// A value of an attribute, with its key: bytes, so that equal text is equal bytes.
  private struct Value: Hashable {
    var kind: AttributeRecord.Kind
    var key: [UInt8]
    var value: [UInt8]
  }

  /// For each text, byte string and int in the spans, their events and links the chunks that have it.
  private func values(_ fixture: MinedFixture) -> [Value: Set<Int>] {
    var values: [Value: Set<Int>] = [:]
    for (chunk, spans) in fixture.spans.enumerated() {
      for (batch, span) in spans {
        let ranges =
          [span.attributes] + batch.events[span.events.indices].map(\.attributes)
          + batch.links[span.links.indices].map(\.attributes)
        for attribute in ranges.flatMap({ batch.attributes[$0.indices] })
        where [.string, .bytes, .int].contains(attribute.kind) {
          let value =
            attribute.kind == .int
            ? (0..<8).map { UInt8(truncatingIfNeeded: attribute.bits >> ($0 * 8)) }
            : batch.bytes(attribute.range)
          let key = Value(kind: attribute.kind, key: batch.bytes(attribute.key), value: value)
          values[key, default: []].insert(chunk)
        }
      }
    }
    return values
  }

  private func random(_ seed: UInt64, _ sizes: [Int]) -> [SpanBatch] {
    var spans = RandomSpans(seed: seed)
    return sizes.map { spans.batch(spans: $0) }
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func everyValueIsFoundInEveryChunkThatHasIt(seed: UInt64) throws {
    let fixture = try MinedFixture(random(seed, [300, 200]), chunkSpans: 25)
    let search = try IndexSearch(fixture, fixture.sections(.all))
    let values = values(fixture)
    #expect(values.count > 50)
    for (value, chunks) in values {
      let found = try #require(
        try search.chunks(value.kind, key: value.key, value: value.value))
      #expect(chunks.isSubset(of: found.chunks))
    }
  }

  @Test func valuesAreFoundOnlyWhereTheyAre() throws {
    let fixture = try MinedFixture([.timeline(traces: 400, traceSpans: 4)], chunkSpans: 40)
    #expect(fixture.pages.count == 40)
    let search = try IndexSearch(fixture, fixture.sections(.all))
    func find(_ key: String, _ value: String) throws -> [Int]? {
      try search.chunks(.string, key: Array(key.utf8), value: Array(value.utf8))?.chunks
    }
    #expect(try find("order", "order 123") == [12])
    #expect(try find("day", "day 3") == [12, 13, 14, 15])
    #expect(try find("request", "r2 399") == [39])
    // The text of the trace's own id is stored as no more than that, and found like any other.
    #expect(try find("id", String(repeating: "07000000", count: 4)) == [0])
    let code = (0..<8).map { $0 == 0 ? UInt8(5) : 0 }
    #expect(
      try search.chunks(.int, key: Array("code".utf8), value: code)?.chunks == [15, 16, 17])
    #expect(try search.chunks(.int, key: Array("seq".utf8), value: code)?.chunks == [0])
    var hits = 0
    for number in 0..<500 { hits += try find("order", "none \(number)")?.count ?? 40 }
    #expect(hits < 30)
  }

  @Test func sectionsDoNotDependOnRunsAndThreads() throws {
    let batches = random(5, [250, 250])
    let one = try MinedFixture(batches, chunkSpans: 50)
    // Runs end where chunks do: the chunks may differ, so the same ones are compared.
    for choice in [FormatOptions.IndexChoice.all, .auto, .keys([Array("peer".utf8)])] {
      let alone = one.sections(choice, sizeWithout: 20_000, threads: 1)
      for threads in [2, 5] {
        let made = one.sections(choice, sizeWithout: 20_000, threads: threads)
        #expect(made.indexedWords == alone.indexedWords)
        #expect(made.sections.map(\.bytes) == alone.sections.map(\.bytes))
      }
    }
    let timeline = SpanBatch.timeline(traces: 120, traceSpans: 4)
    let single = try MinedFixture([timeline]).sections()
    let several = try MinedFixture([timeline], runs: 3).sections(threads: 3)
    #expect(single.indexedWords == several.indexedWords)
    #expect(single.sections.map(\.bytes) == several.sections.map(\.bytes))
  }

  @Test func sectionsAreThoseAskedFor() throws {
    let fixture = try MinedFixture([.timeline(traces: 100, traceSpans: 3)])
    func types(_ choice: FormatOptions.IndexChoice, _ wantsIndex: Bool) -> Set<String> {
      Set(
        fixture.sections(choice, wantsIndex: wantsIndex, sizeWithout: 100_000).sections
          .map(\.type.name))
    }
    #expect(types(.none, true) == [])
    #expect(types(.auto, false) == ["ZONES", "ROLLUP"])
    #expect(types(.auto, true) == ["ZONES", "ROLLUP", "POSTINGS", "VALUES"])
    #expect(types(.all, false) == ["ZONES", "ROLLUP", "POSTINGS", "VALUES"])
    #expect(types(.keys([Array("request".utf8)]), false) == ["ZONES", "ROLLUP", "VALUES"])
  }

  @Test func namedKeysAreTheOnlyOnes() throws {
    let fixture = try MinedFixture([.timeline(traces: 100, traceSpans: 3)])
    let made = fixture.sections(.keys([Array("request".utf8)]))
    let key = try #require(fixture.mined.tables.keys.firstIndex(of: Array("request".utf8)))
    let word = SlotWord(key: UInt32(key) + FieldKey.attributeBase, kind: .string)
    #expect(made.indexedWords == [word.rawValue])
  }

  @Test func valuesStayBelowATenthAndTheLargestKeyGoesFirst() throws {
    let fixture = try MinedFixture([.timeline(traces: 200, traceSpans: 3)])
    func key(_ word: UInt32) -> String {
      let key = Int(SlotWord(rawValue: word).key)
      return key < 16 ? "" : String(decoding: fixture.mined.tables.keys[key - 16], as: UTF8.self)
    }
    func made(_ size: Int) -> (keys: [String], bytes: Int) {
      let made = fixture.sections(.auto, sizeWithout: size)
      let bytes = made.sections.first { $0.type == .values }?.bytes.count ?? 0
      return (made.indexedWords.map(key).filter { !$0.isEmpty }, bytes)
    }
    let all = made(100_000)
    #expect(all.keys.contains("request"))
    #expect(all.bytes > 100)
    let fewer = made(all.bytes * 10 - 1)
    #expect(!fewer.keys.contains("request"))
    #expect(fewer.keys.contains("order"))
    #expect(fewer.bytes < all.bytes)
    #expect(made(0).bytes == 0)
  }
}
