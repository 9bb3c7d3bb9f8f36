/// Numbers byte strings like `ByteInterner`, faster where they come in sequences that recur, as
/// the keys of attributes do: it first looks at what followed the same string the last time.
struct SequenceInterner: Sendable {
  /// The strings.
  private(set) var strings = ByteInterner()
  /// For each string and for the begin (at 0) the number of what came after it last, plus 1.
  private var following = [0]
  private var last = 0

  /// The number of different strings.
  var count: Int { strings.count }

  /// The number of the string at `range` of `source`, a new one where it was not seen before.
  @inline(__always)
  mutating func intern(_ source: [UInt8], _ range: ByteRange) -> Int {
    let guess = following[last]
    if guess > 0 && strings.holds(guess - 1, source, range) {
      last = guess
      return guess - 1
    }
    return internUnexpected(source, range)
  }

  @inline(never)
  private mutating func internUnexpected(_ source: [UInt8], _ range: ByteRange) -> Int {
    let number = strings.intern(source, range)
    if number + 1 == following.count { following.append(0) }
    following[last] = number + 1
    last = number + 1
    return number
  }

  /// Takes the strings of `other` in; for each its number here.
  mutating func adopt(_ other: SequenceInterner) -> [UInt32] {
    let numbers = strings.adopt(other.strings) { $0 }
    while following.count <= strings.count { following.append(0) }
    return numbers
  }
}
