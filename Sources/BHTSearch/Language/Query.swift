/// A query, as it was read.
package struct Query: Sendable, Hashable {
  /// What it asks for.
  package enum Body: Sendable, Hashable {
    /// Traces: the spans that a pipeline of one or more stages leaves.
    case spansets([Stage])
    /// Series.
    case metrics(MetricsExpression)
  }

  /// What it asks for.
  package var body: Body
  /// How it wants to be answered.
  package var hints: [QueryHint]

  /// The query `body`.
  package init(_ body: Body, hints: [QueryHint] = []) {
    self.body = body
    self.hints = hints
  }
}

/// A hint: `name=value` of `with( … )`.
package struct QueryHint: Sendable, Hashable {
  /// Its name.
  package var name: String
  /// Its value.
  package var value: SearchValue
  /// Where it stands in the query.
  package var range: QueryRange

  /// The hints that say something of the answer; others are aids for finding faults in an engine.
  package static let meaningful: Set<String> = [
    "sample", "trace_sample", "span_sample", "exemplars", "most_recent", "extrapolate",
  ]

  /// The hint `name` with `value`.
  package init(_ name: String, _ value: SearchValue, _ range: QueryRange) {
    self.name = name
    self.value = value
    self.range = range
  }
}
