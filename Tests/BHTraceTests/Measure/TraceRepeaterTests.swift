import Foundation
import Testing

@testable import BHTMeasure
@testable import BHTrace

@Suite struct TraceRepeaterTests {
  private func trace() -> SpanBatch {
    var generator = CheckoutGenerator(seed: 5)
    return generator.next()
  }

  @Test func theFirstCopyIsTheInput() {
    let batch = trace()
    #expect(copy(of: batch, number: 0).described() == batch.described())
  }

  @Test func parentsAndLinksNameTheSameSpansAsBefore() {
    let batch = trace()
    let copy = copy(of: batch, number: 7)
    var places: [[UInt8]: Int] = [:]
    var copiedPlaces: [[UInt8]: Int] = [:]
    for index in batch.spans.indices {
      places[batch.bytes(batch.spans[index].spanID)] = index
      copiedPlaces[copy.bytes(copy.spans[index].spanID)] = index
    }
    #expect(copiedPlaces.count == batch.spans.count)
    for (span, copied) in zip(batch.spans, copy.spans) {
      let parent = places[batch.bytes(span.parentSpanID)]
      #expect(copiedPlaces[copy.bytes(copied.parentSpanID)] == parent)
      #expect(copied.spanID.count == span.spanID.count)
    }
    #expect(batch.links.count > 0)
    for (link, copied) in zip(batch.links, copy.links) {
      #expect(copiedPlaces[copy.bytes(copied.spanID)] == places[batch.bytes(link.spanID)])
      #expect(copy.bytes(copied.traceID) == copy.bytes(copy.spans[0].traceID))
    }
  }

  @Test func noTwoCopiesShareAnID() {
    let batch = trace()
    var spans: Set<[UInt8]> = []
    var traces: Set<[UInt8]> = []
    for copy in CopyPlan().copies(of: [batch], times: 20) {
      for span in copy.spans { spans.insert(copy.bytes(span.spanID)) }
      traces.insert(copy.bytes(copy.spans[0].traceID))
    }
    #expect(spans.count == 20 * batch.spans.count)
    #expect(traces.count == 20)
  }

  @Test func onlyIDsAndTimesChange() {
    let batch = trace()
    let copy = copy(of: batch, number: 2)
    let delay: UInt64 = 2 * 3_600_000_000_000
    for (span, copied) in zip(batch.spans, copy.spans) {
      #expect(copied.start == span.start + delay)
      #expect(copied.end == span.end + delay)
      #expect(copy.bytes(copied.name) == batch.bytes(span.name))
      #expect(copied.attributes == span.attributes)
    }
    for (event, copied) in zip(batch.events, copy.events) {
      #expect(copied.time == event.time + delay)
    }
    #expect(copy.arena.starts(with: batch.arena))
    #expect(copy.attributes.map(\.bits) == batch.attributes.map(\.bits))
  }

  @Test(arguments: [1, 2, 3, 7, 9, 15])
  func idsOfOddLengthsStayDifferentAndOfTheirLength(count: Int) {
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    for number in 0..<256 {
      var span = SpanRecord()
      var id = [UInt8](repeating: 0, count: count)
      id[number % count] = UInt8(number)
      span.spanID = batch.append(id)
      batch.spans.append(span)
    }
    let copy = copy(of: batch, number: 1)
    let before = Set(batch.spans.map { batch.bytes($0.spanID) })
    let after = Set(copy.spans.map { copy.bytes($0.spanID) })
    #expect(after.count == before.count)
    #expect(after.allSatisfy { $0.count == count })
  }

  @Test func copiesAreTheSameForTheSameSeedAndOthersForAnother() {
    let source = [trace(), smallTraces()]
    func described(_ seed: UInt64) -> [[String]] {
      let plan = CopyPlan(seed: seed, spread: 1_000_000_000, freshKeys: [Array("request.id".utf8)])
      return plan.copies(of: source, times: 3).map { $0.described() }
    }
    let first = described(1)
    #expect(first.count == 6)
    #expect(first == described(1))
    for (one, two) in zip(first, described(2)) { #expect(one != two) }
  }

  @Test func aBatchIsWrittenAsAMessageWithItsSpansGroupedByResource() throws {
    var batch = smallTraces()
    // Two resources in turns, as batches of an archive have them.
    for index in batch.spans.indices { batch.spans[index].resource = UInt32(index % 2) }
    let written = copy(of: batch, number: 1)
    #expect(
      written.spans.map(\.resource) == Array(repeating: 0, count: 9) + Array(repeating: 1, count: 9)
    )
    let read = try OTLPProtobufReader.decode(
      message: OTLPProtobufWriter.encode(written), offset: 0)
    #expect(read.resources.count == 2)
    #expect(read.scopes.count == 2)
    // Spans keep their order within the group, and their own events.
    #expect(
      written.spans.prefix(9).map(\.start)
        == stride(from: 0, to: 18, by: 2).map {
          batch.spans[$0].start + 3_600_000_000_000
        })
    for span in written.spans where span.events.count > 0 {
      #expect(written.events[Int(span.events.first)].time == span.start + 3_000)
    }
  }

  @Test func idsThatAttributesShareBytesWithLeaveThoseAlone() {
    var batch = smallTraces()
    let shared = batch.append("a text and an id")
    batch.spans[0].traceID = shared
    let first = batch.attributes.count
    batch.attributes.append(AttributeRecord(key: shared, kind: .string, range: shared))
    batch.spans[0].attributes = RecordRange(first, 1)
    let copied = copy(of: batch, number: 1)
    #expect(copied.text(copied.attributes[first].range) == "a text and an id")
    #expect(copied.text(copied.attributes[first].key) == "a text and an id")
    #expect(copied.text(copied.spans[0].traceID) != "a text and an id")
  }

  @Test func filesAreRepeatedWithAllTheirParts() throws {
    let folder = PackageFile.folder + "/corpus/shop"
    var repeater = TraceRepeater()
    for path in try filesUnder(folder) {
      _ = try SpanInput.read(path: path) { repeater.add($0) }
    }
    var spans = 0
    var traces: Set<[UInt8]> = []
    repeater.forEachCopy(times: 3) { batch in
      spans += batch.spans.count
      for span in batch.spans { traces.insert(batch.bytes(span.traceID)) }
    }
    #expect(spans == 3 * 4978)
    #expect(traces.count == 3 * 439)
  }

  /// Copy `number` of `batch`.
  private func copy(of batch: SpanBatch, number: Int) -> SpanBatch {
    CopyPlan().copies(of: [batch], times: number + 1)[number]
  }
}

extension CopyPlan {
  /// All batches of `times` copies of `source`.
  func copies(of source: [SpanBatch], times: Int) -> [SpanBatch] {
    var repeater = TraceRepeater(self)
    for batch in source { repeater.add(batch) }
    var copies: [SpanBatch] = []
    repeater.forEachCopy(times: times) { copies.append($0) }
    return copies
  }
}
