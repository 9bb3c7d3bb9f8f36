/// Numbers written with a fraction or an exponent, without rounding.
extension DecimalText {
  /// The integer that the decimal number at `range` is exactly, be it written with a fraction or
  /// an exponent (`1e3`, `2.0`). Nil where the text is no number, or the number no such integer.
  static func exactInteger(
    _ bytes: RawSpan, _ range: Range<Int>
  ) -> (isNegative: Bool, magnitude: UInt64)? {
    guard let number = digits(bytes, range), !number.isCut else { return nil }
    if number.digits == 0 { return (number.isNegative, 0) }
    guard number.scale >= 0, let magnitude = scaled(number.digits, number.scale) else { return nil }
    return (number.isNegative, magnitude)
  }

  /// The decimal number at `range` times `factor`, what is left behind the point cut off. Nil where
  /// the text is no number, or the product wants more than 64 bits and a sign.
  static func product(
    _ bytes: RawSpan, _ range: Range<Int>, _ factor: UInt64
  ) -> (whole: Int128, isCut: Bool)? {
    guard let number = digits(bytes, range) else { return nil }
    var whole = UInt128(number.digits) * UInt128(factor)
    var isCut = number.isCut
    if number.scale > 0 && whole > 0 {
      guard let power = scaled(1, number.scale), whole <= UInt128(UInt64.max) else { return nil }
      whole *= UInt128(power)
    } else if number.scale < 0 {
      // No number of 64 bits times another has 40 digits.
      var steps = min(-number.scale, 40)
      while steps > 0 {
        isCut = isCut || whole % 10 != 0
        whole /= 10
        steps -= 1
      }
    }
    guard whole <= UInt128(UInt64.max) else { return nil }
    return (number.isNegative ? -Int128(whole) : Int128(whole), isCut)
  }

  /// The decimal number at `range` as `digits` times ten to the power of `scale`, cut where there are
  /// more digits behind its point than fit; nil where the text is no number, or has too many digits
  /// before it.
  private static func digits(
    _ bytes: RawSpan, _ range: Range<Int>
  ) -> (isNegative: Bool, digits: UInt64, scale: Int, isCut: Bool)? {
    var at = range.lowerBound
    let isNegative = at < range.upperBound && bytes.byte(at: at) == UInt8(ascii: "-")
    if isNegative { at += 1 }
    // Zeros wait until a digit follows.
    var (digits, scale, zeros, seenDigits, seenPoint) = (UInt64(0), 0, 0, false, false)
    var isCut = false
    while at < range.upperBound {
      let byte = bytes.byte(at: at)
      if byte == UInt8(ascii: ".") && !seenPoint && seenDigits {
        seenPoint = true
      } else if byte &- UInt8(ascii: "0") < 10 {
        seenDigits = true
        if isCut {
          // Too fine to count.
        } else if let more = appending(byte - UInt8(ascii: "0"), to: digits, after: zeros) {
          if seenPoint { scale -= 1 }
          zeros = byte == UInt8(ascii: "0") ? zeros + 1 : 0
          digits = more
        } else if seenPoint {
          isCut = true
        } else {
          return nil
        }
      } else {
        break
      }
      at += 1
    }
    if !seenDigits { return nil }
    scale += zeros
    if at < range.upperBound {
      guard bytes.byte(at: at) | 0x20 == UInt8(ascii: "e") else { return nil }
      at += 1
      let isPositive = at < range.upperBound && bytes.byte(at: at) == UInt8(ascii: "+")
      guard let exponent = int64(bytes, (isPositive ? at + 1 : at)..<range.upperBound),
        (-1_000_000...1_000_000).contains(exponent)
      else { return nil }
      scale += Int(exponent)
    }
    return (isNegative, digits, scale, isCut)
  }

  /// `digits` with as many zeros and then `digit`; zeros at the end are left out. Nil where that
  /// does not fit.
  private static func appending(_ digit: UInt8, to digits: UInt64, after zeros: Int) -> UInt64? {
    if digit == 0 { return digits }
    guard let shifted = digits == 0 ? 0 : scaled(digits, zeros + 1) else { return nil }
    let (sum, overflow) = shifted.addingReportingOverflow(UInt64(digit))
    return overflow ? nil : sum
  }

  /// `value` times ten to the power of `power`, or nil where it does not fit.
  private static func scaled(_ value: UInt64, _ power: Int) -> UInt64? {
    if power > 19 { return nil }
    var result = value
    for _ in 0..<power {
      let (tenfold, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = tenfold
    }
    return result
  }
}
