/// Base64 as RFC 4648 has it.
enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The text of the bytes at `range` of `arena`, padded with `=`.
  static func encode(_ arena: [UInt8], _ range: ByteRange) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((Int(range.count) + 2) / 3 * 4)
    var at = range.positions.lowerBound
    let end = range.positions.upperBound
    while at < end {
      let count = min(3, end - at)
      var group: UInt32 = 0
      for offset in 0..<3 { group = group << 8 | (offset < count ? UInt32(arena[at + offset]) : 0) }
      for place in 0..<4 {
        let letter = letters[Int(group >> UInt32(18 - 6 * place)) & 63]
        text.append(place <= count ? letter : UInt8(ascii: "="))
      }
      at += 3
    }
    return text
  }
}
