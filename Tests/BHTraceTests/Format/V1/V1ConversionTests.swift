import Testing

@testable import BHTrace

/// A batch of one OpenTelemetry trace, spans added one by one.
private struct OTLPTrace {
  var batch = SpanBatch()

  init() {
    var resource = ResourceRecord()
    resource.attributes = run([
      batch.record("service.name", "shop"), batch.record("host", "h1"),
      batch.record("k", "resource"),
    ])
    batch.resources = [resource]
    batch.scopes = [ScopeRecord()]
  }

  mutating func run(_ records: [AttributeRecord]) -> RecordRange {
    let first = batch.attributes.count
    batch.attributes += records
    return RecordRange(first, records.count)
  }

  mutating func span(_ id: UInt8, parent: UInt8?, _ start: UInt64, _ end: UInt64) -> SpanRecord {
    var span = SpanRecord()
    span.traceID = batch.append([UInt8](repeating: 0xAB, count: 16))
    span.spanID = batch.append([UInt8](repeating: id, count: 8))
    span.parentSpanID = parent.map { batch.append([UInt8](repeating: $0, count: 8)) } ?? .empty
    span.name = batch.append("op\(id)")
    span.start = start
    span.end = end
    return span
  }

  func written(_ losses: inout V1Losses) throws -> [TraceSpan] {
    let spans = Array(batch.spans.indices)
    let file = try V1Encoder.encodeConverted(batch, spans: spans, losses: &losses)
    return try TraceReader(V1Archive(MemorySource(file))).full().result
  }
}

struct V1ConversionTests {
  private let epoch: UInt64 = 1_544_712_660_000_000_000

  @Test func spansOfTheModelBecomeTheSeeds() throws {
    var trace = OTLPTrace()
    var child = trace.span(2, parent: 1, epoch + 5000, epoch + 9000)
    child.statusCode = 2
    child.attributes = trace.run([
      trace.batch.record("k", "span"), trace.batch.record("list", [1, ["x": nil]]),
    ])
    var event = EventRecord()
    event.time = epoch + 7000
    event.name = trace.batch.append("hit")
    event.attributes = trace.run([trace.batch.record("level", "debug")])
    trace.batch.events = [event]
    child.events = RecordRange(0, 1)
    let root = trace.span(1, parent: nil, epoch, epoch + 10_000)
    trace.batch.spans = [child, root]

    var losses = V1Losses()
    let spans = try trace.written(&losses)
    var onlyOverlaid = V1Losses()
    onlyOverlaid.overriddenAttributes = 1
    #expect(losses == onlyOverlaid && !losses.isEmpty && V1Losses().isEmpty)
    // In pre-order, whatever order they came in.
    #expect(spans.map(\.id) == ["0101010101010101", "0202020202020202"])
    #expect(spans[0].parent == nil && spans[1].parent == "0101010101010101")
    #expect(spans[0].service == "shop" && spans[0].operation == "op1" && spans[0].status == "ok")
    #expect(spans[0].attributes == ["service.name": "shop", "host": "h1", "k": "resource"])
    #expect(spans[1].startMicroseconds == 5 && spans[1].durationMicroseconds == 4)
    #expect(spans[1].status == "error")
    #expect(
      spans[1].events == [SpanEvent("hit", microseconds: 2, attributes: ["level": "debug"])])
  }

  @Test func attributesOfTheSpanLieOverThoseOfTheResource() throws {
    var trace = OTLPTrace()
    var span = trace.span(1, parent: nil, epoch, epoch + 1000)
    span.attributes = trace.run([
      trace.batch.record("new", 1), trace.batch.record("k", "span"), trace.batch.record("new", 2),
    ])
    trace.batch.spans = [span]
    var losses = V1Losses()
    let written = try trace.written(&losses)
    #expect(
      written[0].attributes == ["service.name": "shop", "host": "h1", "k": "span", "new": 2])
    #expect(losses.overriddenAttributes == 2)
  }

  @Test func everythingElseIsCounted() throws {
    var trace = OTLPTrace()
    var span = trace.span(1, parent: nil, epoch, epoch + 1001)
    span.kind = 2
    span.flags = 1
    span.traceState = trace.batch.append("a=b")
    span.statusMessage = trace.batch.append("why")
    span.droppedEvents = 1
    span.extra = trace.batch.append([1])
    trace.batch.links = [LinkRecord(), LinkRecord()]
    span.links = RecordRange(0, 2)
    let text = trace.batch.append([0x61, 0xFF])
    span.attributes = trace.run([
      trace.batch.record("raw", .bytes([1, 2, 3])),
      AttributeRecord(key: trace.batch.append("bad"), kind: .string, range: text),
    ])
    trace.batch.scopes[0].name = trace.batch.append("lib")
    trace.batch.scopes[0].schemaURL = trace.batch.append("url")
    var event = EventRecord()
    event.time = epoch + 500
    event.attributes = trace.run([trace.batch.record("ts_us", 1), trace.batch.record("name", 2)])
    trace.batch.events = [event]
    span.events = RecordRange(0, 1)
    trace.batch.spans = [span]

    var losses = V1Losses()
    let written = try trace.written(&losses)
    var expected = V1Losses()
    expected.links = 2
    expected.submicrosecondTimes = 2
    expected.traceStates = 1
    expected.kinds = 1
    expected.flags = 1
    expected.statuses = 1
    expected.scopes = 1
    expected.schemaURLs = 1
    expected.droppedCounts = 1
    expected.unknownFields = 1
    expected.reservedEventKeys = 2
    expected.bytesValues = 1
    expected.repairedTexts = 1
    #expect(losses == expected)
    #expect(written[0].attributes["raw"] == "AQID")
    #expect(written[0].attributes["bad"] == "a\u{FFFD}")
    #expect(written[0].durationMicroseconds == 1)
    #expect(written[0].events == [SpanEvent("", microseconds: 0)])
    losses += expected
    #expect(losses.links == 4)
  }

  @Test func aReaderShowsSpansOfTheModelTheSameWay() throws {
    let archive = MemoryArchive([
      PlainSpan(id: "r", start: epoch, end: epoch + 10_000, service: "shop"),
      PlainSpan(id: "c", parent: "r", start: epoch + 5000, end: epoch + 9000, service: "shop"),
    ])
    let reader = try TraceReader(archive)
    let summary = try reader.summary().result
    #expect(summary.traceID == "74")
    #expect(summary.totalMicroseconds == 10 && summary.services.map(\.name) == ["shop"])
    let branch = try reader.subtree("63").result
    #expect(branch.map(\.startMicroseconds) == [5])
    #expect(branch.map(\.parent) == ["72"])
    #expect(archive.payloads == ["op"])
    #expect(try reader.criticalPath().result.map(\.id) == ["72", "63"])
    #expect(try reader.full().result.count == 2)
    #expect(try reader.subtree("c").result.isEmpty)
  }

  @Test func severalTracesWantOneNamed() throws {
    let archive = MemoryArchive([PlainSpan(id: "a", trace: "t1"), PlainSpan(id: "b", trace: "t2")])
    #expect(throws: ReadingError.traceRequired(traces: 2)) { try TraceReader(archive) }
    let reader = try TraceReader(archive, traceID: Array("t2".utf8))
    #expect(try reader.full().result.map(\.id) == ["62"])
    #expect(try reader.service("svc").result.map(\.id) == ["62"])
    #expect(try TraceReader(archive, traceID: [1]).full().result.isEmpty)
  }
}
