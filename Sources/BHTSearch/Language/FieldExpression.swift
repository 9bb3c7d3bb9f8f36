/// What is asked of one span: the inside of `{ … }`, of `by( … )` and of aggregates.
package indirect enum FieldExpression: Sendable, Hashable {
  case literal(SearchValue, QueryRange)
  case field(FieldName, QueryRange)
  /// `!x`.
  case not(FieldExpression, QueryRange)
  /// `-x`.
  case negative(FieldExpression, QueryRange)
  /// `a && b && …`, two or more; none of them is an `all` itself.
  case all([FieldExpression], QueryRange)
  /// `a || b || …`, two or more; none of them is an `any` itself.
  case any([FieldExpression], QueryRange)
  case comparison(ComparisonOperator, FieldExpression, FieldExpression, QueryRange)
  case arithmetic(ArithmeticOperator, FieldExpression, FieldExpression, QueryRange)
  /// `x =~ "…"`.
  case matches(FieldExpression, RegularExpression, QueryRange)
  /// `x !~ "…"`.
  case matchesNot(FieldExpression, RegularExpression, QueryRange)
  /// `x != nil`.
  case exists(FieldExpression, QueryRange)
  /// `x = nil`.
  case missing(FieldExpression, QueryRange)
}

extension FieldExpression {
  /// Where the expression stands in the query.
  package var range: QueryRange {
    switch self {
    case .literal(_, let range), .field(_, let range), .not(_, let range),
      .negative(_, let range), .all(_, let range), .any(_, let range),
      .comparison(_, _, _, let range), .arithmetic(_, _, _, let range),
      .matches(_, _, let range), .matchesNot(_, _, let range), .exists(_, let range),
      .missing(_, let range):
      range
    }
  }

  /// The expressions this one is made of.
  package var parts: [FieldExpression] {
    switch self {
    case .literal, .field: []
    case .not(let part, _), .negative(let part, _), .matches(let part, _, _),
      .matchesNot(let part, _, _), .exists(let part, _), .missing(let part, _):
      [part]
    case .all(let parts, _), .any(let parts, _): parts
    case .comparison(_, let left, let right, _), .arithmetic(_, let left, let right, _):
      [left, right]
    }
  }

  /// Whether something of a span is named.
  package var namesField: Bool {
    if case .field = self { return true }
    return parts.contains { $0.namesField }
  }

  /// Whether it is a literal.
  package var isLiteral: Bool {
    if case .literal = self { true } else { false }
  }

  /// Calls `body` with every name in the expression, from left to right.
  package func forEachField(_ body: (FieldName, QueryRange) -> Void) {
    if case .field(let name, let range) = self { body(name, range) }
    for part in parts { part.forEachField(body) }
  }
}
