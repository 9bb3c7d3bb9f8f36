/// A number as it is written.
struct JSONNumber: Sendable, Equatable {
  /// How a number is written.
  enum Form: UInt8, Sendable {
    /// Digits, perhaps after a minus sign.
    case integer
    /// With a fraction or an exponent or both.
    case decimal
    /// NaN, Infinity or -Infinity.
    case word
  }

  /// Where the text lies in the tokenizer's bytes.
  var text: Range<Int>
  /// How it is written.
  var form: Form

  /// The number where it is written as an integer and fits, else nil. `-0` is 0.
  func int64(in bytes: RawSpan) -> Int64? {
    form == .integer ? DecimalText.int64(bytes, text) : nil
  }

  /// The number where it is written as an integer and fits, else nil. `-0` is 0.
  func uint64(in bytes: RawSpan) -> UInt64? {
    form == .integer ? DecimalText.uint64(bytes, text) : nil
  }

  /// The double nearest to the number; infinite where it is out of range.
  func double(in bytes: RawSpan) -> Double {
    if form == .word {
      switch bytes.byte(at: text.lowerBound) {
      case UInt8(ascii: "N"): return .nan
      case UInt8(ascii: "-"): return -.infinity
      default: return .infinity
      }
    }
    // The tokenizer has checked the syntax, so the text is a number.
    return DecimalText.double(bytes, text) ?? .nan
  }
}

extension JSONTokenizer {
  /// Finds the end of the number that starts at `start`, as RFC 8259 has it: no plus sign, no
  /// leading zeros, digits on both sides of the point.
  func endOfNumber(from start: Int) throws(FormatError) -> (end: Int, form: JSONNumber.Form) {
    var form = JSONNumber.Form.integer
    var at = start
    if at < bytes.byteCount && bytes.byte(at: at) == UInt8(ascii: "-") { at += 1 }
    if at < bytes.byteCount && bytes.byte(at: at) == UInt8(ascii: "0") {
      at += 1
      if at < bytes.byteCount && Self.isDigit(bytes.byte(at: at)) {
        throw FormatError(.invalid, at: base + at, "a number goes on after a leading zero")
      }
    } else {
      at = try endOfDigits(from: at)
    }
    if at < bytes.byteCount && bytes.byte(at: at) == UInt8(ascii: ".") {
      at = try endOfDigits(from: at + 1)
      form = .decimal
    }
    if at < bytes.byteCount && bytes.byte(at: at) | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.byteCount
        && (bytes.byte(at: at) == UInt8(ascii: "+") || bytes.byte(at: at) == UInt8(ascii: "-"))
      {
        at += 1
      }
      at = try endOfDigits(from: at)
      form = .decimal
    }
    return (at, form)
  }

  private func endOfDigits(from start: Int) throws(FormatError) -> Int {
    var at = start
    while at < bytes.byteCount && Self.isDigit(bytes.byte(at: at)) { at += 1 }
    if at == start { throw unexpected("a digit", at: at) }
    return at
  }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}

/// Numbers from decimal text, exactly.
enum DecimalText {
  /// The integer written at `range`: digits, perhaps after a minus sign. Nil where it is anything
  /// else, or does not fit.
  static func int64(_ bytes: RawSpan, _ range: Range<Int>) -> Int64? {
    let (isNegative, magnitude) = parts(bytes, range)
    guard let magnitude else { return nil }
    if !isNegative { return Int64(exactly: magnitude) }
    return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
  }

  /// The integer written at `range`: digits (`-0` is let pass). Nil where it is anything else, or
  /// does not fit.
  static func uint64(_ bytes: RawSpan, _ range: Range<Int>) -> UInt64? {
    let (isNegative, magnitude) = parts(bytes, range)
    return isNegative && magnitude != 0 ? nil : magnitude
  }

  private static func parts(
    _ bytes: RawSpan, _ range: Range<Int>
  ) -> (isNegative: Bool, magnitude: UInt64?) {
    var at = range.lowerBound
    let isNegative = at < range.upperBound && bytes.byte(at: at) == UInt8(ascii: "-")
    if isNegative { at += 1 }
    if at == range.upperBound { return (isNegative, nil) }
    var value: UInt64 = 0
    while at < range.upperBound {
      let digit = bytes.byte(at: at) &- UInt8(ascii: "0")
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
      if digit > 9 || overflow || carry { return (isNegative, nil) }
      value = sum
      at += 1
    }
    return (isNegative, value)
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// The double nearest to the decimal number written at `range`; infinite where it is out of
  /// range, nil where the text is not a number.
  static func double(_ bytes: RawSpan, _ range: Range<Int>) -> Double? {
    quickDouble(bytes, range)
      ?? Double(String(decoding: bytes.array(range), as: UTF8.self))
  }

  /// Clinger's fast path: where digits and power of ten are both exact doubles, one operation
  /// rounds correctly. Nil for all other text.
  private static func quickDouble(_ bytes: RawSpan, _ range: Range<Int>) -> Double? {
    var at = range.lowerBound
    let end = range.upperBound
    if at == end { return nil }
    let isNegative = bytes.byte(at: at) == UInt8(ascii: "-")
    if isNegative { at += 1 }
    var (digits, significant, scale, seenPoint) = (UInt64(0), 0, 0, false)
    let first = at
    while at < end {
      let byte = bytes.byte(at: at)
      if byte &- UInt8(ascii: "0") < 10 {
        // 15 digits are below 2^53.
        if significant == 15 { return nil }
        digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
        if digits > 0 { significant += 1 }
        if seenPoint { scale -= 1 }
      } else if byte == UInt8(ascii: ".") && !seenPoint && at > first {
        seenPoint = true
      } else {
        break
      }
      at += 1
    }
    if at == first { return nil }
    if at < end {
      guard bytes.byte(at: at) | 0x20 == UInt8(ascii: "e") else { return nil }
      at += 1
      let isPositive = at < end && bytes.byte(at: at) == UInt8(ascii: "+")
      guard let exponent = int64(bytes, (isPositive ? at + 1 : at)..<end),
        (-400...400).contains(exponent)
      else { return nil }
      scale += Int(exponent)
    }
    guard (-22...22).contains(scale) else { return nil }
    let magnitude =
      scale < 0
      ? Double(digits) / powersOfTen[-scale] : Double(digits) * powersOfTen[scale]
    return isNegative ? -magnitude : magnitude
  }
}
