import Foundation
import Testing

@testable import BHTrace

struct OTLPJSONWriterTests {
  private func json(_ batch: SpanBatch) -> (text: String, losses: OTLPJSONLosses) {
    var losses = OTLPJSONLosses()
    let bytes = OTLPJSONWriter.encode(batch, losses: &losses)
    return (String(decoding: bytes, as: UTF8.self), losses)
  }

  private func value(_ value: [UInt8]) throws -> (text: String, losses: OTLPJSONLosses) {
    let batch = try Wire.decoded(span: Wire.field(9, Wire.field(1, "k") + Wire.field(2, value)))
    let (text, losses) = json(batch)
    let start =
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":"
      + "[{\"key\":\"k\",\"value\":"
    #expect(text.hasPrefix(start))
    return (String(text.dropFirst(start.count).dropLast("}]}]}]}]}".count)), losses)
  }

  @Test func allFieldsByTheRules() throws {
    let span =
      Wire.field(1, [UInt8](repeating: 0xAB, count: 16)) + Wire.field(2, [1, 2, 3, 4, 5, 6, 7, 8])
      + Wire.field(5, "GET \"x\"\n") + Wire.varint(6, 3) + [0x39, 1, 0, 0, 0, 0, 0, 0, 0x80]
      + Wire.varint(10, 4) + Wire.field(11, [0x09, 9, 0, 0, 0, 0, 0, 0, 0] + Wire.field(2, "e"))
      + Wire.field(13, Wire.field(2, [9]) + [0x35, 1, 0, 0, 0])
      + Wire.field(15, Wire.field(2, "no") + Wire.varint(3, 2)) + [0x85, 0x01, 0, 1, 0, 0]
    let batch = try OTLPProtobufReader.decode(
      message: Wire.message(
        span: span,
        resource: Wire.field(1, Wire.field(1, Wire.pair("service.name", "cart")))
          + Wire.field(3, "url"),
        scope: Wire.field(1, Wire.field(1, "lib"))), offset: 0)
    let (text, losses) = json(batch)
    #expect(
      text == """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":\
        {"stringValue":"cart"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[{"traceId":\
        "abababababababababababababababab","spanId":"0102030405060708","flags":256,"name":\
        "GET \\"x\\"\\n","kind":3,"startTimeUnixNano":"9223372036854775809",\
        "droppedAttributesCount":4,"events":[{"timeUnixNano":"9","name":"e"}],"links":[{"spanId":\
        "09","flags":1}],"status":{"message":"no","code":2}}]}],"schemaUrl":"url"}]}
        """)
    #expect(losses.isEmpty)
  }

  @Test func valuesOfEveryKind() throws {
    let nested = Wire.field(1, Wire.varint(2, 1)) + Wire.field(1, [])
    let cases: [([UInt8], String)] = [
      ([], "{}"),
      (Wire.field(1, "v"), #"{"stringValue":"v"}"#),
      (Wire.varint(2, 1), #"{"boolValue":true}"#),
      (Wire.varint(3, UInt64(bitPattern: Int64.min)), #"{"intValue":"-9223372036854775808"}"#),
      ([0x21, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F], #"{"doubleValue":1.0}"#),
      ([0x21, 0, 0, 0, 0, 0, 0, 0xF8, 0x7F], #"{"doubleValue":"NaN"}"#),
      ([0x21, 0, 0, 0, 0, 0, 0, 0xF0, 0xFF], #"{"doubleValue":"-Infinity"}"#),
      (Wire.field(7, [255, 254]), #"{"bytesValue":"//4="}"#),
      (Wire.field(5, nested), #"{"arrayValue":{"values":[{"boolValue":true},{}]}}"#),
      (
        Wire.field(6, Wire.field(1, Wire.field(1, "a")) + Wire.field(1, Wire.pair("b", "c"))),
        #"{"kvlistValue":{"values":[{"key":"a"},{"key":"b","value":{"stringValue":"c"}}]}}"#
      ),
    ]
    for (wire, expected) in cases {
      let (text, losses) = try value(wire)
      #expect(text == expected)
      #expect(losses.isEmpty)
    }
  }

  @Test func whatJSONCannotHoldIsCounted() throws {
    #expect(try value(Wire.field(1, "a") + Wire.varint(60, 1)).losses.unknownFields == 1)
    let two = try value(Wire.field(1, "a") + Wire.varint(3, 7))
    #expect(two.text == #"{"intValue":"7"}"#)
    #expect(two.losses.severalValues == 1)
    #expect(try value([0x21, 1, 0, 0, 0, 0, 0, 0xF8, 0x7F]).losses.unusualNaNs == 1)
    let text = try value(Wire.field(1, [0x61, 0xFF, 0x62, 0xE2, 0x82, 0x63, 0xED, 0xA0, 0x80]))
    #expect(text.text == "{\"stringValue\":\"a\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}\u{FFFD}\"}")
    #expect(text.losses.invalidText == 5)
    let span = try Wire.decoded(span: Wire.varint(77, 1) + Wire.varint(78, 1))
    #expect(json(span).losses.unknownFields == 2)
  }

  @Test(arguments: UInt64(100)...130)
  func randomSpansGiveValidJSONOnOneLine(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    let batch = random.batch(spans: 30)
    var losses = OTLPJSONLosses()
    let bytes = OTLPJSONWriter.encode(batch, losses: &losses)
    #expect(!bytes.contains(0x0A))
    let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let groups = try #require(object?["resourceSpans"] as? [[String: Any]])
    let spans = groups.flatMap { $0["scopeSpans"] as? [[String: Any]] ?? [] }
      .flatMap { $0["spans"] as? [[String: Any]] ?? [] }
    #expect(spans.count == batch.spans.count)
    for (span, record) in zip(spans, batch.spans) {
      #expect(span["name"] as? String ?? "" == batch.text(record.name))
    }
  }

  @Test func textIsReplacedAsTheStandardLibraryDoes() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<2_000 {
      let bytes = (0..<6).map { _ in
        [0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0xF0, 0x90, 0xF4, 0x8F, 0xE2]
          .randomElement(using: &random) as UInt8? ?? 0
      }
      var out: [UInt8] = []
      _ = JSONText.appendString(ByteRange(0, bytes.count), of: bytes, to: &out)
      #expect(
        Array(out.dropFirst().dropLast()) == Array(String(decoding: bytes, as: UTF8.self).utf8))
    }
  }
}
