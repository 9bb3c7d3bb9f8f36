/// Durations, sizes and counts as people type them.
enum Quantity {
  /// `150us`, `2ms`, `1.5s`, `3m`, `1h` as nanoseconds; parts of a nanosecond are dropped.
  static func duration(_ text: String, for option: String) throws(UsageError) -> UInt64 {
    let units: [(String, UInt64)] = [
      ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000),
      ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]
    guard let value = scaled(text, units) else {
      throw UsageError(
        "\(option) wants a duration such as 150us, 2ms, 1.5s, 3m or 1h, not '\(text)'")
    }
    return value
  }

  /// `90s`, `15m`, `1h`, `2d`, `1w` as nanoseconds: how long ago something was; nil for other text.
  static func ago(_ text: String) -> UInt64? {
    let hour: UInt64 = 3_600_000_000_000
    return scaled(
      text,
      [("s", 1_000_000_000), ("m", hour / 60), ("h", hour), ("d", 24 * hour), ("w", 168 * hour)])
  }

  /// `4096`, `64K`, `4MiB` as bytes: K, KiB, M, MiB, G and GiB are powers of 1024, kB, MB and GB
  /// powers of 1000.
  static func size(_ text: String, for option: String) throws(UsageError) -> Int {
    let units: [(String, UInt64)] = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("kB", 1000), ("KB", 1000),
      ("MB", 1_000_000), ("GB", 1_000_000_000), ("K", 1 << 10), ("k", 1 << 10), ("M", 1 << 20),
      ("G", 1 << 30), ("B", 1), ("", 1),
    ]
    guard let value = scaled(text, units), let size = Int(exactly: value) else {
      throw UsageError("\(option) wants a size such as 4096, 64K or 4MiB, not '\(text)'")
    }
    return size
  }

  /// A whole number of things, 0 or more.
  static func count(_ text: String, for option: String) throws(UsageError) -> Int {
    guard let digits = Digits.value(text.utf8[...]), let count = Int(exactly: digits) else {
      throw UsageError("\(option) wants a whole number, not '\(text)'")
    }
    return count
  }

  /// Number and unit multiplied; nil where the text is neither or the product too large. Units
  /// that others end with come after those in the list.
  private static func scaled(_ text: String, _ units: [(String, UInt64)]) -> UInt64? {
    let bytes = text.utf8[...]
    for (name, factor) in units where bytes.count >= name.utf8.count {
      let number = bytes.dropLast(name.utf8.count)
      guard bytes.suffix(name.utf8.count).elementsEqual(name.utf8), let last = number.last,
        Digits.isDigit(last)
      else { continue }
      return Digits.decimal(number, times: factor)
    }
    return nil
  }
}

/// Decimal numbers, read exactly.
enum Digits {
  /// Whether `byte` is an ASCII digit.
  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// The number that `text`, nothing but digits, is; nil where it is not, or too large.
  static func value(_ text: Substring.UTF8View) -> UInt64? {
    if text.isEmpty { return nil }
    var value: UInt64 = 0
    for byte in text {
      guard isDigit(byte) else { return nil }
      let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow) = tens.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
      if tooLarge || overflow { return nil }
      value = sum
    }
    return value
  }

  /// The number `text`, which may have a fraction, times `factor`, rounded down; nil where it is
  /// no number, or too large.
  static func decimal(_ text: Substring.UTF8View, times factor: UInt64) -> UInt64? {
    let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.endIndex
    guard let whole = value(text[..<point]) else { return nil }
    let (product, tooLarge) = whole.multipliedReportingOverflow(by: factor)
    if tooLarge { return nil }
    var part: UInt64 = 0
    if point != text.endIndex {
      let digits = text[text.index(after: point)...]
      guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
      // 18 digits and the largest factor of a unit still fit in 128 bits; more digits cannot
      // change the result.
      var numerator: UInt128 = 0
      var denominator: UInt128 = 1
      for byte in digits.prefix(18) {
        numerator = numerator * 10 + UInt128(byte - UInt8(ascii: "0"))
        denominator *= 10
      }
      part = UInt64(numerator * UInt128(factor) / denominator)
    }
    let (sum, overflow) = product.addingReportingOverflow(part)
    return overflow ? nil : sum
  }
}
