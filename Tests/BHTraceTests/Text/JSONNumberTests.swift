import Testing

@testable import BHTrace

private func number<T>(
  _ text: String, _ read: (JSONNumber, borrowing RawSpan) -> T
) throws -> T {
  let bytes = Array(text.utf8)
  var json = JSONTokenizer(bytes.rawSpan, allowsNonFinite: true)
  let number = try json.number()
  return read(number, bytes.rawSpan)
}

struct JSONNumberTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("42", 42), ("-42", -42), ("9223372036854775807", Int64.max),
      ("9223372036854775808", nil), ("-9223372036854775808", Int64.min),
      ("-9223372036854775809", nil), ("18446744073709551615", nil), ("1.0", nil), ("1e3", nil),
      ("NaN", nil), ("123456789012345678901234567890", nil),
    ] as [(String, Int64?)])
  func signedIntegersAreExactOrNil(text: String, value: Int64?) throws {
    #expect(try number(text) { $0.int64(in: $1) } == value)
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("-1", nil), ("18446744073709551615", UInt64.max),
      ("18446744073709551616", nil), ("28446744073709551616", nil), ("1.0", nil),
    ] as [(String, UInt64?)])
  func unsignedIntegersAreExactOrNil(text: String, value: UInt64?) throws {
    #expect(try number(text) { $0.uint64(in: $1) } == value)
  }

  @Test(
    arguments: [
      ("0", 0.0), ("-0", -0.0), ("-0.0", -0.0), ("0.1", 0.1), ("1e22", 1e22), ("1e23", 1e23),
      ("9007199254740993", 9_007_199_254_740_992), ("123456789012345680", 123_456_789_012_345_680),
      ("2.2250738585072011e-308", Double.leastNormalMagnitude.nextDown),
      ("5e-324", Double.leastNonzeroMagnitude), ("2e-324", 0),
      ("1.7976931348623157e308", Double.greatestFiniteMagnitude), ("1e400", Double.infinity),
      ("-1e400", -Double.infinity), ("0.000001", 1e-6),
      ("123456789.123456789e-5", 1234.56789123456789),
      ("Infinity", Double.infinity), ("-Infinity", -Double.infinity),
      ("0e999999999999999999999", 0),
      ("1e-99999999999999999999", 0), ("0.30000000000000004", 0.1 + 0.2),
      ("8.5e-1", 0.85), ("0.5E+1", 5), ("99999999999999999999", 1e20),
      ("999999999999999", 999_999_999_999_999), ("9999999999999999", 1e16),
      ("0.0000000000000000000000001", 1e-25),
    ] as [(String, Double)])
  func doublesAreTheNearest(text: String, value: Double) throws {
    let read = try number(text) { $0.double(in: $1) }
    #expect(read.bitPattern == value.bitPattern)
  }

  @Test func notANumberIsOne() throws {
    #expect(try number("NaN") { $0.double(in: $1) }.isNaN)
  }

  @Test func longDigitsAreReadToTheLast() throws {
    // Half way between two doubles, and a bit more: the last digit decides.
    let half = "9007199254740993" + "." + String(repeating: "0", count: 2000)
    #expect(try number(half + "0") { $0.double(in: $1) } == 9_007_199_254_740_992)
    #expect(try number(half + "1") { $0.double(in: $1) } == 9_007_199_254_740_994)
  }

  @Test func randomDoublesComeBackFromTheirText() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      let text = PythonFloat.text(value)
      let read = try number(String(decoding: text, as: UTF8.self)) { $0.double(in: $1) }
      #expect(read.bitPattern == value.bitPattern)
    }
  }
}
