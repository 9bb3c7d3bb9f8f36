/// Builds a stream of bits, the least significant bit of each byte first.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingBits = 0

  /// Appends the low `count` bits of `value`, which has no others; `count` is 0...64.
  @inline(__always)
  mutating func append(_ value: UInt64, _ count: Int) {
    if count > 32 {
      appendShort(value & 0xFFFF_FFFF, 32)
      appendShort(value >> 32, count - 32)
    } else {
      appendShort(value, count)
    }
  }

  @inline(__always)
  private mutating func appendShort(_ value: UInt64, _ count: Int) {
    // At most 7 bits are pending, and at most 32 are added.
    pending |= value << UInt64(pendingBits)
    pendingBits += count
    while pendingBits >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingBits -= 8
    }
  }

  /// Fills the last byte up with zeros.
  mutating func finish() {
    if pendingBits > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    pending = 0
    pendingBits = 0
  }
}

/// Reads a stream of bits, the least significant bit of each byte first. Behind the end lie
/// zeros: whoever reads asks at the end whether all of it was there.
struct BitReader: ~Escapable {
  private let bytes: RawSpan
  /// The bits read.
  private(set) var position: Int

  /// Reads `bytes` from the bit `position` on.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// The next bits, the first one lowest; at least 57 of them.
  @inline(__always)
  var next: UInt64 {
    let byte = position >> 3
    if byte + 8 <= bytes.byteCount { return bytes.word(at: byte) >> UInt64(position & 7) }
    return nextNearEnd
  }

  private var nextNearEnd: UInt64 {
    var word: UInt64 = 0
    var index = bytes.byteCount - 1
    while index >= position >> 3 {
      word = word << 8 | UInt64(bytes.byte(at: index))
      index -= 1
    }
    return word >> UInt64(position & 7)
  }

  /// Steps over `count` bits.
  @inline(__always)
  @_lifetime(self: copy self)
  mutating func skip(_ count: Int) { position += count }

  /// Whether just the last byte's filling is left, and is zero.
  var isAtEnd: Bool { (position + 7) >> 3 == bytes.byteCount && next == 0 }
}
