extension JSONTokenizer {
  /// Finds the quote that closes the string whose contents start at `start`.
  ///
  /// Looks at eight bytes at a time for what needs a closer look: quotes, backslashes, control
  /// characters and bytes above 0x7F.
  func endOfString(from start: Int) throws(FormatError) -> (end: Int, hasEscapes: Bool) {
    let count = bytes.byteCount
    var at = start
    var hasEscapes = false
    while true {
      while at + 8 <= count {
        let found = Self.special(bytes.word(at: at))
        if found == 0 {
          at += 8
        } else {
          at += found.trailingZeroBitCount >> 3
          break
        }
      }
      if at >= count {
        throw FormatError(.truncated, at: base + count, "the text ends inside a string")
      }
      switch bytes.byte(at: at) {
      case UInt8(ascii: "\""): return (at, hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        at = try endOfEscape(at: at)
      case 0..<0x20:
        throw FormatError(
          .invalid, at: base + at,
          "a string holds control character \(bytes.byte(at: at)) without an escape")
      case 0x80...:
        repeat {
          let length = UTF8Check.sequenceLength(bytes, at: at)
          if length == 0 {
            throw FormatError(.invalid, at: base + at, "a string is not valid UTF-8")
          }
          at += length
        } while at < count && bytes.byte(at: at) >= 0x80
      default: at += 1
      }
    }
  }

  /// A word whose lowest set bit is in the first byte of `word` that is a quote, a backslash,
  /// below 0x20 or above 0x7F; 0 where there is none.
  @inline(__always)
  private static func special(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let found =
      ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
      | ((word &- ones &* 0x20) & ~word) | word
    return found & highs
  }

  private func endOfEscape(at backslash: Int) throws(FormatError) -> Int {
    let letter = backslash + 1
    if letter >= bytes.byteCount { throw unexpected("an escape", at: letter) }
    switch bytes.byte(at: letter) {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return letter + 1
    case UInt8(ascii: "u"):
      for digit in (letter + 1)...(letter + 4) {
        if digit >= bytes.byteCount || Self.hexValue(bytes.byte(at: digit)) == nil {
          throw unexpected("a hexadecimal digit", at: digit)
        }
      }
      return letter + 5
    default: throw unexpected("one of the letters of an escape", at: letter)
    }
  }

  private static func hexValue(_ digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(digit - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(digit - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// Appends the text of `string`, its escapes decoded, to `output`.
  ///
  /// Returns whether the text is all there: false where an escape is half of a surrogate pair,
  /// which has no UTF-8 and becomes U+FFFD. Who has to keep it keeps the raw contents.
  @discardableResult
  func decode(_ string: JSONString, into output: inout [UInt8]) -> Bool {
    var isExact = true
    var at = string.contents.lowerBound
    let end = string.contents.upperBound
    while at < end {
      let byte = bytes.byte(at: at)
      if byte != UInt8(ascii: "\\") {
        output.append(byte)
        at += 1
        continue
      }
      let letter = bytes.byte(at: at + 1)
      at += 2
      switch letter {
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "u"):
        var code = fourDigits(at: at)
        at += 4
        if (0xD800..<0xDC00).contains(code), at + 6 <= end,
          bytes.byte(at: at) == UInt8(ascii: "\\"), bytes.byte(at: at + 1) == UInt8(ascii: "u"),
          case let low = fourDigits(at: at + 2), (0xDC00..<0xE000).contains(low)
        {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
          at += 6
        }
        if let scalar = UnicodeScalar(code) {
          output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        } else {
          output.append(contentsOf: UTF8.encodedReplacementCharacter)
          isExact = false
        }
      default: output.append(letter)
      }
    }
    return isExact
  }

  private func fourDigits(at start: Int) -> UInt32 {
    var code: UInt32 = 0
    for digit in start..<(start + 4) {
      code = code << 4 | (Self.hexValue(bytes.byte(at: digit)) ?? 0)
    }
    return code
  }

  /// Whether the text of `string` is exactly `text`, escapes or not.
  @inline(__always)
  func equals(_ string: JSONString, _ text: StaticString) -> Bool {
    if !string.hasEscapes { return bytes.equals(string.contents, text) }
    var decoded: [UInt8] = []
    decode(string, into: &decoded)
    return ByteComparison.equal(decoded, ByteRange(0, decoded.count), text)
  }
}
