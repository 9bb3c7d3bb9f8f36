import Testing

@testable import BHTrace

struct FieldsLeftTests {
  @Test func whatIsNotTakenIsLeft() {
    var left = FieldsLeft(["a": "x", "n": 7, "time": "soon", "none": nil, "a": "y"])
    #expect(left.text("a") == "y")
    #expect(left.text("a") == "x")
    #expect(left.text("a") == nil)
    #expect(left.text("n") == nil)
    #expect(left.time("time", .seconds) == nil)
    #expect(left.count("n") == 7)
    #expect(left.rest == ["time": "soon"])
  }

  @Test func membersStandInObjectsAndByThemselves() {
    var left = FieldsLeft(["a": ["b": 1], "a.c": 2, "ab": 3, "a.d.e": 4])
    #expect(left.members(of: "a") == ["b": 1, "c": 2, "d.e": 4])
    #expect(left.rest == ["ab": 3])
  }

  @Test func whatSaysTheSameIsDropped() {
    let time: UInt64 = 1_709_287_200_123_456_789
    var left = FieldsLeft([
      "same": "2024-03-01T10:00:00.123456789Z", "rough": "2024-03-01T10:00:00.123Z",
      "other": "2024-03-01T10:00:00.124Z",
    ])
    for key in ["same", "rough", "other"] { left.drop(key, ifTime: time) }
    #expect(left.rest.map(\.key) == ["other"])
  }

  @Test func pathsAreJoinedUnlessTheyGrowTooLong() {
    let list: AttributeList = ["a": ["b": ["c": 1], "d": [2]], "e": [:] as AttributeValue]
    #expect(list.flattened() == ["a.b.c": 1, "a.d": [2], "e": [:] as AttributeValue])
    #expect(list.flattened(under: "x").map(\.key) == ["x.a.b.c", "x.a.d", "x.e"])
    let long = String(repeating: "k", count: 300)
    #expect(AttributeList([(long, ["b": 1] as AttributeValue)]).flattened().map(\.key) == [long])
    var deep: AttributeValue = 1
    for _ in 0..<100 { deep = ["k": deep] }
    #expect(AttributeList([("k", deep)]).flattened().count == 1)
  }

  @Test func base64IsAnIDOnlyWhereItsLengthIsRight() {
    #expect(DocumentID.bytes(base64: "t61rcWkgMzE=", width: 8)?.first == 0xB7)
    for text in ["t61rcWkgMzE", "b7ad6b7169203331", "t61rcWkg====", ""] {
      #expect(DocumentID.bytes(base64: text, width: 8) == nil)
    }
  }
}
