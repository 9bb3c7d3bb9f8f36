/// Reading base64 text.
extension Base64 {
  /// 0 to 63 for the digits of both alphabets (`+/` and `-_`), 255 for all else.
  private static let values: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    let digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    for (value, digit) in digits.enumerated() { table[Int(digit)] = UInt8(value) }
    table[Int(UInt8(ascii: "-"))] = 62
    table[Int(UInt8(ascii: "_"))] = 63
    return table
  }()

  /// Appends the bytes the text at `range` stands for, padded or not. Appends nothing and returns
  /// false where it is not base64.
  static func append(_ text: RawSpan, _ range: Range<Int>, to out: inout [UInt8]) -> Bool {
    var end = range.upperBound
    if range.count & 3 == 0 {
      let least = max(range.lowerBound, end - 2)
      while end > least && text.byte(at: end - 1) == UInt8(ascii: "=") { end -= 1 }
    }
    if (end - range.lowerBound) & 3 == 1 { return false }
    let before = out.count
    var (group, bits): (UInt32, UInt32) = (0, 0)
    for at in range.lowerBound..<end {
      let value = values[Int(text.byte(at: at))]
      if value > 63 {
        out.removeLast(out.count - before)
        return false
      }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        out.append(UInt8(truncatingIfNeeded: group >> bits))
      }
    }
    return true
  }
}
