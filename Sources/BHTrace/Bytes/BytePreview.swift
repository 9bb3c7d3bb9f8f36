/// A few bytes as a sentence shows them.
enum BytePreview {
  /// `'text'` where `bytes` start with printable ASCII, four characters or all, without what
  /// follows it; else `the bytes 1f 8b 08`.
  static func text(_ bytes: [UInt8]) -> String {
    let printable = bytes.prefix { $0 >= 0x20 && $0 < 0x7F }
    if printable.count >= min(4, bytes.count) {
      return "'\(String(decoding: printable, as: UTF8.self))'"
    }
    let digits = bytes.map { String(decoding: HexText.encode([$0][...]), as: UTF8.self) }
    return "the bytes " + digits.joined(separator: " ")
  }
}
