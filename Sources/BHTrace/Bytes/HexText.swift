/// Bytes as hexadecimal text.
package enum HexText {
  private static let digits = Array("0123456789abcdef".utf8)

  /// Two lower-case digits a byte.
  static func encode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }
}
