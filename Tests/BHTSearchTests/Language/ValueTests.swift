import Testing

@testable import BHTSearch

/// How values compare and compute.
@Suite struct ValueTests {
  @Test(arguments: [
    (SearchValue.int(1), "=", SearchValue.int(1), true), (.int(1), "=", .float(1), true),
    (.int(1), "<", .float(1.5), true), (.duration(1), "=", .int(1), true),
    (.duration(5), ">", .float(4.5), true), (.int(.max), "=", .int(.max - 1), false),
    (.int(.max), "=", .float(0x1p63), true),
    (SearchValue("a"), "<", SearchValue("b"), true),
    (SearchValue("a"), "<=", SearchValue("a"), true),
    (SearchValue("é"), ">", SearchValue("z"), true), (SearchValue("a"), "!=", .int(1), false),
    (SearchValue("a"), "!=?", .int(1), true), (.missing, "!=", .int(1), false),
    (.missing, "!=?", .int(1), true), (.missing, "=", .missing, false),
    (.bool(true), "=", .bool(true), true), (.bool(true), ">=", .bool(true), false),
    (.status(2), "=", .status(2), true), (.status(2), "=", .int(2), true),
    (.status(2), ">", .status(1), false), (.kind(1), "=", .int(1), false),
    (.ints([1, 2]), "=", .int(2), true), (.ints([1, 2]), "!=", .int(2), false),
    (.ints([1, 2]), "!=", .int(3), true), (.int(2), "<", .ints([1, 3]), true),
    (.int(3), "<", .ints([1, 3]), false), (.floats([0.5]), "<", .int(1), true),
    (.texts([[0x61]]), "=", SearchValue("a"), true), (.texts([[0x61]]), "!=", .int(1), false),
    (.ints([1]), "=", .ints([1]), false), (.bools([true, false]), "=", .bool(false), true),
    (.float(.nan), "=", .float(.nan), false), (.float(.nan), "!=", .float(1), true),
  ])
  func comparisons(
    left: SearchValue, op: String, right: SearchValue, holds: Bool
  ) throws {
    #expect(left.holds(try #require(ComparisonOperator(rawValue: op)), right) == holds)
  }

  @Test(arguments: [
    (SearchValue.int(7), "/", SearchValue.int(2), SearchValue.int(3)),
    (.int(-7), "%", .int(2), .int(-1)), (.int(2), "^", .int(3), .int(8)),
    (.int(2), "^", .int(-1), .float(0.5)), (.int(1), "/", .int(0), .missing),
    (.int(1), "%", .int(0), .missing), (.float(1), "/", .int(0), .float(.infinity)),
    (.int(.max), "+", .int(1), .int(.min)), (.int(.min), "/", .int(-1), .int(.min)),
    (.duration(3), "*", .int(2), .float(6)), (.int(1), "+", .float(0.5), .float(1.5)),
    (SearchValue("a"), "+", .int(1), .bool(false)), (.ints([1]), "+", .int(1), .bool(false)),
    (.missing, "*", .int(1), .bool(false)),
  ])
  func arithmetic(left: SearchValue, op: String, right: SearchValue, result: SearchValue) throws {
    #expect(left.combined(try #require(ArithmeticOperator(rawValue: op)), right) == result)
  }

  @Test func regularExpressionsSearchArrays() throws {
    let pattern = try RegularExpression(Array("a.*".utf8))
    let texts = SearchValue.texts([Array("abc".utf8), Array("xyz".utf8)])
    #expect(texts.matches(pattern) && !texts.matchesNot(pattern))
    #expect(!SearchValue.int(1).matches(pattern) && !SearchValue.int(1).matchesNot(pattern))
    #expect(!SearchValue.missing.matchesNot(pattern) && SearchValue("b").matchesNot(pattern))
  }

  @Test(arguments: [
    ("1h30m", 5_400_000_000_000), ("1d", 86_400_000_000_000), ("1.5s", 1_500_000_000),
    ("0.29s", 290_000_000), ("10us", 10_000), ("10µs", 10_000), ("3ns", 3), (".5ms", 500_000),
    ("1y", 31_536_000_000_000_000), ("1w2d", 777_600_000_000_000), ("1.9ns", 1),
  ])
  func durations(text: String, nanoseconds: Int64) {
    #expect(DurationText.parse(text) == nanoseconds)
    #expect(DurationText.parse(DurationText.print(nanoseconds)) == nanoseconds)
  }

  @Test(arguments: ["", "1", "s", "1x", "1.2.3s", ".s", "300y", "1h-2m"])
  func textThatIsNoDuration(text: String) { #expect(DurationText.parse(text) == nil) }
}
