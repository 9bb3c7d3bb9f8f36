internal import CChecksum

/// CRC-32C (Castagnoli): polynomial 0x1EDC6F41 reflected, initial value and final XOR all ones.
///
/// The check value over the nine ASCII digits "123456789" is 0xE3069283. Source: RFC 3720,
/// appendix B.4. Where the processor has no instruction for it, eight table look-ups take eight bytes
/// at a time.
package enum Checksum {
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for index in 0..<256 {
      var value = UInt32(index)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
      tables[index] = value
    }
    for index in 0..<256 {
      for table in 1..<8 {
        let previous = tables[(table - 1) * 256 + index]
        tables[table * 256 + index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
      }
    }
    return tables
  }()

  /// The checksum of `bytes`.
  package static func crc32c(_ bytes: [UInt8]) -> UInt32 { crc32c(bytes.rawSpan) }

  /// The checksum of the bytes of `range`, which has to lie inside `bytes`.
  package static func crc32c(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    crc32c(bytes.rawSpan.extracting(range))
  }

  private static let hasInstruction = bht_has_crc32c() != 0

  /// The checksum of `bytes`. O(n), about a byte a nanosecond or faster.
  package static func crc32c(_ bytes: RawSpan) -> UInt32 {
    if !hasInstruction { return crc32cByTable(bytes) }
    return unsafe bytes.withUnsafeBytes { unsafe ~bht_crc32c(.max, $0.baseAddress, $0.count) }
  }

  /// The same with tables alone.
  static func crc32cByTable(_ bytes: RawSpan) -> UInt32 {
    let table = tables.span
    var crc = UInt32.max
    var index = 0
    // Of table n the entries n · 256 to n · 256 + 255 are asked for, of 8 · 256 there are.
    @inline(__always) func entry(_ number: Int, _ byte: UInt32) -> UInt32 {
      unsafe table[unchecked: number &* 256 &+ Int(byte & 0xFF)]
    }
    while index + 8 <= bytes.byteCount {
      let word = bytes.word(at: index) ^ UInt64(crc)
      let low = UInt32(truncatingIfNeeded: word)
      let high = UInt32(truncatingIfNeeded: word >> 32)
      crc =
        entry(7, low) ^ entry(6, low >> 8) ^ entry(5, low >> 16) ^ entry(4, low >> 24)
        ^ entry(3, high) ^ entry(2, high >> 8) ^ entry(1, high >> 16) ^ entry(0, high >> 24)
      index += 8
    }
    while index < bytes.byteCount {
      crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes.byte(at: index))) & 0xFF)]
      index += 1
    }
    return ~crc
  }

  private static let table16: [UInt16] = (0..<256).map { index in
    var value = UInt16(index) << 8
    for _ in 0..<8 { value = value & 0x8000 != 0 ? value << 1 ^ 0x1021 : value << 1 }
    return value
  }

  /// CRC-16/IBM-3740 of `bytes`: polynomial 0x1021, initial value all ones, not reflected; of
  /// "123456789" it is 0x29B1. Finds every error inside 16 bits in a row, so it does for pieces of
  /// a few dozen bytes.
  static func crc16(_ bytes: RawSpan) -> UInt16 {
    let table = table16.span
    var crc = UInt16.max
    for index in 0..<bytes.byteCount {
      crc = crc << 8 ^ table[Int(crc >> 8 ^ UInt16(bytes.byte(at: index)))]
    }
    return crc
  }
}
