/// Series of numbers over time, made from spans.
package indirect enum MetricsExpression: Sendable, Hashable {
  /// What a pipeline's spans give.
  case series([Stage], MetricsFunction, QueryRange)
  /// A number on one side of an operation.
  case number(Double, QueryRange)
  /// `a op b`: `+`, `-`, `*` or `/` of series with equal labels; one side may be a number.
  case arithmetic(ArithmeticOperator, MetricsExpression, MetricsExpression, QueryRange)
  /// What second stages leave of series; one or more, first one first.
  case reduced(MetricsExpression, [SecondStage], QueryRange)
}

extension MetricsExpression {
  /// Where the expression stands in the query.
  package var range: QueryRange {
    switch self {
    case .series(_, _, let range), .number(_, let range), .arithmetic(_, _, _, let range),
      .reduced(_, _, let range):
      range
    }
  }
}

/// How spans become series.
package struct MetricsFunction: Sendable, Hashable {
  /// What is computed.
  package enum Kind: Sendable, Hashable {
    case rate
    case countOverTime
    case minimumOverTime(SelectedField)
    case maximumOverTime(SelectedField)
    case averageOverTime(SelectedField)
    case sumOverTime(SelectedField)
    case quantileOverTime(SelectedField, [Double])
    case histogramOverTime(SelectedField)
    case compare(Comparison)
  }

  /// What `compare` holds against the rest.
  package struct Comparison: Sendable, Hashable {
    /// The selection; nil for all spans.
    package var filter: FieldExpression?
    /// How many values of an attribute are listed.
    package var topN: Int
    /// The times between which a span belongs to the selection (nanoseconds since the Unix epoch);
    /// nil for all times.
    package var times: ClosedRange<Int64>?

    /// The spans that meet `filter`, held against the others.
    package init(_ filter: FieldExpression?, topN: Int = 10, times: ClosedRange<Int64>? = nil) {
      self.filter = filter
      self.topN = topN
      self.times = times
    }
  }

  /// What is computed.
  package var kind: Kind
  /// The labels; series of their own for each of their values.
  package var by: [SelectedField]
  /// Where the function stands in the query.
  package var range: QueryRange

  /// The function `kind` for each value of `by`.
  package init(_ kind: Kind, by: [SelectedField] = [], range: QueryRange = .nowhere) {
    self.kind = kind
    self.by = by
    self.range = range
  }
}

extension MetricsFunction.Kind {
  /// The function's name.
  package var name: String {
    switch self {
    case .rate: "rate"
    case .countOverTime: "count_over_time"
    case .minimumOverTime: "min_over_time"
    case .maximumOverTime: "max_over_time"
    case .averageOverTime: "avg_over_time"
    case .sumOverTime: "sum_over_time"
    case .quantileOverTime: "quantile_over_time"
    case .histogramOverTime: "histogram_over_time"
    case .compare: "compare"
    }
  }

  /// What is read from each span; nil where spans are only counted.
  package var field: SelectedField? {
    switch self {
    case .rate, .countOverTime, .compare: nil
    case .minimumOverTime(let field), .maximumOverTime(let field), .averageOverTime(let field),
      .sumOverTime(let field), .quantileOverTime(let field, _), .histogramOverTime(let field):
      field
    }
  }
}

/// What is left of series.
package enum SecondStage: Sendable, Hashable {
  /// The largest at each time.
  case top(Int, QueryRange)
  /// The smallest at each time.
  case bottom(Int, QueryRange)
  /// The points that compare so with a number (durations in seconds).
  case filter(ComparisonOperator, Double, QueryRange)
}
