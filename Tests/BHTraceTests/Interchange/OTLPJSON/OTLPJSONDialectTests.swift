import Testing

@testable import BHTrace

/// Every shape and dialect, by the canonical text of what was read.
struct OTLPJSONDialectTests {
  private static let whole = """
    {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":\
    {"stringValue":"cart"}}]},"scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[\
    {"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","traceState":"a=b",\
    "parentSpanId":"1112131415161718","flags":257,"name":"GET","kind":2,"startTimeUnixNano":"10",\
    "endTimeUnixNano":"20","attributes":[{"key":"k","value":{"intValue":"7"}}],\
    "droppedAttributesCount":1,"events":[{"timeUnixNano":"15","name":"e"}],\
    "droppedEventsCount":2,"links":[{"traceId":"01","spanId":"02","flags":1}],\
    "droppedLinksCount":3,"status":{"message":"m","code":2}}],"schemaUrl":"u2"}],"schemaUrl":"u1"}]}
    """

  @Test func canonicalTextComesBack() throws {
    let outcome = try OTLPJSON.read(Self.whole)
    #expect(outcome.texts == [Self.whole])
    #expect(outcome.report.repairs.isEmpty && outcome.report.problems.isEmpty)
    #expect(outcome.report.messages == 1)
  }

  @Test func everyPlaceMayBeTheEndOfTheWindow() throws {
    for text in [Self.whole, "[\(Self.whole),\n \(Self.whole)]", "\(Self.whole)\n\(Self.whole)"] {
      let wanted = try OTLPJSON.read(text)
      let outcome = try OTLPJSON.read(Array(text.utf8), piece: 1, sizes: OTLPJSON.tiny)
      #expect(SpanMultiset.difference(outcome.multiset, wanted.multiset).isEmpty)
      #expect(outcome.spans == wanted.spans && outcome.report.problems.isEmpty)
    }
  }

  @Test func snakeCaseAndEnumNames() throws {
    let text = """
      {"resource_spans":[{"resource":{"attributes":[{"key":"service.name","value":\
      {"string_value":"cart"}}]},"scope_spans":[{"scope":{"name":"lib","version":"1"},"spans":[\
      {"trace_id":"0102030405060708090A0B0C0D0E0F10","span_id":"0102030405060708",\
      "trace_state":"a=b","parent_span_id":"1112131415161718","flags":"257","name":"GET",\
      "kind":"SPAN_KIND_SERVER","start_time_unix_nano":10,"end_time_unix_nano":2e1,\
      "attributes":[{"key":"k","value":{"int_value":7}}],"dropped_attributes_count":"1",\
      "events":[{"time_unix_nano":"15","name":"e"}],"dropped_events_count":2,\
      "links":[{"trace_id":"01","span_id":"02","flags":1.0}],"dropped_links_count":3,\
      "status":{"message":"m","code":"error"}}],"schema_url":"u2"}],"schema_url":"u1"}]}
      """
    let outcome = try OTLPJSON.read(text)
    #expect(outcome.texts == [Self.whole])
    #expect(outcome.problems == [])
    #expect(
      outcome.repairs == [
        "snake_case key read as lowerCamelCase": 18, "enum name read as its number": 2,
      ])
  }

  @Test func anyOrderOfMembers() throws {
    let text = """
      {"resourceSpans":[{"schemaUrl":"u1","scopeSpans":[{"schemaUrl":"u2","spans":[\
      {"status":{"code":2,"message":"m"},"droppedLinksCount":3,"links":[{"flags":1,"spanId":"02",\
      "traceId":"01"}],"droppedEventsCount":2,"events":[{"name":"e","timeUnixNano":"15"}],\
      "droppedAttributesCount":1,"attributes":[{"value":{"intValue":"7"},"key":"k"}],\
      "endTimeUnixNano":"20","startTimeUnixNano":"10","kind":2,"name":"GET","flags":257,\
      "parentSpanId":"1112131415161718","traceState":"a=b","spanId":"0102030405060708",\
      "traceId":"0102030405060708090a0b0c0d0e0f10"}],"scope":{"version":"1","name":"lib"}}],\
      "resource":{"attributes":[{"value":{"stringValue":"cart"},"key":"service.name"}]}}]}
      """
    #expect(try OTLPJSON.read(text).texts == [Self.whole])
  }

  @Test func documentsInAllArrangements() throws {
    let (one, two) = (OTLPJSON.document([1]), OTLPJSON.document([2]))
    let joined = OTLPJSON.document([1, 2])
    let pretty = one.replacing("[", with: "[\n  ").replacing("}", with: "\n}")
    for text in [
      "\(one)\n\(two)", "\(one)\r\n\n\n\(two)\n", one + two, "\(pretty)\n\(pretty)",
      "[\(one),\(two)]", "[\n\(pretty),\n\(two)\n]\n", "\u{FEFF}\(one)\(two)", "[]{}\(one)[\(two)]",
      "\0\0\(one)\0\n\0\(two)", " \t[{}, \(one)]\n[\(two)]",
    ] {
      let outcome = try OTLPJSON.read(text)
      #expect(outcome.spans == 2 && outcome.problems == [], "\(text)")
      let canonical = try OTLPJSON.read(
        text.contains("\n  ") && !text.contains("\(two)")
          ? "\(one)\n\(one)" : joined)
      #expect(SpanMultiset.difference(outcome.multiset, canonical.multiset).isEmpty, "\(text)")
    }
  }

  @Test(arguments: [
    "{\"batches\":[GROUP]}", "{\"trace\":{\"resourceSpans\":[GROUP]}}",
    "{\"trace\":{\"batches\":[GROUP]},\"status\":\"COMPLETE\"}",
    "{\"result\":{\"resourceSpans\":[GROUP]}}", "GROUP", "[GROUP]",
    "{\"resourceSpans\":[null,GROUP,{}]}", "{\"resourceSpans\":null,\"batches\":[GROUP]}",
    "{\"resourceLogs\":[{\"a\":[1,{\"b\":\"]\\\"\"}]}],\"resourceSpans\":[GROUP]}",
    "{\"resource\\u0053pans\":[GROUP]}",
  ])
  func wrappers(shape: String) throws {
    let group = """
      {"resource":{"attributes":[{"key":"a","value":{"stringValue":"b"}}]},\
      "instrumentationLibrarySpans":[{"instrumentationLibrary":{"name":"lib"},"spans":[\
      \(OTLPJSON.span())]}],"schemaUrl":"u"}
      """
    let outcome = try OTLPJSON.read(shape.replacing("GROUP", with: group))
    #expect(
      outcome.texts == [
        """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"stringValue":"b"}}]},\
        "scopeSpans":[{"scope":{"name":"lib"},"spans":[\(OTLPJSON.span())]}],"schemaUrl":"u"}]}
        """
      ])
    #expect(outcome.problems == [])
    #expect(outcome.repairs["instrumentationLibrarySpans read as scopeSpans"] == 1)
    #expect(outcome.report.messages == 1)
  }

  @Test func whatIsThereButEmptyIsToldFromWhatIsNot() throws {
    for text in [
      "{\"resource\":{},\"scopeSpans\":[{\"scope\":{},\"spans\":[{\"status\":{}}]}]}",
      "{\"scopeSpans\":[{\"spans\":[{\"status\":{}}]}]}", "{\"scopeSpans\":[{\"spans\":[{}]}]}",
      "{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"key\":\"\"}]}]}]}",
      "{\"scopeSpans\":[{\"spans\":[{\"events\":[{}],\"links\":[{}]}]}]}",
    ] {
      let whole = "{\"resourceSpans\":[\(text)]}"
      #expect(try OTLPJSON.read(whole).texts == [whole])
    }
    let nulls = """
      {"resourceSpans":[{"resource":null,"scopeSpans":[{"scope":null,"spans":[{"traceId":null,\
      "name":null,"kind":null,"attributes":null,"events":null,"status":null,"flags":null}]}]}]}
      """
    let outcome = try OTLPJSON.read(nulls)
    #expect(outcome.texts == ["{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{}]}]}]}"])
    #expect(outcome.problems == [] && outcome.report.repairs.isEmpty)
  }

  @Test func unknownKeysAreCountedByName() throws {
    let many = (0..<25).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let text = """
      {"x":1,"resourceSpans":[{"y":[1],"scopeSpans":[{"spans":[{"x":{"spans":[]},"name":"s",\
      "attributes":[{"key":"a","x":2,"value":{"z":1}}]}]}]}]}
      {\(many)}
      """
    let outcome = try OTLPJSON.read(text)
    #expect(outcome.repairs["dropped unknown key \"x\""] == 3)
    #expect(outcome.repairs["dropped unknown key \"y\""] == 1)
    #expect(outcome.repairs["dropped unknown key \"z\""] == 1)
    #expect(outcome.repairs["dropped unknown key \"k16\""] == 1)
    #expect(outcome.repairs["dropped other unknown keys"] == 8)
    #expect(outcome.spans == 1 && outcome.problems == [])
  }

  @Test func repeatedKeysJoinListsAndKeepTheLastValue() throws {
    let text = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","attributes":[{"key":"1"}],\
      "events":[{"attributes":[{"key":"e"}]}],"attributes":[{"key":"2"}],"name":"b",\
      "events":[{"name":"f"}]}]}]}]}
      """
    let outcome = try OTLPJSON.read(text)
    #expect(
      outcome.texts == [
        """
        {"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"b","attributes":[{"key":"1"},\
        {"key":"2"}],"events":[{"attributes":[{"key":"e"}]},{"name":"f"}]}]}]}]}
        """
      ])
    #expect(
      outcome.repairs == ["repeated key read: lists joined, of other values the last kept": 3])
  }

  @Test func contentDecides() throws {
    func format(_ text: String) throws -> InputFormat {
      let stream = BufferedStream(MemoryByteStream(Array(text.utf8)))
      return try Sniffer.recognise(stream).format
    }
    let document = OTLPJSON.document([1])
    for text in [
      document, "[\n \(document)]", "\u{FEFF}\(document)", "\0\0\0\(document)", "{}", "[ ]",
      "{broken\n\(document)", "{\"batches\":[]}", "{\"resourceLogs\":[", "{\"scopeSpans\":[]}",
      "{\"resourceSpans\":", "{\"trace\":{\"resource_spans\":[]}}",
    ] {
      #expect(try format(text) == .otlpJSON, "\(text)")
    }
    for text in [
      "{\"data\":[{\"traceID\":\"1\",\"spans\":[]}]}", "[{\"traceId\":\"1\",\"id\":\"2\"}]",
      "{\"traceID\":\"1\",\"spans\":[]}", "{\"result\":{\"a\":1}}", "{\"a\":\"resourceSpans\\\"\"}",
      "resourceSpans", "[1]",
    ] {
      #expect(try format(text) != .otlpJSON, "\(text)")
    }
  }

  @Test func nulBytesInFrontAreLeftOut() throws {
    let zeros = 283_073
    let bytes = [UInt8](repeating: 0, count: zeros) + Array(OTLPJSON.document([1]).utf8)
    let input = try TraceInput(stream: MemoryByteStream(bytes + Array("\n]".utf8)))
    #expect(input.format == .otlpJSON)
    #expect(try input.next()?.spans.count == 1)
    #expect(try input.next() == nil)
    #expect(
      input.report.repairs == [
        InputReport.Repair(what: "NUL byte outside of the documents left out", count: zeros)
      ])
    #expect(input.report.problems.map(\.offset) == [bytes.count + 1])
    #expect(throws: FormatError.self) {
      try TraceInput(stream: MemoryByteStream([UInt8](repeating: 0, count: 1 << 17)))
    }
  }
}
