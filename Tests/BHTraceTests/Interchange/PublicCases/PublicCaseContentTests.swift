import Testing

@testable import BHTrace

/// Status, values, events and links as programs write them.
struct PublicCaseContentTests {
  @Test func anyErrorTagIsAnErrorInZipkin() throws {
    let read = try PublicCase.read("01-zipkin-error-tag")
    #expect(read.spans.map(\.statusCode) == [2, 2, 2, 2, 0])
    #expect(read.batch.lines(0).contains(#"error="""#))
    let jaeger = try read.written(JaegerWriter())
    let back = try ReadSpans(jaeger.bytes)
    #expect(back.spans.map(\.statusCode) == [2, 2, 2, 2, 0])
    #expect(back.batch.lines(2).contains(#"error="500""#))
  }

  @Test func jaegersErrorTagIsAFlag() throws {
    let read = try PublicCase.read("50-jaeger-error-tags")
    #expect(
      read.statuses == [
        "op1 0 ", "op2 2 ", "op3 2 ", "op4 0 ", "op5 2 boom", "op6 0 ", "op7 1 ",
      ])
  }

  @Test func statusCodesAreReadInAllSpellings() throws {
    let read = try PublicCase.read("63-status-tag-spellings", "input-zipkin.json")
    #expect(read.statuses == ["q1 2 boom", "q2 2 ", "q3 2 ", "q4 1 ", "q5 2 x", "q6 2 "])
    // Spellings that no writer here has stay as attributes, and come back.
    #expect(read.batch.lines(0).first == #"otel.status_code="STATUS_CODE_ERROR""#)
    let (bytes, losses) = try read.written(ZipkinWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
  }

  @Test(arguments: [
    (#""type":"int64","value":2"#, 2), (#""type":"int64","value":3"#, 0),
    (#""type":"string","value":"status_code_ok""#, 1), (#""type":"string","value":"1""#, 1),
    (#""type":"string","value":"UNSET""#, 0), (#""type":"string","value":"STATUS_CODE_""#, 0),
    (#""type":"string","value":"errors""#, 0), (#""type":"bool","value":true"#, 0),
  ])
  func otherStatusCodes(value: String, code: Int32) throws {
    let read = try ReadSpans(
      #"{"traceID":"1","spanID":"2","startTime":1,"tags":[{"key":"otel.status_code",\#(value)}]}"#)
    #expect(read.spans.map(\.statusCode) == [code])
    let (bytes, losses) = try read.written(JaegerWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
  }

  @Test func packedEventsAndLinksAreReadFromZipkin() throws {
    let read = try PublicCase.read("60-zipkin-event-attributes", "input-collector-zipkin.json")
    let (batch, span) = (read.batch, read.spans[0])
    #expect(batch.text(batch.events[0].name) == "db.statement")
    #expect(batch.lines(batch.events[0].attributes) == [#"db.statement="select a.id from t""#])
    // An object alone is a name.
    #expect(
      batch.text(batch.events[1].name) == #"{"exception":{"exception.message":"boom"}}"#)
    #expect(span.links.count == 1)
    #expect(batch.bytes(batch.links[0].traceID) == [UInt8](repeating: 0x11, count: 16))
    #expect(batch.bytes(batch.links[0].spanID) == [UInt8](repeating: 0x22, count: 8))
    #expect(batch.lines(batch.links[0].attributes) == [#"why="batch""#])
    #expect(batch.lines(0) == [#"otel.status_code="STATUS_CODE_ERROR""#])
    #expect(read.statuses == ["query 2 boom"])
  }

  @Test func eventsAndLinksGoThroughZipkinWhole() throws {
    let read = try PublicCase.read("60-zipkin-event-attributes", "input-otlp.json")
    let (bytes, losses) = try read.written(ZipkinWriter())
    #expect(losses.isEmpty)
    #expect(differences(read, try ReadSpans(bytes)) == "")
  }

  @Test func packedValuesOfEveryKindComeBack() throws {
    let text =
      #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"11111111111111111111111111111111","spanId":"2222222222222222","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000000","events":[{"name":"a|{b}|1","timeUnixNano":"1700000000000000000","droppedAttributesCount":7,"attributes":[{"key":"|{","value":{"stringValue":"|}|0"}},{"key":"i","value":{"intValue":"9007199254740993"}},{"key":"d","value":{"doubleValue":7}},{"key":"t","value":{"boolValue":true}},{"key":"n","value":{}},{"key":"l","value":{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"x"},{"kvlistValue":{"values":[{"key":"k","value":{"doubleValue":0.5}}]}}]}}}]},{"name":"x|{}|3","timeUnixNano":"1700000000000000000"},{"name":"plain|5"}],"links":[{"traceId":"33333333333333333333333333333333","spanId":"4444444444444444","traceState":"k=a|b","droppedAttributesCount":2}]}]}]}]}"#
    let read = try ReadSpans(text)
    let (bytes, losses) = try read.written(ZipkinWriter())
    #expect(losses.isEmpty)
    let back = try ReadSpans(bytes)
    #expect(differences(read, back) == "")
    #expect(back.batch.text(back.batch.events[1].name) == "x|{}|3")
  }

  @Test func whatPackedTextCannotHoldIsCounted() throws {
    let text =
      #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"11111111111111111111111111111111","spanId":"2222222222222222","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000000000000","attributes":[{"key":"otlp.link.0","value":{"stringValue":"aa|bb||{}|0"}}],"events":[{"name":"e","timeUnixNano":"1700000000000000000","attributes":[{"key":"b","value":{"bytesValue":"AAEC"}},{"key":"w","value":{"doubleValue":"NaN"}},{"key":"l","value":{"arrayValue":{"values":[{"bytesValue":"AAEC"}]}}},{"key":"a"}]}]}]}]}]}"#
    let losses = try ReadSpans(text).written(ZipkinWriter()).losses
    #expect(
      losses.map { "\($0.what): \($0.count)" } == [
        "nested values: written as JSON text: 1",
        "attributes that are no text: written as text: 1",
        "attributes without a value: written as empty ones: 1",
        "numbers that JSON does not have: written as text: 1",
        "attributes that readers take for fields of the span: 1",
      ])
  }

  @Test func valuesOfGoStructsAreRead() throws {
    let read = try PublicCase.read("53-go-struct-json")
    let batch = read.batch
    #expect(
      batch.lines(batch.resources[Int(read.spans[0].resource)].attributes) == [
        #"service.name="unknown_service:quick-start.test""#, #"telemetry.sdk.language="go""#,
      ])
    #expect(batch.lines(0) == ["n=7", "l=[]"])
    let list = batch.attributes[read.spans[0].attributes.indices][
      read.spans[0].attributes.indices.upperBound - 1]
    #expect(batch.bytes(list.range) == [0x0A, 2, 0x10, 1])
    #expect(
      read.repairs.contains("UpperCamelCase key of a Go struct read as lowerCamelCase: 10"))
    #expect(!read.repairs.contains { $0.hasPrefix("dropped") })
  }

  @Test func keysOfGoStructsAreRead() throws {
    let read = try ReadSpans(
      #"{"ResourceSpans":[{"Resource":{"Attributes":[{"Key":"service.name","Value":{"Value":{"StringValue":"s"}}}]},"ScopeSpans":[{"Spans":[{"TraceID":"11111111111111111111111111111111","SpanId":"2222222222222222","Name":"op","StartTimeUnixNano":1700000000000000000,"Attributes":[{"Key":"m","Value":{"Value":{"KvlistValue":{"Values":[{"Key":"k","Value":{"Value":{"IntValue":1}}}]}}}}]}],"SchemaURL":"u"}]}]}"#
    )
    #expect(read.ids == ["11111111111111111111111111111111/2222222222222222/"])
    #expect(read.batch.text(read.spans[0].name) == "op")
    #expect(read.batch.text(read.batch.scopes[Int(read.spans[0].scope)].schemaURL) == "u")
    #expect(read.batch.lines(0) == ["m=nested"])
    #expect(!read.repairs.contains { $0.hasPrefix("dropped") })
  }

  @Test func valuesInValuesHaveALimit() throws {
    let deep =
      String(repeating: #"{"Value":"#, count: 150) + #"{"IntValue":1}"#
      + String(repeating: "}", count: 150)
    let read = try ReadSpans(
      #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"n","attributes":[{"key":"k","value":\#(deep)}]}]}]}]}"#
    )
    #expect(read.count == 1)
    #expect(read.report.problems.map(\.what) == ["line 1: more than 100 lists lie in each other"])
  }

  @Test func theDeepestListThatIsWrittenIsRead() throws {
    var wire: [UInt8] = []
    for _ in 0..<120 {
      var value: [UInt8] = []
      value.appendField(OTLPTag.AnyValue.array, wire)
      wire = []
      wire.appendField(OTLPTag.List.values, value)
    }
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    var span = SpanRecord()
    span.traceID = batch.append([UInt8](repeating: 1, count: 16))
    span.attributes = RecordRange(0, 1)
    batch.attributes = [
      AttributeRecord(key: batch.append("k"), kind: .array, range: batch.append(wire))
    ]
    batch.spans = [span]
    let (bytes, losses) = batch.written(OTLPJSONLinesWriter())
    #expect(losses.map(\.count) == [1])
    let back = try ReadSpans(bytes)
    #expect(back.report.problemCount == 0)
    #expect(back.spans[0].attributes.count == 1)
  }

  @Test func binaryValuesAreBytes() throws {
    let jaeger = try PublicCase.read("51-binary-values", "input-jaeger.json")
    #expect(jaeger.batch.lines(0) == ["blob=bytes [116, 101, 115, 116]", #"text="dGVzdA==""#])
    let otlp = try PublicCase.read("51-binary-values", "input-otlp.json")
    #expect(otlp.batch.lines(0).first == "blob=bytes [116, 101, 115, 116]")
    let written = try otlp.written(JaegerWriter())
    #expect(try ReadSpans(written.bytes).batch.lines(0).first == "blob=bytes [116, 101, 115, 116]")
    #expect(written.losses.map(\.what).contains("nested values: written as JSON text"))
  }

  @Test func arraysAsTagsAreKept() throws {
    let read = try PublicCase.read("52-array-valued-tag")
    #expect(
      read.batch.lines(0) == [
        #"blockers="["7510-2", "7510-1"]""#, #"nested="{"a": 1}""#, "after=3",
      ])
    #expect(read.repairs == ["objects and arrays as tag values kept as JSON text: 2"])
  }

  @Test func tagsAsFieldsOfADocumentAreRead() throws {
    let read = try PublicCase.read("09-jaeger-es-tags-as-fields")
    #expect(read.spans.map(\.statusCode) == [2, 2])
    #expect(read.spans.map(\.kind) == [2, 2])
    #expect(
      Set(read.batch.lines(0)) == [
        "payload=bytes [0, 1, 2]", #"http.method="GET""#, "http.status_code=500", "error=true",
        "sampler.param=0.5f",
      ])
    #expect(
      read.batch.lines(read.batch.resources[Int(read.spans[0].resource)].attributes) == [
        #"service.name="jaeger-query""#, #"hostname="node-1""#, #"jaeger.version="Go-2.15""#,
      ])
  }

  @Test func nullsAreNamedAndTheRestIsRead() throws {
    let read = try PublicCase.read("44-jaeger-nulls")
    let id = "2baaf5bc8940d5f2"
    #expect(
      read.ids == ["0000000000000000\(id)/\(id)/", "0000000000000000\(id)/3baaf5bc8940d5f2/\(id)"])
    #expect(
      read.report.problems.map(\.what) == [
        "a value stands where a span has to", "a value stands where a reference has to",
        "a value stands where a tag has to",
      ])
  }

  @Test func aNegativeCountIsNamed() throws {
    let read = try PublicCase.read("43-negative-dropped-count")
    #expect(read.count == 2)
    #expect(read.spans.map(\.droppedAttributes) == [0, 0])
    #expect(read.report.problemCount == 1)
    #expect(read.report.problems[0].what.contains(#""-1""#))
  }

  @Test(arguments: ["input.json", "input-jaeger.json"])
  func aServiceOnTheSpanIsNoneOfTheResource(file: String) throws {
    let read = try PublicCase.read("61-service-name-on-the-span", file)
    #expect(read.batch.serviceName(of: Int(read.spans[0].resource)).isEmpty)
    #expect(read.batch.lines(0) == [#"service.name="MyService""#])
  }

  @Test func nulCharactersAreKept() throws {
    let read = try PublicCase.read("64-nul-characters")
    #expect(read.batch.text(read.spans[0].name) == "frame\u{0}by\u{0}frame")
    #expect(read.batch.lines(0) == ["k\u{0}ey=\"a\u{0}b\""])
    #expect(read.statuses[0].hasSuffix("2 x\u{0}"))
    for bytes in [
      try read.written(JaegerWriter()).bytes, try read.written(ZipkinWriter()).bytes,
      try read.written(OTLPJSONLinesWriter()).bytes,
    ] {
      #expect(try ReadSpans(bytes).statuses == read.statuses)
    }
  }
}
