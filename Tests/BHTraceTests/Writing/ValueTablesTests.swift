import Testing

@testable import BHTrace

struct ValueTablesTests {
  private let route = SlotWord(key: FieldKey.attributeBase, kind: .string)
  private let scores = SlotWord(key: FieldKey.attributeBase + 1, kind: .bytes)

  /// Values with their words and how often each occurs.
  private func interned(
    _ values: [(word: SlotWord, bytes: [UInt8], count: UInt32)]
  ) -> (values: ByteInterner, counts: [UInt32]) {
    var interner = ByteInterner()
    for value in values {
      _ = interner.intern(
        value.bytes, ByteRange(0, value.bytes.count), tag: value.word.rawValue)
    }
    return (interner, values.map(\.count))
  }

  private func random(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  @Test func frequentValuesComeFirstAndTheOthersInTheOrderOfTheirBytes() {
    var values: [(word: SlotWord, bytes: [UInt8], count: UInt32)] = []
    for number in 0..<100 {
      let count = number < 40 ? 200 - number : number < 90 ? 3 : 2
      let text = "/product/\((number * 37) % 100)"
      values.append((route, Array(text.utf8), UInt32(count)))
    }
    let made = interned(values)
    let chosen = ValueTables(made.values, counts: made.counts, minimum: 3).chosen(budget: 1 << 20)
    #expect(chosen.count == 90)
    #expect(Array(chosen[..<32]) == Array(0..<32))
    let rest = chosen[32...].map { made.values.bytes($0) }
    #expect(rest == rest.sorted { $0.lexicographicallyPrecedes($1) })
    #expect(Set(chosen) == Set(0..<90))
  }

  @Test func wordsComeInTheirOrder() {
    let made = interned([
      (scores, [9], 5), (route, Array("/b".utf8), 3), (scores, [1], 7),
      (route, Array("/a".utf8), 4),
    ])
    let chosen = ValueTables(made.values, counts: made.counts, minimum: 3).chosen(budget: 1 << 20)
    #expect(chosen == [3, 1, 2, 0])
  }

  @Test func whatSavesLeastStaysInThePayload() {
    var generator = SeededGenerator(seed: 8)
    // Of 100 random values each takes its 64 bytes in a table: the frequent ones save most.
    var values: [(word: SlotWord, bytes: [UInt8], count: UInt32)] = []
    for number in 0..<100 {
      values.append((scores, random(64, &generator), number % 4 == 0 ? 9 : 3))
    }
    // Text that a template shortens saves a few bytes where it is seldom.
    for number in 0..<400 {
      let text = "/product/\(number * 7919)/reviews"
      values.append((route, Array(text.utf8), 3))
    }
    let made = interned(values)
    let tables = ValueTables(made.values, counts: made.counts, minimum: 3)
    let chosen = tables.chosen(budget: 2000)
    let frequent = chosen.filter { $0 < 100 && $0 % 4 == 0 }
    #expect(frequent.count == 25)
    // Seldom random ones cost what they save; sorted text is cheap, but there is no room for all of it.
    #expect(chosen.count { $0 < 100 && $0 % 4 != 0 } <= 5)
    #expect((50...200).contains(chosen.count { $0 >= 100 }))
    // With more room nothing is left out.
    let all = ValueTables(made.values, counts: made.counts, minimum: 3).chosen(budget: 12_000)
    #expect(all.count == 500)
  }

  @Test func asMuchIsKeptAsThereIsRoomFor() {
    var generator = SeededGenerator(seed: 9)
    var values: [(word: SlotWord, bytes: [UInt8], count: UInt32)] = []
    for _ in 0..<200 { values.append((scores, random(100, &generator), 3)) }
    let made = interned(values)
    let chosen = ValueTables(made.values, counts: made.counts, minimum: 3).chosen(budget: 5000)
    #expect((45...50).contains(chosen.count))
    #expect(Set(chosen).count == chosen.count)
  }

  @Test func anArchiveOfManyRecurringValuesHasSmallTablesAndAllOfThem() throws {
    var generator = SeededGenerator(seed: 10)
    let scores = (0..<800).map { _ in random(80, &generator) }
    var batch = SpanBatch.timeline(traces: 600, traceSpans: 4)
    for span in batch.spans.indices {
      let first = batch.attributes.count
      let old = batch.spans[span].attributes
      for index in old.indices { batch.attributes.append(batch.attributes[index]) }
      let key = batch.append("scores")
      let value = batch.append(scores[span % 800])
      batch.attributes.append(AttributeRecord(key: key, kind: .bytes, range: value))
      batch.spans[span].attributes = RecordRange(first, batch.attributes.count - first)
    }
    let fixture = try MinedFixture([batch])
    let tables = fixture.mined.tables.values
    let kept = tables.first { $0.word.kind == .bytes }?.values ?? []
    // 800 values of 80 bytes are 64 kB: so many fit into 20 KiB.
    #expect((200...256).contains(kept.count))
    let content = TableSection.encode(fixture.mined.tables)
    #expect((ZstdCompressor(level: 12).compress(content) ?? content).count < 24_000)
  }
}
