import Testing

@testable import BHTSearch

/// Patterns of queries: RE2's, over whole values.
@Suite struct RegularExpressionTests {
  @Test(arguments: [
    ("a.c", "abc", true), ("a.c", "a\nc", true), ("b", "abc", false), ("", "", true),
    ("(?i)abc", "ABC", true), ("abc", "ABC", false), ("a|ab", "ab", true), ("é", "é", true),
  ])
  func wholeValuesMatch(pattern: String, text: String, matches: Bool) throws {
    #expect(try RegularExpression(Array(pattern.utf8)).matches(Array(text.utf8)) == matches)
  }

  @Test func bytesThatAreNotUTF8CountAsOneCharacter() throws {
    let expression = try RegularExpression(Array("a.b".utf8))
    #expect(expression.matches([0x61, 0xFF, 0x62]))
    #expect(!expression.matches([0x61, 0xFF, 0xFF, 0x62]))
  }

  @Test func faultyPatternsGiveReasonAndPlace() {
    #expect(throws: RegularExpression.Problem(reason: "missing ]: [b", offset: 1)) {
      try RegularExpression(Array("a[b".utf8))
    }
    #expect(throws: RegularExpression.Problem.self) {
      try RegularExpression(Array("((a{1000}){1000}){1000}".utf8))
    }
  }
}
