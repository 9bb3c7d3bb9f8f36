/// Reading hexadecimal text, eight digits at a time.
extension HexText {
  /// The bytes that `digits` stand for; nil where they are no whole bytes, or none.
  package static func decode(_ digits: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    let isText = append(digits.rawSpan, 0..<digits.count, to: &bytes)
    return isText && !digits.isEmpty ? bytes : nil
  }

  /// Appends the bytes that the digits at `range` of `text` stand for, in either case. Appends
  /// nothing and returns false where the text is anything else, an odd number of digits included.
  static func append(_ text: RawSpan, _ range: Range<Int>, to out: inout [UInt8]) -> Bool {
    if range.count & 1 != 0 { return false }
    let before = out.count
    var at = range.lowerBound
    while at + 8 <= range.upperBound {
      guard let four = fourBytes(text.word(at: at)) else {
        out.removeLast(out.count - before)
        return false
      }
      unsafe withUnsafeBytes(of: four.littleEndian) { unsafe out.append(contentsOf: $0) }
      at += 8
    }
    while at < range.upperBound {
      guard let high = digit(text.byte(at: at)), let low = digit(text.byte(at: at + 1)) else {
        out.removeLast(out.count - before)
        return false
      }
      out.append(high << 4 | low)
      at += 2
    }
    return true
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The four bytes that eight digits stand for, both with the first one in the lowest bits; nil
  /// where one is no digit.
  @inline(__always)
  private static func fourBytes(_ digits: UInt64) -> UInt32? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    if digits & highs != 0 { return nil }
    // The high bit of each byte tells whether it is at least some value: no sum has a carry.
    let lower = digits | (ones &* 0x20)
    let isNumeral = (digits &+ ones &* 0x50) & ~(digits &+ ones &* 0x46) & highs
    let isLetter = (lower &+ ones &* 0x1F) & ~(lower &+ ones &* 0x19) & highs
    if isNumeral | isLetter != highs { return nil }
    let values = (digits & (ones &* 0x0F)) &+ (isLetter >> 7) &* 9
    var pairs = (values << 4 | values >> 8) & 0x00FF_00FF_00FF_00FF
    pairs = (pairs | pairs >> 8) & 0x0000_FFFF_0000_FFFF
    return UInt32(truncatingIfNeeded: pairs | pairs >> 16)
  }
}
