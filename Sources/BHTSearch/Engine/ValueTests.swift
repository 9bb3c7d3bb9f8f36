internal import BHTrace

/// What values of an attribute may pass one comparison of a filter.
struct ComparisonTest: AttributeTest {
  let comparison: ComparisonOperator
  let literal: SearchValue

  func accepts(
    _ kind: AttributeRecord.Kind, bits: UInt64, _ arena: [UInt8], _ range: ByteRange
  ) -> Bool {
    let record =
      kind.hasRange
      ? AttributeRecord(key: .empty, kind: kind, range: range)
      : AttributeRecord(key: .empty, kind: kind, bits: bits)
    return SearchValue(record, in: arena).holds(comparison, literal)
  }

  func accepts(_ kind: AttributeRecord.Kind) -> Bool {
    if comparison == .notEqualOrMissing { return true }
    switch kind {
    case .string: if case .text = literal { return true }
    case .int, .double: return literal.number != nil || literal.isStatus
    case .bool: if case .bool = literal { return true }
    case .array: return true
    default: return false
    }
    return false
  }

  func exact(_ kind: AttributeRecord.Kind) -> ExactValue? {
    guard comparison == .equal else { return nil }
    switch (kind, literal) {
    case (.string, .text(let text)): return .bytes(text)
    case (.int, .int(let value)), (.int, .duration(let value)): return .int(value)
    case (.int, .float(let value)): return Int64(exactly: value).map { .int($0) }
    default: return nil
    }
  }

  func accepts(_ bounds: NumberBounds) -> Bool {
    guard let number = literal.number else { return true }
    switch bounds {
    case .unknown: return true
    case .none: return false
    case .ints(let range):
      if let exact = literal.integer { return accepts(range.lowerBound, range.upperBound, exact) }
      return accepts(Double(range.lowerBound), Double(range.upperBound), number)
    case .doubles(let range): return accepts(range.lowerBound, range.upperBound, number)
    }
  }

  private func accepts<Number: Comparable>(
    _ least: Number, _ greatest: Number, _ number: Number
  ) -> Bool {
    switch comparison {
    case .equal: least <= number && number <= greatest
    case .less: least < number
    case .lessOrEqual: least <= number
    case .greater: greatest > number
    case .greaterOrEqual: greatest >= number
    case .notEqual, .notEqualOrMissing: true
    }
  }
}

extension SearchValue {
  /// Statuses and kinds are numbers too.
  fileprivate var isStatus: Bool {
    switch self {
    case .status, .kind: true
    default: false
    }
  }
}

/// What values of an attribute may match a pattern.
struct PatternTest: AttributeTest {
  let pattern: RegularExpression
  let isNegated: Bool

  func accepts(
    _ kind: AttributeRecord.Kind, bits: UInt64, _ arena: [UInt8], _ range: ByteRange
  ) -> Bool {
    if kind == .string { return pattern.matches(arena[range.positions]) != isNegated }
    return kind == .array
  }

  func accepts(_ kind: AttributeRecord.Kind) -> Bool { kind == .string || kind == .array }
  func exact(_ kind: AttributeRecord.Kind) -> ExactValue? { nil }
  func accepts(_ bounds: NumberBounds) -> Bool { false }
}

/// Any value.
struct ExistenceTest: AttributeTest {
  func accepts(
    _ kind: AttributeRecord.Kind, bits: UInt64, _ arena: [UInt8], _ range: ByteRange
  ) -> Bool { true }
  func accepts(_ kind: AttributeRecord.Kind) -> Bool { true }
  func exact(_ kind: AttributeRecord.Kind) -> ExactValue? { nil }
  func accepts(_ bounds: NumberBounds) -> Bool { bounds != .none }
}
