/// Keys of JSON, to be looked for in the first bytes of an input without taking it apart.
struct QuotedKeys: Sendable {
  private let keys: [StaticString]
  /// For each first byte the lengths of the keys that begin with it, as bits.
  private let lengths: [UInt64]

  init(_ keys: [StaticString]) {
    self.keys = keys
    var lengths = [UInt64](repeating: 0, count: 256)
    for key in keys {
      guard let first = key.description.utf8.first, key.utf8CodeUnitCount < 64 else { continue }
      lengths[Int(first)] |= 1 << UInt64(key.utf8CodeUnitCount)
    }
    self.lengths = lengths
  }

  /// Whether one of the keys stands in quotes in `text`.
  func occurs(in text: [UInt8]) -> Bool {
    let bytes = text.rawSpan
    var at = 0
    while let quote = bytes.firstIndex(of: UInt8(ascii: "\""), from: at) {
      at = quote + 1
      if at == bytes.byteCount { return false }
      var left = lengths[Int(bytes.byte(at: at))]
      while left != 0 {
        let end = at + left.trailingZeroBitCount
        if end >= bytes.byteCount { break }
        left &= left - 1
        if bytes.byte(at: end) == UInt8(ascii: "\"") && isKey(bytes, at..<end) { return true }
      }
    }
    return false
  }

  private func isKey(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    keys.contains { bytes.equals(range, $0) }
  }
}
