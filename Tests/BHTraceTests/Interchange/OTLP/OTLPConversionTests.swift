import Foundation
import Testing

@testable import BHTrace

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
