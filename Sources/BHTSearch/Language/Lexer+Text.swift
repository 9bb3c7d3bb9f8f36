extension Lexer {
  /// Text in double quotes, with Go's escapes.
  mutating func quotedText() throws(QueryError) -> [UInt8] {
    let start = position
    var result: [UInt8] = []
    pass()
    while let byte = peek() {
      switch byte {
      case 0x22:
        pass()
        return result
      case 0x0A:
        throw error("text in double quotes ends on its line; in backquotes it need not", start)
      case 0x5C: try appendEscape(to: &result)
      default:
        result.append(byte)
        pass()
      }
    }
    throw error("these quotes are never closed", start)
  }

  /// Text in backquotes: as it stands, without carriage returns.
  mutating func rawText() throws(QueryError) -> [UInt8] {
    let start = position
    var result: [UInt8] = []
    pass()
    while let byte = peek() {
      pass()
      if byte == 0x60 { return result }
      if byte != 0x0D { result.append(byte) }
    }
    throw error("these quotes are never closed", start)
  }

  private mutating func appendEscape(to result: inout [UInt8]) throws(QueryError) {
    let start = position
    guard let letter = peek(1) else { throw error("this escape is cut short", start) }
    if let plain = Self.escapes[letter] {
      result.append(plain)
      return pass(2)
    }
    switch letter {
    case 0x78: result.append(UInt8(truncatingIfNeeded: try digits(2, radix: 16, skipping: 2)))
    case 0x30...0x37:
      let value = try digits(3, radix: 8, skipping: 1)
      if value > 255 { throw error("an octal escape ends at \\377", start) }
      result.append(UInt8(truncatingIfNeeded: value))
    case 0x75, 0x55:
      let value = try digits(letter == 0x75 ? 4 : 8, radix: 16, skipping: 2)
      guard let scalar = Unicode.Scalar(value) else {
        throw error("this escape is no character", start)
      }
      result.append(contentsOf: String(Character(scalar)).utf8)
    default:
      throw error(
        "there is no such escape; a backslash is written `\\\\`, or the text in backquotes", start)
    }
  }

  /// The number that the next `count` digits make, after `skipped` bytes.
  private mutating func digits(
    _ count: Int, radix: UInt32, skipping skipped: Int
  ) throws(QueryError) -> UInt32 {
    let start = position
    pass(skipped)
    var value: UInt64 = 0
    for _ in 0..<count {
      guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue,
        digit < Int(radix)
      else { throw error("this escape wants \(count) digits", start) }
      value = value * UInt64(radix) + UInt64(digit)
      pass()
    }
    return UInt32(truncatingIfNeeded: value)
  }

  private static let escapes: [UInt8: UInt8] = [
    0x61: 0x07, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x76: 0x0B,
    0x5C: 0x5C, 0x22: 0x22,
  ]
}
