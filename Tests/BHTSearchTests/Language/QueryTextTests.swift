import Testing

@testable import BHTSearch

/// Queries that are written read as the same queries.
@Suite struct QueryTextTests {
  @Test func randomQueriesAreReadAsTheyWereWritten() throws {
    var traces = RandomTraces(seed: 3)
    var random = RandomQuery(
      seed: 11, of: try ReferenceTrace.traces(of: traces.batches(traces: 20, spans: 12)))
    var kinds: Set<String> = []
    for round in 0..<900 {
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

  /// Whatever is read, it is read as a query or refused with a place in it.
  @Test func damagedQueriesAreReadOrRefused() throws {
    var traces = RandomTraces(seed: 5)
    var random = RandomQuery(
      seed: 12, of: try ReferenceTrace.traces(of: traces.batches(traces: 5, spans: 12)))
    var numbers = SeededNumbers(state: 13)
    var refused = 0
    for round in 0..<400 {
      var text = Array((round % 2 == 0 ? random.traces() : random.metrics()).description.utf8)
      for _ in 0..<numbers.number(1...3) {
        let place = numbers.number(0...text.count - 1)
        switch numbers.number(1...4) {
        case 1: text.remove(at: place)
        case 2: text.insert(UInt8(numbers.number(0...255)), at: place)
        case 3: text[place] = Array("{}()|&!<>=~.\"`0-*".utf8)[numbers.number(0...16)]
        default: text.removeSubrange(place...)
        }
        if text.isEmpty { text = [0x7B] }
      }
      do throws(QueryError) {
        _ = try Query(utf8: text)
      } catch {
        refused += 1
        #expect(error.line >= 1 && error.column >= 1)
        #expect(error.caret <= error.excerpt.unicodeScalars.count)
      }
    }
    #expect(refused > 100)
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
