internal import BHTrace

extension Parser {
  /// Stages with `|` between them. In brackets (`isWrapped`) the last one may be an aggregate.
  mutating func pipeline(isWrapped: Bool) throws(QueryError) -> QueryTerm {
    let start = token.range.start
    var stages: [Stage] = []
    var alone: QueryTerm?
    if case .word(let word) = token.kind, Keyword.stages.contains(word) {
      if word == "coalesce" {
        throw error(
          "`coalesce()` joins what a stage before it parted; put one first", at: token.range)
      }
      stages.append(try stage(word))
    } else {
      let first = try term()
      alone = first
      if token.is("|") {
        switch first {
        case .metrics(let expression): return .metrics(try secondStages(of: expression))
        case .spansets(let expression): stages.append(.spansets(expression))
        case .condition(let stage): stages.append(stage)
        case .scalar, .number:
          throw error(
            "\(first.kind) is no stage; compare it, as in `count() > 2`", at: first.range)
        }
      } else if case .metrics(let expression) = first {
        return .metrics(try secondStages(of: expression))
      }
    }
    while token.is("|") {
      alone = nil
      try take()
      if case .word(let word) = token.kind {
        if Keyword.stages.contains(word) {
          stages.append(try stage(word))
          continue
        }
        if Keyword.metrics.contains(word) {
          let function = try metricsFunction(word)
          return .metrics(try secondStages(of: .series(stages, function, range(from: start))))
        }
        if Keyword.secondStages.contains(word) {
          throw error(
            "`\(word)` takes its pick of metrics; put a metric before it, as in "
              + "`{ … } | rate() by (name) | \(word)(10)`", at: token.range)
        }
      }
      let next = try term()
      switch next {
      case .spansets(let expression): stages.append(.spansets(expression))
      case .condition(let stage): stages.append(stage)
      case .scalar(.aggregate(let aggregate, let place)):
        if isWrapped && token.is(")") {
          return .scalar(.pipeline(stages, aggregate, range(from: start)))
        }
        throw error("`\(aggregate.name)` is no answer yet; compare it: `count() > 2`", at: place)
      case .scalar, .number:
        throw error("\(next.kind) is no stage; compare it, as in `count() > 2`", at: next.range)
      case .metrics:
        throw error("metrics in brackets are no stage of a pipeline", at: next.range)
      }
    }
    return alone ?? .spansets(.pipeline(stages, range(from: start)))
  }

  /// `by( … )`, `select( … )` or `coalesce()`, as `word` says.
  private mutating func stage(_ word: String) throws(QueryError) -> Stage {
    let start = try take().range.start
    try take("(", " after `\(word)`")
    switch word {
    case "by":
      if token.is(")") {
        throw error("`by` wants to know by what, as in `by(name)`", at: token.range)
      }
      let expression = try nested { parser throws(QueryError) in try parser.fieldExpression() }
      try take(")", " to close `by(`")
      return .by(expression, range(from: start))
    case "select":
      let names = try fieldList("select")
      return .select(names, range(from: start))
    default:
      try take(")", ": `coalesce()` takes nothing")
      return .coalesce(range(from: start))
    }
  }

  /// Names with commas between them, and the bracket that closes `function`.
  private mutating func fieldList(_ function: String) throws(QueryError) -> [SelectedField] {
    var names = [try selectedField()]
    while try takes(",") { names.append(try selectedField()) }
    try take(")", " or `,` in `\(function)(`")
    return names
  }

  private mutating func selectedField() throws(QueryError) -> SelectedField {
    guard let name = fieldName(token) else {
      throw unexpected("the name of an attribute or a field, such as `.http.method` or `name`,")
    }
    return SelectedField(name, try take().range)
  }

  // MARK: Metrics

  /// The function `word`, with what it is for, and `by ( … )`.
  private mutating func metricsFunction(_ word: String) throws(QueryError) -> MetricsFunction {
    let start = try take().range.start
    try take("(", " after `\(word)`")
    let kind = try metricsKind(word)
    var labels: [SelectedField] = []
    if token.isWord("by") {
      if case .compare = kind {
        throw error("`compare` takes all attributes, and no `by`", at: token.range)
      }
      try take()
      try take("(", " after `by`")
      labels = try fieldList("by")
    }
    return MetricsFunction(kind, by: labels, range: range(from: start))
  }

  /// What stands in the brackets of the function `word`, and the bracket that closes them.
  private mutating func metricsKind(_ word: String) throws(QueryError) -> MetricsFunction.Kind {
    switch word {
    case "rate", "count_over_time":
      try take(")", ": `\(word)()` counts spans and takes nothing")
      return word == "rate" ? .rate : .countOverTime
    case "compare":
      if !token.is("{") { throw unexpected("a filter, as in `compare({ status = error })`,") }
      guard case .filter(let expression, _) = try filter() else { return .rate }
      return .compare(try comparison(of: expression))
    default: break
    }
    let field = try selectedField()
    if word == "quantile_over_time" {
      var quantiles: [Double] = []
      try take(",", " and a quantile, as in `quantile_over_time(duration, 0.99)`,")
      repeat {
        guard case .number(let value) = token.kind, !value.isDuration, let number = value.number
        else { throw unexpected("a quantile, a number between 0 and 1,") }
        try take()
        quantiles.append(number)
      } while try takes(",")
      try take(")", " to close `\(word)(`")
      return .quantileOverTime(field, quantiles)
    }
    try take(")", " to close `\(word)(`")
    switch word {
    case "min_over_time": return .minimumOverTime(field)
    case "max_over_time": return .maximumOverTime(field)
    case "avg_over_time": return .averageOverTime(field)
    case "sum_over_time": return .sumOverTime(field)
    default: return .histogramOverTime(field)
    }
  }

  private mutating func comparison(
    of filter: FieldExpression?
  ) throws(QueryError) -> MetricsFunction.Comparison {
    var comparison = MetricsFunction.Comparison(filter)
    if try takes(",") {
      let place = token.range
      let number = try wholeNumber("how many values of an attribute to list")
      guard (1...1000).contains(number) else {
        throw error("`compare` lists 1 to 1000 values of an attribute", at: place)
      }
      comparison.topN = Int(number)
      if try takes(",") {
        let place = token.range
        let first = try wholeNumber("a time, in nanoseconds since 1970,")
        try take(",", " and the end of the time")
        let last = try wholeNumber("a time, in nanoseconds since 1970,")
        if (first, last) != (0, 0) {
          guard 0 < first, first < last else {
            throw error("this is no time between a start and a later end", at: place)
          }
          comparison.times = first...last
        }
      }
    }
    try take(")", " to close `compare(`")
    return comparison
  }

  private mutating func wholeNumber(_ meaning: String) throws(QueryError) -> Int64 {
    guard case .number(.int(let value)) = token.kind else {
      throw unexpected("a whole number (\(meaning.trimmingComma))")
    }
    try take()
    return value
  }

  /// `expression` with the `topk`, `bottomk` and comparisons that follow.
  private mutating func secondStages(
    of expression: MetricsExpression
  ) throws(QueryError) -> MetricsExpression {
    var expression = expression
    while true {
      let start = token.range.start
      if token.is("|") {
        try take()
        guard case .word(let word) = token.kind, Keyword.secondStages.contains(word) else {
          throw unexpected("`topk` or `bottomk`: after metrics only they may come; one of them")
        }
        try take()
        try take("(", " after `\(word)`")
        let place = token.range
        let count = try wholeNumber("how many series to keep")
        if count < 1 { throw error("`\(word)` keeps at least 1 series", at: place) }
        try take(")", " to close `\(word)(`")
        let limit = Int(count)
        expression = expression.reduced(
          by: word == "topk" ? .top(limit, range(from: start)) : .bottom(limit, range(from: start)))
      } else if case .symbol(let symbol) = token.kind,
        let op = ComparisonOperator(rawValue: symbol), op != .notEqualOrMissing
      {
        try take()
        guard case .number(let value, _) = try term(3) else {
          throw error("metrics are compared with a number", at: range(from: start))
        }
        expression = expression.reduced(by: .filter(op, value.seconds, range(from: start)))
      } else if case .symbol(let symbol) = token.kind, ArithmeticOperator(rawValue: symbol) != nil {
        throw error(
          "metrics that are computed with stand in brackets: `({ … } | rate()) \(symbol) …`",
          at: token.range)
      } else {
        return expression
      }
    }
  }

  // MARK: Hints

  /// `with(name=value, …)`.
  mutating func hints() throws(QueryError) -> [QueryHint] {
    try take()
    try take("(", " after `with`")
    var hints: [QueryHint] = []
    repeat {
      guard case .word(let name) = token.kind else { throw unexpected("the name of a hint") }
      let start = try take().range.start
      try take("=", " after the name of a hint")
      let value: SearchValue
      switch token.kind {
      case .number(let number): value = number
      case .text(let text): value = .text(text)
      case .word(let word):
        guard let constant = Keyword.constants[word], !constant.isMissing else {
          throw unexpected("a number, a text, `true` or `false`")
        }
        value = constant
      default: throw unexpected("a number, a text, `true` or `false`")
      }
      try take()
      hints.append(QueryHint(name, value, range(from: start)))
    } while try takes(",")
    try take(")", " or `,` in `with(`")
    return hints
  }
}

extension String {
  /// Without a comma at its end.
  fileprivate var trimmingComma: String { hasSuffix(",") ? String(dropLast()) : self }
}
