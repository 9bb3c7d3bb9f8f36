/// Numbers and enums, which may be JSON numbers or text.
extension OTLPJSONBuilder {
  /// Where the digits of a number lie, whether it is a JSON number or a string.
  @_lifetime(json: copy json)
  @inline(__always)
  private func digits(_ json: inout JSONTokenizer) throws(FormatError) -> Range<Int> {
    try json.peek() == .string ? try json.string().contents : try json.number().text
  }

  /// Reads an unsigned 64-bit integer.
  @_lifetime(json: copy json)
  @inline(__always)
  func uint64(_ json: inout JSONTokenizer) throws(FormatError) -> UInt64 {
    let range = try digits(&json)
    if let value = DecimalText.uint64(json.bytes, range) { return value }
    if let exact = DecimalText.exactInteger(json.bytes, range),
      !exact.isNegative || exact.magnitude == 0
    {
      return exact.magnitude
    }
    throw Self.unfit(json, range, "an unsigned 64-bit integer")
  }

  /// Reads a signed 64-bit integer.
  @_lifetime(json: copy json)
  @inline(__always)
  func int64(_ json: inout JSONTokenizer) throws(FormatError) -> Int64 {
    let range = try digits(&json)
    if let value = DecimalText.int64(json.bytes, range) { return value }
    if let exact = DecimalText.exactInteger(json.bytes, range),
      let value = exact.isNegative
        ? Int64(exactly: -Int128(exact.magnitude)) : Int64(exactly: exact.magnitude)
    {
      return value
    }
    throw Self.unfit(json, range, "a signed 64-bit integer")
  }

  /// Reads an unsigned 32-bit integer.
  @_lifetime(json: copy json)
  func uint32(_ json: inout JSONTokenizer) throws(FormatError) -> UInt32 {
    let place = json.place
    if let value = UInt32(exactly: try uint64(&json)) { return value }
    json.goBack(to: place)
    throw json.unexpected("an unsigned 32-bit integer")
  }

  /// Reads a double: a number, a number as text, or one of the words for what is none.
  @_lifetime(json: copy json)
  mutating func double(_ json: inout JSONTokenizer) throws(FormatError) -> Double {
    guard try json.peek() == .string else {
      let number = try json.number()
      if number.form == .word { repairs.note(.bareNonFinite) }
      return number.double(in: json.bytes)
    }
    let range = try json.string().contents
    if json.bytes.equals(range, "NaN") { return .nan }
    if json.bytes.equals(range, "Infinity") { return .infinity }
    if json.bytes.equals(range, "-Infinity") { return -.infinity }
    // Swift would read hexadecimal numbers and more words.
    let isDecimal = range.allSatisfy {
      switch json.bytes.byte(at: $0) {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isDecimal, let value = DecimalText.double(json.bytes, range) else {
      throw Self.unfit(json, range, "a number")
    }
    return value
  }

  /// Reads a boolean, also as text.
  @_lifetime(json: copy json)
  mutating func bool(_ json: inout JSONTokenizer) throws(FormatError) -> Bool {
    guard try json.peek() == .string else { return try json.bool() }
    let range = try json.string().contents
    let isTrue = json.bytes.equals(range, "true")
    if !isTrue && !json.bytes.equals(range, "false") {
      throw Self.unfit(json, range, "true or false")
    }
    repairs.note(.textBool)
    return isTrue
  }

  /// Reads an enum value: a number, or one of `names`, which count from 0, in any case and with
  /// or without `prefix`.
  @_lifetime(json: copy json)
  mutating func enumeration(
    _ json: inout JSONTokenizer, prefix: StaticString, names: [StaticString],
    _ what: StaticString
  ) throws(FormatError) -> Int32 {
    let isText = try json.peek() == .string
    let range = try digits(&json)
    if let value = DecimalText.int64(json.bytes, range) ?? Self.exactInt(json.bytes, range),
      let number = Int32(exactly: value)
    {
      return number
    }
    guard isText else { throw Self.unfit(json, range, what) }
    var name = range
    let start = prefix.utf8CodeUnitCount
    if range.count > start
      && json.bytes.equalsIgnoringCase(
        range.lowerBound..<(range.lowerBound + start), prefix)
    {
      name = (range.lowerBound + start)..<range.upperBound
    }
    for (number, text) in names.enumerated() where json.bytes.equalsIgnoringCase(name, text) {
      repairs.note(.enumName)
      return Int32(truncatingIfNeeded: number)
    }
    throw Self.unfit(json, range, what)
  }

  private static func exactInt(_ bytes: RawSpan, _ range: Range<Int>) -> Int64? {
    guard let exact = DecimalText.exactInteger(bytes, range) else { return nil }
    return Int64(exactly: exact.isNegative ? -Int128(exact.magnitude) : Int128(exact.magnitude))
  }

  /// The error that the text at `range` is not `wanted`.
  @inline(never)
  private static func unfit(
    _ json: borrowing JSONTokenizer, _ range: Range<Int>, _ wanted: StaticString
  ) -> FormatError {
    let shown = range.lowerBound..<min(range.upperBound, range.lowerBound + 40)
    let text = String(decoding: json.bytes.array(shown), as: UTF8.self)
    let rest = shown.count < range.count ? "…" : ""
    return FormatError(
      .invalid, at: json.base + range.lowerBound,
      "\"\(text)\(rest)\" stands where \(wanted) has to")
  }
}

extension RawSpan {
  /// Whether the bytes at `range` are `text`, ASCII letters of either case taken as equal.
  fileprivate func equalsIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    func folded(_ byte: UInt8) -> UInt8 {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
    var at = range.lowerBound
    for letter in text.description.utf8 {
      if folded(byte(at: at)) != folded(letter) { return false }
      at += 1
    }
    return true
  }
}

extension DecimalText {
  /// The integer that the decimal number at `range` is exactly, be it written with a fraction or
  /// an exponent (`1e3`, `2.0`). Nil where the text is no number, or the number no such integer.
  static func exactInteger(
    _ bytes: RawSpan, _ range: Range<Int>
  ) -> (isNegative: Bool, magnitude: UInt64)? {
    var at = range.lowerBound
    let isNegative = at < range.upperBound && bytes.byte(at: at) == UInt8(ascii: "-")
    if isNegative { at += 1 }
    // The number is `digits` times ten to the power of `scale`; zeros wait until a digit follows.
    var (digits, scale, zeros, seenDigits, seenPoint) = (UInt64(0), 0, 0, false, false)
    while at < range.upperBound {
      let byte = bytes.byte(at: at)
      if byte == UInt8(ascii: ".") && !seenPoint && seenDigits {
        seenPoint = true
      } else if byte &- UInt8(ascii: "0") < 10 {
        seenDigits = true
        if seenPoint { scale -= 1 }
        zeros += 1
        if byte != UInt8(ascii: "0") {
          guard let shifted = digits == 0 ? 0 : scaled(digits, zeros) else { return nil }
          let (sum, overflow) = shifted.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
          if overflow { return nil }
          (digits, zeros) = (sum, 0)
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
    if digits == 0 { return (isNegative, 0) }
    guard scale >= 0, let magnitude = scaled(digits, scale) else { return nil }
    return (isNegative, magnitude)
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
