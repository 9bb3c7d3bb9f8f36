import Testing

@testable import BHTrace

/// Readings of some spans give what filtering all spans gives.
struct ChosenSpansTests {
  /// Random spans of several services, in small segments, chunks and groups.
  private static func made(_ seed: UInt64) throws -> [UInt8] {
    var random = RandomSpans(seed: seed)
    var batch = random.batch(spans: 400)
    for number in batch.resources.count..<4 { batch.resources.append(batch.resources[number - 1]) }
    for span in batch.spans.indices { batch.spans[span].resource = UInt32(span / 2 % 4) }
    // The services of some resources, added behind what they have.
    for (number, resource) in batch.resources.enumerated() where number % 3 != 2 {
      var list = Array(batch.attributes[resource.attributes.indices])
      let named = batch.attributes([("service.name", "service \(number)")])
      list.append(batch.attributes[Int(named.first)])
      batch.resources[number].isPresent = true
      batch.resources[number].attributes = RecordRange(batch.attributes.count, list.count)
      batch.attributes += list
    }
    var options = FormatOptions()
    options.segmentSpans = 120
    options.chunkSpans = 25
    options.block = .bytes(700)
    options.heavyValueBytes = 64
    if seed % 2 == 0 { options.groupCount = 2 }
    if seed % 3 == 0 { options.leastGroupBytes = 0 }
    return try archive([batch], options: options)
  }

  private static let archives = Result { try (UInt64(1)...4).map(made) }

  @Test(arguments: 0..<4) func aServiceIsWhatFilteringGives(number: Int) throws {
    let bytes = try Self.archives.get()[number]
    var expected: [[UInt8]: [String]] = [:]
    try SpanReadings.full(ArchiveSession(BytesSource(bytes))) { trace in
      for (span, text) in zip(trace.batch.spans, trace.batch.described()) {
        let service = trace.batch.bytes(trace.batch.serviceName(of: Int(span.resource)))
        expected[service, default: []].append(text)
      }
    }
    #expect(expected.count > 1)
    expected[Array("none".utf8)] = []
    for (service, texts) in expected {
      var found: [String] = []
      try SpanReadings.service(service, in: ArchiveSession(BytesSource(bytes))) {
        found += $0.batch.described()
      }
      #expect(found == texts)
    }
  }

  @Test(arguments: 0..<4) func aServiceOfATraceIsWhatFilteringGives(number: Int) throws {
    let bytes = try Self.archives.get()[number]
    let session = try ArchiveSession(BytesSource(bytes))
    var traces: [LoadedTrace] = []
    try SpanReadings.full(ArchiveSession(BytesSource(bytes))) { traces.append($0) }
    for trace in traces.prefix(20) {
      let services = trace.batch.spans.map {
        trace.batch.bytes(trace.batch.serviceName(of: Int($0.resource)))
      }
      for service in Set(services) {
        var found: [String] = []
        try SpanReadings.service(service, traceID: trace.traceID, in: session) {
          found += $0.batch.described()
        }
        let expected = zip(services, trace.batch.described()).filter { $0.0 == service }.map(\.1)
        #expect(found == expected)
      }
    }
  }

  @Test(arguments: 0..<4) func aSubtreeIsWhatTheTreeSays(number: Int) throws {
    let bytes = try Self.archives.get()[number]
    let session = try ArchiveSession(BytesSource(bytes))
    var traces: [LoadedTrace] = []
    try ArchiveSession(BytesSource(bytes)).forEachTrace([.spanIDs, .payload]) { traces.append($0) }
    for trace in traces.prefix(30) {
      let texts = trace.batch.described()
      for id in Set(trace.spanIDs) {
        var isInside = [Bool](repeating: false, count: trace.tree.count)
        for position in 0..<trace.tree.count {
          let parent = Int(trace.tree.parents[position])
          isInside[position] = trace.spanIDs[position] == id || parent >= 0 && isInside[parent]
        }
        let found = try SpanReadings.subtree(of: id, traceID: trace.traceID, in: session)
        #expect(
          found?.batch.described() == texts.indices.filter { isInside[$0] }.map { texts[$0] })
      }
      #expect(
        try SpanReadings.subtree(of: [1, 2], traceID: trace.traceID, in: session)?.batch.spans.count
          == nil)
    }
  }

  @Test func sessionsOnTwoThreadsAnswerForThemselves() throws {
    let bytes = try Self.archives.get()[0]
    var expected: [[String]] = []
    var ids: [[UInt8]] = []
    try SpanReadings.full(ArchiveSession(BytesSource(bytes))) {
      expected.append($0.batch.described())
      ids.append($0.traceID)
    }
    let archive = try Archive(BytesSource(bytes))
    try archive.session().warmUp()
    // One goes forward through all traces, the other back through half of them.
    let questions = [Array(ids.indices), Array(ids.indices.reversed().prefix(ids.count / 2))]
    let asked = ids
    let ask = { @Sendable (question: Int) throws -> Answer in
      let session = archive.session()
      let spans = try questions[question].map { number in
        try SpanReadings.trace(asked[number], in: session).flatMap { $0.batch.described() }
      }
      var stats = session.stats
      stats.seconds = 0
      return Answer(spans: spans, stats: stats)
    }
    let alone = try (0..<2).map(ask)
    for _ in 0..<3 {
      let together = try Parallel.map(2, threads: 2, state: 0) { question, _ in
        Result { try ask(question) }
      }.map { try $0.get() }
      #expect(together == alone)
    }
    for (question, answer) in zip(questions, alone) {
      #expect(answer.spans == question.map { expected[$0] })
    }
    #expect(alone[0].stats.rounds > alone[1].stats.rounds)
  }

  private struct Answer: Equatable {
    var spans: [[String]]
    var stats: ReadStats
  }
}
