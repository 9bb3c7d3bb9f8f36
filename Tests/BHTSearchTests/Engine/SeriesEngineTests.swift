import Testing

@testable import BHTSearch
@testable import BHTrace

/// Series of the engine against those of the evaluator that looks at full spans.
@Suite struct SeriesEngineTests {
  /// A series with numbers as far as they are the same however they were added up.
  private static func text(
    _ labels: [(name: String, value: SearchValue)], _ values: [Double]
  ) -> String {
    let numbers = values.map { value in
      value.isNaN
        ? "-" : "\((value * 1e6).magnitude < 1e15 ? (value * 1e6).rounded() / 1e6 : value)"
    }
    return "{\(labels.map { "\($0.name)=\($0.value)" }.joined(separator: ","))} \(numbers)"
  }

  private static func engine(
    _ expression: MetricsExpression, over archive: [UInt8], _ times: SeriesTimes
  ) throws -> [String] {
    var report = SearchReport()
    let series = try SeriesSearch(expression).run(
      over: [
        ArchiveSet.Member(name: "archive", archive: try ArchiveSession(MemorySource(archive)))
      ],
      times, report: &report, passOver: { _, error in throw error })
    return series.map { text($0.labels.map { ($0.name, $0.value) }, $0.values) }.sorted()
  }

  private static func reference(
    _ expression: MetricsExpression, over traces: [ReferenceTrace], _ times: ReferenceTimes
  ) -> [String] {
    ReferenceMetrics(traces: traces, times: times).run(expression)
      .map { text($0.labels.map { ($0.name, $0.value) }, $0.values) }.sorted()
  }

  #if DEBUG
    static let queriesPerSeed = 4
  #else
    static let queriesPerSeed = 200
  #endif

  @Test(arguments: UInt64(1)...5)
  func randomQueriesGiveWhatTheReferenceGives(seed: UInt64) throws {
    var made = RandomTraces(seed: seed)
    let batches = made.batches(traces: 12, spans: 20, batches: 2)
    let traces = try ReferenceTrace.traces(of: batches)
    var options = EngineTests.layouts[Int(seed) % EngineTests.layouts.count]
    options.index = seed % 2 == 0 ? .all : options.index
    let archive = try SearchedTraces.archive(batches, options)
    let starts = traces.flatMap { $0.spans.map(\.start) }
    let (first, last) = (try #require(starts.min()), try #require(starts.max()))
    var random = RandomQuery(seed: seed, of: traces)
    for _ in 0..<Self.queriesPerSeed {
      let query = random.metrics()
      guard case .metrics(let expression) = query.body else { continue }
      let step = max(1, (last - first) / UInt64(random.number(1...7)))
      let begin = first == 0 ? 0 : first - 1
      let times = try #require(SeriesTimes(from: begin, through: last, step: step))
      #expect(
        try Self.engine(expression, over: archive, times)
          == Self.reference(
            expression, over: traces, ReferenceTimes(start: begin, end: last, step: step)),
        "seed \(seed), step \(step): \(query)")
      #expect(
        try Self.engine(
          expression, over: archive, SeriesTimes(instantFrom: begin, through: last))
          == Self.reference(
            expression, over: traces,
            ReferenceTimes(start: begin, end: max(last, begin + 1), step: nil)),
        "seed \(seed), instant: \(query)")
    }
  }
}
