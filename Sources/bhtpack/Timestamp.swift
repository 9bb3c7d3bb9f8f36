import BHTView
import BHTrace

/// Points in time as people type them; in the program, nanoseconds since the Unix epoch.
enum Timestamp {
  /// What says which moment words such as `now`, and times without a zone, mean.
  struct Surroundings {
    /// Nanoseconds since the Unix epoch.
    var now = Clock.nanosecondsSinceEpoch
    /// How far local time lies east of UTC (seconds) when clocks on the wall show so many seconds
    /// since 1970.
    var localOffset: (_ wall: Int) -> Int = Clock.localOffset(ofWall:)
    /// The same at a moment, in seconds since the Unix epoch.
    var offsetAt: (_ seconds: Int) -> Int = Clock.localOffset(at:)
  }

  /// What help says about times.
  static let forms = """
    1h, 90m, 2d (ago), now, today, yesterday (0:00), 2026-11-21 or 2026-11-21T01:45 in local time \
    (TZ is honoured), with a zone as in 2026-11-21T01:45:00Z or 2026-11-21T01:45:00.5+01:00, or a \
    number since 1970: up to 11 digits are seconds, up to 14 milliseconds, up to 17 microseconds, \
    more nanoseconds.
    """

  /// The time that `text`, one of `forms`, says.
  static func parse(
    _ text: String, for option: String, in surroundings: Surroundings = Surroundings()
  ) throws(UsageError) -> UInt64 {
    guard let time = time(text, surroundings) else {
      throw UsageError(
        "\(option) wants a time: 1h, 90m or 2d (ago), now, today, yesterday, 2026-11-21 or "
          + "2026-11-21T01:45 (local time), 2026-11-21T01:45:00Z, or s, ms, µs or ns since 1970, "
          + "not '\(text)'")
    }
    return time
  }

  private static func time(_ text: String, _ surroundings: Surroundings) -> UInt64? {
    switch text {
    case "now": return surroundings.now
    case "today": return midnight(daysBefore: 0, surroundings)
    case "yesterday": return midnight(daysBefore: 1, surroundings)
    default: break
    }
    let bytes = text.utf8[...]
    let whole = bytes.prefix { $0 != UInt8(ascii: ".") }
    if !whole.isEmpty && whole.allSatisfy(Digits.isDigit) && bytes.last.map(Digits.isDigit) ?? false
    {
      return sinceEpoch(bytes, digits: whole.count)
    }
    if let ago = Quantity.ago(text) { return surroundings.now - min(ago, surroundings.now) }
    return CalendarTime.nanoseconds(
      Array(bytes), .typed, localOffset: surroundings.localOffset)
  }

  /// A number whose size says its unit: today's has 10 digits in seconds, 19 in nanoseconds.
  private static func sinceEpoch(_ text: Substring.UTF8View, digits: Int) -> UInt64? {
    let unit: UInt64 =
      switch digits {
      case ...11: 1_000_000_000
      case ...14: 1_000_000
      case ...17: 1000
      default: 1
      }
    return unit == 1 ? Digits.value(text) : Digits.decimal(text, times: unit)
  }

  private static func midnight(daysBefore days: Int, _ surroundings: Surroundings) -> UInt64? {
    let now = Int(surroundings.now / 1_000_000_000)
    let wall = now + surroundings.offsetAt(now)
    let midnight = wall - (wall % 86_400 + 86_400) % 86_400 - days * 86_400
    let seconds = UInt64(exactly: midnight - surroundings.localOffset(midnight))
    return seconds.map { $0 &* 1_000_000_000 }
  }
}
