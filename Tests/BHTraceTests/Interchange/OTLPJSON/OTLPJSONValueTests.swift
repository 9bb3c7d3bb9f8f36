import Testing

@testable import BHTrace

/// Ids, numbers, enums and attribute values in all their spellings.
struct OTLPJSONValueTests {
  @Test(arguments: [
    ("0102030405060708090a0b0c0d0e0f10", "0102030405060708090a0b0c0d0e0f10", ""),
    ("0102030405060708090A0B0C0D0E0F10", "0102030405060708090a0b0c0d0e0f10", ""),
    ("AQIDBAUGBwgJCgsMDQ4PEA==", "0102030405060708090a0b0c0d0e0f10", "base64 trace id"),
    ("AQIDBAUGBwgJCgsMDQ4PEA", "0102030405060708090a0b0c0d0e0f10", "base64 trace id"),
    ("____________________-w==", "fffffffffffffffffffffffffffffffb", "base64 trace id"),
    (
      "\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/\\/+w==",
      "fffffffffffffffffffffffffffffffb", "base64 trace id"
    ),
    (
      "MDEwMjAzMDQwNTA2MDcwODA5MGEwYjBjMGQwZTBmMTA=", "0102030405060708090a0b0c0d0e0f10",
      "base64 of a hex id"
    ),
    ("ab", "ab", ""), ("", "", ""), ("abcdef", "abcdef", ""),
    ("abc", "616263", "id that is neither"), ("zzz", "7a7a7a", "id that is neither"),
    ("!!!INVALID_BASE64!!!", "212121494e56414c49445f424153453634212121", "id that is neither"),
    ("AQIDBAUGBwg=", "4151494442415547427767 3d", "id that is neither"),
    (
      "0102030405060708090a0b0c0d0e0f1g",
      "30313032303330343035303630373038303930613062306330643065306631 67",
      "id that is neither"
    ),
  ])
  func traceIDs(text: String, hex: String, repair: String) throws {
    let outcome = try OTLPJSON.read(
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"\(text)\"}]}]}]}")
    let hex = hex.replacing(" ", with: "")
    let member = hex.isEmpty ? "" : "\"traceId\":\"\(hex)\""
    #expect(
      outcome.texts == ["{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\(member)}]}]}]}"])
    #expect(outcome.problems == [])
    #expect(outcome.report.repairs.count == (repair.isEmpty ? 0 : 1))
    #expect(outcome.report.repairs.allSatisfy { $0.what.hasPrefix(repair) && $0.count == 1 })
  }

  @Test(arguments: [
    ("AQIDBAUGBwg=", "0102030405060708"), ("AQIDBAUGBwg", "0102030405060708"),
    ("MDEwMjAzMDQwNTA2MDcwOA==", "0102030405060708"), ("0102030405060708", "0102030405060708"),
  ])
  func spanIDs(text: String, hex: String) throws {
    let outcome = try OTLPJSON.read(
      "{\"scopeSpans\":[{\"spans\":[{\"spanId\":\"\(text)\",\"parentSpanId\":\"\(text)\"}]}]}")
    #expect(outcome.texts[0].contains("\"spanId\":\"\(hex)\",\"parentSpanId\":\"\(hex)\""))
  }

  @Test(arguments: [
    ("{\"stringValue\":\"a\\u00e9\\n\\ud83d\\ude00\\/\"}", "{\"stringValue\":\"aé\\n😀/\"}"),
    ("{\"intValue\":\"-9223372036854775808\"}", "{\"intValue\":\"-9223372036854775808\"}"),
    ("{\"intValue\":9223372036854775807}", "{\"intValue\":\"9223372036854775807\"}"),
    ("{\"intValue\":1e3}", "{\"intValue\":\"1000\"}"),
    ("{\"intValue\":-2.50E1}", "{\"intValue\":\"-25\"}"),
    ("{\"intValue\":\"9.007199254740993e15\"}", "{\"intValue\":\"9007199254740993\"}"),
    ("{\"intValue\":0.0}", "{\"intValue\":\"0\"}"), ("{\"intValue\":-0}", "{\"intValue\":\"0\"}"),
    ("{\"doubleValue\":1}", "{\"doubleValue\":1.0}"),
    ("{\"doubleValue\":\"1.5e-7\"}", "{\"doubleValue\":1.5e-07}"),
    ("{\"doubleValue\":\"NaN\"}", "{\"doubleValue\":\"NaN\"}"),
    ("{\"doubleValue\":-Infinity}", "{\"doubleValue\":\"-Infinity\"}"),
    ("{\"doubleValue\":\"Infinity\"}", "{\"doubleValue\":\"Infinity\"}"),
    ("{\"doubleValue\":-0.0}", "{\"doubleValue\":-0.0}"),
    ("{\"boolValue\":\"true\"}", "{\"boolValue\":true}"),
    ("{\"boolValue\":false}", "{\"boolValue\":false}"),
    ("{\"bytesValue\":\"-_8\"}", "{\"bytesValue\":\"+/8=\"}"),
    ("{\"bytesValue\":\"\"}", "{\"bytesValue\":\"\"}"),
    ("{}", "{}"), ("{\"stringValue\":null}", "{}"), ("{\"other\":1}", "{}"),
    ("{\"arrayValue\":{}}", "{\"arrayValue\":{\"values\":[]}}"),
    (
      "{\"array_value\":{\"values\":[{\"int_value\":1},null,{}]}}",
      "{\"arrayValue\":{\"values\":[{\"intValue\":\"1\"},{},{}]}}"
    ),
    (
      "{\"kvlistValue\":{\"values\":[{\"key\":\"a\"},{\"value\":{\"doubleValue\":0.5},\"key\":\"b\"}]}}",
      "{\"kvlistValue\":{\"values\":[{\"key\":\"a\"},{\"key\":\"b\",\"value\":{\"doubleValue\":0.5}}]}}"
    ),
    (
      "{\"kvlist_value\":{\"values\":[{\"key\":\"\",\"value\":{\"kvlistValue\":{\"values\":"
        + "[{\"key\":\"x\",\"value\":{\"arrayValue\":{\"values\":[{\"bytesValue\":\"AA\"}]}}}]}}}]}}",
      "{\"kvlistValue\":{\"values\":[{\"key\":\"\",\"value\":{\"kvlistValue\":{\"values\":"
        + "[{\"key\":\"x\",\"value\":{\"arrayValue\":{\"values\":[{\"bytesValue\":\"AA==\"}]}}}]}}}]}}"
    ),
  ])
  func values(text: String, canonical: String) throws {
    let outcome = try OTLPJSON.read(OTLPJSON.attribute(text))
    #expect(outcome.texts == [OTLPJSON.attribute(canonical)])
    #expect(outcome.problems == [])
  }

  @Test func severalValuesAreAllKept() throws {
    let outcome = try OTLPJSON.read(
      OTLPJSON.attribute("{\"stringValue\":\"a\",\"x\":1,\"intValue\":\"5\"}"))
    let attribute = outcome.batches[0].attributes[0]
    #expect(attribute.kind == .rawValue)
    #expect(outcome.batches[0].bytes(attribute.range) == Wire.field(1, "a") + Wire.varint(3, 5))
    #expect(outcome.repairs["attribute with several values kept with all of them"] == 1)
  }

  @Test(arguments: [
    ("{\"intValue\":1.5}", "\"1.5\" stands where a signed 64-bit integer has to"),
    ("{\"intValue\":9223372036854775808}", "a signed 64-bit integer"),
    ("{\"intValue\":\"12a\"}", "\"12a\" stands where a signed 64-bit integer has to"),
    ("{\"intValue\":\"\"}", "a signed 64-bit integer"), ("{\"intValue\":true}", "a digit"),
    ("{\"doubleValue\":\"0x1p3\"}", "a number"), ("{\"doubleValue\":\"inf\"}", "a number"),
    ("{\"boolValue\":1}", "false"), ("{\"bytesValue\":\"a\"}", "base64 text"),
    ("{\"bytesValue\":\"ab!=\"}", "base64 text"), ("{\"stringValue\":1}", "a string"),
    ("\"bare\"", "an object"), ("{\"arrayValue\":[]}", "an object"),
    ("{\"arrayValue\":{\"values\":[1]}}", "an object"),
  ])
  func valuesThatAreNoneCostTheirAttribute(text: String, wanted: String) throws {
    let outcome = try OTLPJSON.read(OTLPJSON.attribute(text))
    #expect(outcome.spans == 1 && outcome.batches[0].attributes.isEmpty)
    #expect(outcome.problems.count == 1)
    #expect(outcome.problems.allSatisfy { $0.hasPrefix("line 1: ") && $0.contains(wanted) })
    #expect(throws: FormatError.self) {
      try OTLPJSON.read(OTLPJSON.attribute(text), strict: true)
    }
  }

  @Test func deepListsAreReadToALimit() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "{\"arrayValue\":{\"values\":[", count: depth)
        + "{\"boolValue\":true}" + String(repeating: "]}}", count: depth)
    }
    let deepest = OTLPJSONBuilder.deepest
    let read = try OTLPJSON.read(OTLPJSON.attribute(nested(deepest)))
    #expect(read.problems == [])
    #expect(read.texts == [OTLPJSON.attribute(nested(deepest))])
    for depth in [deepest + 1, 1_000] {
      let refused = try OTLPJSON.read(OTLPJSON.attribute(nested(depth)))
      #expect(refused.report.problemCount == 1)
    }
  }

  @Test(arguments: [
    ("\"SPAN_KIND_CLIENT\"", 3), ("\"client\"", 3), ("\"Span_Kind_Consumer\"", 5), ("\"4\"", 4),
    ("1", 1), ("-3", -3), ("2.0", 2), ("\"SPAN_KIND_UNSPECIFIED\"", 0), ("77", 77),
  ])
  func kinds(text: String, kind: Int32) throws {
    let outcome = try OTLPJSON.read("{\"scopeSpans\":[{\"spans\":[{\"kind\":\(text)}]}]}")
    #expect(outcome.batches.map { $0.spans.map(\.kind) } == [[kind]])
    #expect(outcome.problems == [])
  }

  @Test func fieldsThatAreNoneCostThemselves() throws {
    let outcome = try OTLPJSON.read(
      """
      {"scopeSpans":[{"scope":{"name":1},"spans":[
        {"name":"a","kind":"SPAN_KIND_X","startTimeUnixNano":-1,"flags":4294967296,
         "status":{"code":"NOPE","message":"m"},"traceId":5,"links":{},"spanId":"01"},
        7,
        {"name":"b","events":[1,{"name":"e","timeUnixNano":"x"}],"endTimeUnixNano":"3"}
      ]}],"schemaUrl":[]}
      """)
    #expect(
      outcome.texts == [
        """
        {"resourceSpans":[{"scopeSpans":[{"scope":{},"spans":[{"spanId":"01","name":"a",\
        "status":{"message":"m"}},{"name":"b","endTimeUnixNano":"3","events":[{"name":"e"}]}]}]}]}
        """
      ])
    #expect(
      outcome.problems.map { $0.prefix(7) }
        == ["line 1:"] + Array(repeating: "line 2:", count: 3)
        + Array(repeating: "line 3:", count: 3) + ["line 4:", "line 5:", "line 5:", "line 6:"])
  }

  @Test func exactIntegersOnly() throws {
    func exact(_ text: String) -> Int? {
      let bytes = Array(text.utf8)
      return DecimalText.exactInteger(bytes.rawSpan, 0..<bytes.count).map {
        Int($0.magnitude) * ($0.isNegative ? -1 : 1)
      }
    }
    for (text, value) in [
      ("1e3", 1000), ("-1.5e1", -15), ("100e-2", 1), ("0e99999", 0), ("1.000", 1), ("12e0", 12),
      ("0.001e3", 1), ("9223372036854775807", Int.max), ("1E+2", 100), ("0.0", 0), ("10.0e-1", 1),
    ] { #expect(exact(text) == value, "\(text)") }
    for text in [
      "", "-", "1.5", "1e-1", "1e20", "1e", "e1", ".5", "1.2.3", "0x1", "1e99999999999999999999",
      "184467440737095516150", "1 ",
    ] { #expect(exact(text) == nil, "\(text)") }
  }
}
