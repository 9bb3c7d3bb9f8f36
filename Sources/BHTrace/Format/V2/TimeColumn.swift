/// How one kind of times of a segment is written: unit, point of reference, and code.
///
/// ```
/// TimeColumn := head (1)     bits 0-1: unit, 0...3: 1, 10^3, 10^6, 10^9 ns
///                            bits 2-3: precision p
///                            bit 4: what gaps or durations are measured from (IndexTimes)
///               PrefixCode
/// ```
/// Each time is divided by the unit; its magnitude m and sign make a symbol:
///
/// ```
/// symbol := bucket · 2 + (1 where the time is negative)
/// bucket := m where m < 2^p; else with the top p + 1 bits t of m, and n bits below them: n · 2^p + t
/// ```
/// In the stream a symbol's code is followed by the n bits.
struct TimeColumn: Sendable, Equatable {
  /// The units, in nanoseconds.
  static let units: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000]
  /// The finest precision.
  static let finest = 3
  /// Symbols are smaller, at this precision.
  static func symbolLimit(_ precision: Int) -> Int { 2 * ((65 - precision) << precision) }

  var unit = 0
  var precision = 0
  var isAlternative = false
  var code = PrefixCode(counts: [])

  /// The symbol of the magnitude `value`, and how many of its low bits follow.
  @inline(__always)
  static func symbol(
    _ value: UInt64, isNegative: Bool, precision: Int
  ) -> (symbol: Int, bits: Int) {
    let sign = isNegative ? 1 : 0
    if value >> UInt64(precision) == 0 { return (Int(value) << 1 | sign, 0) }
    let bits = 63 - value.leadingZeroBitCount - precision
    return ((bits << precision + Int(value >> UInt64(bits))) << 1 | sign, bits)
  }

  func encode(to writer: inout ByteWriter) {
    writer.byte(UInt8(unit | precision << 2 | (isAlternative ? 16 : 0)))
    code.encode(to: &writer)
  }

  static func decode(from cursor: inout ByteCursor) throws(FormatError) -> TimeColumn {
    let at = cursor.base + cursor.position
    let head = Int(try cursor.byte())
    guard head < 32 else {
      throw FormatError(.invalid, at: at, "times are written in the unknown way \(head)")
    }
    var column = TimeColumn()
    column.unit = head & 3
    column.precision = head >> 2 & 3
    column.isAlternative = head & 16 != 0
    column.code = try PrefixCode.decode(from: &cursor, limit: symbolLimit(column.precision))
    return column
  }
}
