import Testing

@testable import BHTrace

/// What a decoder left unfinished must not show up in what it reads next.
struct PayloadDecoderTests {
  private func span(_ number: Int) -> SpanRecord {
    var span = SpanRecord()
    span.start = UInt64(number)
    span.end = span.start + 1
    return span
  }

  @Test func spansWithoutAnyBytesBeforeALargeOneComeOnce() throws {
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    var random = SeededGenerator(seed: 3)
    for number in 0..<3 {
      var one = span(number)
      if number == 2 {
        // More than a block may hold itself, no value of it in the HEAVY stream.
        one.attributes = batch.attributes(
          (0..<1_600).map { _ in
            let letters = (0..<700).map { _ in UInt8.random(in: 97...122, using: &random) }
            return ("k", String(decoding: letters, as: UTF8.self))
          })
      }
      batch.spans.append(one)
    }
    var options = FormatOptions()
    options.block = .span
    let opened = try V2Archive(BytesSource(try archive([batch], options: options)))
    var counts: [Int] = []
    try opened.forEachTrace([.payload]) { counts.append($0.batch.spans.count) }
    #expect(counts == [3])
  }

  @Test(arguments: [UInt8(2), 0x80, 0xFF]) func aBooleanIsOneOrZero(byte: UInt8) throws {
    var cursor = ByteCursor([byte].rawSpan)
    #expect(try TableSection.constant(.bool, from: &cursor).bits == 1)
    var streams = PayloadCursors(body: [byte].rawSpan, codeCount: 1, random: RawSpan(), at: 0)
    var decoder = SpanDecoder(FlatTables(SegmentTables(), names: NameTable()))
    let value = try decoder.value(FlatTables.FlatSlot(kind: .bool), SpanFrame(), &streams)
    #expect(value.bits == 1)
  }

  @Test func aTraceIsReadAfterADamagedOneAndAnInspection() throws {
    var options = FormatOptions()
    options.block = .span
    options.heavyValueBytes = 1 << 20
    var bytes = try archive([smallTraces()], options: options)
    let sound = try V2Archive(BytesSource(bytes))
    let index = try sound.structure(sound.segments[0], 0).index
    let last = index.traces[1].firstSpan + index.traces[1].spans - 1
    let blocks = sound.segments[0].range(.blocks, chunk: 0).lowerBound
    bytes[index.blocks[...last].reduce(blocks) { $0 + $1.stored } - 1] ^= 0x10
    func load(_ archive: V2Archive, _ trace: Int) throws -> [String] {
      try archive.locate(traceID: [UInt8](repeating: UInt8(trace + 1), count: 16)).flatMap {
        try archive.load($0, [.payload], positions: nil).batch.described()
      }
    }
    let damaged = try V2Archive(BytesSource(bytes))
    #expect(throws: FormatError.self) { _ = try load(damaged, 1) }
    #expect(throws: FormatError.self) { _ = try damaged.inspect() }
    for trace in [0, 2] { #expect(try load(damaged, trace) == load(sound, trace)) }
  }
}
