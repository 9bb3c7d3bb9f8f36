import Testing

@testable import BHTrace

/// Which format each case and sample is taken for.
struct BackendRecognitionTests {
  private static let names = [
    "Tests/Cases/14-python-console-spans/input-lines.jsonl": "OpenTelemetry's Python console",
    "Tests/Cases/14-python-console-spans/input-pretty.json": "OpenTelemetry's Python console",
    "Tests/Cases/18-datadog-agent-traces/input.json": "Datadog's agent traces",
    "Tests/Cases/21-jaeger-kafka-protobuf/input-one.pb": "Jaeger protobuf",
    "Tests/Cases/21-jaeger-kafka-protobuf/input-end-to-end.pb": "Jaeger protobuf",
    "Tests/Cases/21-jaeger-kafka-protobuf/input-framed.pb": "Jaeger protobuf",
    "Tests/Cases/22-jaeger-api-v2-json/input-grpcurl.json": "Jaeger JSON of its gRPC API",
    "Tests/Cases/22-jaeger-api-v2-json/input-kafka.jsonl": "Jaeger JSON of its gRPC API",
    "Tests/Cases/39-langfuse-observations/input.json": "Langfuse observations",
    "corpus/checkout-v1.bht": ".bht v1",
    "corpus/shop/cart.otlp.pb.zst": "OTLP protobuf",
    "corpus/shop/payment.otlp.pb.zst": "OTLP protobuf",
    "corpus/formats/datadog-log.json": "Datadog's agent traces",
    "corpus/formats/datadog-search.json": "Datadog's answers to span searches",
    "corpus/formats/datadog-v04.json": "Datadog's agent traces",
    "corpus/formats/datadog-v04.msgpack": "Datadog's agent traces in MessagePack",
    "corpus/formats/datadog-v05.msgpack": "Datadog's agent traces in MessagePack",
    "corpus/formats/jaeger-batch.pb": "Jaeger protobuf",
    "corpus/formats/jaeger-chunk.pb": "Jaeger protobuf",
    "corpus/formats/jaeger-grpcurl.json": "Jaeger JSON of its gRPC API",
    "corpus/formats/jaeger-kafka.jsonl": "Jaeger JSON of its gRPC API",
    "corpus/formats/jaeger-names.json": "Jaeger JSON of its gRPC API",
    "corpus/formats/jaeger-request.json": "Jaeger JSON of its gRPC API",
    "corpus/formats/jaeger-request.pb": "Jaeger protobuf",
    "corpus/formats/jaeger-spans-length.pb": "Jaeger protobuf",
    "corpus/formats/jaeger-spans-varint.pb": "Jaeger protobuf",
    "corpus/formats/jaeger-spans.pb": "Jaeger protobuf",
    "corpus/formats/langfuse-export.jsonl": "Langfuse observations",
    "corpus/formats/langfuse-list.json": "Langfuse observations",
    "corpus/formats/langfuse-trace.json": "Langfuse observations",
    "corpus/formats/phoenix-rest.json": "Phoenix spans",
    "corpus/formats/phoenix-rows.jsonl": "Phoenix spans",
  ]

  @Test(arguments: names.keys.sorted())
  func everyInputIsTakenForWhatItIs(path: String) throws {
    #expect(try recognisedFormat(MemoryByteStream(PackageFile.bytes(path))) == Self.names[path])
  }

  @Test(arguments: [
    #"{"traceId":"1","id":"2"}"#, #"[{"traceId":"1","id":"2","parentId":"3","timestamp":1}]"#,
    #"{"data":[],"total":0}"#, #"{"data":null,"errors":[{"code":500,"msg":"no"}]}"#,
    #"{"traceID":"1","spanID":"2","operationName":"a","startTime":1}"#, #"{"resourceSpans":[]}"#,
    #"{"resource_spans":[{"scope_spans":[]}]}"#,
    #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"1","spanId":"2","operationName":"x"}]}]}]}"#,
  ])
  func otherFormatsStayWhatTheyAre(text: String) throws {
    let own = [
      "Datadog's agent traces", "Datadog's answers to span searches", "Jaeger JSON of its gRPC API",
      "Langfuse observations", "Phoenix spans",
    ]
    let name = try #require(try recognisedFormat(MemoryByteStream(Array(text.utf8))))
    #expect(!own.contains(name))
  }

  @Test(arguments: [
    #"{"data":[{"id":"1","name":"a"}]}"#, #"{"traceId":"1","spanId":"2","name":"a"}"#,
    #"{"trace_id":"1","span_id":"2","name":"a"}"#, "[[1,2],[3,4]]",
    #"{"traces":[{"trace_id":1,"rootServiceName":"a"}]}"#,
    #"{"context":{"trace_id":"1"},"span_kind":"LLM"}"#,
  ])
  func whatHasTheSameNamesIsNotTaken(text: String) throws {
    #expect(try recognisedFormat(MemoryByteStream(Array(text.utf8))) == nil)
  }

  @Test(
    arguments: [
      [0x91, 0x91, 0x81, 0xA1, 0x61, 1], [0x92, 1, 2], [0x92, 0x91, 0xA1, 0x61, 0x90], [0x90],
      [0xDC, 0xFF, 0xFF], [0x0A, 0x10], [0x0A, 0x02, 0x08, 0x01, 0x12, 0x02, 0x08, 0x01],
      [0, 0, 0, 4, 0x0A, 2, 0x0A, 0],
    ] as [[UInt8]])
  func otherBytesAreNotTaken(bytes: [UInt8]) throws {
    let name = try recognisedFormat(MemoryByteStream(bytes))
    #expect(name == nil || name == "OTLP protobuf")
  }
}

extension BackendRecognitionTests {
  @Test(arguments: [
    #"[{"trace_id":"abc","id":"job-17","start_time":1710000000,"origin":"London"}]"#,
    #"{"traces":[{"trace_id":"9","span_id":"2","start":1.5,"duration":0.2,"resource":"/x"}]}"#,
    #"{"trace_id":"123","span_id":"456","start":17,"duration":3,"service":"cron"}"#,
    #"{"projectId":"p","traceId":"hello","spans":[{"x":1}]}"#,
    #"{"took":1,"hits":{"hits":[{"_index":"l","_source":{"trace":{"id":"0af7651916cd43dd"},"#
      + #""transaction":{"id":"b7ad6b7169203331"},"message":"m"}}]}}"#,
  ])
  func whatOnlyLooksLikeSpansHasNone(text: String) {
    let read = try? ReadSpans(text)
    #expect(read?.count ?? 0 == 0)
  }
}
