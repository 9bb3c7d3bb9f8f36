import BHTrace

/// Points in time as people read them.
package enum PrintedTime {
  /// RFC 3339 in UTC, with 3, 6 or 9 digits of the second, as many as it takes.
  package static func text(_ time: UInt64) -> String {
    let seconds = time / 1_000_000_000
    let date = CalendarTime.date(day: Int(seconds / 86_400))
    let second = seconds % 86_400
    var fraction = Padded.zeros(time % 1_000_000_000, 9)
    while fraction.hasSuffix("000") && fraction.count > 3 { fraction.removeLast(3) }
    return Padded.zeros(UInt64(date.year), 4) + "-" + Padded.zeros(UInt64(date.month), 2) + "-"
      + Padded.zeros(UInt64(date.day), 2) + "T" + Padded.zeros(second / 3600, 2) + ":"
      + Padded.zeros(second / 60 % 60, 2) + ":" + Padded.zeros(second % 60, 2) + "." + fraction
      + "Z"
  }

  /// Month, day and time to the second, in UTC, for where there is little room.
  package static func shortText(_ time: UInt64) -> String {
    let text = text(time)
    return String(text.dropFirst(5).prefix(14)).replacing("T", with: " ")
  }
}
