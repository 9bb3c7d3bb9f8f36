internal import Glibc

extension SearchValue {
  /// `self op other`: missing where a whole number is divided by zero, and false, as all that does
  /// not fit is, where one of them is no number.
  ///
  /// Two ints give an int, which wraps around; all else is computed in floats, durations as
  /// nanoseconds.
  package func combined(_ op: ArithmeticOperator, _ other: SearchValue) -> SearchValue {
    if case .int(let left) = self, case .int(let right) = other {
      return Self.whole(left, op, right)
    }
    guard let left = number, let right = other.number else { return .bool(false) }
    switch op {
    case .add: return .float(left + right)
    case .subtract: return .float(left - right)
    case .multiply: return .float(left * right)
    case .divide: return .float(left / right)
    case .remainder: return .float(fmod(left, right))
    case .power: return .float(pow(left, right))
    }
  }

  /// The number with the other sign; missing for what is no number.
  package var negated: SearchValue {
    switch self {
    case .int(let value): .int(0 &- value)
    case .duration(let value): .duration(0 &- value)
    case .float(let value): .float(-value)
    default: .missing
    }
  }

  private static func whole(
    _ left: Int64, _ op: ArithmeticOperator, _ right: Int64
  ) -> SearchValue {
    switch op {
    case .add: return .int(left &+ right)
    case .subtract: return .int(left &- right)
    case .multiply: return .int(left &* right)
    case .divide: return right == 0 ? .missing : .int(left.dividedReportingOverflow(by: right).0)
    case .remainder:
      return right == 0 ? .missing : .int(left.remainderReportingOverflow(dividingBy: right).0)
    case .power:
      return right < 0 ? .float(pow(Double(left), Double(right))) : .int(power(left, right))
    }
  }

  private static func power(_ base: Int64, _ exponent: Int64) -> Int64 {
    var (result, square, rest): (Int64, Int64, Int64) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result &* square }
      square = square &* square
      rest >>= 1
    }
    return result
  }
}
