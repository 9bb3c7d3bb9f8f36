import Testing

@testable import BHTrace

/// Archives that grew, and archives whose end is lost.
struct AppendedArchiveTests {
  private static let first = SpanBatch.timeline(traces: 20, traceSpans: 4)
  private static let second = SpanBatch([
    PlainSpan(id: "root", start: 5, end: 90, service: "new", name: "run", trace: "late trace"),
    PlainSpan(id: "below", parent: "root", start: 6, end: 9, service: "new", trace: "late trace"),
  ])

  private func segments(_ batch: SpanBatch) throws -> [EncodedSegment] {
    try Segments.encode([batch])
  }

  private func spans(_ bytes: [UInt8]) throws -> [String] {
    var spans: [String] = []
    try SpanReadings.full(ArchiveSession(BytesSource(bytes))) { spans += $0.batch.described() }
    return spans
  }

  @Test func anAppendedArchiveReadsAndIsSound() throws {
    let before = Segments.archive(try segments(Self.first))
    let bytes = Segments.appended(try segments(Self.first), try segments(Self.second))
    #expect(bytes.count % 64 == 0)
    #expect(Array(bytes[..<before.count]) == before)
    let session = try ArchiveSession(BytesSource(bytes))
    #expect((session.traceCount, session.spanCount) == (21, 82))
    #expect(try spans(bytes) == Self.first.described() + Self.second.described())
    let late = try SpanReadings.trace(Array("late trace".utf8), in: session)
    #expect(late.map(\.batch.spans.count) == [2])
    var query = TraceListQuery()
    query.services = [Array("new".utf8)]
    #expect(try query.run(over: session).map(\.traceID) == [Array("late trace".utf8)])
    let report = try ArchiveVerifier.verify(BytesSource(bytes))
    #expect(report.problems == [])
    #expect((report.traces, report.spans) == (21, 82))
  }

  @Test func bytesBetweenThePartsAreFound() throws {
    var bytes = Segments.appended(try segments(Self.first), try segments(Self.second))
    let before = Segments.archive(try segments(Self.first)).count
    // The earlier footer, and what lies in front of it.
    for offset in [before - 1, before - 50] {
      bytes[offset] ^= 1
      #expect(try !ArchiveVerifier.verify(BytesSource(bytes)).isSound)
      // Readings need the last directory only.
      #expect(try spans(bytes) == Self.first.described() + Self.second.described())
      bytes[offset] ^= 1
    }
    #expect(try ArchiveVerifier.verify(BytesSource(bytes)).isSound)
  }

  @Test func theLastGoodFooterIsFound() throws {
    let before = Segments.archive(try segments(Self.first))
    let bytes = Segments.appended(try segments(Self.first), try segments(Self.second))
    let whole = try #require(try Footer.findLast(in: BytesSource(bytes)))
    #expect(whole.offset == bytes.count - Footer.byteCount)
    #expect(whole.footer == (try Archive(BytesSource(bytes)).footer))
    // Cut anywhere behind it, the first footer is the last good one.
    for count in [
      before.count, before.count + 1, (before.count + bytes.count) / 2, bytes.count - 1,
    ] {
      let torn = try #require(try Footer.findLast(in: BytesSource(Array(bytes[..<count]))))
      #expect(torn.offset == before.count - Footer.byteCount)
      #expect(torn.footer == (try Archive(BytesSource(before)).footer))
    }
    // What a footer says is not believed where its checksum does not agree.
    var damaged = bytes
    damaged[bytes.count - 60] ^= 1
    #expect(
      try Footer.findLast(in: BytesSource(damaged))?.offset == before.count - Footer.byteCount)
    #expect(try Footer.findLast(in: BytesSource(Array(before[..<(before.count - 1)]))) == nil)
    #expect(try Footer.findLast(in: BytesSource([])) == nil)
  }

  @Test func theFooterIsFoundBehindMegabytesOfOtherBytes() throws {
    let before = Segments.archive(try segments(Self.second))
    // Around the edges of the windows that are looked at, magic after magic.
    for extra in [1 << 20, (1 << 20) + 64, (2 << 20) - 32, (1 << 20) - 64, (3 << 20) + 7] {
      var bytes = before
      while bytes.count < before.count + extra { bytes += Footer.magic }
      let found = try #require(try Footer.findLast(in: BytesSource(bytes)))
      #expect(found.offset == before.count - Footer.byteCount)
    }
  }
}
