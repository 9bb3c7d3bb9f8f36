/// Gives equal byte strings the same dense number, in the order of their first appearance.
///
/// Compares bytes, never Swift strings, which would merge canonically equal spellings. The seed
/// of its hash differs from run to run, so that no input can be made to collide; the numbers do
/// not depend on it.
package struct ByteInterner: Sendable {
  /// One string: what is compared before its bytes are, in one cache line.
  private struct Entry {
    var hash: UInt64
    var range: ByteRange
    var tag: UInt32
  }

  /// The bytes of all strings, end to end.
  package private(set) var arena: [UInt8] = []
  private var entries: [Entry] = []
  /// For each place of the table the upper half of the hash and the number of its string, so that
  /// most strings that are others are told apart without a look at them.
  private var slots: [UInt64]
  private let seed: UInt64

  private static let free = UInt64.max
  private static let processSeed = UInt64.random(in: .min ... .max)

  /// An empty table.
  package init() {
    slots = Array(repeating: Self.free, count: 64)
    seed = Self.processSeed
  }

  /// The number of different strings.
  package var count: Int { entries.count }

  /// Where string `number` lies in `arena`.
  @inline(__always)
  package func range(_ number: Int) -> ByteRange { entries[number].range }

  /// The number of the string at `range` of `source`, a new one where it was not seen before.
  /// Strings with different tags are different.
  package mutating func intern(_ source: [UInt8], _ range: ByteRange, tag: UInt32 = 0) -> Int {
    intern(source, range, tag, hash(source, range, tag))
  }

  private mutating func intern(
    _ source: [UInt8], _ range: ByteRange, _ tag: UInt32, _ hash: UInt64
  ) -> Int {
    let slot = find(source, range, hash, tag)
    if slots[slot] != Self.free { return Int(slots[slot] & 0xFFFF_FFFF) }
    let number = entries.count
    slots[slot] = Self.slot(hash, number)
    entries.append(
      Entry(hash: hash, range: ByteRange(arena.count, Int(range.count)), tag: tag))
    arena.append(source.rawSpan, range.positions)
    if entries.count * 2 > slots.count { grow() }
    return number
  }

  /// The number of `bytes`, a new one where they were not seen before.
  package mutating func intern(_ bytes: [UInt8]) -> Int { intern(bytes, ByteRange(0, bytes.count)) }

  /// The number of the string at `range` of `source`, or nil where it was not interned.
  package func lookUp(_ source: [UInt8], _ range: ByteRange, tag: UInt32 = 0) -> Int? {
    let slot = find(source, range, hash(source, range, tag), tag)
    return slots[slot] == Self.free ? nil : Int(slots[slot] & 0xFFFF_FFFF)
  }

  /// Takes the strings of `other` in, in their order; for each its number here. `tag` makes a
  /// string's tag there the one it has here.
  package mutating func adopt(_ other: ByteInterner, tag: (UInt32) -> UInt32) -> [UInt32] {
    other.entries.map { entry in
      let tag = tag(entry.tag)
      // All tables of a process share their seed.
      let hash = tag == entry.tag ? entry.hash : hash(other.arena, entry.range, tag)
      return UInt32(intern(other.arena, entry.range, tag, hash))
    }
  }

  /// Whether string `number` is the one at `range` of `source`; its tag is not looked at.
  @inline(__always)
  package func holds(_ number: Int, _ source: [UInt8], _ range: ByteRange) -> Bool {
    ByteComparison.equal(arena, entries[number].range, source, range)
  }

  /// The tag string `number` was interned with.
  package func tag(_ number: Int) -> UInt32 { entries[number].tag }

  /// The bytes of string `number`.
  package func bytes(_ number: Int) -> [UInt8] { Array(arena[entries[number].range.positions]) }

  @inline(__always)
  private func hash(_ source: [UInt8], _ range: ByteRange, _ tag: UInt32) -> UInt64 {
    ByteComparison.hash(source, range, seed: seed &+ UInt64(tag) &* 0x9FB2_1C65_1E98_DF25)
  }

  /// What a place of the table says of string `number`.
  @inline(__always)
  private static func slot(_ hash: UInt64, _ number: Int) -> UInt64 {
    hash & ~0xFFFF_FFFF | UInt64(UInt32(truncatingIfNeeded: number))
  }

  @inline(__always)
  private func find(
    _ source: [UInt8], _ range: ByteRange, _ hash: UInt64, _ tag: UInt32
  ) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != Self.free {
      if (slots[slot] ^ hash) >> 32 == 0 {
        let candidate = entries[Int(slots[slot] & 0xFFFF_FFFF)]
        if candidate.hash == hash && candidate.tag == tag
          && ByteComparison.equal(arena, candidate.range, source, range)
        {
          break
        }
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: Self.free, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] != Self.free { slot = (slot + 1) & mask }
      slots[slot] = Self.slot(entry.hash, number)
    }
  }
}
