/// Points in time as people type and read them; in the program, nanoseconds since the Unix epoch.
enum Timestamp {
  /// RFC 3339 (`2026-01-02T03:04:05.123456789Z`, any offset, a space for the `T`, the date alone
  /// for its midnight in UTC), or whole seconds (up to 11 digits, a fraction allowed) or
  /// nanoseconds (17 digits and more) since the epoch.
  static func parse(_ text: String, for option: String) throws(UsageError) -> UInt64 {
    let bytes = text.utf8[...]
    let point = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
    let digits = bytes[..<point].prefix(while: Digits.isDigit).count
    let time: UInt64? =
      if digits < bytes[..<point].count {
        calendarTime(Array(bytes))
      } else if digits <= 11 {
        Digits.decimal(bytes, times: 1_000_000_000)
      } else if digits >= 17 {
        Digits.value(bytes)
      } else {
        nil
      }
    guard let time else {
      throw UsageError(
        "\(option) wants a time such as 2026-01-02T03:04:05Z, or seconds or nanoseconds since "
          + "1970, not '\(text)'")
    }
    return time
  }

  /// RFC 3339 in UTC, with 3, 6 or 9 digits of the second, as many as it takes.
  static func format(_ time: UInt64) -> String {
    let seconds = time / 1_000_000_000
    let date = civil(day: Int(seconds / 86_400))
    let second = seconds % 86_400
    var fraction = Padded.zeros(time % 1_000_000_000, 9)
    while fraction.hasSuffix("000") && fraction.count > 3 { fraction.removeLast(3) }
    return Padded.zeros(UInt64(date.year), 4) + "-" + Padded.zeros(UInt64(date.month), 2) + "-"
      + Padded.zeros(UInt64(date.day), 2) + "T" + Padded.zeros(second / 3600, 2) + ":"
      + Padded.zeros(second / 60 % 60, 2) + ":" + Padded.zeros(second % 60, 2) + "." + fraction
      + "Z"
  }

  private static func calendarTime(_ text: [UInt8]) -> UInt64? {
    var reader = FieldReader(text: text)
    guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2),
      reader.take("-"), let day = reader.digits(2), (1...12).contains(month),
      day >= 1, day <= daysIn(month, of: year)
    else { return nil }
    var seconds = daysSinceEpoch(year, month, day) * 86_400
    var nanoseconds: UInt64 = 0
    if !reader.isAtEnd {
      guard reader.take("T") || reader.take("t") || reader.take(" "),
        let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2),
        reader.take(":"), let second = reader.digits(2), hour < 24, minute < 60,
        second <= 60  // a leap second counts as the one after it
      else { return nil }
      seconds += hour * 3600 + minute * 60 + second
      if reader.take(".") {
        guard let fraction = reader.fraction() else { return nil }
        nanoseconds = fraction
      }
      guard let offset = reader.offset(), reader.isAtEnd else { return nil }
      seconds -= offset
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
        guard Digits.isDigit(byte) else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
      }
      position += count
      return value
    }

    /// One digit or more after the point, as nanoseconds; those from the tenth on are dropped.
    mutating func fraction() -> UInt64? {
      var value: UInt64 = 0
      var weight: UInt64 = 100_000_000
      let start = position
      while position < text.count, Digits.isDigit(text[position]) {
        value += UInt64(text[position] - UInt8(ascii: "0")) * weight
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
  private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
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
