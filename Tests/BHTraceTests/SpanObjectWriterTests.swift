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

@Suite struct OTLPConversionTests {
  @Test func digestsAreSHA256() {
    func hex(_ text: String) -> String {
      String(decoding: HexText.encode(SHA256.digest(Array(text.utf8)[...])[...]), as: UTF8.self)
    }
    #expect(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      hex(String(repeating: "a", count: 1000))
        == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
  }

  private func converted(
    trace: String, span: String, parent: String
  ) -> (batch: SpanBatch, span: SpanRecord) {
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    var record = SpanRecord()
    record.dialect = .v1
    record.traceID = batch.append(trace)
    record.spanID = batch.append(span)
    record.parentSpanID = batch.append(parent)
    let key = batch.append("k")
    batch.attributes = [AttributeRecord(key: key, kind: .int, bits: 1)]
    record.attributes = RecordRange(0, 1)
    batch.spans = [record]
    let made = batch.convertedToOTLP()
    return (made, made.spans[0])
  }

  @Test func hexadecimalIDsAreTakenAsTheyAre() {
    let (batch, span) = converted(
      trace: "000102030405060708090a0b0c0d0eff", span: "0001020304050607", parent: "")
    #expect(batch.bytes(span.traceID) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255])
    #expect(batch.bytes(span.spanID) == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(span.parentSpanID.isEmpty)
    #expect(span.attributes.count == 1)
    #expect(span.dialect == .otlp)
  }

  @Test func otherIDsBecomeDigestsAndStayAsAttributes() {
    let (batch, span) = converted(
      trace: "000102030405060708090A0B0C0D0EFF", span: "s1", parent: "s0")
    #expect(
      batch.bytes(span.traceID)
        == Array(SHA256.digest(Array("000102030405060708090A0B0C0D0EFF".utf8)[...]).prefix(16)))
    #expect(batch.bytes(span.spanID) == Array(SHA256.digest([0x73, 0x31]).prefix(8)))
    #expect(batch.bytes(span.parentSpanID) == Array(SHA256.digest([0x73, 0x30]).prefix(8)))
    let attributes = span.attributes.indices.map { batch.attributes[$0] }
    #expect(attributes.map { batch.text($0.key) } == ["k", "bht.trace_id", "bht.span_id"])
    #expect(batch.text(attributes[2].range) == "s1")
  }
}

@Suite struct OpenArchiveTests {
  private func error(_ bytes: [UInt8]) -> FormatError? {
    do {
      _ = try openArchive(MemorySource(bytes))
      return nil
    } catch {
      return error as? FormatError
    }
  }

  @Test func otherFilesAreNotRecognized() {
    #expect(error([])?.code == .notRecognized)
    #expect(error([])?.what.contains("empty file") == true)
    #expect(error(Array("PK\u{3}\u{4}".utf8))?.what.contains("50 4b 03 04") == true)
    #expect(error(Array("{\"a\":1}".utf8))?.code == .notRecognized)
    #expect(error(Array("BHT1".utf8))?.code == .truncated)
  }

  @Test func lookingAtTheMagicCostsNothing() throws {
    let header = Array(#"{"trace_id": "t", "n_spans": 0, "root_id": null, "total_us": 0}"#.utf8)
    var file = ByteWriter()
    file.append(Array("BHT1".utf8))
    file.uint32(UInt32(header.count))
    file.append(header)
    file.uint32(2)
    file.append(Array("[]".utf8))
    let archive = try openArchive(MemorySource(file.bytes))
    #expect(archive.formatVersion == 1)
    #expect(archive.stats.bytesRead == file.bytes.count)
    #expect(archive.stats.requests == 3)
    #expect(archive.stats.rounds == 3)
  }
}
