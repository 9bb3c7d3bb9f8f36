import Testing

@testable import BHTrace

struct ZonesSectionTests {
  private func zones(chunks: Int, seed: UInt64) -> Zones {
    var random = SeededGenerator(seed: seed)
    func any() -> UInt64 { random.next() >> UInt64.random(in: 0...63, using: &random) }
    var zones = Zones()
    for _ in 0..<chunks {
      zones.chunks.append(
        Zones.Bounds(
          latestEnd: Rounded.value(Rounded.code(any())),
          longestTrace: Rounded.value(Rounded.code(any())),
          longestSpan: Rounded.value(Rounded.code(any())), errors: any(),
          kinds: UInt8(truncatingIfNeeded: any())))
    }
    for (word, kind) in [(17, AttributeRecord.Kind.int), (17, .double), (40, .int)] {
      let largest = kind == .int ? UInt64.max : NumberOrder.largestDouble
      var numbers = Zones.Numbers(
        word: SlotWord(key: UInt32(word), kind: kind), least: any() & largest, extents: [],
        minima: [])
      for _ in 0..<chunks {
        let choice = Int.random(in: 0..<8, using: &random)
        let minimum = UInt64.random(in: 0...(largest - numbers.least), using: &random)
        let room = largest - numbers.least - minimum
        let extent = choice == 0 ? 0 : choice == 1 ? UInt64.max : min(room, UInt64.max - 2) / 2 + 1
        numbers.extents.append(extent)
        numbers.minima.append(choice < 2 ? 0 : minimum)
      }
      zones.numbers.append(numbers)
    }
    return zones
  }

  @Test(arguments: [1, 3, 255, 257, 700])
  func zonesComeBack(chunks: Int) throws {
    let zones = zones(chunks: chunks, seed: UInt64(chunks))
    #expect(try Zones.decode(zones.encode(), chunkCount: chunks, at: 0) == zones)
  }

  @Test func roundingIsUpwardsAndBelowOnePercent() {
    var random = SeededGenerator(seed: 1)
    var values: [UInt64] = [0, 1, 255, 256, 257, 511, 512, 513, .max, .max - 1, 1 << 63]
    for _ in 0..<2000 {
      values.append(random.next() >> UInt64.random(in: 0...63, using: &random))
    }
    for value in values {
      let code = Rounded.code(value)
      let rounded = Rounded.value(code)
      #expect(code <= Rounded.largest)
      #expect(rounded >= value)
      #expect(value < 256 ? rounded == value : rounded - value <= value / 128)
      if value > 0 { #expect(Rounded.code(value - 1) <= code) }
      #expect(Rounded.code(rounded) == code)
    }
  }

  @Test func doublesKeepTheirOrderAndLieInTheirBounds() {
    let values: [Double] = [
      -.infinity, -.greatestFiniteMagnitude, -3.5, -1, -.leastNonzeroMagnitude, -0.0, 0.0,
      .leastNonzeroMagnitude, 0.1, 1, 1.0001, 2, 1e300, .infinity,
    ]
    let orders = values.map { NumberOrder.ofDouble($0.bitPattern) }
    #expect(orders == orders.sorted())
    for (value, order) in zip(values, orders) {
      let (least, greatest) = (NumberOrder.leastDouble(order), NumberOrder.greatestDouble(order))
      #expect(least <= value && value <= greatest)
      #expect(greatest < .infinity || value == .infinity || order == 0xFFEF)
    }
  }

  @Test func damageNeverTraps() throws {
    let zones = zones(chunks: 40, seed: 5)
    let thrown = try damagedPage(zones.encode(), seed: 6) { bytes in
      let found = try Zones.decode(bytes, chunkCount: 40, at: 0)
      for word in found.numbers {
        for chunk in 0..<40 { _ = found.bounds(word.word, chunk: chunk) }
      }
    }
    #expect(thrown > 500)
  }

  @Test func countsThatCannotBeAreRefusedBeforeMemoryIsTaken() {
    let bytes = zones(chunks: 3, seed: 1).encode()
    #expect(throws: FormatError.self) { try Zones.decode(bytes, chunkCount: 1 << 40, at: 0) }
    let many = packed { writer in
      for _ in 0..<5 { PackedColumn.encode([UInt64](repeating: 0, count: 4096), to: &writer) }
      writer.varint(1 << 20)
      writer.append([UInt8](repeating: 0, count: 1 << 21))
    }
    #expect(throws: FormatError.self) { try Zones.decode(many, chunkCount: 4096, at: 0) }
  }

  @Test func wordsOfOtherKindsAndOutOfOrderAreRefused() {
    func section(_ words: [UInt32]) -> [UInt8] {
      packed { writer in
        for _ in 0..<5 { PackedColumn.encode([0], to: &writer) }
        writer.varint(words.count)
        for word in words {
          writer.varint(UInt64(word))
          writer.varint(0)
          PackedColumn.encode([1], to: &writer)
          PackedColumn.encode([0], to: &writer)
        }
      }
    }
    let int = SlotWord(key: 16, kind: .int).rawValue
    #expect(throws: Never.self) { try Zones.decode(section([int]), chunkCount: 1, at: 0) }
    for words in [
      [SlotWord(key: 16, kind: .string).rawValue], [SlotWord(.flags).rawValue], [int, 0],
    ] {
      #expect(throws: FormatError.self) {
        try Zones.decode(section(words), chunkCount: 1, at: 0)
      }
    }
  }
}
