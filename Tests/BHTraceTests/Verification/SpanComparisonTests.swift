import Testing

@testable import BHTrace

struct SpanComparisonTests {
  /// One span with something in every field.
  private func sample() throws -> SpanBatch {
    let span =
      Wire.field(1, [UInt8](repeating: 1, count: 16))
      + Wire.field(2, [UInt8](repeating: 2, count: 8))
      + Wire.field(3, "state") + Wire.field(4, [UInt8](repeating: 3, count: 8))
      + Wire.field(5, "name") + Wire.varint(6, 2) + Wire.field(9, Wire.pair("a", "1"))
      + Wire.field(9, Wire.pair("b", "2")) + Wire.varint(10, 1)
      + Wire.field(11, Wire.field(2, "event") + Wire.field(3, Wire.pair("c", "3")))
      + Wire.varint(12, 2)
      + Wire.field(13, Wire.field(1, "trace") + Wire.field(4, Wire.pair("d", "4")))
      + Wire.varint(14, 3) + Wire.field(15, Wire.field(2, "bad") + Wire.varint(3, 2))
    return try OTLPProtobufReader.decode(
      message: Wire.message(
        span: span, resource: Wire.field(1, Wire.field(1, Wire.pair("service.name", "cart"))),
        scope: Wire.field(1, Wire.field(1, "lib"))), offset: 0)
  }

  @Test func everyFieldCountsAndIsNamed() throws {
    let batch = try sample()
    let changes: [(String, (inout SpanBatch) -> Void)] = [
      ("trace id", { $0.spans[0].traceID.count -= 1 }),
      ("span id", { $0.spans[0].spanID = .empty }),
      ("parent span id", { $0.spans[0].parentSpanID = .empty }),
      ("trace state", { $0.spans[0].traceState = .empty }),
      ("name: \"name\" and \"\"", { $0.spans[0].name = .empty }),
      ("kind: 2 and -1", { $0.spans[0].kind = -1 }),
      ("start", { $0.spans[0].start = 5 }),
      ("end", { $0.spans[0].end = 5 }),
      ("dropped attributes: 1 and 0", { $0.spans[0].droppedAttributes = 0 }),
      ("dropped events", { $0.spans[0].droppedEvents = 0 }),
      ("dropped links", { $0.spans[0].droppedLinks = 0 }),
      ("flags", { $0.spans[0].flags = 1 }),
      ("status: present and absent", { $0.spans[0].hasStatus = false }),
      ("status message", { $0.spans[0].statusMessage = .empty }),
      ("status code: 2 and 1", { $0.spans[0].statusCode = 1 }),
      ("unknown fields", { $0.spans[0].extra = $0.spans[0].name }),
      ("dialect", { $0.spans[0].dialect = .v1 }),
      (
        "attributes in another order: \"a\", \"b\" and \"b\", \"a\"", { $0.attributes.swapAt(0, 1) }
      ),
      ("attribute \"a\": \"1\" and bytes 31", { $0.attributes[0].kind = .bytes }),
      ("only the first has attribute \"b\" = \"2\"", { $0.spans[0].attributes.count = 1 }),
      ("event 1: name", { $0.events[0].name = .empty }),
      ("event 1: time", { $0.events[0].time = 1 }),
      ("event 1: dropped attributes", { $0.events[0].droppedAttributes = 1 }),
      ("event 1: unknown", { $0.events[0].extra = $0.spans[0].name }),
      ("only the first has event 1: attribute \"c\"", { $0.events[0].attributes.first = 0 }),
      ("link 1: trace id", { $0.links[0].traceID = .empty }),
      ("link 1: span id", { $0.links[0].spanID = $0.spans[0].name }),
      ("link 1: trace state", { $0.links[0].traceState = $0.spans[0].name }),
      ("link 1: flags", { $0.links[0].flags = 1 }),
      ("link 1: dropped attributes", { $0.links[0].droppedAttributes = 1 }),
      ("link 1: unknown", { $0.links[0].extra = $0.spans[0].name }),
      ("resource: present and absent", { $0.resources[0].isPresent = false }),
      (
        "only the first has resource attribute \"service.name\"",
        { $0.resources[0].attributes.first = 0 }
      ),
      ("resource: dropped", { $0.resources[0].droppedAttributes = 1 }),
      ("resource schema URL", { $0.resources[0].schemaURL = $0.spans[0].name }),
      ("resource: unknown", { $0.resources[0].extra = $0.spans[0].name }),
      ("resource group: unknown", { $0.resources[0].outerExtra = $0.spans[0].name }),
      ("scope: present and absent", { $0.scopes[0].isPresent = false }),
      ("scope name", { $0.scopes[0].name = .empty }),
      ("scope version", { $0.scopes[0].version = $0.spans[0].name }),
      ("scope schema URL", { $0.scopes[0].schemaURL = $0.spans[0].name }),
      ("scope: dropped", { $0.scopes[0].droppedAttributes = 1 }),
      ("scope: unknown", { $0.scopes[0].extra = $0.spans[0].name }),
      ("scope group: unknown", { $0.scopes[0].outerExtra = $0.spans[0].name }),
    ]
    #expect(SpanComparison.describeDifference(batch, 0, batch, 0) == nil)
    var digests: Set<Digest128> = [SpanDigester(batch).digest(0)]
    for (words, change) in changes {
      var other = batch
      change(&other)
      let found = SpanComparison.describeDifference(batch, 0, other, 0)
      #expect(found?.contains(words) == true, "\(words): \(found ?? "no difference")")
      #expect(digests.insert(SpanDigester(other).digest(0)).inserted, "\(words)")
    }
  }

  @Test func v1SpansAlsoHaveAPlaceInTheFile() throws {
    var first = try sample()
    first.spans[0].dialect = .v1
    var second = first
    second.spans[0].filePosition = 4
    #expect(!sameSpans(first, second))
    #expect(
      SpanComparison.describeDifference(first, 0, second, 0) == "place in the file: 0 and 4")
    first.spans[0].dialect = .otlp
    second.spans[0].dialect = .otlp
    #expect(sameSpans(first, second))
  }

  @Test func spellingsThatLookAlikeAreToldApart() throws {
    var first = SpanBatch()
    first.resources = [ResourceRecord()]
    first.scopes = [ScopeRecord()]
    var second = first
    first.spans = [SpanRecord()]
    second.spans = [SpanRecord()]
    first.spans[0].name = first.append("é")
    second.spans[0].name = second.append("e\u{301}")
    #expect(
      SpanComparison.describeDifference(first, 0, second, 0)
        == "name: \"é\" and \"e\u{301}\", which differ in their bytes (c3a9 and 65cc81)")
    #expect(!sameSpans(first, second))
  }

  @Test func orderAndGroupingAreNoPartOfEquality() throws {
    var random = RandomSpans(seed: 11)
    let batch = random.batch(spans: 40)
    var set = SpanMultiset()
    for index in batch.spans.indices.reversed() {
      set.insert(
        try OTLPProtobufReader.decode(
          message: OTLPProtobufWriter.encode(batch, spans: [index]), offset: 0))
    }
    #expect(set.count == batch.spans.count)
    #expect(SpanMultiset.difference(batch.multiset, set).isEmpty)
  }

  @Test func countsOfEqualSpansMatterAndTheMissingOneIsNamed() throws {
    let batch = try sample()
    var twice = batch
    twice.spans.append(batch.spans[0])
    let difference = SpanMultiset.difference(batch.multiset, twice.multiset)
    #expect(difference.onlyInFirst.isEmpty)
    #expect(difference.onlyInSecond.map(\.identity) == [SpanDigester(batch).identity(0)])
  }

  @Test func digestsNeverChangeFromRunToRun() throws {
    let digest = SpanDigester(try sample()).digest(0)
    #expect(digest == SpanDigester(try sample()).digest(0))
    var state = Digest128()
    state.absorb(ByteRange(0, 5), of: Array("hello".utf8))
    let finished = state.finished
    #expect(finished.high == 5_198_787_510_060_167_522)
    #expect(finished.low == 7_732_088_872_101_021_611)
  }
}
