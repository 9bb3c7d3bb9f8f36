/// Durations as queries write them.
package enum DurationText {
  private static let units: [(name: String, nanoseconds: Int64)] = [
    ("y", 365 * 86_400_000_000_000), ("w", 7 * 86_400_000_000_000), ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ns", 1),
  ]

  /// The nanoseconds of `text`: numbers with units, one after the other, as `1d`, `1h30m`, `1.5s`;
  /// nil where it is none, or does not fit 64 bits.
  package static func parse(_ text: String) -> Int64? {
    var rest = Substring(text)
    var total: Int64 = 0
    if rest.isEmpty { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
      rest = rest.dropFirst(name.count)
      guard let unit = units.first(where: { $0.name.utf8.elementsEqual(name.utf8) }),
        let part = nanoseconds(digits, of: unit.nanoseconds)
      else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      if overflow { return nil }
      total = sum
    }
    return total
  }

  private static func nanoseconds(_ digits: Substring, of unit: Int64) -> Int64? {
    let parts = digits.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    if parts.count > 2 || digits.utf8.allSatisfy({ $0 == 0x2E }) { return nil }
    guard let whole = parts[0].isEmpty ? 0 : Int64(parts[0]) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
    if overflow { return nil }
    // Digits past the 18th are below a nanosecond.
    guard parts.count == 2, let fraction = UInt64("0" + parts[1].prefix(18)) else {
      return product
    }
    var scale: UInt64 = 1
    for _ in parts[1].prefix(18) { scale *= 10 }
    let scaled = fraction.multipliedFullWidth(by: UInt64(unit))
    let (sum, over) = product.addingReportingOverflow(
      Int64(scale.dividingFullWidth(scaled).quotient))
    return over ? nil : sum
  }

  /// `nanoseconds` as queries write it, in the largest unit that needs no fraction.
  package static func print(_ nanoseconds: Int64) -> String {
    if nanoseconds == 0 { return "0s" }
    let unit =
      units.first { $0.name != "y" && $0.name != "w" && nanoseconds % $0.nanoseconds == 0 }
      ?? ("ns", 1)
    return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
  }
}
