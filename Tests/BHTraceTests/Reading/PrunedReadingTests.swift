import Testing

@testable import BHTrace

/// Questions with bounds pass over what lies outside, and answer as if they had looked at all.
struct PrunedReadingTests {
  private static let second: UInt64 = 1_000_000_000

  /// 300 traces a second apart that last ever longer; those of one in 50 have an error, and the service
  /// "mail" is in the last third only.
  private static let plain = (0..<300).flatMap { trace in
    let start = UInt64(trace) * second
    let end = start + UInt64(trace) * 1_000_000
    return [
      PlainSpan(
        id: "root \(trace)", start: start, end: end, service: "shop", name: "GET",
        trace: "trace \(trace)"),
      PlainSpan(
        id: "below \(trace)", parent: "root \(trace)", start: start, end: start + 5,
        status: trace % 50 == 49 ? 2 : 0, service: trace >= 200 ? "mail" : "db", name: "call",
        trace: "trace \(trace)"),
    ]
  }

  private static let bytes = Result {
    var options = FormatOptions()
    options.chunkSpans = 10
    options.segmentSpans = 100
    return try archive([SpanBatch(plain)], options: options)
  }

  private func run(_ query: TraceListQuery) throws -> (rows: [TraceListQuery.Row], bytes: Int) {
    let session = try ArchiveSession(BytesSource(Self.bytes.get()))
    return (try query.run(over: session), session.stats.bytesRead)
  }

  private func number(_ row: TraceListQuery.Row) -> Int { Int(row.start / Self.second) }

  @Test func boundsReadLessAndAnswerTheSame() throws {
    let all = try run(TraceListQuery())
    #expect(all.rows.map(number) == Array(0..<300))
    let cases: [(String, (inout TraceListQuery) -> Void, (Int) -> Bool)] = [
      ("since", { $0.since = 250 * Self.second }, { $0 >= 250 }),
      ("until", { $0.until = 31 * Self.second }, { $0 < 31 }),
      (
        "both",
        {
          $0.since = 100 * Self.second + 1
          $0.until = 103 * Self.second
        }, { (101..<103).contains($0) }
      ),
      ("duration", { $0.minDuration = 270_000_000 }, { $0 >= 270 }),
      ("errors", { $0.errorsOnly = true }, { $0 % 50 == 49 }),
      ("service", { $0.services = [Array("mail".utf8)] }, { $0 >= 200 }),
      ("no service", { $0.services = [Array("none".utf8)] }, { _ in false }),
      (
        "all of them",
        {
          $0.since = 100 * Self.second
          $0.errorsOnly = true
          $0.services = [Array("mail".utf8)]
          $0.minDuration = 260_000_000
        }, { [299].contains($0) }
      ),
    ]
    for (name, set, isWanted) in cases {
      var query = TraceListQuery()
      set(&query)
      let found = try run(query)
      #expect(found.rows == all.rows.filter { isWanted(number($0)) }, "\(name)")
      #expect(found.bytes < all.bytes, "\(name)")
    }
  }

  @Test func aServiceOfFewTracesReadsFewBytes() throws {
    let session = try ArchiveSession(BytesSource(Self.bytes.get()))
    var ids: [[UInt8]] = []
    try SpanReadings.service(Array("mail".utf8), in: session) { trace in
      #expect(trace.batch.spans.count == 1)
      ids.append(trace.traceID)
    }
    #expect(ids == (200..<300).map { Array("trace \($0)".utf8) })
    let full = try ArchiveSession(BytesSource(Self.bytes.get()))
    try SpanReadings.full(full) { _ in }
    #expect(session.stats.bytesRead < full.stats.bytesRead * 2 / 3)
  }

  @Test(arguments: [FormatOptions.IndexChoice.none, .auto, .all], [UInt64(1), 2, 3])
  func randomBoundsAnswerAsLookingAtAll(index: FormatOptions.IndexChoice, seed: UInt64) throws {
    var spans = RandomSpans(seed: seed)
    var options = FormatOptions()
    options.chunkSpans = 15
    options.segmentSpans = 60
    options.index = index
    let bytes = try archive([spans.batch(spans: 400)], options: options)
    let all = try TraceListQuery().run(over: ArchiveSession(BytesSource(bytes)))
    var random = SeededGenerator(seed: seed)
    for _ in 0..<25 {
      var query = TraceListQuery()
      func row() -> TraceListQuery.Row { all.randomElement(using: &random) ?? TraceListQuery.Row() }
      if Bool.random(using: &random) { query.since = row().start }
      if Bool.random(using: &random) { query.until = row().start }
      if Bool.random(using: &random) { query.minDuration = row().duration }
      query.errorsOnly = Int.random(in: 0..<3, using: &random) == 0
      let expected = all.filter { row in
        (query.since.map { row.start >= $0 } ?? true)
          && (query.until.map { row.start < $0 } ?? true)
          && (query.minDuration.map { row.duration >= $0 } ?? true)
          && (!query.errorsOnly || row.errors > 0)
      }
      #expect(try query.run(over: ArchiveSession(BytesSource(bytes))) == expected)
    }
  }
}
