import Testing

@testable import BHTrace

/// What all writers have in common.
struct TraceWriterTests {
  @Test(arguments: 1...60 as ClosedRange<UInt64>)
  func anySpansMakeValidJSONThatStaysAsItIs(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    let batch = random.batch(spans: 25)
    for writer in [JaegerWriter(), ZipkinWriter(), ChromeWriter()] as [any TraceWriter] {
      let bytes = batch.written(writer).bytes
      var json = JSONTokenizer(bytes.rawSpan)
      _ = try json.skipValue()
      try json.requireEnd("the output")
      if writer is ChromeWriter { continue }
      // What is lost is lost once: the second time everything comes back.
      let first = try ReadSpans(bytes)
      #expect(first.count == batch.spans.count)
      #expect(first.report.problemCount == 0)
      let again = try ReadSpans(first.batch.written(writer).bytes)
      #expect(differences(first, again) == "")
    }
  }

  @Test func lossesAreCounted() {
    var batch = smallTraces()
    batch.spans = Array(batch.spans.prefix(6))
    batch.spans[0].start += 1
    batch.spans[0].droppedEvents = 2
    batch.spans[1].kind = 9
    batch.spans[2].traceState = batch.append("a=b")
    batch.spans[3].end = batch.spans[3].start - 1_000
    let jaeger = batch.written(JaegerWriter()).losses
    #expect(
      jaeger.map { $0.what }
        == [
          LossKind.timeDigits, .droppedCounts, .linkDetails, .kinds,
        ].map(\.words).filter { words in jaeger.contains { $0.what == words } })
    func count(_ kind: LossKind, _ losses: [WriterLoss]) -> Int {
      losses.first { $0.what == kind.words }?.count ?? 0
    }
    #expect(count(.timeDigits, jaeger) == 1)
    #expect(count(.droppedCounts, jaeger) == 1)
    #expect(count(.kinds, jaeger) == 1)
    let zipkin = batch.written(ZipkinWriter()).losses
    #expect(count(.flags, zipkin) == 6)
    #expect(count(.reversedTimes, zipkin) == 1)
    #expect(count(.resourceAttributes, zipkin) == 1)
    #expect(count(.valueTypes, zipkin) == 18)
    #expect(count(.missingValues, zipkin) == 6)
    let chrome = batch.written(ChromeWriter()).losses
    #expect(count(.flags, chrome) == 6)
    #expect(count(.scopes, chrome) == 6)
    #expect(count(.traceStates, chrome) == 1)
    #expect(count(.timeDigits, chrome) == 0)
  }

  @Test func attributesThatReadersTakeForFieldsAreCounted() throws {
    var batch = SpanBatch([PlainSpan(id: "a", parent: "", start: 0, end: 1_000)])
    batch.spans[0].attributes = batch.attributes([("span.kind", "client"), ("w3c.tracestate", "x")])
    batch.spans[0].kind = 0
    let (bytes, losses) = batch.written(JaegerWriter())
    #expect(losses.contains(WriterLoss(what: LossKind.misreadTags.words, count: 2)))
    #expect(try ReadSpans(bytes).spans[0].kind == 3)
    // With a kind of its own the span has the first tag of that name.
    batch.spans[0].kind = 2
    let own = try ReadSpans(batch.written(JaegerWriter()).bytes)
    #expect(own.spans[0].kind == 2)
    #expect(own.batch.lines(0) == ["span.kind=\"client\""])
  }

  @Test func otlpWritersGiveBackEverySpan() throws {
    let batch = smallTraces()
    for framing in [ProtobufFraming.bare, .lengthPrefixed] {
      var writer = OTLPProtobufTraceWriter(framing: framing)
      let bytes = writer.begin() + writer.write(batch) + writer.write(batch) + writer.end()
      let read = try ReadSpans(bytes)
      #expect(read.count == 36)
      #expect(writer.losses.isEmpty)
    }
    let lines = batch.written(OTLPJSONLinesWriter())
    #expect(lines.bytes.filter { $0 == 0x0A }.count == 1)
    #expect(lines.losses.isEmpty)
  }

  @Test func spansOfV1FilesAreMadeOTLPs() throws {
    var batch = SpanBatch()
    batch.resources.append(ResourceRecord())
    batch.scopes.append(ScopeRecord())
    var span = SpanRecord()
    span.dialect = .v1
    span.traceID = batch.append("4bf92f3577b34da6a3ce929d0e0e4736")
    span.spanID = batch.append("00f067aa0ba902b7")
    batch.spans.append(span)
    let read = try ReadSpans(batch.written(JaegerWriter()).bytes)
    #expect(
      read.batch.bytes(read.spans[0].spanID) == [0, 0xF0, 0x67, 0xAA, 0x0B, 0xA9, 0x02, 0xB7])
  }

  @Test func formatsAreNamedAndGuessed() {
    for format in OutputFormat.allCases {
      #expect(OutputFormat(name: format.rawValue) == format)
      let isArchive = format == .bht || format == .bht1
      #expect((format.makeWriter() == nil) == isArchive)
    }
    #expect(OutputFormat(name: "Jaeger") == nil)
    let guesses: [(String, OutputFormat?)] = [
      ("a.bht", .bht), ("a.bht1", .bht1), ("a.v1.bht", .bht1), ("dir.bht/a.JSON", .otlpJSON),
      ("a.jsonl", .otlpJSON), ("a.pb", .otlpProtobuf), ("a.otlp", .otlpProtobuf),
      ("a.jaeger.json", .jaeger), ("a.zipkin.json", .zipkin), ("a.chrome.json", .chrome),
      ("a.perfetto.json", .chrome), ("bht", nil), ("", nil), ("a.txt", nil),
    ]
    for (name, format) in guesses {
      #expect(OutputFormat.guess(fileName: name) == format, "\(name)")
    }
  }
}
