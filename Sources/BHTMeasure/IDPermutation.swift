import BHTrace

/// A one-to-one mapping of the ids of each length to ids of that length.
///
/// No table is needed for the same id to become the same new one wherever it comes.
struct IDPermutation: Sendable {
  let key: UInt64

  /// Writes what the id at `range` of `source` becomes to `arena`, from `offset` on.
  func apply(
    to range: ByteRange, of source: [UInt8], writingTo arena: inout [UInt8], at offset: Int
  ) {
    let (first, count) = (Int(range.offset), Int(range.count))
    if count == 8 {
      Self.put(mix(Self.word(source, at: first)), to: &arena, at: offset)
    } else if count >= 16 {
      // Two halves, each mixed into the other (a Feistel network); what is beyond stays.
      var (left, right) = (Self.word(source, at: first), Self.word(source, at: first + 8))
      for _ in 0..<2 {
        left ^= mix(right)
        right ^= mix(left)
      }
      Self.put(left, to: &arena, at: offset)
      Self.put(right, to: &arena, at: offset + 8)
      for index in 16..<count { arena[offset + index] = source[first + index] }
    } else {
      // Each byte depends on those before it: different ids differ in the first byte they did.
      var state = key
      for index in 0..<count {
        state = SplitMix64.mix(state)
        let old = source[first + index]
        arena[offset + index] = old &+ UInt8(truncatingIfNeeded: state >> 32)
        state &+= UInt64(old)
      }
    }
  }

  private func mix(_ word: UInt64) -> UInt64 { SplitMix64.mix(SplitMix64.mix(word ^ key)) }

  private static func word(_ bytes: [UInt8], at offset: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in offset..<(offset + 8) { word = word << 8 | UInt64(bytes[index]) }
    return word
  }

  private static func put(_ word: UInt64, to bytes: inout [UInt8], at offset: Int) {
    for index in 0..<8 {
      bytes[offset + index] = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * index))
    }
  }
}
