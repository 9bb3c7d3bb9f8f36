import Testing

@testable import BHTrace

struct ErrorQueryTests {
  /// Ten traces a second apart; in each the payment fails with another amount, and every other time
  /// mail times out.
  private func batch() -> SpanBatch {
    var plain: [PlainSpan] = []
    for number in 0..<10 {
      let start = UInt64(number) * 1_000_000_000
      let trace = "trace-\(number)"
      plain.append(PlainSpan(id: "r", start: start, end: start + 100, service: "web", trace: trace))
      plain.append(
        PlainSpan(
          id: "p", parent: "r", start: start + 10, end: start + 20, status: 2, service: "pay",
          name: "charge", trace: trace))
      if number % 2 == 0 {
        plain.append(
          PlainSpan(
            id: "m", parent: "r", start: start + 30, end: start + 40, status: 2, service: "mail",
            name: "send", trace: trace))
      }
    }
    var batch = SpanBatch(plain)
    for index in batch.spans.indices where batch.spans[index].statusCode == 2 {
      if batch.text(batch.spans[index].name) == "charge" {
        let first = batch.attributes.count
        for (key, value) in [
          ("exception.type", "Declined"), ("exception.message", "amount \(index * 7) refused"),
        ] {
          batch.attributes.append(
            AttributeRecord(
              key: batch.append(key), kind: .string, range: batch.append(value)))
        }
        var event = EventRecord()
        event.name = batch.append("exception")
        event.attributes = RecordRange(first, 2)
        batch.spans[index].events = RecordRange(batch.events.count, 1)
        batch.events.append(event)
      } else {
        batch.spans[index].statusMessage = batch.append("no answer from 'smtp-\(index)'")
        batch.spans[index].hasStatus = true
      }
    }
    return batch
  }

  private func archive() throws -> ArchiveSession {
    var options = FormatOptions()
    options.segmentSpans = 8
    options.chunkSpans = 4
    return try ArchiveSession(
      BytesSource(try BHTraceTests.archive([batch()], options: options)))
  }

  private func text(_ group: ErrorQuery.Group) -> String {
    let parts = [
      group.service, group.operation, group.exception, group.message, group.traceID, group.spanID,
    ]
    return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
      + " \(group.count) \(group.first) \(group.last)"
  }

  @Test func errorsOfOneCauseAreOneGroup() throws {
    let answer = try ErrorQuery().run(over: try archive())
    #expect(answer.errors == 15 && answer.found == 2 && answer.ungrouped == 0)
    #expect(
      answer.groups.map(text) == [
        "pay|charge|Declined|amount <n> refused|trace-0|p 10 10 9000000010",
        "mail|send||no answer from <text>|trace-0|m 5 30 8000000030",
      ])
  }

  @Test func filtersHold() throws {
    var query = ErrorQuery()
    query.services = [Array("mail".utf8), Array("web".utf8)]
    query.since = 3_000_000_000
    query.until = 8_000_000_000
    #expect(
      try query.run(over: try archive()).groups.map(text)
        == ["mail|send||no answer from <text>|trace-4|m 2 4000000030 6000000030"])
    query.services = [Array("web".utf8)]
    #expect(try query.run(over: try archive()) == ErrorQuery.Answer())
    query = ErrorQuery()
    query.limit = 1
    let limited = try query.run(over: try archive())
    #expect(limited.groups.count == 1 && limited.found == 2 && limited.errors == 15)
  }

  @Test func groupsAreBounded() throws {
    let answer = try ErrorQuery().run(over: try archive(), keeping: 1)
    #expect(answer.found == 1 && answer.errors == 15 && answer.ungrouped == 5)
  }

  @Test func onlyBlocksWithErrorsAreRead() throws {
    let all = try archive()
    try SpanReadings.full(all) { _ in }
    var query = ErrorQuery()
    query.services = [Array("mail".utf8)]
    let some = try archive()
    _ = try query.run(over: some)
    #expect(some.stats.blocksRead < all.stats.blocksRead)
  }

  @Test func withoutAnExceptionAttributesTell() throws {
    var batch = SpanBatch([
      PlainSpan(id: "a", start: 1, end: 2, status: 2, name: "http"),
      PlainSpan(id: "b", start: 3, end: 4, status: 2, name: "tagged"),
      PlainSpan(id: "c", start: 5, end: 6, status: 2, name: "silent"),
    ])
    let first = batch.attributes.count
    batch.attributes.append(
      AttributeRecord(key: batch.append("http.status_code"), kind: .int, bits: 503))
    batch.attributes.append(
      AttributeRecord(key: batch.append("error.type"), kind: .string, range: batch.append("E")))
    batch.attributes.append(
      AttributeRecord(key: batch.append("error.message"), kind: .string, range: batch.append("no")))
    for index in batch.spans.indices {
      let name = batch.text(batch.spans[index].name)
      if name == "http" { batch.spans[index].attributes = RecordRange(first, 1) }
      if name == "tagged" { batch.spans[index].attributes = RecordRange(first + 1, 2) }
    }
    let bytes = try BHTraceTests.archive([batch])
    let answer = try ErrorQuery().run(over: try ArchiveSession(BytesSource(bytes)))
    #expect(
      answer.groups.map(text) == [
        "svc|http|HTTP 503||t|a 1 1 1", "svc|silent|||t|c 1 5 5", "svc|tagged|E|no|t|b 1 3 3",
      ])
  }
}
