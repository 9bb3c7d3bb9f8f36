import BHTView
import BHTrace
import Testing

@testable import bhtpack

@Suite struct QuantityTests {
  @Test(arguments: [
    ("150us", 150_000), ("150µs", 150_000), ("2ms", 2_000_000), ("1.5s", 1_500_000_000),
    ("3m", 180_000_000_000), ("1h", 3_600_000_000_000), ("7ns", 7), ("0s", 0),
    ("0.0000000019s", 1), ("1.25us", 1250), ("18446744073709551615ns", UInt64.max),
    ("0.3333333333333333333333h", 1_199_999_999_999),
  ])
  func durationsAreExact(_ text: String, _ nanoseconds: UInt64) throws {
    #expect(try Quantity.duration(text, for: "--x") == nanoseconds)
  }

  @Test(arguments: [
    "", "5", "ms", "5 ms", "-1s", "1,5s", "1.s", ".5s", "1.2.3s", "1e3s", "9999999h", "s5",
    "18446744073709551616ns", "5Ms", "١s",
  ])
  func otherDurationsAreRefused(_ text: String) {
    #expect(throws: UsageError.self) { try Quantity.duration(text, for: "--x") }
  }

  @Test(arguments: [
    ("4096", 4096), ("64K", 65_536), ("64KiB", 65_536), ("64k", 65_536), ("4MiB", 4_194_304),
    ("1.5G", 1_610_612_736), ("2kB", 2000), ("3MB", 3_000_000), ("12B", 12), ("0", 0),
  ])
  func sizesAreExact(_ text: String, _ bytes: Int) throws {
    #expect(try Quantity.size(text, for: "--x") == bytes)
  }

  @Test(arguments: ["", "K", "-1", "4 K", "4T", "99999999999G", "0x10"])
  func otherSizesAreRefused(_ text: String) {
    #expect(throws: UsageError.self) { try Quantity.size(text, for: "--x") }
  }

  @Test(arguments: ["", "-1", "1.5", "+3", "99999999999999999999", "three"])
  func countsAreWholeNumbers(_ text: String) {
    #expect(throws: UsageError.self) { try Quantity.count(text, for: "--x") }
  }
}

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0),
    ("2026-01-02T03:04:05Z", 1_767_323_045_000_000_000),
    ("2026-01-02T03:04:05.123456789Z", 1_767_323_045_123_456_789),
    ("2026-01-02T03:04:05.1234567899Z", 1_767_323_045_123_456_789),
    ("2026-01-02t03:04:05.5z", 1_767_323_045_500_000_000),
    ("2026-01-02 04:04:05+01:00", 1_767_323_045_000_000_000),
    ("2026-01-01T21:34:05-05:30", 1_767_323_045_000_000_000),
    ("2026-01-02", 1_767_312_000_000_000_000),
    ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
    ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
    ("2554-07-21T23:34:33.709551615Z", UInt64.max),
    ("1767323045", 1_767_323_045_000_000_000),
    ("1767323045.25", 1_767_323_045_250_000_000),
    ("0", 0),
    ("1767323045123456789", 1_767_323_045_123_456_789),
    ("1767323045123456", 1_767_323_045_123_456_000),
    ("1767323045123", 1_767_323_045_123_000_000),
    ("1767323045123.25", 1_767_323_045_123_250_000),
    ("2026-01-02T03:04Z", 1_767_323_040_000_000_000),
    ("2026-01-02T03:04:05+0100", 1_767_319_445_000_000_000),
  ])
  func timesAreExact(_ text: String, _ nanoseconds: UInt64) throws {
    #expect(try Timestamp.parse(text, for: "--since") == nanoseconds)
  }

  @Test(arguments: [
    "", "tomorrow", "1x", "h", "-1h", "1h ago", "2026-01-02T03", "2026-13-01", "2026-02-29",
    "2100-02-29", "2026-01-02T25:00", "2026-01-02T03:04:05 EST",
    "2026-01-00", "2026-01-02T24:00:00Z", "2026-01-02T03:60:00Z", "2026-01-02T03:04:61Z",
    "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Z ", "12.", ".5",
    "1969-12-31T23:59:59Z", "2554-07-21T23:34:33.709551616Z", "-5",
    "1767323045123456789.5", "2026-1-2", "99999999999999999999", "2026-01-02T03:04:05+24:00",
  ])
  func otherTimesAreRefused(_ text: String) {
    #expect(throws: UsageError.self) { try Timestamp.parse(text, for: "--since") }
  }

  /// 2026-07-02T01:04:05Z on a wall two hours east of UTC in summer, which begins on 29 March.
  private var surroundings: Timestamp.Surroundings {
    let summer = 1_774_746_000
    func offset(at seconds: Int) -> Int { seconds < summer ? 3600 : 7200 }
    return Timestamp.Surroundings(
      now: 1_782_954_245_000_000_000,
      localOffset: { $0 - 3600 < summer ? 3600 : 7200 }, offsetAt: offset)
  }

  @Test(arguments: [
    ("now", "2026-07-02T01:04:05.000Z"), ("today", "2026-07-01T22:00:00.000Z"),
    ("yesterday", "2026-06-30T22:00:00.000Z"), ("1h", "2026-07-02T00:04:05.000Z"),
    ("90m", "2026-07-01T23:34:05.000Z"), ("2d", "2026-06-30T01:04:05.000Z"),
    ("1.5s", "2026-07-02T01:04:03.500Z"), ("1w", "2026-06-25T01:04:05.000Z"),
    ("2026-07-01", "2026-06-30T22:00:00.000Z"),
    ("2026-01-01", "2025-12-31T23:00:00.000Z"), ("2026-07-01T01:45", "2026-06-30T23:45:00.000Z"),
    ("2026-07-01 01:45:30.25", "2026-06-30T23:45:30.250Z"),
    ("2026-07-01T01:45Z", "2026-07-01T01:45:00.000Z"),
  ])
  func wordsAndTimesWithoutAZoneAreLocal(_ text: String, _ time: String) throws {
    let parsed = try Timestamp.parse(text, for: "--since", in: surroundings)
    #expect(PrintedTime.text(parsed) == time)
  }

  @Test func theZoneOfTheMachineIsHonoured() {
    // Whatever the zone is: the wall's time at a moment leads back to that moment.
    for day in 0..<400 {
      let moment = 1_767_323_045 + day * 86_400
      let wall = moment + Clock.localOffset(at: moment)
      let back = wall - Clock.localOffset(ofWall: wall)
      #expect(back + Clock.localOffset(at: back) == wall)
    }
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"),
    (1_767_323_045_120_000_000, "2026-01-02T03:04:05.120Z"),
    (1_767_323_045_123_456_000, "2026-01-02T03:04:05.123456Z"),
    (1_767_323_045_123_456_789, "2026-01-02T03:04:05.123456789Z"),
    (1_709_251_199_000_000_000, "2024-02-29T23:59:59.000Z"),
    (UInt64.max, "2554-07-21T23:34:33.709551615Z"),
  ])
  func timesArePrintedInUTC(_ nanoseconds: UInt64, _ text: String) throws {
    #expect(PrintedTime.text(nanoseconds) == text)
    #expect(try Timestamp.parse(text, for: "--since") == nanoseconds)
  }

  @Test func everyDayOfManyYearsComesBack() throws {
    for day in stride(from: UInt64(0), to: 213_000, by: 1) {
      let time = day * 86_400_000_000_000
      let text = PrintedTime.text(time)
      let parsed = try Timestamp.parse(text, for: "--since")
      if parsed != time {
        Issue.record("\(text) is \(parsed), not \(time)")
        return
      }
    }
  }
}

@Suite struct PrintableTests {
  @Test(arguments: [
    (0, "0 ns"), (999, "999 ns"), (1000, "1.00 µs"), (41_432, "41.4 µs"), (999_499, "999 µs"),
    (999_500, "1.00 ms"), (482_000_000, "482 ms"), (9_995_000, "10.0 ms"),
    (1_234_000_000, "1.23 s"), (59_900_000_000, "59.9 s"), (59_950_000_000, "1 m 00 s"),
    (123_000_000_000, "2 m 03 s"), (3_599_400_000_000, "59 m 59 s"),
    (3_599_500_000_000, "1 h 00 m"), (90_000_000_000_000, "25 h 00 m"),
    (UInt64.max, "5124095 h 35 m"),
  ])
  func durationsHaveThreeDigits(_ nanoseconds: UInt64, _ text: String) {
    #expect(Printable.duration(nanoseconds) == text)
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (391_267, "382 KiB"),
    (1_023_999, "1000 KiB"), (1_048_576, "1.00 MiB"), (Int.max, "8.00 EiB"),
  ])
  func bytesHaveThreeDigits(_ count: Int, _ text: String) {
    #expect(Printable.bytes(count) == text)
  }

  @Test func numbersAreGrouped() {
    #expect(Printable.grouped(1) == "1")
    #expect(Printable.grouped(391_267) == "391,267")
    #expect(Printable.grouped(-1_000_000) == "-1,000,000")
    #expect(Printable.percent(0.1057) == "10.6 %")
    #expect(Printable.count(1, "span") == "1 span")
    #expect(Printable.count(2000, "span") == "2,000 spans")
  }

  @Test func namesCannotTakeTheTerminalOver() {
    #expect(Printable.text(Array("a\u{1B}[31mb".utf8)) == "a\u{FFFD}[31mb")
    #expect(Printable.text(Array("x\u{202E}y\n".utf8)) == "x\u{FFFD}y\u{FFFD}")
    #expect(Printable.text([0x61, 0xFF]) == "a\u{FFFD}")
    #expect(Printable.text(Array("Straße é".utf8)) == "Straße é")
  }

  @Test func tablesAlign() {
    var table = Table([.text("NAME"), .figures("N")])
    table.add(["a", "1"])
    table.add(["long name", "12,000"])
    #expect(table.page(.plain) == "NAME            N\na               1\nlong name  12,000\n")
  }

  @Test func shortIDsTellTracesApart() {
    let zeros = [UInt8](repeating: 0, count: 8)
    #expect(Printable.shortID(Array(1...16), .otlp) == "010203040506")
    #expect(Printable.shortID(zeros + Array(1...8), .otlp) == "0102030405060708")
    #expect(Printable.shortID(Array(1...8), .otlp) == "010203040506")
    #expect(Printable.shortID(Array("trace-of-some-length".utf8), .v1) == "trace-of-some-length")
  }
}
