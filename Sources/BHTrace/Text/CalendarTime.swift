/// Points in time as calendars write them; in the program, nanoseconds since the Unix epoch.
package enum CalendarTime {
  /// How much may be left out or added.
  package enum Form: Sendable {
    /// RFC 3339, a space allowed for the `T`; the date alone is its midnight in UTC.
    case strict
    /// As programs print times: also without an offset (UTC is meant), with one as `+0200` or
    /// `+02`, with a space before it, and with a zone's name behind it.
    case printed
    /// As people type times: also without seconds, and without an offset, which is local time then.
    case typed
  }

  /// The nanoseconds of `text`; nil where it is no time, or one before 1970 or after 2554.
  ///
  /// What is typed without an offset lies as far east of UTC (in seconds) as `localOffset` says of
  /// the seconds from 1970 to then as a clock on the wall counts them.
  package static func nanoseconds(
    _ text: [UInt8], _ form: Form = .strict, localOffset: (_ wall: Int) -> Int = { _ in 0 }
  ) -> UInt64? {
    var reader = FieldReader(text: text)
    guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2),
      reader.take("-"), let day = reader.digits(2), (1...12).contains(month),
      day >= 1, day <= daysIn(month, of: year)
    else { return nil }
    var seconds = daysSinceEpoch(year, month, day) * 86_400
    var nanoseconds: UInt64 = 0
    if !reader.isAtEnd {
      guard reader.take("T") || reader.take("t") || reader.take(" "),
        let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2), hour < 24,
        minute < 60
      else { return nil }
      seconds += hour * 3600 + minute * 60
      if reader.take(":") {
        // A leap second counts as the one after it.
        guard let second = reader.digits(2), second <= 60 else { return nil }
        seconds += second
        if reader.take(".") || form == .printed && reader.take(",") {
          guard let fraction = reader.fraction() else { return nil }
          nanoseconds = fraction
        }
      } else if form != .typed {
        return nil
      }
      if form == .typed && reader.isAtEnd {
        seconds -= localOffset(seconds)
      } else {
        guard let offset = form == .strict ? reader.offset() : reader.printedOffset(),
          reader.isAtEnd
        else { return nil }
        seconds -= offset
      }
    } else if form == .typed {
      seconds -= localOffset(seconds)
    }
    guard seconds >= 0 else { return nil }
    let (whole, tooLarge) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (time, overflow) = whole.addingReportingOverflow(nanoseconds)
    return tooLarge || overflow ? nil : time
  }

  private struct FieldReader {
    let text: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == text.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int? {
      guard position + count <= text.count else { return nil }
      var value = 0
      for byte in text[position..<(position + count)] {
        guard let digit = Self.digit(byte) else { return nil }
        value = value * 10 + Int(digit)
      }
      position += count
      return value
    }

    /// One digit or more after the point, as nanoseconds; those from the tenth on are dropped.
    mutating func fraction() -> UInt64? {
      var value: UInt64 = 0
      var weight: UInt64 = 100_000_000
      let start = position
      while position < text.count, let digit = Self.digit(text[position]) {
        value += UInt64(digit) * weight
        weight /= 10
        position += 1
      }
      return position > start ? value : nil
    }

    /// `Z` or `+01:00`, in seconds east of UTC.
    mutating func offset() -> Int? {
      if take("Z") || take("z") { return 0 }
      let isEast = take("+")
      guard isEast || take("-"), let hours = digits(2), take(":"), let minutes = digits(2),
        hours < 24, minutes < 60
      else { return nil }
      return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    /// What `offset` reads, `+0100`, `+01`, each with a space before it and a zone's name behind
    /// it, or nothing.
    mutating func printedOffset() -> Int? {
      if isAtEnd { return 0 }
      let start = position
      if let offset = offset(), isAtEnd { return offset }
      position = start
      _ = take(" ")
      var seconds = 0
      let isEast = take("+")
      if isEast || take("-") {
        guard let hours = digits(2), hours < 24 else { return nil }
        _ = take(":")
        let minutes = digits(2) ?? 0
        if minutes >= 60 { return nil }
        seconds = (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
        _ = take(" ")
      } else if !text[position...].elementsEqual("UTC".utf8)
        && !text[position...].elementsEqual("GMT".utf8)
      {
        // A name alone does not say how far from UTC it is.
        return nil
      }
      while position < text.count, (0x41...0x5A).contains(text[position]) { position += 1 }
      return seconds
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
      let value = byte &- UInt8(ascii: "0")
      return value < 10 ? value : nil
    }
  }

  private static func daysIn(_ month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Days from 1970-01-01, by 400-year eras that start on 1 March (so a leap day is the last of
  /// its year).
  private static func daysSinceEpoch(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date of a day counted from 1970-01-01: `daysSinceEpoch` backwards.
  package static func date(day: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = day + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}
