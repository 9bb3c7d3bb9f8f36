/// A number made from a set of spans.
package indirect enum ScalarExpression: Sendable, Hashable {
  /// An int, a float or a duration.
  case number(SearchValue, QueryRange)
  case aggregate(Aggregate, QueryRange)
  /// `( … | count() )`: the number of what a pipeline leaves.
  case pipeline([Stage], Aggregate, QueryRange)
  case arithmetic(ArithmeticOperator, ScalarExpression, ScalarExpression, QueryRange)
}

extension ScalarExpression {
  /// Where the expression stands in the query.
  package var range: QueryRange {
    switch self {
    case .number(_, let range), .aggregate(_, let range), .pipeline(_, _, let range),
      .arithmetic(_, _, _, let range):
      range
    }
  }
}

/// A number that all spans of a set give together.
package enum Aggregate: Sendable, Hashable {
  case count
  case minimum(FieldExpression)
  case maximum(FieldExpression)
  case average(FieldExpression)
  case sum(FieldExpression)
}

extension Aggregate {
  /// The function's name.
  package var name: String {
    switch self {
    case .count: "count"
    case .minimum: "min"
    case .maximum: "max"
    case .average: "avg"
    case .sum: "sum"
    }
  }

  /// What is asked of each span; nil for a count.
  package var expression: FieldExpression? {
    switch self {
    case .count: nil
    case .minimum(let part), .maximum(let part), .average(let part), .sum(let part): part
    }
  }
}
