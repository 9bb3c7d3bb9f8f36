import Testing

@testable import BHTrace

/// How often a question has to wait for an answer before it can ask on.
struct RoundsTests {
  private static let batch = SpanBatch.timeline(traces: 240, traceSpans: 5)

  /// An archive of `segments` segments of 240 traces of five spans.
  private static func made(_ segments: Int) throws -> [UInt8] {
    var options = FormatOptions()
    options.segmentSpans = 1200 / segments
    options.chunkSpans = 25
    let bytes = try archive([batch], options: options)
    #expect(try ArchiveSession(BytesSource(bytes)).maps().count == segments)
    return bytes
  }

  private static let one = Result { try made(1) }
  private static let ten = Result { try made(10) }
  private static let forty = Result { try made(40) }

  private static func id(_ trace: Int) -> [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: trace >> ($0 % 4 * 8)) }
  }

  private func rounds(_ bytes: [UInt8], _ ask: (ArchiveSession) throws -> Void) throws -> Int {
    let session = try ArchiveSession(BytesSource(bytes))
    try ask(session)
    return session.stats.rounds
  }

  private func trace(_ session: ArchiveSession, _ number: Int) throws {
    let found = try SpanReadings.trace(Self.id(number), in: session)
    #expect(found.count == 1)
    #expect(found.first?.traceID == Self.id(number))
    #expect(found.first?.batch.spans.count == 5)
  }

  @Test func aColdTraceTakesThreeRoundsAndFourWhereThereAreManySegments() throws {
    for number in [0, 7, 133, 239] {
      #expect(try rounds(Self.one.get()) { try trace($0, number) } <= 3)
      #expect(try rounds(Self.forty.get()) { try trace($0, number) } <= 4)
    }
  }

  @Test func aWarmTraceTakesOne() throws {
    for bytes in [try Self.one.get(), try Self.forty.get()] {
      let archive = try Archive(BytesSource(bytes))
      try archive.session().warmUp()
      for number in [0, 7, 133, 239] {
        let session = archive.session()
        // Opening is counted for every session.
        #expect(session.stats.rounds == 1)
        try trace(session, number)
        #expect(session.stats.rounds == 2)
        // What a session has read it does not read again.
        try trace(session, number)
        #expect(session.stats.rounds == 2)
      }
    }
  }

  @Test func aServiceTakesFourRoundsHoweverManySegments() throws {
    for bytes in [try Self.one.get(), try Self.ten.get(), try Self.forty.get()] {
      let taken = try rounds(bytes) { session in
        var spans: [String] = []
        try SpanReadings.service(Array("shop".utf8), in: session) { spans += $0.batch.described() }
        #expect(spans.sorted() == Self.batch.described().sorted())
      }
      #expect(taken <= 4)
    }
  }

  @Test func sumsAndListsTakeNoMoreRoundsWithMoreSegments() throws {
    let questions: [(name: String, answer: Int, ask: (ArchiveSession) throws -> Int)] = [
      ("list", 240, { try TraceListQuery().run(over: $0).count }),
      ("summary", 1200, { try SummaryQuery.run(over: $0)?.spans ?? 0 }),
      ("totals", 1200, { try ServiceTotals.all(in: $0).reduce(0) { $0 + $1.totals.spans } }),
      (
        "bounds", 24,
        { session in
          var query = TraceListQuery()
          query.errorsOnly = true
          return try query.run(over: session).count
        }
      ),
      (
        "full", 1200,
        { session in
          var spans = 0
          try SpanReadings.full(session) { spans += $0.batch.spans.count }
          return spans
        }
      ),
    ]
    for (name, answer, ask) in questions {
      var taken: [Int] = []
      for bytes in [try Self.ten.get(), try Self.forty.get()] {
        taken.append(
          try rounds(bytes) { session in
            let found = try ask(session)
            #expect(found == answer, "\(name)")
          })
      }
      #expect(taken[0] == taken[1] && taken[0] <= 4, "\(name)")
    }
  }
}
