import Testing

@testable import BHTrace

struct AttributeValueTests {
  private func roundTrip(_ value: AttributeValue) throws -> AttributeValue {
    var batch = SpanBatch()
    let record = batch.record("key", value)
    #expect(batch.text(record.key) == "key")
    return try AttributeValue(record, in: batch.arena)
  }

  @Test(
    arguments: [
      nil, true, false, 0, -1, 42, 0.5, "text", "", [], [:], [1, "two", 3.0, nil, [], [:]],
      ["a": 1, "a": 2, "": [["deep": [nil]]]], .int(.min), .double(.nan), .double(-0.0),
      .bytes([0, 255]), .array([.bytes([])]), .object(AttributeList([("k", .bytes([1]))])),
      .string("e\u{301}"), [["": ""], ["x": -1]],
    ] as [AttributeValue])
  func comesBackFromARecord(value: AttributeValue) throws {
    #expect(try roundTrip(value) == value)
  }

  @Test func integersBeyond64BitsBecomeText() throws {
    #expect(try roundTrip(.bigInt("18446744073709551616")) == "18446744073709551616")
    #expect(try roundTrip([.bigInt("-99999999999999999999")]) == ["-99999999999999999999"])
  }

  @Test func equalityIsOfBytesAndBits() {
    #expect(AttributeValue.string("\u{E9}") != .string("e\u{301}"))
    #expect(AttributeValue.double(0.0) != .double(-0.0))
    #expect(AttributeValue.double(.nan) == .double(.nan))
    #expect(AttributeList([("\u{E9}", 1)]) != AttributeList([("e\u{301}", 1)]))
    #expect(AttributeValue.int(1) != .double(1))
  }

  @Test func aListKeepsOrderAndDuplicates() {
    var list: AttributeList = ["b": 1, "a": 2]
    list.append("b", 3)
    #expect(list.map(\.key) == ["b", "a", "b"])
    #expect(list["b"] == 3)
    #expect(list["c"] == nil)
  }

  @Test func nestedValuesAreOTLPsWireForm() {
    var batch = SpanBatch()
    // ArrayValue{values: [AnyValue{kvlist{values: [KeyValue{key "k", value AnyValue{int 300}}]}}]}
    let record = batch.record("", [["k": 300]])
    #expect(record.kind == .array)
    #expect(
      batch.bytes(record.range) == [
        0x0A, 0x0C, 0x32, 0x0A, 0x0A, 0x08, 0x0A, 0x01, 0x6B, 0x12, 0x03, 0x18, 0xAC, 0x02,
      ])
    let scalars = batch.record("", [nil, true, "s", .bytes([7])])
    #expect(
      batch.bytes(scalars.range) == [
        0x0A, 0x00, 0x0A, 0x02, 0x10, 0x01, 0x0A, 0x03, 0x0A, 0x01, 0x73, 0x0A, 0x03, 0x3A, 0x01,
        0x07,
      ])
  }

  @Test(arguments: [1, 40, 200, 479, 480])
  func nestingIsWrittenAndReadWithoutRecursion(depth: Int) throws {
    // Long enough inside that lengths take several bytes at some levels.
    var value: AttributeValue = .string(String(repeating: "x", count: 100))
    for level in 0..<depth {
      value = level % 2 == 0 ? .array([value]) : .object(AttributeList([("k\(level)", value)]))
    }
    #expect(try roundTrip(value) == value)
  }

  @Test func whatLiesTooDeepComesAsBytes() throws {
    var value: AttributeValue = [1]
    for _ in 0..<NestedValueReader.maximumDepth { value = .array([value]) }
    var back = try roundTrip(value)
    for _ in 0..<NestedValueReader.maximumDepth {
      guard case .array(let elements) = back, elements.count == 1 else {
        Issue.record("an array was expected")
        return
      }
      back = elements[0]
    }
    #expect(back == .bytes([0x2A, 0x04, 0x0A, 0x02, 0x18, 0x01]))
  }

  @Test(
    arguments: [
      // Unknown fields are stepped over, the last value counts, no value is null.
      ([0x0A, 0x04, 0x18, 0x01, 0x18, 0x02], [2]),
      ([0x0A, 0x04, 0x0A, 0x00, 0x10, 0x01], [true]),
      ([0x0A, 0x03, 0x98, 0x06, 0x01, 0x10, 0x05], [nil]),
      ([0x0A, 0x00], [nil]),
      ([], []),
    ] as [([UInt8], AttributeValue)])
  func foreignWireFormsAreUnderstood(wire: [UInt8], value: AttributeValue) throws {
    var batch = SpanBatch()
    let record = AttributeRecord(key: .empty, kind: .array, range: batch.append(wire))
    #expect(try AttributeValue(record, in: batch.arena) == value)
  }

  @Test func rawMessagesAreUnderstood() throws {
    var batch = SpanBatch()
    // KeyValue{key "k", value AnyValue{bool true}, unknown field 9 = 1}
    let wire: [UInt8] = [0x0A, 0x01, 0x6B, 0x12, 0x02, 0x10, 0x01, 0x48, 0x01]
    let record = AttributeRecord(key: .empty, kind: .rawKeyValue, range: batch.append(wire))
    #expect(try AttributeValue(record, in: batch.arena) == true)
    #expect(try batch.text(NestedValueReader(record, in: batch.arena).rawKey()) == "k")
    let any = AttributeRecord(
      key: .empty, kind: .rawValue, range: batch.append([0x0A, 0x01, 0x78, 0x48, 0x01]))
    #expect(try AttributeValue(any, in: batch.arena) == "x")
  }

  @Test func damagedWireFormsThrowAndNeverTrap() {
    var random = SeededGenerator(seed: 8)
    var thrown = 0
    for _ in 0..<20_000 {
      var batch = SpanBatch()
      let starts: [UInt8] = [0x0A, 0x12, 0x2A, 0x32, 0x18, 0x21, 0x01, 0x02, 0x04]
      let wire = (0..<Int.random(in: 0..<24, using: &random)).map { _ in
        Bool.random(using: &random)
          ? starts.randomElement(using: &random)! : UInt8.random(in: 0...255, using: &random)
      }
      let kinds: [AttributeRecord.Kind] = [.array, .keyValueList, .rawValue, .rawKeyValue]
      let record = AttributeRecord(
        key: .empty, kind: kinds.randomElement(using: &random)!, range: batch.append(wire))
      let found = formatError { () throws(FormatError) in
        _ = try AttributeValue(record, in: batch.arena)
      }
      if found != nil { thrown += 1 }
      #expect(found?.offset == nil)
    }
    #expect(thrown > 1000)
    let outside = AttributeRecord(key: .empty, kind: .array, range: ByteRange(5, 10))
    #expect(throws: FormatError.self) { try AttributeValue(outside, in: [1, 2]) }
  }
}

struct TextFormTests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func base64IsRFC4648s(text: String, encoded: String) {
    let bytes = Array("--\(text)".utf8)
    #expect(Base64.encode(bytes, ByteRange(2, text.utf8.count)) == Array(encoded.utf8))
    #expect(Base64.encode([251, 255], ByteRange(0, 2)) == Array("+/8=".utf8))
  }

  @Test func hexadecimalIsLowerCase() {
    #expect(HexText.encode([0x00, 0xAF, 0xFF][...]) == Array("00afff".utf8))
  }
}
