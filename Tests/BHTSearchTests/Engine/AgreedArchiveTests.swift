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

  @Test func allAnswersAreTheAgreedOnes() throws {
    #expect(try different(FormatOptions(), part: 1) == [])
  }

  /// Segments of a few traces, with all sections that pruning goes by.
  @Test func soTheyAreOfManySegments() throws {
    var options = FormatOptions()
    options.index = .all
    options.segmentSpans = 700
    options.chunkSpans = 60
    #expect(try different(options, part: 5) == [])
  }
}
