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
    let opened = try ArchiveSession(BytesSource(try archive([batch], options: options)))
    var counts: [Int] = []
    try opened.forEachTrace([.payload]) { counts.append($0.batch.spans.count) }
    #expect(counts == [3])
  }

  @Test(arguments: [UInt8(2), 0x80, 0xFF]) func aBooleanIsOneOrZero(byte: UInt8) throws {
    var cursor = ByteCursor([byte].rawSpan)
    #expect(try TableSection.constant(.bool, from: &cursor).bits == 1)
    var streams = PayloadCursors(
      body: [byte].rawSpan, codeCount: 1, random: RawSpan(), from: PayloadStreams.Mark(), to: nil,
      at: 0)
    var decoder = SpanDecoder(FlatTables(SegmentTables(), names: NameTable()))
    let value = try decoder.value(FlatTables.FlatSlot(kind: .bool), SpanFrame(), &streams)
    #expect(value.bits == 1)
  }

  @Test func aTraceIsReadAfterADamagedOneAndAnInspection() throws {
    var options = FormatOptions()
    options.block = .span
    options.heavyValueBytes = 1 << 20
    var bytes = try archive([smallTraces()], options: options)
    let sound = try ArchiveSession(BytesSource(bytes))
    let pages = try sound.pages(0, 0)
    let last = pages.index.traces[1].firstSpan + pages.index.traces[1].spans - 1
    let group = Int(pages.groups.groups[last])
    let inGroup = pages.groups.groups[..<last].count { $0 == pages.groups.groups[last] }
    let block = pages.map.block(pages.map.head.groups.block(of: group, holding: inGroup))
    bytes[try #require(block.last)] ^= 0x10
    func load(_ archive: ArchiveSession, _ trace: Int) throws -> [String] {
      try archive.locate(traceID: [UInt8](repeating: UInt8(trace + 1), count: 16)).flatMap {
        try archive.load($0, [.payload], positions: nil).batch.described()
      }
    }
    let damaged = try ArchiveSession(BytesSource(bytes))
    #expect(throws: FormatError.self) { _ = try load(damaged, 1) }
    #expect(throws: FormatError.self) { _ = try damaged.inspect() }
    for trace in [0, 2] { #expect(try load(damaged, trace) == load(sound, trace)) }
  }
}
