import BHTrace

/// What a value looks like: the same for all values that may take each other's place.
enum ValueForm: Hashable, Sendable {
  /// A text with these signs.
  case text([Sign])
  /// An integer of so many digits.
  case integer(digits: Int, isNegative: Bool)

  /// What a place of a text may hold.
  enum Sign: Hashable, Sendable {
    /// This byte only.
    case kept(UInt8)
    case digit
    /// A lower-case hexadecimal digit.
    case hexadecimal
    case lowerCase, upperCase

    /// How many there are.
    var count: UInt64 {
      switch self {
      case .kept: 1
      case .digit: 10
      case .hexadecimal: 16
      case .lowerCase, .upperCase: 26
      }
    }

    /// Number `number` of them.
    func byte(_ number: UInt64) -> UInt8 {
      let step = UInt8(truncatingIfNeeded: number)
      return switch self {
      case .kept(let byte): byte
      case .digit: UInt8(ascii: "0") + step
      case .hexadecimal where step > 9: UInt8(ascii: "a") - 10 + step
      case .hexadecimal: UInt8(ascii: "0") + step
      case .lowerCase: UInt8(ascii: "a") + step
      case .upperCase: UInt8(ascii: "A") + step
      }
    }
  }

  /// The beginning that texts share is only kept where the rest has this many forms.
  private static let enough: UInt64 = 1 << 32
  /// More texts of a form than this are not told apart by number.
  private static let most: UInt64 = 1 << 62

  /// The form of a text whose first `count` bytes stay, if the rest says enough.
  init(text: ArraySlice<UInt8>, keeping count: Int) {
    let count = min(count, text.count)
    let signs = text.prefix(count).map { .kept($0) } + Self.signs(text.dropFirst(count))
    let saysEnough = count == 0 || Self.numbered(signs).limit >= Self.enough
    self = .text(saysEnough ? signs : Self.signs(text))
  }

  /// The form of an integer.
  init(integer: Int64) {
    self = .integer(
      digits: String(integer.magnitude).utf8.count, isNegative: integer < 0)
  }

  /// How many values of this form a number tells apart.
  var limit: UInt64 {
    switch self {
    case .text(let signs): Self.numbered(signs).limit
    case .integer: magnitudes.upperBound - magnitudes.lowerBound + 1
    }
  }

  /// What integers of this form are without their sign; 0 has one digit, and no minus before it.
  var magnitudes: ClosedRange<UInt64> {
    guard case .integer(let digits, let isNegative) = self else { return 0...0 }
    if digits == 1 { return (isNegative ? 1 : 0)...9 }
    let smallest = (1..<digits).reduce(1 as UInt64) { power, _ in power * 10 }
    return smallest...min(smallest * 9 + (smallest - 1), UInt64(Int64.max))
  }

  /// How many signs at the end of a text a number chooses, and how many texts that makes.
  static func numbered(_ signs: [Sign]) -> (signs: Int, limit: UInt64) {
    var limit: UInt64 = 1
    for (place, sign) in signs.reversed().enumerated() {
      if limit > most / sign.count { return (place, limit) }
      limit *= sign.count
    }
    return (signs.count, limit)
  }

  /// Whether `byte` is neither an ASCII letter nor a digit.
  static func isSeparator(_ byte: UInt8) -> Bool {
    if case .kept = sign(byte) { return true }
    return false
  }

  /// The signs of a text. Where all its letters and digits, or those of a word of it, can be
  /// hexadecimal and there are both, they are.
  private static func signs(_ text: ArraySlice<UInt8>) -> [Sign] {
    if isHexadecimal(text) { return text.map(hexadecimal) }
    var signs: [Sign] = []
    signs.reserveCapacity(text.count)
    for word in text.split(omittingEmptySubsequences: false, whereSeparator: isSeparator) {
      signs += word.map(isHexadecimal(word) ? hexadecimal : sign)
      if word.endIndex < text.endIndex { signs.append(.kept(text[word.endIndex])) }
    }
    return signs
  }

  private static func isHexadecimal(_ text: ArraySlice<UInt8>) -> Bool {
    var (hasDigits, hasLetters) = (false, false)
    for byte in text {
      switch sign(byte) {
      case .digit: hasDigits = true
      case .lowerCase where byte <= UInt8(ascii: "f"): hasLetters = true
      case .kept: break
      default: return false
      }
    }
    return hasDigits && hasLetters
  }

  private static func hexadecimal(_ byte: UInt8) -> Sign {
    isSeparator(byte) ? .kept(byte) : .hexadecimal
  }

  private static func sign(_ byte: UInt8) -> Sign {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "a")...UInt8(ascii: "z"): .lowerCase
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): .upperCase
    default: .kept(byte)
    }
  }
}
