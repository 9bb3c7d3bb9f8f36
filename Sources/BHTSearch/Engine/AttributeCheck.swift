internal import BHTrace

/// One comparison of an attribute of spans with a literal, checked without making values.
struct AttributeCheck: Sendable {
  /// What is compared with.
  enum Test: Sendable {
    case text(ComparisonOperator, [UInt8])
    case number(ComparisonOperator, SearchValue)
    case bool(isEqual: Bool, Bool)
    case pattern(RegularExpression, isNegated: Bool)
  }

  /// The field's number.
  let field: Int
  private let test: Test

  /// The check of `term`; nil where it is not of this form.
  init?(_ term: Term, _ fields: [TermFields.Field]) {
    switch term {
    case .comparison(let comparison, .field(let field), .literal(let value)):
      guard comparison != .notEqualOrMissing, fields[field].attribute?.scope == .span else {
        return nil
      }
      self.field = field
      switch value {
      case .text(let text): test = .text(comparison, text)
      case .int, .float, .duration: test = .number(comparison, value)
      case .bool(let isTrue):
        guard comparison == .equal || comparison == .notEqual else { return nil }
        test = .bool(isEqual: comparison == .equal, isTrue)
      default: return nil
      }
    case .matches(.field(let field), let pattern):
      guard fields[field].attribute?.scope == .span else { return nil }
      self.field = field
      test = .pattern(pattern, isNegated: false)
    case .matchesNot(.field(let field), let pattern):
      guard fields[field].attribute?.scope == .span else { return nil }
      self.field = field
      test = .pattern(pattern, isNegated: true)
    default: return nil
    }
  }

  /// Whether `record` passes.
  func holds(_ record: AttributeRecord, _ arena: [UInt8]) -> Bool {
    switch (test, record.kind) {
    case (.text(let comparison, let text), .string):
      let own = arena[record.range.positions]
      switch comparison {
      case .equal: return own.elementsEqual(text)
      case .notEqual, .notEqualOrMissing: return !own.elementsEqual(text)
      case .less: return own.lexicographicallyPrecedes(text)
      case .lessOrEqual: return !text.lexicographicallyPrecedes(own)
      case .greater: return text.lexicographicallyPrecedes(own)
      case .greaterOrEqual: return !own.lexicographicallyPrecedes(text)
      }
    case (.number(let comparison, let literal), .int):
      let own = Int64(bitPattern: record.bits)
      if let whole = literal.integer { return SearchValue.compare(own, comparison, whole) }
      return SearchValue.compare(Double(own), comparison, literal.number ?? .nan)
    case (.number(let comparison, let literal), .double):
      return SearchValue.compare(
        Double(bitPattern: record.bits), comparison, literal.number ?? .nan)
    case (.bool(let isEqual, let wanted), .bool): return ((record.bits != 0) == wanted) == isEqual
    case (.pattern(let pattern, let isNegated), .string):
      return pattern.matches(arena[record.range.positions]) != isNegated
    case (_, .array): return holds(SearchValue(record, in: arena))
    default: return false
    }
  }

  private func holds(_ value: SearchValue) -> Bool {
    switch test {
    case .text(let comparison, let text): value.holds(comparison, .text(text))
    case .number(let comparison, let literal): value.holds(comparison, literal)
    case .bool(let isEqual, let wanted): value.holds(isEqual ? .equal : .notEqual, .bool(wanted))
    case .pattern(let pattern, let isNegated):
      isNegated ? value.matchesNot(pattern) : value.matches(pattern)
    }
  }
}
