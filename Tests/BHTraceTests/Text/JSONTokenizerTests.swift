import Testing

@testable import BHTrace

/// Reads the whole of `bytes` as one JSON text and returns what is wrong with it.
private func fault(
  _ bytes: [UInt8], base: Int = 0, nonFinite: Bool = false
) -> FormatError? {
  do throws(FormatError) {
    var json = JSONTokenizer(bytes.rawSpan, base: base, allowsNonFinite: nonFinite)
    _ = try json.skipValue()
    try json.requireEnd("the text")
    return nil
  } catch { return error }
}

struct JSONTokenizerTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-0", "7", "-12", "10", "1.5", "0.5", "-0.0", "1e5", "1E5",
    "1e+5", "1e-05", "0e0", "1.25E-3", "123456789012345678901234567890", "\"\"", "\"a\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uABCD\\uabcd\"", "\"\u{7f}\"", "\"é€😀\"",
    "\"\\ud800\"", "\"\\udc00\\ud800\"", "[]", "[1]", "[1,2]", "{}", "{\"\":0}",
    "{\"a\":1,\"a\":2}", "[[],{}]", " \t\r\n[ 1 , 2 ] \n", "{ \"a\" : { \"b\" : [ ] } }",
    "\"eight by eight by eight by eight\"", "\"\u{2028}\u{FFFF}\u{10FFFF}\"",
  ])
  func acceptsWhatTheGrammarAllows(text: String) {
    #expect(fault(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    ("nulL", 3), ("trUe", 2), ("True", 0), ("truex", 4), ("true false", 5), ("01", 1), ("-01", 2),
    ("+1", 0), (".5", 0), ("1.e5", 2), ("1.x", 2), ("1ex", 2), ("1e+x", 3), ("-x", 1), ("0x10", 1),
    ("1_0", 1), ("NaN", 0), ("Infinity", 0), ("-Infinity", 1), ("'a'", 0), ("\"\\x\"", 2),
    ("\"\\u12g4\"", 5), ("\"a\u{1}\"", 2), ("\"a\nb\"", 2), ("\"a\tb\"", 2), ("[1,]", 3),
    ("[,1]", 1), ("[1 2]", 3), ("[1}", 2), ("{]", 1), ("{\"a\"}", 4), ("{\"a\" 1}", 5),
    ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{,}", 1), ("{1:2}", 1), ("{a:1}", 1),
    ("{\"a\":1 \"b\":2}", 7), ("{\"a\"::1}", 5), ("[]]", 2), ("{}{}", 2), ("1 //", 2),
    ("\u{A0}1", 0), ("\u{FEFF}1", 0), ("\u{C}1", 0), ("]", 0), (":", 0),
  ])
  func refusesAllElseAndSaysWhere(text: String, offset: Int) {
    let found = fault(Array(text.utf8), base: 1000)
    #expect(found?.code == .invalid)
    #expect(found?.offset == 1000 + offset)
  }

  @Test(arguments: [
    "", " ", "[", "[1", "[1,", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "\"", "\"abc",
    "\"a\\", "\"\\u12", "-", "1.", "1e", "1e-", "t", "nul", "[fals",
  ])
  func aTextThatStopsIsTruncatedAtItsEnd(text: String) {
    let found = fault(Array(text.utf8), base: 7)
    #expect(found?.code == .truncated)
    #expect(found?.offset == 7 + text.utf8.count)
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity", "[NaN, -Infinity]", "{\"a\": Infinity}"])
  func takesBareWordsForNumbersOnlyWhenTold(text: String) {
    #expect(fault(Array(text.utf8), nonFinite: true) == nil)
    #expect(fault(Array(text.utf8)) != nil)
  }

  @Test(arguments: ["-NaN", "Nan", "NAN", "Infinit", "-Inf", "+Infinity", "NaN1", "infinity"])
  func refusesOtherWordsEvenWhenTold(text: String) {
    #expect(fault(Array(text.utf8), nonFinite: true) != nil)
  }

  @Test(
    arguments: [
      [0x80], [0xC3], [0xC0, 0xAF], [0xC1, 0x80], [0xE0, 0x9F, 0x80], [0xE2, 0x82],
      [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0x80, 0x80],
      [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
    ] as [[UInt8]])
  func refusesWhatIsNotUTF8(sequence: [UInt8]) {
    // At every place of the eight-byte stride.
    for lead in 0..<9 {
      let text = Array("\"".utf8) + [UInt8](repeating: 0x61, count: lead) + sequence
      let found = fault(text + Array("\"".utf8))
      #expect(found?.code == .invalid)
      #expect(found?.offset == 1 + lead)
    }
  }

  @Test func everyScalarValuePasses() {
    var text = Array("\"".utf8)
    for code in stride(from: UInt32(0x20), through: 0x10FFFF, by: 1) where code != 0x22 {
      if code != 0x5C, let scalar = UnicodeScalar(code) {
        text.append(contentsOf: UTF8.encode(scalar)!)
      }
    }
    #expect(fault(text + Array("\"".utf8)) == nil)
  }

  @Test func findsQuotesAndControlsAtEveryPlaceOfTheStride() {
    for lead in 0..<20 {
      for byte in UInt8(0)..<0x80 {
        let text = [0x22] + [UInt8](repeating: 0x7A, count: lead) + [byte, 0x22]
        let isPlain = byte >= 0x20 && byte != 0x22 && byte != 0x5C
        #expect((fault(text) == nil) == isPlain, "byte \(byte) after \(lead)")
      }
    }
  }

  @Test func nestingIsCappedWithoutRecursion() {
    func nested(_ count: Int) -> [UInt8] {
      Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8)
    }
    #expect(fault(nested(512)) == nil)
    #expect(fault(nested(513))?.code == .outOfBounds)
    #expect(fault(nested(513))?.offset == 512)
    #expect(fault([UInt8](repeating: UInt8(ascii: "["), count: 1 << 20))?.code == .outOfBounds)
    let mixed = Array(
      (String(repeating: "{\"a\":[", count: 256)
        + String(repeating: "]}", count: 256)).utf8)
    #expect(fault(mixed) == nil)
    let crossed = Array(
      (String(repeating: "{\"a\":[", count: 256)
        + String(repeating: "]}", count: 255) + "}]").utf8)
    #expect(fault(crossed)?.code == .invalid)
  }

  @Test func handsOutWhatTheCallerAsksFor() throws {
    let text = Array(#" {"a" : [1, "x\ty", true], "k\u0065y": null, "skip": {"deep": [{}]}} "#.utf8)
    var json = JSONTokenizer(text.rawSpan)
    var seen: [String] = []
    func show(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
    try json.beginObject()
    while let key = try json.nextKey() {
      if json.equals(key, "a") {
        try json.beginArray()
        while try json.nextElement() {
          switch try json.peek() {
          case .number: seen.append(show(try json.number().text))
          case .string:
            let string = try json.string()
            var decoded: [UInt8] = []
            json.decode(string, into: &decoded)
            seen.append(String(decoding: decoded, as: UTF8.self))
          case .bool: seen.append("\(try json.bool())")
          default: Issue.record("unexpected kind")
          }
        }
      } else if json.equals(key, "key") {
        seen.append("key hasEscapes \(key.hasEscapes)")
        try json.null()
      } else {
        seen.append(show(try json.skipValue()))
      }
    }
    try json.requireEnd("the text")
    #expect(seen == ["1", "x\ty", "true", "key hasEscapes true", #"{"deep": [{}]}"#])
  }

  @Test func askingForTheWrongKindThrows() {
    let text = Array("[1]".utf8)
    var errors: [FormatError.Code] = []
    for attempt in 0..<5 {
      var json = JSONTokenizer(text.rawSpan)
      do throws(FormatError) {
        switch attempt {
        case 0: try json.beginObject()
        case 1: _ = try json.string()
        case 2: _ = try json.number()
        case 3: _ = try json.bool()
        default: try json.null()
        }
      } catch { errors.append(error.code) }
    }
    #expect(errors == Array(repeating: .invalid, count: 5))
  }

  @Test(arguments: [
    (#"a\"\\\/\b\f\n\r\tz"#, "a\"\\/\u{8}\u{c}\n\r\tz", true),
    (#"\u0041\u00e9\u20AC"#, "Aé€", true),
    (#"\uD83D\uDE00!"#, "😀!", true),
    (#"\uD83D!"#, "\u{FFFD}!", false),
    (#"\uDE00"#, "\u{FFFD}", false),
    (#"\uD83D\u0041"#, "\u{FFFD}A", false),
    (#"\uD83D\uD83D\uDE00"#, "\u{FFFD}😀", false),
    (#"\uDBFF\uDFFF\uD800\uDC00"#, "\u{10FFFF}\u{10000}", true),
  ])
  func decodesEscapes(written: String, text: String, isExact: Bool) throws {
    let source = Array("\"\(written)\"".utf8)
    var json = JSONTokenizer(source.rawSpan)
    let string = try json.string()
    var decoded: [UInt8] = []
    let exact = json.decode(string, into: &decoded)
    #expect(decoded == Array(text.utf8))
    #expect(exact == isExact)
    #expect(string.hasEscapes)
  }

  @Test func keepsTheSpellingOfEqualLookingText() throws {
    // NFC and NFD of one word are different keys.
    let text = Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)
    var json = JSONTokenizer(text.rawSpan)
    try json.beginObject()
    var matches: [Bool] = []
    while let key = try json.nextKey() {
      matches.append(json.equals(key, "\u{E9}"))
      _ = try json.skipValue()
    }
    #expect(matches == [true, false])
  }

  @Test func readsOneValueAfterTheOther() throws {
    let text = Array("{\"a\":1}\n{\"a\":2}\n\n3".utf8)
    var json = JSONTokenizer(text.rawSpan)
    var ranges: [Range<Int>] = []
    while !json.isAtEnd() { ranges.append(try json.skipValue()) }
    #expect(ranges == [0..<7, 8..<15, 17..<18])
  }
}
