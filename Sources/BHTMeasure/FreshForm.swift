import BHTrace

/// The values of one form in the order of a seed: each number below its limit is another one.
struct FreshForm: Sendable {
  /// How many values of this form the source has.
  private(set) var valueCount: UInt64 = 0
  private let form: ValueForm
  private let signs: [ValueForm.Sign]
  /// How many signs at the end of a text follow from the number itself.
  private let numberedCount: Int
  private let permutation: NumberPermutation

  /// The values of `form`; other keys give them other numbers.
  init(_ form: ValueForm, key: UInt64) {
    self.form = form
    signs = if case .text(let signs) = form { signs } else { [] }
    numberedCount = ValueForm.numbered(signs).signs
    permutation = NumberPermutation(limit: form.limit, key: key)
  }

  /// Counts a value of the source; how many there were before.
  mutating func count() -> UInt64 {
    valueCount += 1
    return valueCount - 1
  }

  /// Writes text `number` over that at `offset` of `texts`.
  func write(_ number: UInt64, to texts: inout [UInt8], at offset: Int) {
    var rest = permutation.apply(to: number)
    // The signs in front of those that tell the texts apart may be any.
    var random = SplitMix64(seed: SplitMix64.mix(permutation.key ^ number))
    let firstNumbered = signs.count - numberedCount
    for place in signs.indices.reversed() {
      let sign = signs[place]
      if place >= firstNumbered {
        let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: sign.count)
        texts[offset + place] = sign.byte(remainder)
        rest = quotient
      } else {
        texts[offset + place] = sign.byte(UInt64(random.below(Int(sign.count))))
      }
    }
  }

  /// Integer `number`, as the bits of an attribute.
  func integer(_ number: UInt64) -> UInt64 {
    guard case .integer(_, let isNegative) = form else { return 0 }
    let magnitude = form.magnitudes.lowerBound + permutation.apply(to: number)
    return isNegative ? 0 &- magnitude : magnitude
  }
}

/// A one-to-one mapping of the numbers below a limit.
struct NumberPermutation: Sendable {
  let key: UInt64
  private let limit: UInt64
  private let halfWidth: UInt64

  /// A mapping of 0..<`limit`, which is 1 or more.
  init(limit: UInt64, key: UInt64) {
    self.key = key
    self.limit = limit
    halfWidth = UInt64(64 - (limit - 1).leadingZeroBitCount + 1) / 2
  }

  /// What `number` becomes; numbers from the limit on start again at 0.
  func apply(to number: UInt64) -> UInt64 {
    // A Feistel network maps the numbers of twice `halfWidth` bits, fewer than four times as many
    // as there are; what falls outside is mapped again until it does not.
    let mask: UInt64 = (1 << halfWidth) - 1
    var mapped = number % limit
    repeat {
      var (left, right) = (mapped >> halfWidth, mapped & mask)
      for round in 1...4 as ClosedRange<UInt64> {
        (left, right) = (
          right, left ^ SplitMix64.mix(key &+ round &* SplitMix64.step ^ right) & mask
        )
      }
      mapped = left << halfWidth | right
    } while mapped >= limit
    return mapped
  }
}
