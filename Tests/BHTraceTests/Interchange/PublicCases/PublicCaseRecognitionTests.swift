import Testing

@testable import BHTrace

/// What an input is taken for, and what is said where it holds no spans.
struct PublicCaseRecognitionTests {
  private func format(_ text: String) throws -> InputFormat {
    let (stream, _) = try Sniffer.peel(MemoryByteStream(Array(text.utf8)))
    return try Sniffer.recognise(stream).format
  }

  /// What reading a file says where it throws.
  private func failure(_ name: String, _ file: String) throws -> FormatError? {
    do {
      try SpanSources([PublicCase.path(name, file)]).read { _ in }
    } catch SpanSources.Failure.input(_, let error) {
      return error
    }
    return nil
  }

  @Test(arguments: [
    ("input.json", #"it says "404 trace not found""#),
    ("input-api-v3.json", #"it says "404 No traces found""#),
    ("input-prometheus.json", "it is the result of a query for metrics"),
    ("input-total-one.json", "there are no traces in it, though it says that there are 1"),
  ])
  func anAnswerWithoutSpansSaysWhatItSays(file: String, says: String) throws {
    let error = try failure("42-error-answer-as-file", file)
    #expect(error?.code == .noSpans)
    #expect(error?.what == "the content is an answer without spans: \(says)")
  }

  @Test(arguments: [
    (#"{"code":5,"message":"trace not found","details":[]}"#, #"it says "trace not found""#),
    (#"{"status":"error","errorType":"bad_data","error":"invalid"}"#, #"it says "invalid""#),
    (#"{"data":{}}"#, "there are no traces in it"),
    (#"{"data":null}"#, "there are no traces in it"),
    (#"{"data":[],"errors":[{"msg":"a"},{"code":1},null]}"#, #"it says "a; 1""#),
  ])
  func otherAnswers(text: String, says: String) throws {
    #expect(
      EmptyAnswer(Sniffer.Head(bytes: Array(text.utf8), isWhole: true))?.says == says)
  }

  @Test(arguments: [
    #"{"data":[{"a":1}]}"#, #"{"data":"x"}"#, #"{"message":"m"}"#, #"{"resourceSpans":[]}"#, "{}",
    #"{"data":{"trace":1}}"#, #"{"data":null}{"data":null}"#, "[]",
  ])
  func noAnswers(text: String) throws {
    #expect(EmptyAnswer(Sniffer.Head(bytes: Array(text.utf8), isWhole: true)) == nil)
  }

  @Test func otherSignalsArePassedOverAndCounted() throws {
    for (file, spans) in [("input.jsonl", 2), ("input-one-object.json", 1)] {
      let read = try PublicCase.read("24-mixed-signals-jsonl", file)
      #expect(read.count == spans)
      #expect(read.notices == ["1 message of metrics, 1 of logs passed over"])
      #expect(read.repairs == [])
    }
    let error = try failure("24-mixed-signals-jsonl", "input-metrics-only.jsonl")
    #expect(error?.code == .noSpans)
    #expect(error?.what == "the content is OTLP JSON with 1 message of metrics, and no spans")
  }

  @Test func aFileWithoutSpansIsNoMatterWhereOthersHaveSome() throws {
    var passedOver: [String] = []
    var spans = 0
    try SpanSources([
      PublicCase.path("24-mixed-signals-jsonl", "input-metrics-only.jsonl"),
      PublicCase.path("42-error-answer-as-file"),
      PublicCase.path("24-mixed-signals-jsonl", "input.jsonl"),
    ]).read(
      observe: { if case .withoutSpans(let path, _) = $0 { passedOver.append(path) } },
      { spans += $0.spans.count })
    #expect(spans == 2)
    #expect(passedOver.count == 2)
  }

  @Test(arguments: [
    #"{"unknown":{"a":[1]},"resourceSpans":[]}"#,
    #"{"id":"x","traceId":"y","resourceSpans":[{"scopeSpans":[]}]}"#, #"{"resourceProfiles":[]}"#,
    #"{"ResourceSpans":[]}"#, #"{"data":1,"scopeSpans":[]}"#,
  ])
  func anUnknownFieldDoesNotHideOTLP(text: String) throws {
    #expect(try format(text) == .otlpJSON)
  }

  @Test(arguments: [
    (#"[{"traceId":"1","id":"2","name":"n","parentId":"3","tags":{"a":"b"}}]"#, true),
    (#"[{"traceId":"1","id":"2"}]"#, true), (#"[{"id":"2","kind":"CLIENT","traceId":"1"}]"#, true),
    (#"[{"traceId":"1","id":"2","x":1,"timestamp":"17"}]"#, true),
    (#"[{"traceId":"1","id":"2","x":1},{"traceId":"1","id":"2","duration":1}]"#, true),
    (#"[{"traceId":"1","id":"2","localEndpoint":{"se"#, true),
    (#"[{"traceId":"1","id":"2","type":"SPAN","startTime":"2025-01-01T00:00:00Z"}]"#, false),
    (#"[{"id":"2","traceId":"1","timestamp":"2025-01-01T00:00:00Z","tags":[]}]"#, false),
    (#"[{"traceId":"1","id":"2","kind":"tool","x":1}]"#, false),
    (#"[{"traceId":"1","id":"2","x"#, false),
  ])
  func zipkinIsToldByItsOwnKeys(text: String, isZipkin: Bool) throws {
    #expect(try (format(text) == .zipkinJSON) == isZipkin)
  }

  @Test(arguments: [
    // A gauge, a sum, a histogram and a summary; their names are as long as a trace id.
    ("0a106d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d2a0b0a0919010000000000000f", OtherSignal?.some(.metrics)),
    ("0a106d6d6d6d6d6d6d6d6d6d6d6d6d6d6d6d3a020a00", .metrics),
    ("0a016d4a040a001002", .metrics), ("0a016d5a0b0a0919010000000000000f", .metrics),
    // Log records.
    ("090100000000000000", .logs), ("10095901000000000000002a030a0178", .logs),
    // Spans: with times, without times, and with a name that looks like points.
    ("0a10010101010101010101010101010101012a03610a0039010000000000000f", nil),
    ("0a10010101010101010101010101010101014a050a016b1200", nil),
    ("0a10010101010101010101010101010101012a040a027879", nil), ("", nil),
  ])
  func otherSignalsInProtobufAreNoSpans(record: String, signal: OtherSignal?) throws {
    func field(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
      [tag, UInt8(content.count)] + content
    }
    let bytes = HexText.decode(Array(record.utf8)) ?? []
    let message = field(0x0A, field(0x0A, []) + field(0x12, field(0x12, bytes)))
    for framed in [message, [0, 0, 0, UInt8(message.count)] + message] {
      let (stream, _) = try Sniffer.peel(MemoryByteStream(framed))
      let format = try Sniffer.recognise(stream).format
      if let signal {
        #expect(format == .noSpans("OTLP \(signal) in protobuf"))
        #expect(
          throws: FormatError(
            .noSpans, at: nil, "the content is OTLP \(signal) in protobuf, which holds no spans")
        ) { try ReadSpans(framed) }
      } else {
        #expect(format == .otlpProtobuf(framed == message ? .bare : .lengthPrefixed))
      }
    }
  }

  @Test func dataAloneIsNotJaeger() throws {
    #expect(try format(#"{"data":[{"id":1}]}"#) == .unknown)
    #expect(try format(#"{"data":[{"traceID":"1","spans":[]}]}"#) == .jaegerJSON)
  }

  @Test func documentsOfServicesAreCountedInWords() throws {
    let read = try PublicCase.read("41-jaeger-service-documents")
    #expect(read.count == 1)
    #expect(read.report.problemCount == 0)
    #expect(read.repairs == ["service documents passed over: 2"])
  }
}
