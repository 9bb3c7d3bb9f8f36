/// Numbers the different values of int words, of each word up to a limit: one with more is given up.
struct IntegerValues: Sendable {
  struct Value: Sendable, Equatable {
    /// The key's number, that of a field of the model included.
    var key: UInt32
    var value: Int64
  }

  /// The values in the order of their first appearance, those of words given up later included.
  private(set) var values: [Value] = []
  /// For each key how many values it has, or `givenUp`.
  private var counts: [UInt16]
  private var table = [UInt32](repeating: free, count: 256)

  private static let free = UInt32.max
  private static let givenUp = UInt16.max
  /// No input can be made to collide.
  private static let seed = UInt64.random(in: .min ... .max)

  /// Nothing yet, of `keys` keys, those that are fields of the model included.
  init(keys: Int) { counts = [UInt16](repeating: 0, count: keys) }

  /// Whether the word with `key` has more values than the limit.
  func isGivenUp(_ key: Int) -> Bool { counts[key] == Self.givenUp }

  /// Whether values of the word with `key` were numbered, and all of them.
  func isComplete(_ key: Int) -> Bool { counts[key] > 0 && counts[key] != Self.givenUp }

  /// Gives up the word with `key`, whatever number of values it has.
  mutating func giveUp(_ key: Int) { counts[key] = Self.givenUp }

  /// The number of `value`, a new one where it was not seen before; nil where its word is given up.
  @inline(__always)
  mutating func number(_ value: Value) -> Int? {
    if counts[Int(value.key)] == Self.givenUp { return nil }
    let mask = table.count - 1
    var place = Self.place(value) & mask
    while table[place] != Self.free {
      if values[Int(table[place])] == value { return Int(table[place]) }
      place = (place + 1) & mask
    }
    if Int(counts[Int(value.key)]) == Postings.mostIntegers {
      counts[Int(value.key)] = Self.givenUp
      return nil
    }
    counts[Int(value.key)] += 1
    table[place] = UInt32(values.count)
    values.append(value)
    if values.count * 2 > table.count { grow() }
    return values.count - 1
  }

  @inline(__always)
  private static func place(_ value: Value) -> Int {
    Int(
      truncatingIfNeeded: ByteComparison.mix(
        ByteComparison.mix(UInt64(bitPattern: value.value) ^ seed) ^ UInt64(value.key)))
  }

  private mutating func grow() {
    table = [UInt32](repeating: Self.free, count: table.count * 2)
    let mask = table.count - 1
    for (number, value) in values.enumerated() {
      var place = Self.place(value) & mask
      while table[place] != Self.free { place = (place + 1) & mask }
      table[place] = UInt32(number)
    }
  }
}
