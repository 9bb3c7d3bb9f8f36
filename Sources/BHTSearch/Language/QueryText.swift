/// Writes a query as text that reads as the same query.
struct QueryText {
  private(set) var text = ""

  mutating func write(_ query: Query) {
    switch query.body {
    case .spansets(let stages): write(stages)
    case .metrics(let expression): write(expression, isOutermost: true)
    }
    if query.hints.isEmpty { return }
    text += " with("
    write(query.hints) { text, hint in
      text.text += hint.name + "="
      text.write(hint.value)
    }
    text += ")"
  }

  private mutating func write<Part>(
    _ parts: [Part], separator: String = ", ", _ write: (inout QueryText, Part) -> Void
  ) {
    for (index, part) in parts.enumerated() {
      if index > 0 { text += separator }
      write(&self, part)
    }
  }

  /// What `body` writes, in brackets where `needed`.
  mutating func bracketed(_ needed: Bool, _ body: (inout QueryText) -> Void) {
    if needed { text += "(" }
    body(&self)
    if needed { text += ")" }
  }

  // MARK: Pipelines

  private mutating func write(_ stages: [Stage]) {
    write(stages, separator: " | ") { $0.write($1) }
  }

  private mutating func write(_ stage: Stage) {
    switch stage {
    case .spansets(let expression): write(expression, level: 0)
    case .scalarFilter(let op, let left, let right, _):
      write(left, level: 3)
      text += " \(op.rawValue) "
      write(right, level: 3)
    case .by(let expression, _):
      text += "by("
      write(expression)
      text += ")"
    case .coalesce: text += "coalesce()"
    case .select(let fields, _):
      text += "select("
      write(fields) { $0.write($1.name) }
      text += ")"
    }
  }

  private mutating func write(_ expression: SpansetExpression, level: Int) {
    switch expression {
    case .filter(nil, _): text += "{ }"
    case .filter(let filter?, _):
      text += "{ "
      write(filter)
      text += " }"
    case .operation(let op, let left, let right, _):
      let own = op.relation == nil ? 1 : 2
      bracketed(own < level) {
        $0.write(left, level: own)
        $0.text += " \(op.rawValue) "
        $0.write(right, level: own + 1)
      }
    case .without(let inner, _):
      text += "!"
      write(inner, level: 3)
    case .pipeline(let stages, _): bracketed(true) { $0.write(stages) }
    }
  }

  private mutating func write(_ scalar: ScalarExpression, level: Int) {
    switch scalar {
    case .number(let value, _): write(value)
    case .aggregate(let aggregate, _): write(aggregate)
    case .pipeline(let stages, let aggregate, _):
      bracketed(true) {
        $0.write(stages)
        $0.text += " | "
        $0.write(aggregate)
      }
    case .arithmetic(let op, let left, let right, _):
      let own = Self.level(op)
      bracketed(own < level) {
        $0.write(left, level: op == .power ? own + 1 : own)
        $0.text += " \(op.rawValue) "
        $0.write(right, level: op == .power ? own : own + 1)
      }
    }
  }

  private mutating func write(_ aggregate: Aggregate) {
    text += aggregate.name + "("
    if let expression = aggregate.expression { write(expression) }
    text += ")"
  }

  /// How tightly `op` binds outside of `{ }`.
  private static func level(_ op: ArithmeticOperator) -> Int {
    switch op {
    case .add, .subtract: 3
    case .multiply, .divide, .remainder: 4
    case .power: 5
    }
  }

  // MARK: Metrics

  private mutating func write(
    _ metrics: MetricsExpression, level: Int = 0, isOutermost: Bool = false
  ) {
    switch metrics {
    case .number(let value, _): text += "\(value)"
    case .series(let stages, let function, _):
      bracketed(!isOutermost) {
        $0.write(stages)
        $0.text += " | "
        $0.write(function)
      }
    case .arithmetic(let op, let left, let right, _):
      let own = Self.level(op)
      bracketed(own < level) {
        $0.write(left, level: own)
        $0.text += " \(op.rawValue) "
        $0.write(right, level: own + 1)
      }
    case .reduced(let inner, let stages, _):
      bracketed(!isOutermost) {
        $0.write(inner, isOutermost: true)
        for stage in stages { $0.write(stage) }
      }
    }
  }

  private mutating func write(_ stage: SecondStage) {
    switch stage {
    case .top(let count, _): text += " | topk(\(count))"
    case .bottom(let count, _): text += " | bottomk(\(count))"
    case .filter(let op, let value, _): text += " \(op.rawValue) \(value)"
    }
  }

  private mutating func write(_ function: MetricsFunction) {
    text += function.kind.name + "("
    if let field = function.kind.field { write(field.name) }
    switch function.kind {
    case .quantileOverTime(_, let quantiles): for quantile in quantiles { text += ", \(quantile)" }
    case .compare(let comparison):
      write(.filter(comparison.filter, .nowhere), level: 0)
      if comparison.topN != 10 || comparison.times != nil { text += ", \(comparison.topN)" }
      if let times = comparison.times {
        text += ", \(times.lowerBound), \(times.upperBound)"
      }
    default: break
    }
    text += ")"
    if function.by.isEmpty { return }
    text += " by ("
    write(function.by) { $0.write($1.name) }
    text += ")"
  }

  // MARK: Letters

  /// Appends `part`.
  mutating func append(_ part: String) { text += part }
}

extension QueryText {
  /// What `write` writes.
  static func of(_ write: (inout QueryText) -> Void) -> String {
    var writer = QueryText()
    write(&writer)
    return writer.text
  }
}

extension Query: CustomStringConvertible {
  /// The query as text that reads as the same query.
  package var description: String { QueryText.of { $0.write(self) } }
}

extension FieldExpression: CustomStringConvertible {
  /// The expression as it stands in a query.
  package var description: String { QueryText.of { $0.write(self) } }
}
