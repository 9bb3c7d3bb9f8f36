import Testing

@testable import BHTrace

struct DocumentFieldsTests {
  @Test(
    arguments: [
      (.int(5), .milliseconds, 5_000_000), (.string("5"), .seconds, 5_000_000_000),
      (.double(1_700_000_000.123456), .seconds, 1_700_000_000_123_456_000),
      (.string("1700000000.123456789123"), .seconds, 1_700_000_000_123_456_789),
      (.string("2023-11-14T22:13:20.5Z"), .milliseconds, 1_700_000_000_500_000_000),
      (.double(1e9), .seconds, 1_000_000_000_000_000_000),
      (.double(1.5e12), .milliseconds, 1_500_000_000_000_000_000),
    ] as [(AttributeValue, DocumentTime.Unit, UInt64)])
  func timesAreReadInTheirUnit(value: AttributeValue, unit: DocumentTime.Unit, time: UInt64) {
    #expect(DocumentTime.nanoseconds(value, unit) == time)
  }

  @Test(
    arguments: [
      .null, .int(-1), .double(.nan), .double(1e300), .string(""), .string("soon"), .bool(true),
      .bigInt("99999999999999999999999"), .string("1.2.3"),
    ] as [AttributeValue])
  func allElseIsNoTime(value: AttributeValue) {
    #expect(DocumentTime.nanoseconds(value, .seconds) == nil)
  }

  @Test func idsAreReadInEverySpelling() {
    let id: [UInt8] = Array(repeating: 0, count: 14) + [0xAB, 0xCD]
    for text in ["abcd", "ABCD", "0xabcd", "00000000-0000-0000-0000-00000000abcd"] {
      #expect(DocumentID.bytes(text, width: 16) == id)
    }
    #expect(DocumentID.bytes("no id", width: 8) == Array("no id".utf8))
    for nothing in [nil, "", "0", "0000000000000000"] as [String?] {
      #expect(DocumentID.bytes(nothing, width: 8) == [])
    }
    #expect(DocumentID.bytes(UInt64(0xABCD), width: 16) == id)
    #expect(DocumentID.bytes(UInt64(0), width: 8) == [])
    #expect(AttributeValue.bigInt("18446744073709551615").decimalID == .max)
    #expect(AttributeValue.string("-1").decimalID == .max)
  }

  @Test func pathsLeadThroughObjectsOrAreOneKey() {
    let list: AttributeList = ["a": ["b": ["c": 1]], "x.y": "z"]
    #expect(list.integer("a", "b", "c") == 1)
    #expect(list.text("x", "y") == "z")
    #expect(list.value("a", "x") == nil)
    #expect(list.without("a").map(\.key) == ["x.y"])
  }

  @Test func objectsInsideGetDottedNames() {
    let list: AttributeList = ["a": ["b": ["c": 1, "d": [2]], "e": [:]], "f": "z"]
    #expect(list.flattened() == ["a.b.c": 1, "a.b.d": [2], "a.e": [:], "f": "z"])
  }
}
