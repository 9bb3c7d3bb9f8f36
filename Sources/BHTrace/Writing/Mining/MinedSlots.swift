/// One field or attribute of a span, event or link that is set, with its value.
struct MinedSlot: Sendable {
  var word: SlotWord
  /// The interned value's number, one of the special ones below, or `none`.
  var value: UInt32
  /// A scalar, or the range in the arena of the span's batch.
  var bits: UInt64

  static let none = UInt32.max
  static let traceID = UInt32.max - 1
  static let spanID = UInt32.max - 2
  static let parentID = UInt32.max - 3
  /// Numbers from here on are special.
  static let special = UInt32.max - 3

  /// Where a value that has bytes lies in the arena of its span's batch.
  @inline(__always)
  var range: ByteRange {
    ByteRange(
      offset: UInt32(truncatingIfNeeded: bits >> 32), count: UInt32(truncatingIfNeeded: bits))
  }

  /// Whether a value that recurs can be a constant of a shape.
  fileprivate var mayBeConstant: Bool { value < Self.special || word.kind?.hasRange != true }

  /// Whether the value is that of `other`, a slot of the same word; for values that may be
  /// constants.
  @inline(__always)
  fileprivate func equals(_ other: MinedSlot) -> Bool {
    value != Self.none ? value == other.value : bits == other.bits
  }
}

/// What a shape is told apart by beside its slots' words.
struct ShapeHead: Sendable, Equatable {
  /// Of a span its operation, of an event its name; else 0.
  var origin: UInt32 = 0
  /// Of a span its status.
  var statusCode: Int32 = 0
  /// Of a span: has a status, has events, has links (1, 2, 4).
  var flags: UInt8 = 0
}

/// Counts shapes, and notes which of their slots always hold the same value.
struct ShapeStats: Sendable {
  /// What is known of one shape.
  private struct Entry {
    var hash: UInt64
    var head: ShapeHead
    var occurrences: Int
    /// Its slots' places in `slots` and `same`.
    var first: Int
    var slotCount: Int
  }

  private var entries: [Entry] = []
  /// The slots of each shape's first occurrence.
  private var slots: [MinedSlot] = []
  /// For each of them whether its value was the same so far.
  private var same: [Bool] = []
  private var table = [UInt32](repeating: free, count: 64)

  private static let free = UInt32.max
  private static let seed = UInt64.random(in: .min ... .max)

  /// The number of different shapes.
  var count: Int { entries.count }

  /// How often `shape` occurs.
  func occurrences(_ shape: Int) -> Int { entries[shape].occurrences }

  func head(_ shape: Int) -> ShapeHead { entries[shape].head }

  /// How many slots `shape` has.
  @inline(__always)
  func slotCount(_ shape: Int) -> Int { entries[shape].slotCount }

  /// Slot number `slot` of the first occurrence of `shape`.
  func slot(_ shape: Int, _ slot: Int) -> MinedSlot { slots[entries[shape].first + slot] }

  /// Whether slot number `slot` of `shape` always had the same value.
  func isConstant(_ shape: Int, _ slot: Int) -> Bool { same[entries[shape].first + slot] }

  /// Counts the shape of `head` and the words of `mined` from `first` on; its number.
  mutating func count(_ head: ShapeHead, _ mined: [MinedSlot], from first: Int) -> UInt32 {
    let (shape, isNew) = number(head, mined, first..<mined.count)
    if isNew {
      for slot in mined[first...] { same.append(slot.mayBeConstant) }
      return UInt32(shape)
    }
    entries[shape].occurrences += 1
    let start = entries[shape].first
    for index in 0..<entries[shape].slotCount where same[start + index] {
      if !slots[start + index].equals(mined[first + index]) { same[start + index] = false }
    }
    return UInt32(shape)
  }

  /// Takes the shapes of `other` in, which counted what follows; for each its number here.
  /// `head` and `slot` say in the numbers used here what is in `other` in its own.
  mutating func adopt(
    _ other: ShapeStats, head: (ShapeHead) -> ShapeHead, slot: (MinedSlot) -> MinedSlot
  ) -> [UInt32] {
    let theirs = other.slots.map(slot)
    return other.entries.map { entry in
      let range = entry.first..<(entry.first + entry.slotCount)
      let (shape, isNew) = number(head(entry.head), theirs, range)
      if isNew {
        entries[shape].occurrences = entry.occurrences
        same.append(contentsOf: other.same[range])
        return UInt32(shape)
      }
      entries[shape].occurrences += entry.occurrences
      let start = entries[shape].first
      for index in 0..<entry.slotCount where same[start + index] {
        same[start + index] =
          other.same[entry.first + index]
          && slots[start + index].equals(theirs[entry.first + index])
      }
      return UInt32(shape)
    }
  }

  /// The number of the shape of `head` and the words of `mined` in `range`. A new one counts as
  /// seen once, and `same` still lacks its slots.
  private mutating func number(
    _ head: ShapeHead, _ mined: [MinedSlot], _ range: Range<Int>
  ) -> (shape: Int, isNew: Bool) {
    var hash = ByteComparison.mix(
      Self.seed ^ UInt64(head.origin) << 32 ^ UInt64(UInt32(bitPattern: head.statusCode)))
    hash ^= UInt64(head.flags)
    for index in range {
      hash = ByteComparison.mix(hash ^ UInt64(mined[index].word.rawValue))
    }
    hash = ByteComparison.mix(hash ^ UInt64(range.count))
    let mask = table.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while table[place] != Self.free {
      let shape = Int(table[place])
      if entries[shape].hash == hash && entries[shape].head == head
        && hasWords(shape, mined, range)
      {
        return (shape, false)
      }
      place = (place + 1) & mask
    }
    table[place] = UInt32(entries.count)
    entries.append(
      Entry(
        hash: hash, head: head, occurrences: 1, first: slots.count, slotCount: range.count))
    slots.append(contentsOf: mined[range])
    if entries.count * 2 > table.count { grow() }
    return (entries.count - 1, true)
  }

  @inline(__always)
  private func hasWords(_ shape: Int, _ mined: [MinedSlot], _ range: Range<Int>) -> Bool {
    guard entries[shape].slotCount == range.count else { return false }
    let first = entries[shape].first
    for index in 0..<range.count
    where slots[first + index].word != mined[range.lowerBound + index].word {
      return false
    }
    return true
  }

  private mutating func grow() {
    table = Array(repeating: Self.free, count: table.count * 2)
    let mask = table.count - 1
    for (number, entry) in entries.enumerated() {
      var place = Int(truncatingIfNeeded: entry.hash) & mask
      while table[place] != Self.free { place = (place + 1) & mask }
      table[place] = UInt32(number)
    }
  }
}
