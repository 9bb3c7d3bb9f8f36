/// A 128-bit digest of a sequence of numbers and byte runs.
///
/// Equal sequences give equal digests in every process. Two lanes of 64-bit products: strong
/// against chance, not against someone who looks for a collision.
package struct Digest128: Sendable, Hashable, Comparable {
  /// The first lane.
  package var high: UInt64
  /// The second lane.
  package var low: UInt64

  /// The digest of nothing.
  init() {
    high = 0x2D35_8DCC_AA6C_78A5
    low = 0x8BB8_4B93_962E_ACC9
  }

  package static func < (left: Digest128, right: Digest128) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }

  /// Takes in a number.
  @inline(__always)
  mutating func absorb(_ word: UInt64) {
    let first = (high ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    let second = (low ^ word ^ 0x4B33_A62E_D433_D4A3).multipliedFullWidth(
      by: 0xD6E8_FEB8_6659_FD93)
    high = first.high ^ first.low
    low = (second.high ^ second.low) &+ word
  }

  /// Takes in a number.
  @inline(__always)
  mutating func absorb(_ number: Int) { absorb(UInt64(truncatingIfNeeded: number)) }

  /// Takes in another digest.
  @inline(__always)
  mutating func absorb(_ other: Digest128) {
    absorb(other.high)
    absorb(other.low)
  }

  /// Takes in the length and the bytes of the run `run` of `arena`.
  @inline(__always)
  mutating func absorb(_ run: ByteRange, of arena: [UInt8]) {
    absorb(UInt64(run.count))
    if run.isEmpty { return }
    unsafe arena.withUnsafeBytes { all in
      unsafe absorb(UnsafeRawBufferPointer(rebasing: all[run.positions]))
    }
  }

  // The last word overlaps the one before: the length is known, so nothing is ambiguous.
  @inline(__always)
  private mutating func absorb(_ bytes: UnsafeRawBufferPointer) {
    let count = bytes.count
    if count >= 8 {
      var index = 0
      while index + 8 < count {
        absorb(unsafe word(bytes, index))
        index += 8
      }
      absorb(unsafe word(bytes, count - 8))
    } else if count >= 4 {
      let first = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let last = unsafe bytes.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
      absorb(UInt64(UInt32(littleEndian: first)) << 32 | UInt64(UInt32(littleEndian: last)))
    } else {
      let first = unsafe UInt64(bytes[0])
      let middle = unsafe UInt64(bytes[count / 2])
      let last = unsafe UInt64(bytes[count - 1])
      absorb(first << 16 | middle << 8 | last)
    }
  }

  @inline(__always)
  private func word(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
    UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
  }

  /// The digest with every bit of both lanes spread over both.
  @inline(__always)
  var finished: Digest128 {
    var result = self
    result.high = ByteComparison.mix(high ^ (low << 32 | low >> 32))
    result.low = ByteComparison.mix(low &+ result.high)
    return result
  }
}
