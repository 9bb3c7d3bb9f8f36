import Testing

@testable import BHTrace

struct ZoneMinerTests {
  private func zones(_ fixture: MinedFixture) throws -> Zones {
    let bytes = ZoneMiner.zones(fixture.chunks, threads: 2).encode()
    return try Zones.decode(bytes, chunkCount: fixture.pages.count, at: 0)
  }

  @Test(arguments: [UInt64(1), 2])
  func boundsHoldAllSpansOfAChunk(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    let fixture = try MinedFixture([random.batch(spans: 300)], chunkSpans: 20)
    let zones = try zones(fixture)
    #expect(zones.chunks.count == fixture.pages.count)
    func rounded(_ value: UInt64) -> UInt64 { Rounded.value(Rounded.code(value)) }
    for (chunk, spans) in fixture.spans.enumerated() {
      let page = fixture.pages[chunk]
      let found = zones.chunks[chunk]
      let start = page.traces[0].start
      let lengths = spans.map { max($0.span.start, $0.span.end) - $0.span.start }
      #expect(found.longestSpan == rounded(lengths.max() ?? 0))
      let ends = spans.map { max($0.span.start, $0.span.end) }
      #expect(found.latestEnd == rounded((ends.max() ?? 0) - start))
      #expect(found.errors == UInt64(spans.filter { $0.span.statusCode == 2 }.count))
      let longest = page.traces.indices.map { page.tree($0).duration }.max() ?? 0
      #expect(found.longestTrace == rounded(longest))
      for kind in Int32(0)...5 {
        #expect(found.mayHave(kind: kind) == spans.contains { $0.span.kind == kind })
      }
      #expect(
        found.mayHave(kind: 99) == spans.contains { !(0...5).contains($0.span.kind) })
    }
  }

  @Test func piecesKnowTheirWholeTrace() throws {
    let fixture = try MinedFixture(
      [.timeline(traces: 3, traceSpans: 90), .timeline(traces: 1, traceSpans: 5)],
      chunkSpans: 100, pieceSpans: 40)
    let pieces = fixture.pages.indices.filter { fixture.pages[$0].piecePosition != nil }
    #expect(pieces.count == 9)
    let zones = try zones(fixture)
    for trace in 0..<3 {
      let duration = fixture.traces[trace].tree.duration
      for piece in 0..<3 {
        #expect(
          zones.chunks[trace * 3 + piece].longestTrace == Rounded.value(Rounded.code(duration)))
      }
    }
  }

  @Test func numbersThatTellChunksApartAreKept() throws {
    let fixture = try MinedFixture([.timeline(traces: 600, traceSpans: 12)], chunkSpans: 240)
    let zones = try zones(fixture)
    #expect(fixture.pages.count == 30)
    let seq = try #require(fixture.mined.tables.keys.firstIndex(of: Array("seq".utf8)))
    let load = try #require(fixture.mined.tables.keys.firstIndex(of: Array("load".utf8)))
    let ints = SlotWord(key: UInt32(seq) + FieldKey.attributeBase, kind: .int)
    let doubles = SlotWord(key: UInt32(load) + FieldKey.attributeBase, kind: .double)
    for chunk in 0..<30 {
      let values = Int64(chunk * 20)...Int64(chunk * 20 + 19)
      #expect(zones.bounds(ints, chunk: chunk) == .ints(values))
      guard case .doubles(let found) = zones.bounds(doubles, chunk: chunk) else {
        Issue.record("no bounds of doubles in chunk \(chunk)")
        continue
      }
      let (least, most) = (Double(chunk * 20) * 0.5 - 20, Double(chunk * 20 + 19) * 0.5 - 20)
      #expect(found.contains(least) && found.contains(most))
      #expect(found.lowerBound >= least - abs(least) / 8 - 1)
      #expect(found.upperBound <= most + abs(most) / 8 + 1)
    }
    // The same numbers everywhere pass over nothing.
    let place = try #require(fixture.mined.tables.keys.firstIndex(of: Array("place".utf8)))
    let everywhere = SlotWord(key: UInt32(place) + FieldKey.attributeBase, kind: .int)
    #expect(zones.bounds(everywhere, chunk: 0) == .unknown)
    #expect(zones.bounds(SlotWord(key: 999, kind: .int), chunk: 0) == .unknown)
  }

  @Test func everyNumberLiesInTheBoundsOfItsChunk() throws {
    var random = RandomSpans(seed: 9)
    let fixture = try MinedFixture([random.batch(spans: 2000)], chunkSpans: 500)
    let zones = try zones(fixture)
    #expect(!zones.numbers.isEmpty)
    for word in zones.numbers {
      let key = fixture.mined.tables.keys[Int(word.word.key - FieldKey.attributeBase)]
      for (chunk, spans) in fixture.spans.enumerated() {
        let bits = spans.flatMap { batch, span in
          batch.attributes[span.attributes.indices].filter {
            $0.kind == word.word.kind && batch.bytes($0.key) == key
          }.map(\.bits)
        }
        switch zones.bounds(word.word, chunk: chunk) {
        case .unknown: #expect(!bits.isEmpty)
        case .none: #expect(bits.isEmpty)
        case .ints(let range):
          #expect(bits.map { Int64(bitPattern: $0) }.min() == range.lowerBound)
          #expect(bits.map { Int64(bitPattern: $0) }.max() == range.upperBound)
        case .doubles(let range):
          #expect(bits.allSatisfy { range.contains(Double(bitPattern: $0)) })
        }
      }
    }
  }
}
