import BHTView
import BHTrace

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
        CalendarTime.nanoseconds(Array(bytes))
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
}
