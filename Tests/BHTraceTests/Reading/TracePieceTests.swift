import Testing

@testable import BHTrace

/// Traces that are cut into pieces read as if they were not.
struct TracePieceTests {
  /// 10,000 spans in a segment, and the same in two, beside two small traces.
  private static let batch = SpanBatch.trace(10_000, .random)

  private static let inOneSegment = Result { try archive([batch, SpanBatch(others)]) }

  private static let inTwoSegments = Result {
    let (traces, batches) = try Segments.traces([batch, SpanBatch(others)])
    let large = try #require(traces.firstIndex { $0.spans.count == 10_000 })
    #expect(large == 1 && traces.count == 3)
    let parts = traces[large].parts(cutAt: [5000], batches)
    return Segments.archive([
      try Segments.encode([traces[0], parts[0]], batches),
      try Segments.encode([parts[1], traces[2]], batches),
    ])
  }

  private static let others = [
    PlainSpan(id: "a", start: 5, end: 10, service: "early", name: "first", trace: "early"),
    PlainSpan(
      id: "b", start: 1_800_000_000_000_000_000, end: 1_800_000_000_000_000_009, status: 2,
      service: "late", name: "last", trace: "late"),
  ]

  private static let whole = NamedTree(batch)

  private static func words(_ named: NamedTree) -> [String] {
    var trace = LoadedTrace(
      handle: TraceHandle(segment: 0, chunk: 0, slot: 0), tree: named.tree, names: named.names)
    trace.traceID = id
    return trace.structureWords
  }

  private static let id = batch.bytes(batch.spans[0].traceID)

  private static func archives() throws -> [[UInt8]] {
    [try inOneSegment.get(), try inTwoSegments.get()]
  }

  @Test func itIsFoundInPieces() throws {
    let wanted: [[Range<Int>]] = [
      [0..<4096, 4096..<8192, 8192..<10_000],
      [0..<4096, 4096..<5000, 5000..<9096, 9096..<10_000],
    ]
    for (bytes, pieces) in zip(try Self.archives(), wanted) {
      let session = try ArchiveSession(BytesSource(bytes))
      #expect((session.traceCount, session.spanCount) == (3, 10_002))
      let handles = try session.locate(traceID: Self.id)
      #expect(handles.count == 1)
      #expect(try session.pieces(of: handles[0]) == pieces)
      #expect(try ArchiveVerifier.verify(BytesSource(bytes)).problems == [])
    }
  }

  @Test func structureAndCriticalPathAreThoseOfTheWholeTrace() throws {
    let expected = Self.words(Self.whole)
    let root = try #require(CriticalPathQuery.mainRoot(of: Self.whole.tree))
    let path = Self.whole.words(Self.whole.path())
    for bytes in try Self.archives() {
      let session = try ArchiveSession(BytesSource(bytes))
      let handle = try session.locate(traceID: Self.id)[0]
      let loaded = try session.load(handle, [.traceID, .spanIDs], positions: nil)
      #expect(loaded.structureWords == expected)
      #expect(loaded.traceID == Self.id)
      #expect(
        loaded.spanIDs == Self.whole.order.map { Self.batch.bytes(Self.batch.spans[$0].spanID) })
      let found = CriticalPathQuery.path(
        of: loaded.tree, names: loaded.names, from: root, method: .blocking)
      let names = found.sections.map {
        let name = loaded.names.operations[Int(loaded.tree.operations[$0.position])].name
        return "\(String(decoding: name, as: UTF8.self)) \($0.start)..\($0.end)"
      }
      #expect(names == path)
      // Going through all traces gives it whole too, between the others.
      var counts: [Int] = []
      try session.forEachTrace([.traceID, .spanIDs]) { trace in
        counts.append(trace.tree.count)
        if trace.tree.count > 1 {
          #expect(trace.structureWords == expected)
          #expect(trace.spanIDs == loaded.spanIDs)
        }
      }
      #expect(counts == [1, 10_000, 1])
      #expect(try SummaryQuery.run(over: session)?.spans == 10_002)
      #expect(
        try ServiceTotals.all(in: session).reduce(0) { $0 + $1.totals.spans } == 10_002)
    }
  }

  @Test func allSpansComeBackPieceByPiece() throws {
    let texts = Self.batch.described()
    let expected = Self.whole.order.map { texts[$0] }
    for bytes in try Self.archives() {
      let session = try ArchiveSession(BytesSource(bytes))
      var spans: [String] = []
      var firsts: [Int] = []
      try SpanReadings.full(session) { trace in
        if trace.traceID != Self.id { return }
        #expect(trace.firstPosition == spans.count)
        firsts.append(trace.firstPosition)
        spans += trace.batch.described()
      }
      #expect(spans == expected)
      #expect(firsts.count > 2 && firsts[1] == 4096)
      #expect(
        try SpanReadings.trace(Self.id, in: session).flatMap { $0.batch.described() } == expected)
      let some = [0, 4095, 4096, 5000, 9_999]
      let handle = try session.locate(traceID: Self.id)[0]
      #expect(
        try session.load(handle, .payload, positions: some).batch.described()
          == some.map { expected[$0] })
    }
  }

  @Test func aServiceAndASubtreeAreThoseOfTheWholeTrace() throws {
    let texts = Self.batch.described()
    let expected = Self.whole.order.map { texts[$0] }
    let cart = Self.whole.order.filter { Self.batch.spans[$0].resource == 1 }.map { texts[$0] }
    for bytes in try Self.archives() {
      let session = try ArchiveSession(BytesSource(bytes))
      var found: [String] = []
      try SpanReadings.service(Array("cart".utf8), in: session) { found += $0.batch.described() }
      #expect(found == cart)
      for position in [1, 4096, 4999, 5000, 9_000] {
        let id = Self.batch.bytes(Self.batch.spans[Self.whole.order[position]].spanID)
        let subtree = try SpanReadings.subtree(of: id, traceID: Self.id, in: session)
        #expect(
          subtree?.batch.described()
            == Array(expected[position..<Self.whole.tree.subtreeEnd(position)]))
      }
    }
  }

  @Test func boundsKeepItsPiecesTogether() throws {
    for bytes in try Self.archives() {
      func rows(_ set: (inout TraceListQuery) -> Void) throws -> [Int] {
        var query = TraceListQuery()
        set(&query)
        return try query.run(over: ArchiveSession(BytesSource(bytes))).map(\.spans)
      }
      #expect(try rows { $0.since = 1_000 } == [10_000, 1])
      #expect(try rows { $0.since = 1_750_000_000_000_000_000 } == [1])
      #expect(try rows { $0.until = 1_750_000_000_000_000_000 } == [1, 10_000])
      #expect(try rows { $0.minDuration = 1_000_000 } == [10_000])
      #expect(try rows { $0.errorsOnly = true } == [10_000, 1])
      #expect(try rows { $0.services = [Array("cart".utf8)] } == [10_000])
      #expect(try rows { $0.services = [Array("late".utf8)] } == [1])
    }
  }

  @Test func aReaderOfTheOnlyTraceHasItWhole() throws {
    let (traces, batches) = try Segments.traces([Self.batch])
    let shared = Segments.archive(
      try traces[0].parts(cutAt: [4096, 9000], batches).map { try Segments.encode([$0], batches) })
    for bytes in [try archive([Self.batch]), shared] {
      let session = try ArchiveSession(BytesSource(bytes))
      let handle = try #require(try session.firstHandle())
      #expect(try session.load(handle, .structure, positions: nil).tree.count == 10_000)
      let reader = try TraceReader(ArchiveSession(BytesSource(bytes)))
      #expect(try reader.full().result.count == 10_000)
      #expect(try session.trace(typed: nil, .payload)?.batch.spans.count == 10_000)
    }
  }

  // MARK: Traces of more than 65,536 spans

  private static let huge = SpanBatch.trace(66_000, .random, attributes: false)
  private static let hugeArchive = Result { try archive([huge]) }

  @Test func aSpanOfAHugeTraceIsFoundByItsHash() throws {
    let bytes = try Self.hugeArchive.get()
    let session = try ArchiveSession(BytesSource(bytes))
    #expect(try session.maps().allSatisfy { $0.head.section(.spanLookup) != nil })
    let id = Self.huge.bytes(Self.huge.spans[0].traceID)
    let handle = try session.locate(traceID: id)[0]
    let loaded = try session.load(handle, .spanIDs, positions: nil)
    #expect(loaded.tree.count == 66_000)
    for position in [0, 1, 2, 4095, 4096, 40_000, 65_999] {
      let found = try session.positions(ofSpan: loaded.spanIDs[position], in: handle)
      #expect(found == Array(position..<loaded.tree.subtreeEnd(position)))
    }
    #expect(try session.positions(ofSpan: [1, 2, 3], in: handle) == [])
    // It looks into few of the pieces only.
    let cold = try ArchiveSession(BytesSource(bytes))
    let subtree = try SpanReadings.subtree(of: loaded.spanIDs[65_999], traceID: id, in: cold)
    #expect(subtree?.batch.spans.count == 1)
    #expect(cold.stats.bytesRead < bytes.count / 4)
    #expect(cold.stats.rounds <= 8)
  }

  @Test func aHugeTraceIsVerifiedWithItsSpanLookup() throws {
    var bytes = try Self.hugeArchive.get()
    #expect(try ArchiveVerifier.verify(BytesSource(bytes)).problems == [])
    let lookup = try #require(try ArchiveSession(BytesSource(bytes)).maps().first).range(
      .spanLookup)
    bytes[lookup.lowerBound + 9] ^= 4
    let report = try ArchiveVerifier.verify(BytesSource(bytes))
    #expect(report.problems.map(\.code) == [.checksumMismatch])
    #expect(report.problems.first?.offset == lookup.lowerBound)
  }
}
