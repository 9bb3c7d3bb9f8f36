import Testing

@testable import BHTSearch

/// Queries that are written read as the same queries.
@Suite struct QueryTextTests {
  @Test func randomQueriesAreReadAsTheyWereWritten() throws {
    let traces = try ReferenceTrace.traces(of: try AgreedQueries.batches())
    var random = RandomQuery(seed: 11, of: Array(traces.prefix(20)))
    var kinds: Set<String> = []
    for round in 0..<1500 {
      let query = round % 3 == 0 ? random.metrics() : random.traces()
      let text = query.description
      do throws(QueryError) {
        #expect(try Query(text) == query, "\(text)")
      } catch {
        Issue.record("\(text): \(error)")
      }
      for word in [
        "!{", "&>>", "!<", "| by(", "parent.", "!=?", "^", "topk", "compare", "(?i)", "nil",
      ]
      where text.contains(word) {
        kinds.insert(word)
      }
    }
    #expect(kinds.count == 11)
  }

  @Test func anyBytesAreWrittenAsText() throws {
    for bytes: [UInt8] in [
      Array(0...255), [0xC3], [0xC3, 0x28], [0xED, 0xA0, 0x80], Array("é\u{FFFD}\u{1F600}".utf8),
    ] {
      let query = Query(
        .spansets([
          .spansets(
            .filter(
              .comparison(
                .equal, .field(.attribute(AttributeName(.span, "a \"b\\c")), .nowhere),
                .literal(.text(bytes), .nowhere), .nowhere), .nowhere))
        ]))
      #expect(try Query(query.description) == query)
    }
  }
}
