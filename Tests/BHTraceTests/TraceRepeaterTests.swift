import Foundation
import Testing

@testable import BHTMeasure
@testable import BHTrace

@Suite struct TraceRepeaterTests {
  private let repeater = TraceRepeater()

  private func trace() -> SpanBatch {
    var generator = CheckoutGenerator(seed: 5)
    return generator.next()
  }

  @Test func theFirstCopyIsTheInput() {
    let batch = trace()
    let copy = repeater.copy(batch, number: 0)
    #expect(copy.arena == batch.arena)
    #expect(copy.spans.map(\.traceID) == batch.spans.map(\.traceID))
  }

  @Test func parentsAndLinksNameTheSameSpansAsBefore() {
    let batch = trace()
    let copy = repeater.copy(batch, number: 7)
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
    for number in 0..<20 {
      let copy = repeater.copy(batch, number: number)
      for span in copy.spans { spans.insert(copy.bytes(span.spanID)) }
      traces.insert(copy.bytes(copy.spans[0].traceID))
    }
    #expect(spans.count == 20 * batch.spans.count)
    #expect(traces.count == 20)
  }

  @Test func onlyIDsAndTimesChange() {
    let batch = trace()
    let copy = repeater.copy(batch, number: 2)
    let delay: UInt64 = 2 * 3_600_000_000_000
    for (span, copied) in zip(batch.spans, copy.spans) {
      #expect(copied.start == span.start + delay)
      #expect(copied.end == span.end + delay)
      #expect(copied.name == span.name)
      #expect(copied.attributes == span.attributes)
    }
    for (event, copied) in zip(batch.events, copy.events) {
      #expect(copied.time == event.time + delay)
    }
    #expect(copy.arena.starts(with: batch.arena))
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
    let copy = repeater.copy(batch, number: 1)
    let before = Set(batch.spans.map { batch.bytes($0.spanID) })
    let after = Set(copy.spans.map { copy.bytes($0.spanID) })
    #expect(after.count == before.count)
    #expect(after.allSatisfy { $0.count == count })
  }

  @Test func filesAreRepeatedWithAllTheirParts() throws {
    let folder = PackageFile.folder + "/corpus/shop"
    let inputs = try filesUnder(folder)
    var spans = 0
    var traces: Set<[UInt8]> = []
    try repeater.repeatTraces(of: inputs, times: 3) { batch in
      spans += batch.spans.count
      for span in batch.spans { traces.insert(batch.bytes(span.traceID)) }
    }
    #expect(spans == 3 * 4978)
    #expect(traces.count == 3 * 439)
  }
}

extension PackageFile {
  /// Where the package lies.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
}
