/// What is asked of a span, with names as numbers: what a question's filters, groups and sums are
/// computed from.
indirect enum Term: Sendable {
  case literal(SearchValue)
  /// A field, by its number in `TermFields`.
  case field(Int)
  case not(Term)
  case negative(Term)
  case all([Term])
  case any([Term])
  case comparison(ComparisonOperator, Term, Term)
  case arithmetic(ArithmeticOperator, Term, Term)
  /// `a ^ b` as Tempo computes it: of two ints `b ^ a`.
  case reversedPower(Term, Term)
  case matches(Term, RegularExpression)
  case matchesNot(Term, RegularExpression)
  case exists(Term)
  case missing(Term)
}

/// What a term takes from a span.
protocol FieldSource {
  /// The value of field number `field`; nil where it is not known.
  func value(_ field: Int) -> SearchValue?
  /// Whether `field` compares so with `literal`, where that is known without making a value; else nil.
  func holds(_ field: Int, _ comparison: ComparisonOperator, _ literal: SearchValue) -> Bool?
  /// Whether the span has no value of `field`; nil where that is not known.
  func isMissing(_ field: Int) -> Bool?
}

extension FieldSource {
  func holds(_ field: Int, _ comparison: ComparisonOperator, _ literal: SearchValue) -> Bool? {
    nil
  }

  func isMissing(_ field: Int) -> Bool? { value(field)?.isMissing }
}

extension Term {
  /// The value for a span; nil where it depends on what is not known.
  func value(of span: some FieldSource) -> SearchValue? {
    switch self {
    case .literal(let value): return value
    case .field(let number): return span.value(number)
    case .not(let part):
      guard let value = part.value(of: span) else { return nil }
      if case .bool(let isTrue) = value { return .bool(!isTrue) }
      return .missing
    case .negative(let part): return part.value(of: span)?.negated
    case .all(let parts):
      var isKnown = true
      for part in parts {
        guard let value = part.value(of: span) else {
          isKnown = false
          continue
        }
        if !value.isTrue { return .bool(false) }
      }
      return isKnown ? .bool(true) : nil
    case .any(let parts):
      var isKnown = true
      for part in parts {
        guard let value = part.value(of: span) else {
          isKnown = false
          continue
        }
        if value.isTrue { return .bool(true) }
      }
      return isKnown ? .bool(false) : nil
    case .comparison(let comparison, let left, let right):
      if case .field(let field) = left, case .literal(let literal) = right,
        let holds = span.holds(field, comparison, literal)
      {
        return .bool(holds)
      }
      let (a, b) = (left.value(of: span), right.value(of: span))
      if let a, let b { return .bool(a.holds(comparison, b)) }
      // Nothing compares with what is not there.
      if comparison != .notEqualOrMissing, a?.isMissing ?? false || b?.isMissing ?? false {
        return .bool(false)
      }
      return nil
    case .arithmetic(let operation, let left, let right):
      guard let a = left.value(of: span), let b = right.value(of: span) else { return nil }
      return a.combined(operation, b)
    case .reversedPower(let left, let right):
      guard let a = left.value(of: span), let b = right.value(of: span) else { return nil }
      if case (.int, .int) = (a, b) { return b.combined(.power, a) }
      return a.combined(.power, b)
    case .matches(let part, let pattern):
      return part.value(of: span).map { .bool($0.matches(pattern)) }
    case .matchesNot(let part, let pattern):
      return part.value(of: span).map { .bool($0.matchesNot(pattern)) }
    case .exists(let part): return part.value(of: span).map { .bool(!$0.isMissing) }
    case .missing(.field(let field)): return span.isMissing(field).map { .bool($0) }
    case .missing(let part): return part.value(of: span).map { .bool($0.isMissing) }
    }
  }

  /// The term with all that is known put in.
  func simplified(by known: some FieldSource) -> Term {
    if let value = value(of: known) { return .literal(value) }
    switch self {
    case .literal, .field: return self
    case .not(let part): return .not(part.simplified(by: known))
    case .negative(let part): return .negative(part.simplified(by: known))
    case .all(let parts):
      // Those that hold need not be asked again.
      let left = parts.filter { !($0.value(of: known)?.isTrue ?? false) }
      return left.count == 1 && left[0].isBool
        ? left[0].simplified(by: known) : .all(left.map { $0.simplified(by: known) })
    case .any(let parts):
      let left = parts.filter { $0.value(of: known) == nil }
      return left.count == 1 && left[0].isBool
        ? left[0].simplified(by: known) : .any(left.map { $0.simplified(by: known) })
    case .comparison(let comparison, let left, let right):
      return .comparison(comparison, left.simplified(by: known), right.simplified(by: known))
    case .arithmetic(let operation, let left, let right):
      return .arithmetic(operation, left.simplified(by: known), right.simplified(by: known))
    case .reversedPower(let left, let right):
      return .reversedPower(left.simplified(by: known), right.simplified(by: known))
    case .matches(let part, let pattern): return .matches(part.simplified(by: known), pattern)
    case .matchesNot(let part, let pattern):
      return .matchesNot(part.simplified(by: known), pattern)
    case .exists(let part): return .exists(part.simplified(by: known))
    case .missing(let part): return .missing(part.simplified(by: known))
    }
  }

  /// Whether the value is true or false, whatever a span has.
  private var isBool: Bool {
    switch self {
    case .all, .any, .comparison, .matches, .matchesNot, .exists, .missing: true
    case .not(let part): part.isBool
    case .literal(let value): if case .bool = value { true } else { false }
    case .field, .negative, .arithmetic, .reversedPower: false
    }
  }

  /// Calls `body` with the number of every field.
  func forEachField(_ body: (Int) -> Void) {
    switch self {
    case .literal: break
    case .field(let number): body(number)
    case .not(let part), .negative(let part), .matches(let part, _), .matchesNot(let part, _),
      .exists(let part), .missing(let part):
      part.forEachField(body)
    case .all(let parts), .any(let parts): for part in parts { part.forEachField(body) }
    case .comparison(_, let left, let right), .arithmetic(_, let left, let right),
      .reversedPower(let left, let right):
      left.forEachField(body)
      right.forEachField(body)
    }
  }
}
