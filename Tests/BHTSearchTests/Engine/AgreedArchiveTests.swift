import Testing

@testable import BHTSearch
@testable import BHTrace

/// The engine over archives, against queries and answers that others agree on.
@Suite struct AgreedArchiveTests {
  private func different(_ options: FormatOptions, part: Int) throws -> [String] {
    let bytes = try SearchedTraces.archive(try AgreedQueries.batches(), options)
    let queries = try AgreedQueries.all()
    #expect(queries.count == 646)
    var different: [String] = []
    for (place, agreed) in queries.enumerated() where place % part == 0 {
      let found = try SearchedTraces.engine(
        try Query(agreed.query), over: [bytes], asTempo: true)
      let sets = found.map { answer in
        AgreedQueries.Spanset(
          traceID: answer.traceID, spanIDs: answer.spans.map { String($0.prefix { $0 != "@" }) })
      }
      if sets.sorted() != agreed.sets { different.append(agreed.query) }
    }
    return different
  }

  /// Two sums depend on the order in which the spans of a trace were stored, which an archive does not
  /// keep: it has that of their starts.
  private func isOfStoredOrder(_ query: String) -> Bool {
    query.contains("sum(span.int + 1) != 2.5") || query.contains("sum(span.mixed) >= 0")
  }

  /// Without optimisation a part of the queries is asked.
  #if DEBUG
    private static let part = 23
  #else
    private static let part = 1
  #endif

  @Test func answersAreTheAgreedOnes() throws {
    let different = try different(FormatOptions(), part: Self.part)
    #expect(different.filter { !isOfStoredOrder($0) } == [])
  }

  @Test func twoSumsGoByTheOrderOfStarts() throws {
    let bytes = try SearchedTraces.archive(try AgreedQueries.batches(), FormatOptions())
    let sums = try AgreedQueries.all().filter { isOfStoredOrder($0.query) }
    #expect(sums.count == 2)
    for agreed in sums {
      let query = try Query(agreed.query)
      let traces = try ReferenceTrace.traces(
        of: try AgreedQueries.batches(),
        ReferenceRules(orphansAreRoots: false, reversesPower: true))
      #expect(
        try SearchedTraces.engine(query, over: [bytes], asTempo: true)
          == SearchedTraces.reference(query, over: traces))
    }
  }

  /// Segments of a few traces, with all sections that pruning goes by.
  @Test func soTheyAreOfManySegments() throws {
    var options = FormatOptions()
    options.index = .all
    options.segmentSpans = 700
    options.chunkSpans = 60
    let different = try different(options, part: Self.part * 2)
    #expect(different.filter { !isOfStoredOrder($0) } == [])
  }
}
