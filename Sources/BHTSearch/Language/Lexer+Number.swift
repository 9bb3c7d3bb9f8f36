extension Lexer {
  /// A number, or a duration where unit letters follow.
  mutating func number() throws(QueryError) -> Token {
    let start = position
    if peek() == 0x30, let letter = peek(1), let radix = Self.radixes[letter | 0x20] {
      return try wholeNumber(radix: radix, from: start)
    }
    var isWhole = true
    passDigits()
    if peek() == 0x2E {
      isWhole = false
      pass()
      passDigits()
    }
    if let letter = peek(), letter | 0x20 == 0x65 {
      let sign = peek(1) == 0x2B || peek(1) == 0x2D ? 1 : 0
      if let digit = peek(1 + sign), isDigit(digit) {
        isWhole = false
        pass(1 + sign)
        passDigits()
      }
    }
    if let letter = peek(), Self.startsUnit(letter), blankLength() == 0 {
      return try duration(from: start)
    }
    let digits = String(decoding: text[start..<position].filter { $0 != 0x5F }, as: UTF8.self)
    if !isWhole {
      // A number that is too large reads as infinite.
      guard let value = Double(digits.hasSuffix(".") ? digits + "0" : digits), value.isFinite else {
        throw error("this number is too large", start)
      }
      return token(.number(.float(value)), from: start)
    }
    guard let value = Int64(digits) else {
      throw error("this number does not fit 64 bits; write \(digits).0 for a float", start)
    }
    return token(.number(.int(value)), from: start)
  }

  private static let radixes: [UInt8: Int] = [0x78: 16, 0x6F: 8, 0x62: 2]

  private mutating func wholeNumber(radix: Int, from start: Int) throws(QueryError) -> Token {
    pass(2)
    let first = position
    while let byte = peek(),
      byte == 0x5F || Character(Unicode.Scalar(byte)).hexDigitValue != nil
    { pass() }
    let digits = String(decoding: text[first..<position].filter { $0 != 0x5F }, as: UTF8.self)
    guard let value = Int64(digits, radix: radix) else {
      throw error("this is no number of base \(radix) that fits 64 bits", start)
    }
    return token(.number(.int(value)), from: start)
  }

  private mutating func duration(from start: Int) throws(QueryError) -> Token {
    while let byte = peek(), isDigit(byte) || byte == 0x2E || Self.startsUnit(byte),
      blankLength() == 0
    { pass() }
    let written = String(decoding: text[start..<position], as: UTF8.self)
    guard let value = DurationText.parse(written) else {
      throw error(
        "`\(written)` is no duration; durations are written like `1h30m`, `1.5s`, `250ms`, `10us`",
        start)
    }
    return token(.number(.duration(value)), from: start)
  }

  private mutating func passDigits() {
    while let byte = peek(), isDigit(byte) || byte == 0x5F { pass() }
  }

  private static func startsUnit(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte & 0xDF) || byte >= 0x80
  }
}
