import Foundation
import Testing

@testable import BHTrace

@Suite struct SpanObjectWriterTests {
  private func object(_ batch: SpanBatch) throws -> String {
    var json = CompactJSON()
    var writer = SpanObjectWriter()
    try writer.write(0, of: batch, to: &json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// A batch of one span; `fill` may add attributes, which become the span's.
  private func batch(_ fill: (inout SpanBatch) -> Void) -> SpanBatch {
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    var span = SpanRecord()
    span.traceID = batch.append([UInt8](repeating: 0xAB, count: 16))
    span.spanID = batch.append([1, 2, 3, 4, 5, 6, 7, 0xF8])
    span.name = batch.append("read")
    span.start = 1_767_323_045_123_456_789
    span.end = span.start + 5
    span.kind = 3
    span.statusCode = 2
    fill(&batch)
    span.attributes = RecordRange(0, batch.attributes.count)
    batch.spans = [span]
    return batch
  }

  private func attributes(_ fill: (inout SpanBatch) -> Void) throws -> String {
    let text = try object(batch(fill))
    let start = try #require(text.range(of: "\"attributes\":"))
    let end = try #require(text.range(of: ",\"events\":"))
    return String(text[start.upperBound..<end.lowerBound])
  }

  @Test func numbersBecomeWordsAndIDsHexadecimal() throws {
    #expect(
      try object(batch { _ in })
        == #"{"trace_id":"abababababababababababababababab","span_id":"01020304050607f8","#
        + #""parent_span_id":null,"service":"","operation":"read","kind":"client","#
        + #""start_ns":1767323045123456789,"duration_ns":5,"status":"error","status_message":"","#
        + #""attributes":{},"events":[],"links":[],"resource":{},"scope":{}}"#)
  }

  @Test func numbersWithoutAWordStayNumbers() throws {
    var odd = batch { _ in }
    odd.spans[0].kind = 77
    odd.spans[0].statusCode = -1
    odd.spans[0].end = odd.spans[0].start - 3
    let text = try object(odd)
    #expect(text.contains(#""kind":77"#))
    #expect(text.contains(#""status":-1"#))
    #expect(text.contains(#""duration_ns":-3"#))
  }

  @Test func everyKindOfValueHasAForm() throws {
    let text = try attributes { batch in
      func add(_ key: String, _ kind: AttributeRecord.Kind, _ bits: UInt64 = 0) {
        let key = batch.append(key)
        batch.attributes.append(AttributeRecord(key: key, kind: kind, bits: bits))
      }
      func add(_ key: String, _ kind: AttributeRecord.Kind, bytes: [UInt8]) {
        let key = batch.append(key)
        let range = batch.append(bytes)
        batch.attributes.append(AttributeRecord(key: key, kind: kind, range: range))
      }
      add("absent", .absent)
      add("empty", .empty)
      add("bool", .bool, 1)
      add("int", .int, UInt64(bitPattern: -7))
      add("whole", .double, (5.0).bitPattern)
      add("nan", .double, Double.nan.bitPattern)
      add("text", .string, bytes: Array("a\"é".utf8))
      add("bytes", .bytes, bytes: [0xFF, 0])
      // [1, {"k": true, "k": "x"}]
      add(
        "list", .array,
        bytes: [
          0x0A, 2, 0x18, 1,
          0x0A, 19, 0x32, 17,
          0x0A, 7, 0x0A, 1, 0x6B, 0x12, 2, 0x10, 1,
          0x0A, 6, 0x0A, 1, 0x6B, 0x12, 1, 0x0A,
        ])
      add("int", .int, 8)
    }
    #expect(
      text
        == #"{"absent":null,"empty":null,"bool":true,"int":-7,"whole":5.0,"nan":"NaN","#
        + #""text":"a\"é","bytes":"/wA=","list":"#
        + #""CgIYAQoTMhEKBwoBaxICEAEKBgoBaxIBCg==","int#2":8}"#)
  }

  @Test func nestedValuesAreUnfoldedHoweverDeep() throws {
    // {"k": true, "k": "x"} in an array, well formed.
    let pairs: [UInt8] = [
      0x0A, 7, 0x0A, 1, 0x6B, 0x12, 2, 0x10, 1, 0x0A, 8, 0x0A, 1, 0x6B, 0x12, 3, 0x0A, 1, 0x78,
    ]
    let list: [UInt8] =
      [0x0A, 2, 0x18, 1, 0x0A, UInt8(pairs.count + 2), 0x32, UInt8(pairs.count)] + pairs
    let text = try attributes { batch in
      let key = batch.append("list")
      let range = batch.append(list)
      batch.attributes.append(AttributeRecord(key: key, kind: .array, range: range))
    }
    #expect(text == ##"{"list":[1,{"k":true,"k#2":"x"}]}"##)

    var deep: [UInt8] = []
    for _ in 0..<100_000 {
      // An ArrayValue of one AnyValue that is the ArrayValue before.
      let inner = varint(0x2A) + varint(UInt64(deep.count)) + deep
      deep = varint(0x0A) + varint(UInt64(inner.count)) + inner
      if deep.count > 40_000 { break }
    }
    let nested = try attributes { batch in
      let key = batch.append("deep")
      let range = batch.append(deep)
      batch.attributes.append(AttributeRecord(key: key, kind: .array, range: range))
    }
    #expect(nested.hasPrefix("{\"deep\":[[[["))
    #expect(nested.hasSuffix("]]]]}"))
  }

  private func varint(_ value: UInt64) -> [UInt8] {
    var writer = ByteWriter()
    writer.varint(value)
    return writer.bytes
  }

  @Test func eventsLinksAndScopeAreWrittenOut() throws {
    var full = batch { _ in }
    var event = EventRecord()
    event.time = 9
    event.name = full.append("boom")
    full.events = [event]
    full.spans[0].events = RecordRange(0, 1)
    var link = LinkRecord()
    link.traceID = full.append([1])
    link.spanID = full.append([2])
    full.links = [link]
    full.spans[0].links = RecordRange(0, 1)
    full.scopes[0].isPresent = true
    full.scopes[0].name = full.append("http")
    let text = try object(full)
    #expect(
      text.hasSuffix(
        #""events":[{"time_ns":9,"name":"boom","attributes":{}}],"#
          + #""links":[{"trace_id":"01","span_id":"02","attributes":{}}],"resource":{},"#
          + #""scope":{"name":"http","version":"","attributes":{}}}"#))
  }
}
