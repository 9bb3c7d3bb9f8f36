import Testing

@testable import BHTrace

@Suite struct CompactJSONTests {
  private func text(_ write: (inout CompactJSON) -> Void) -> String {
    var json = CompactJSON()
    write(&json)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test func commasStandBetweenAndNowhereElse() {
    let written = text { json in
      json.beginObject()
      json.key("a")
      json.beginArray()
      json.integer(1)
      json.beginObject()
      json.endObject()
      json.null()
      json.endArray()
      json.key("b")
      json.bool(true)
      json.endObject()
      json.endLine()
      json.integer(2)
    }
    #expect(written == #"{"a":[1,{},null],"b":true}"# + "\n2")
  }

  @Test func textIsEscapedAndRepaired() {
    #expect(
      text { $0.string("a\"\\\n\t\r\u{1}\u{7F}/é😀") }
        == #""a\"\\\n\t\r\u0001\u007f/é😀""#)
    #expect(text { $0.string([0x61, 0xFF, 0xC3]) } == "\"a\u{FFFD}\u{FFFD}\"")
  }

  @Test func doublesKeepTheirPointAndStayJSON() {
    let doubles: [(Double, String)] = [
      (5, "5.0"), (0.1, "0.1"), (-0.0, "-0.0"), (1e22, "1e+22"), (1e-5, "1e-05"),
      (9_007_199_254_740_994, "9007199254740994.0"), (.nan, "\"NaN\""),
      (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
    ]
    for (value, expected) in doubles { #expect(text { $0.double(value) } == expected) }
  }

  private func object(_ keys: [[UInt8]]) -> String {
    text { json in
      var taken = ObjectKeys()
      json.beginObject()
      for (index, key) in keys.enumerated() {
        json.key(key[...], in: &taken)
        json.integer(index)
      }
      json.endObject()
    }
  }

  @Test func keysThatAreThereAlreadyAreNumbered() {
    #expect(
      object(["a", "b", "a", "a", "b"].map { Array($0.utf8) })
        == #"{"a":0,"b":1,"a#2":2,"a#3":3,"b#2":4}"#)
    #expect(
      object(["a#2", "a", "a", "a#2"].map { Array($0.utf8) })
        == ##"{"a#2":0,"a":1,"a#3":2,"a#2#2":3}"##)
  }

  @Test func keysThatOnlyRepairMakesEqualAreNumberedToo() {
    #expect(object([[0xFF], [0xFE]]) == "{\"\u{FFFD}\":0,\"\u{FFFD}#2\":1}")
  }

  @Test func canonicallyEqualKeysStayApart() {
    #expect(object([Array("\u{E9}".utf8), Array("e\u{301}".utf8)]).contains("#") == false)
  }

  @Test func manyEqualKeysAreNumberedThrough() {
    let written = object([[UInt8]](repeating: [0x61], count: 20_000))
    #expect(written.hasSuffix("\"a#20000\":19999}"))
    let different = object((0..<100).map { Array("k\($0)".utf8) })
    #expect(!different.contains("#"))
  }
}
