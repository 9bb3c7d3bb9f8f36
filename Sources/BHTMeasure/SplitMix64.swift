import BHTrace

/// Random numbers by a seed: the same ones on every platform and in every run.
///
/// Steele, Lea and Flood's SplitMix64. Not for anything that has to be unpredictable.
struct SplitMix64: Sendable {
  private var state: UInt64

  /// The step between states, which is also good for making seeds of small numbers.
  static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The numbers of `seed`.
  init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mix(state)
  }

  /// A number of 0..<`limit`, which is 1 or more.
  mutating func below(_ limit: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(limit)).high)
  }

  /// A number of `range`.
  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.count)
  }

  /// One of the elements of `choices`, which must not be empty.
  mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

  /// Spreads every bit of `value` over the result; different values have different results.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
