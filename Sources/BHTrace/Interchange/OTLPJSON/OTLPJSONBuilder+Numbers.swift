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
  mutating func uint64(_ json: inout JSONTokenizer) throws(FormatError) -> UInt64 {
    if try json.peek() == .object { return try lowAndHigh(&json) }
    let range = try digits(&json)
    if let value = DecimalText.uint64(json.bytes, range) { return value }
    if let exact = DecimalText.exactInteger(json.bytes, range),
      !exact.isNegative || exact.magnitude == 0
    {
      return exact.magnitude
    }
    throw Self.unfit(json, range, "an unsigned 64-bit integer")
  }

  /// Reads a time in nanoseconds.
  @_lifetime(json: copy json)
  @inline(__always)
  mutating func time(_ json: inout JSONTokenizer) throws(FormatError) -> UInt64 {
    let range: Range<Int>
    switch try json.peek() {
    case .string: range = try json.string().contents
    case .object:
      let place = json.place
      let (value, overflow) = try lowAndHigh(&json).multipliedReportingOverflow(by: timeStep)
      if !overflow { return value }
      json.goBack(to: place)
      throw json.unexpected("a time of 64 bits")
    default: range = try json.number().text
    }
    if timeStep == 1, let value = DecimalText.uint64(json.bytes, range) { return value }
    return try otherTime(json, range)
  }

  /// The time at `range`, which is not in nanoseconds or not written as plain digits.
  @inline(never)
  private mutating func otherTime(
    _ json: borrowing JSONTokenizer, _ range: Range<Int>
  ) throws(FormatError) -> UInt64 {
    guard let product = DecimalText.product(json.bytes, range, timeStep),
      let value = UInt64(exactly: product.whole)
    else { throw Self.unfit(json, range, "an unsigned 64-bit integer") }
    if product.isCut { repairs.note(.cutTime) }
    return value
  }

  /// Reads a signed 64-bit integer.
  @_lifetime(json: copy json)
  @inline(__always)
  mutating func int64(_ json: inout JSONTokenizer) throws(FormatError) -> Int64 {
    if try json.peek() == .object { return Int64(bitPattern: try lowAndHigh(&json)) }
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

  /// Reads an integer that is written as its halves of 32 bits: `{"low":-1013133952,"high":395}`.
  @_lifetime(json: copy json)
  @inline(never)
  private mutating func lowAndHigh(_ json: inout JSONTokenizer) throws(FormatError) -> UInt64 {
    let place = json.place
    var (low, high): (UInt32?, UInt32?)
    var isSound = true
    try json.beginObject()
    while let key = try json.nextKey() {
      let isLow = json.equals(key, "low")
      guard isLow || json.equals(key, "high"), try json.peek() == .number,
        let half = try json.number().int64(in: json.bytes), half >= -1 << 31, half < 1 << 32
      else {
        isSound = json.equals(key, "unsigned")
        if !isSound { break }
        _ = try json.skipValue()
        continue
      }
      if isLow { low = UInt32(truncatingIfNeeded: half) }
      if !isLow { high = UInt32(truncatingIfNeeded: half) }
    }
    guard let low, let high, isSound else {
      json.goBack(to: place)
      throw json.unexpected("a number, or one in two halves, low and high,")
    }
    repairs.note(.lowAndHigh)
    return UInt64(high) << 32 | UInt64(low)
  }

  /// Reads an unsigned 32-bit integer.
  @_lifetime(json: copy json)
  mutating func uint32(_ json: inout JSONTokenizer) throws(FormatError) -> UInt32 {
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
