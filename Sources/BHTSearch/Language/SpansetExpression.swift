/// Which spans of a trace, or of a set of its spans, are meant.
package indirect enum SpansetExpression: Sendable, Hashable {
  /// `{ … }`; nil for `{ }`, all spans.
  case filter(FieldExpression?, QueryRange)
  /// `a op b`. Where a side leaves several sets of spans, it is all their spans that are meant.
  case operation(SpansetOperator, SpansetExpression, SpansetExpression, QueryRange)
  /// `!a`: a trace without `a`. It holds where `a` finds nothing, and has no spans of its own: where
  /// nothing else has, all spans are meant, so that `{ … } && !{ … }` gives those of the first.
  case without(SpansetExpression, QueryRange)
  /// `( … | … )`: the spans that a pipeline leaves.
  case pipeline([Stage], QueryRange)
}

extension SpansetExpression {
  /// Where the expression stands in the query.
  package var range: QueryRange {
    switch self {
    case .filter(_, let range), .operation(_, _, _, let range), .without(_, let range),
      .pipeline(_, let range):
      range
    }
  }
}

extension SpansetExpression {
  /// Whether it says something of whole traces and has no spans of its own.
  var isWithout: Bool {
    if case .without = self { true } else { false }
  }
}

/// One step of a pipeline: what it makes of the sets of spans that the step before it left.
package enum Stage: Sendable, Hashable {
  case spansets(SpansetExpression)
  /// Keeps the sets whose numbers compare so.
  case scalarFilter(ComparisonOperator, ScalarExpression, ScalarExpression, QueryRange)
  /// Makes a set for each value.
  case by(FieldExpression, QueryRange)
  /// Joins the sets.
  case coalesce(QueryRange)
  /// Adds columns to the answer.
  case select([SelectedField], QueryRange)
}

extension Stage {
  /// Where the stage stands in the query.
  package var range: QueryRange {
    switch self {
    case .spansets(let expression): expression.range
    case .scalarFilter(_, _, _, let range), .by(_, let range), .coalesce(let range),
      .select(_, let range):
      range
    }
  }
}

/// A name that is not part of an expression: of `select`, of a metric's labels.
package struct SelectedField: Sendable, Hashable {
  /// What is meant.
  package var name: FieldName
  /// Where it stands in the query.
  package var range: QueryRange

  /// The field `name`, which stands at `range`.
  package init(_ name: FieldName, _ range: QueryRange) {
    self.name = name
    self.range = range
  }
}
