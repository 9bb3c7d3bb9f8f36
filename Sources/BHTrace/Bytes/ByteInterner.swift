/// Gives equal byte strings the same dense number, in the order of their first appearance.
///
/// Compares bytes, never Swift strings, which would merge canonically equal spellings. The seed
/// of its hash differs from run to run, so that no input can be made to collide; the numbers do
/// not depend on it.
struct ByteInterner: Sendable {
  /// The bytes of all strings, end to end.
  private(set) var arena: [UInt8] = []
  /// Where each string lies in `arena`.
  private(set) var ranges: [ByteRange] = []
  private var hashes: [UInt64] = []
  private var tags: [UInt32] = []
  private var slots: [UInt32]
  private let seed: UInt64

  private static let free = UInt32.max
  private static let processSeed = UInt64.random(in: .min ... .max)

  /// An empty table.
  init() {
    slots = Array(repeating: Self.free, count: 64)
    seed = Self.processSeed
  }

  /// The number of different strings.
  var count: Int { ranges.count }

  /// The number of the string at `range` of `source`, a new one where it was not seen before.
  /// Strings with different tags are different.
  mutating func intern(_ source: [UInt8], _ range: ByteRange, tag: UInt32 = 0) -> Int {
    let hash = hash(source, range, tag)
    let slot = find(source, range, hash, tag)
    if slots[slot] != Self.free { return Int(slots[slot]) }
    let number = ranges.count
    slots[slot] = UInt32(number)
    ranges.append(ByteRange(arena.count, Int(range.count)))
    hashes.append(hash)
    tags.append(tag)
    arena.append(contentsOf: source[range.positions])
    if ranges.count * 2 > slots.count { grow() }
    return number
  }

  /// The number of `bytes`, a new one where they were not seen before.
  mutating func intern(_ bytes: [UInt8]) -> Int { intern(bytes, ByteRange(0, bytes.count)) }

  /// The number of the string at `range` of `source`, or nil where it was not interned.
  func lookUp(_ source: [UInt8], _ range: ByteRange, tag: UInt32 = 0) -> Int? {
    let slot = find(source, range, hash(source, range, tag), tag)
    return slots[slot] == Self.free ? nil : Int(slots[slot])
  }

  /// The tag string `number` was interned with.
  func tag(_ number: Int) -> UInt32 { tags[number] }

  /// The bytes of string `number`.
  func bytes(_ number: Int) -> [UInt8] { Array(arena[ranges[number].positions]) }

  @inline(__always)
  private func hash(_ source: [UInt8], _ range: ByteRange, _ tag: UInt32) -> UInt64 {
    ByteComparison.hash(source, range, seed: seed &+ UInt64(tag) &* 0x9FB2_1C65_1E98_DF25)
  }

  @inline(__always)
  private func find(
    _ source: [UInt8], _ range: ByteRange, _ hash: UInt64, _ tag: UInt32
  ) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != Self.free {
      let candidate = Int(slots[slot])
      if hashes[candidate] == hash && tags[candidate] == tag
        && ByteComparison.equal(arena, ranges[candidate], source, range)
      {
        break
      }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: Self.free, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != Self.free { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number)
    }
  }
}
