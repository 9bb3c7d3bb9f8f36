import Testing

@testable import BHTrace

/// Taking JSON inputs apart into objects.
struct JSONElementsTests {
  private func elements(
    _ text: String, wrapper: StaticString? = nil, step: Int = .max
  ) throws -> (texts: [String], lines: [Int], offsets: [Int], problems: [String]) {
    let stream = BufferedStream(Trickle(bytes: Array(text.utf8), step: step))
    let elements = JSONElements(stream, wrappers: wrapper.map { [[$0]] } ?? [])
    var report = InputReport(isStrict: false)
    var found: [JSONElement] = []
    while let element = try elements.next(&report) { found.append(element) }
    return (
      found.map { String(decoding: $0.bytes, as: UTF8.self) }, found.map(\.line),
      found.map(\.offset), report.problems.map(\.what)
    )
  }

  @Test(arguments: [1, 2, 3, 7, .max])
  func objectsAreFoundWhereverTheStreamIsCut(step: Int) throws {
    let text = "{\"a\":\"}\\\"{\"}\n[{\"b\":[{}]} , [{\"c\":1}]]\n{\"d\":2}{\"e\":\n3}"
    let (texts, lines, offsets, problems) = try elements(text, step: step)
    #expect(
      texts == ["{\"a\":\"}\\\"{\"}", "{\"b\":[{}]}", "{\"c\":1}", "{\"d\":2}", "{\"e\":\n3}"])
    #expect(lines == [1, 2, 2, 3, 3])
    #expect(offsets == [0, 14, 28, 38, 45])
    #expect(problems == [])
  }

  @Test(arguments: [1, 5, .max])
  func wrappersStandForWhatIsInThem(step: Int) throws {
    let text =
      "{\"n\":1,\"data\":[{\"a\":1},{\"b\":2}],\"x\":{\"y\":[\"]}\"]}}\n{\"data\":{\"c\":3}}"
    #expect(
      try elements(text, wrapper: "data", step: step).texts == [
        "{\"a\":1}", "{\"b\":2}", "{\"c\":3}",
      ])
    #expect(try elements(text).texts.count == 2)
    // Not where something else comes before, or nothing is in it.
    #expect(try elements("{\"x\":[],\"data\":[{}]}", wrapper: "data").texts.count == 1)
    #expect(try elements("{\"data\":null}", wrapper: "data").texts == ["{\"data\":null}"])
  }

  @Test(arguments: [1, 5, .max])
  func wrappersOfSeveralKeysLeadIntoEachOther(step: Int) throws {
    let text =
      "{\"took\":1,\"_shards\":{\"total\":1},\"hits\":{\"total\":{\"value\":2},"
      + "\"hits\":[{\"a\":1},{\"b\":2}],\"x\":[1]},\"y\":{}}\n{\"c\":3}"
    let stream = BufferedStream(Trickle(bytes: Array(text.utf8), step: step))
    let elements = JSONElements(stream, wrappers: [["data"], ["hits", "hits"]])
    var report = InputReport(isStrict: false)
    var found: [String] = []
    while let element = try elements.next(&report) {
      found.append(String(decoding: element.bytes, as: UTF8.self))
    }
    #expect(found == ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"])
    #expect(report.problems == [])
  }

  @Test func whatIsNoObjectIsReported() throws {
    let (texts, _, _, problems) = try elements(
      "[1,\"a,]\",{\"b\":1},null]\nxyz {\n{\"c\":2}\n]\n[{\"d\":3}")
    #expect(texts == ["{\"b\":1}", "{\"c\":2}", "{\"d\":3}"])
    #expect(problems.count == 6)
    #expect(problems[0] == "'1' stands where an object has to (line 1)")
    #expect(problems[4] == "']' stands where an object has to (line 4)")
  }

  @Test func deepNestingIsRefused() throws {
    #expect(throws: FormatError.self) { try elements(String(repeating: "[", count: 100)) }
  }

  @Test func keysAreFoundInCutText() {
    #expect(
      JSONKeys(Array("\u{FEFF} [ {\"a\": {\"b\\\"\" :1, \"c\":\"d\"}, \"e\":\"f".utf8))
        .map { String(decoding: $0, as: UTF8.self) } == ["a", "b\\\"", "c", "e"])
    #expect(Array(JSONKeys(Array("\"a\":1".utf8))).isEmpty)
  }
}
