/// A part of a query outside of `{ }`, before it is known where it belongs.
enum QueryTerm {
  case spansets(SpansetExpression)
  /// A scalar filter.
  case condition(Stage)
  case scalar(ScalarExpression)
  case number(SearchValue, QueryRange)
  case metrics(MetricsExpression)
}

extension QueryTerm {
  /// Where the part stands.
  var range: QueryRange {
    switch self {
    case .spansets(let expression): expression.range
    case .condition(let stage): stage.range
    case .scalar(let expression): expression.range
    case .number(_, let range): range
    case .metrics(let expression): expression.range
    }
  }

  /// What kind of thing it is, in words.
  var kind: String {
    switch self {
    case .spansets: "a set of spans"
    case .condition: "a condition on sets of spans"
    case .scalar: "a number of spans"
    case .number: "a number"
    case .metrics: "metrics"
    }
  }

  /// The number it is for each set of spans; nil where it is none.
  var asScalar: ScalarExpression? {
    switch self {
    case .scalar(let expression): expression
    case .number(let value, let range): .number(value, range)
    default: nil
    }
  }

  /// The number it is for metrics, durations in seconds; nil where it is none.
  var asMetrics: MetricsExpression? {
    switch self {
    case .metrics(let expression): expression
    case .number(let value, let range): value.number.map { .number($0, range) }
    default: nil
    }
  }
}

extension Parser {
  /// Spansets, numbers and metrics with the operators between them that bind as tightly as `level`.
  mutating func term(_ level: Int = 1) throws(QueryError) -> QueryTerm {
    var left = try termStart()
    var isFirst = true
    while case .symbol(let symbol) = token.kind, let own = Self.levels[symbol], own >= level {
      // `x | rate() > 3` is for whoever reads the pipeline.
      let operation = try take()
      if !isFirst { try chain() }
      isFirst = false
      let right =
        try nested { parser throws(QueryError) in try parser.term(symbol == "^" ? own : own + 1) }
      left = try join(left, symbol, operation.range, right)
    }
    return left
  }

  private static let levels: [String: Int] = {
    var levels = [
      "&&": 1, "||": 1, "+": 3, "-": 3, "*": 4, "/": 4, "%": 4, "^": 5,
      "=": 2, "!=": 2, "!=?": 2, "<=": 2, ">=": 2, "=~": 2,
    ]
    for op in SpansetOperator.allCases where levels[op.rawValue] == nil { levels[op.rawValue] = 2 }
    return levels
  }()

  private mutating func termStart() throws(QueryError) -> QueryTerm {
    let start = token.range.start
    switch token.kind {
    case .symbol("{"): return .spansets(try filter())
    case .symbol("("):
      try take()
      let inner = try nested { parser throws(QueryError) in
        try parser.pipeline(isWrapped: true)
      }
      try take(")", " to close the bracket")
      if case .condition(let stage) = inner {
        return .spansets(.pipeline([stage], range(from: start)))
      }
      return inner
    case .symbol("!"):
      let sign = try take()
      let inner = try nested { parser throws(QueryError) in try parser.termStart() }
      guard case .spansets(let expression) = inner else {
        throw error("`!` stands before a set of spans here, as in `!{ … }`", at: sign.range)
      }
      return .spansets(.without(expression, range(from: start)))
    case .symbol("-"):
      let sign = try take()
      let inner = try nested { parser throws(QueryError) in try parser.termStart() }
      guard case .number(let value, _) = inner else {
        throw error("a minus sign stands before a number here", at: sign.range)
      }
      return .number(value.negated, range(from: start))
    case .number(let value):
      try take()
      return .number(value, range(from: start))
    case .word(let word) where Keyword.aggregates.contains(word):
      return .scalar(.aggregate(try aggregate(), range(from: start)))
    default: throw unexpectedTerm()
    }
  }

  /// `{ … }`.
  mutating func filter() throws(QueryError) -> SpansetExpression {
    let start = try take("{").range.start
    if try takes("}") { return .filter(nil, range(from: start)) }
    let expression = try nested { parser throws(QueryError) in try parser.fieldExpression() }
    if !token.is("}") { throw unexpected("an operator or `}`") }
    try take()
    return .filter(expression, range(from: start))
  }

  /// `count()`, `max( … )` and the like.
  mutating func aggregate() throws(QueryError) -> Aggregate {
    let name = written(token).dropFirst().dropLast()
    try take()
    try take("(", " after `\(name)`")
    if name == "count" {
      try take(")", ": `count()` counts spans and takes nothing")
      return .count
    }
    if token.is(")") {
      throw error("`\(name)` wants to know of what, as in `\(name)(duration)`", at: token.range)
    }
    let expression = try nested { parser throws(QueryError) in try parser.fieldExpression() }
    try take(")", " to close `\(name)(`")
    switch name {
    case "min": return .minimum(expression)
    case "max": return .maximum(expression)
    case "avg": return .average(expression)
    default: return .sum(expression)
    }
  }

  // MARK: Joining

  private func join(
    _ left: QueryTerm, _ symbol: String, _ place: QueryRange, _ right: QueryTerm
  ) throws(QueryError) -> QueryTerm {
    let range = left.range.through(right.range)
    if case .spansets(let a) = left, case .spansets(let b) = right {
      if let op = SpansetOperator(rawValue: symbol) {
        return .spansets(.operation(op, a, b, range))
      }
      let hint =
        ArithmeticOperator(rawValue: symbol) != nil
        ? "`\(symbol)` joins numbers, not sets of spans" : "`\(symbol)` compares no sets of spans"
      throw error("\(hint); they are joined by `&&`, `||`, `>`, `>>`, `~` and the like", at: place)
    }
    if case .number(let a, _) = left, case .number(let b, _) = right {
      if let op = ArithmeticOperator(rawValue: symbol) {
        return .number(try fold(a, op, b, place), range)
      }
      throw error(
        "both sides are constants; one of them has to come from spans, as in `count() > 3`",
        at: place)
    }
    if let a = left.asScalar, let b = right.asScalar {
      if let op = ArithmeticOperator(rawValue: symbol) {
        return .scalar(.arithmetic(op, a, b, range))
      }
      if let op = ComparisonOperator(rawValue: symbol), op != .notEqualOrMissing {
        return .condition(.scalarFilter(op, a, b, range))
      }
    }
    if let a = left.asMetrics, let b = right.asMetrics {
      return .metrics(try joinMetrics(left, a, symbol, place, right, b))
    }
    throw error(
      "`\(symbol)` does not join \(left.kind) with \(right.kind)\(Self.bracketHint(left, right))",
      at: place)
  }

  /// What helps where a condition or a number stands beside spans.
  private static func bracketHint(_ left: QueryTerm, _ right: QueryTerm) -> String {
    switch (left, right) {
    case (.condition, .spansets), (.spansets, .condition):
      "; a condition is a stage of a pipeline: `{ … } | count() > 3`, in brackets to be joined"
    case (.spansets, .number), (.number, .spansets):
      "; compare a number of spans, as in `{ … } | count() > 3`"
    default: ""
    }
  }

  private func joinMetrics(
    _ left: QueryTerm, _ a: MetricsExpression, _ symbol: String, _ place: QueryRange,
    _ right: QueryTerm, _ b: MetricsExpression
  ) throws(QueryError) -> MetricsExpression {
    let range = left.range.through(right.range)
    if let op = ArithmeticOperator(rawValue: symbol) {
      if op == .remainder || op == .power {
        throw error("metrics are joined by `+`, `-`, `*` and `/` only", at: place)
      }
      for side in [left, right] {
        if case .number(.duration, let range) = side {
          throw error("metrics are computed with plain numbers, not with durations", at: range)
        }
      }
      return .arithmetic(op, a, b, range)
    }
    if let op = ComparisonOperator(rawValue: symbol), op != .notEqualOrMissing {
      if case .number(let value, _) = right {
        return a.reduced(by: .filter(op, value.seconds, place.through(right.range)))
      }
      throw error("metrics are compared with a number, which stands on the right", at: place)
    }
    throw error("`\(symbol)` does not join metrics; `+`, `-`, `*` and `/` do", at: place)
  }

  private func fold(
    _ left: SearchValue, _ op: ArithmeticOperator, _ right: SearchValue, _ place: QueryRange
  ) throws(QueryError) -> SearchValue {
    if left.isDuration || right.isDuration {
      throw error("there is no arithmetic with durations here; write the result", at: place)
    }
    let result = left.combined(op, right)
    if result.isMissing { throw error("this divides by zero", at: place) }
    return result
  }
}

extension SearchValue {
  /// Whether this is a duration.
  var isDuration: Bool {
    if case .duration = self { true } else { false }
  }

  /// The number metrics mean: durations in seconds.
  var seconds: Double {
    if case .duration(let value) = self { return Double(value) / 1e9 }
    return number ?? .nan
  }
}

extension MetricsExpression {
  /// What `stage` leaves of this.
  func reduced(by stage: SecondStage) -> MetricsExpression {
    if case .reduced(let inner, let stages, let range) = self {
      return .reduced(inner, stages + [stage], range.through(stage.range))
    }
    return .reduced(self, [stage], range.through(stage.range))
  }
}

extension SecondStage {
  /// Where the stage stands in the query.
  package var range: QueryRange {
    switch self {
    case .top(_, let range), .bottom(_, let range), .filter(_, _, let range): range
    }
  }
}
