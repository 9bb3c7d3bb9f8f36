import Testing

@testable import BHTrace

struct CalendarTimeTests {
  @Test(
    arguments: [
      ("2026-01-02T03:04:05.123456789Z", 1_767_323_045_123_456_789),
      ("2026-01-02 03:04:05+01:00", 1_767_319_445_000_000_000),
      ("2026-01-02", 1_767_312_000_000_000_000),
      ("1970-01-01T00:00:00Z", 0), ("2024-02-29T00:00:00Z", 1_709_164_800_000_000_000),
    ] as [(String, UInt64)])
  func bothFormsTakeWhatTheStandardHas(text: String, time: UInt64) {
    #expect(CalendarTime.nanoseconds(Array(text.utf8)) == time)
    #expect(CalendarTime.nanoseconds(Array(text.utf8), .printed) == time)
  }

  @Test(
    arguments: [
      ("2026-01-02T03:04:05", 1_767_323_045_000_000_000),
      ("2026-01-02 03:04:05.5", 1_767_323_045_500_000_000),
      ("2026-01-02 03:04:05,25", 1_767_323_045_250_000_000),
      ("2026-01-02T03:04:05+0200", 1_767_315_845_000_000_000),
      ("2026-01-02T03:04:05-02", 1_767_330_245_000_000_000),
      ("2026-01-02 03:04:05.1 +0000 UTC", 1_767_323_045_100_000_000),
      ("2026-01-02 03:04:05.1 +0200 CEST", 1_767_315_845_100_000_000),
      ("2026-01-02 03:04:05 UTC", 1_767_323_045_000_000_000),
    ] as [(String, UInt64)])
  func programsPrintMoreForms(text: String, time: UInt64) {
    #expect(CalendarTime.nanoseconds(Array(text.utf8), .printed) == time)
    #expect(CalendarTime.nanoseconds(Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    "", "2026", "2026-13-01", "2026-02-30", "2026-01-02T24:00:00Z", "2026-01-02T03:04:05.Z",
    "1969-12-31T23:59:59Z", "2026-01-02T03:04:05 CEST", "2026-01-02T03:04:05Z and more",
    "9999-01-01T00:00:00Z",
  ])
  func allElseIsNoTime(text: String) {
    #expect(CalendarTime.nanoseconds(Array(text.utf8)) == nil)
    #expect(CalendarTime.nanoseconds(Array(text.utf8), .printed) == nil)
  }
}
