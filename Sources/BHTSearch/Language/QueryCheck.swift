/// Finds what is wrong with a query that can be read: types that never meet, aggregates of nothing.
struct QueryCheck {
  private let text: [UInt8]

  /// Checks queries that were read from `text`.
  init(_ text: [UInt8]) { self.text = text }

  func check(_ query: Query) throws(QueryError) {
    switch query.body {
    case .spansets(let stages): try check(stages)
    case .metrics(let expression): try check(expression)
    }
  }

  // MARK: Pipelines

  private func check(_ stages: [Stage]) throws(QueryError) {
    for stage in stages {
      switch stage {
      case .spansets(let expression): try check(expression)
      case .scalarFilter(_, let left, let right, _):
        try check(left)
        try check(right)
      case .by(let expression, let range):
        _ = try type(of: expression)
        if !expression.namesField {
          throw error("`by` wants something of the spans to group by, as in `by(name)`", range)
        }
      case .coalesce, .select: break
      }
    }
  }

  private func check(_ expression: SpansetExpression) throws(QueryError) {
    switch expression {
    case .filter(let filter?, _):
      let type = try type(of: filter)
      if type != .bool && type != .unknown {
        throw error(
          "a filter is true or false, and this is \(type.words); compare it with something",
          filter.range)
      }
    case .filter(nil, _): break
    case .operation(let op, let left, let right, _):
      try check(left)
      try check(right)
      if op.relation == nil { return }
      for side in [left, right] {
        if side.isWithout {
          throw error(
            "`!{ … }` says something of whole traces and has no spans that `\(op.rawValue)` could "
              + "join; join it by `&&` or `||`", side.range)
        }
      }
    case .without(let inner, _): try check(inner)
    case .pipeline(let stages, _): try check(stages)
    }
  }

  private func check(_ scalar: ScalarExpression) throws(QueryError) {
    switch scalar {
    case .number: break
    case .aggregate(let aggregate, _): try check(aggregate)
    case .pipeline(let stages, let aggregate, _):
      try check(stages)
      try check(aggregate)
    case .arithmetic(_, let left, let right, _):
      try check(left)
      try check(right)
    }
  }

  private func check(_ aggregate: Aggregate) throws(QueryError) {
    guard let expression = aggregate.expression else { return }
    let type = try type(of: expression)
    if type != .unknown && !type.isNumeric {
      throw error(
        "`\(aggregate.name)` is made of numbers, and this is \(type.words)", expression.range)
    }
    if !expression.namesField {
      throw error(
        "`\(aggregate.name)` wants something of the spans, as in `\(aggregate.name)(duration)`",
        expression.range)
    }
  }

  // MARK: Metrics

  private func check(_ metrics: MetricsExpression) throws(QueryError) {
    switch metrics {
    case .number: break
    case .series(let stages, let function, _):
      try check(stages)
      try check(function)
    case .arithmetic(_, let left, let right, _):
      try checkNotCompare(left)
      try checkNotCompare(right)
      try check(left)
      try check(right)
    case .reduced(let inner, _, _):
      try checkNotCompare(inner)
      try check(inner)
    }
  }

  private func check(_ function: MetricsFunction) throws(QueryError) {
    if let field = function.kind.field, field.name.type != .unknown, !field.name.type.isNumeric {
      throw error(
        "`\(function.kind.name)` is made of numbers, and this is \(field.name.type.words)",
        field.range)
    }
    var limit = 5
    switch function.kind {
    case .quantileOverTime(_, let quantiles):
      limit = 4
      if quantiles.contains(where: { !(0...1).contains($0) }) {
        throw error("a quantile lies between 0 and 1", function.range)
      }
    case .histogramOverTime: limit = 4
    case .compare(let comparison):
      try check(.filter(comparison.filter, function.range))
    default: break
    }
    if function.by.count > limit {
      throw error(
        "`\(function.kind.name)` has at most \(limit) labels", function.by[limit].range)
    }
  }

  private func checkNotCompare(_ side: MetricsExpression) throws(QueryError) {
    if case .series(_, let function, _) = side, case .compare = function.kind {
      throw error("what `compare` finds is neither computed with nor reduced", function.range)
    }
  }

  // MARK: Types

  /// The type of `expression`, whose parts are all right.
  private func type(of expression: FieldExpression) throws(QueryError) -> ValueType {
    switch expression {
    case .literal(let value, _): return value.type
    case .field(let name, _): return name.type
    case .not(let part, _):
      try want(.bool, part, "`!`")
      return .bool
    case .negative(let part, _):
      let type = try type(of: part)
      if type != .unknown && !type.isNumeric {
        throw error("a minus sign stands before numbers, and this is \(type.words)", part.range)
      }
      return type
    case .all(let parts, _):
      for part in parts { try want(.bool, part, "`&&`") }
      return .bool
    case .any(let parts, _):
      for part in parts { try want(.bool, part, "`||`") }
      return .bool
    case .comparison(let op, let left, let right, _):
      try check(left, op, right)
      return .bool
    case .arithmetic(let op, let left, let right, _): return try check(left, op, right)
    case .matches(let part, _, _), .matchesNot(let part, _, _):
      try want(.text, part, "a regular expression")
      return .bool
    case .exists(let part, _):
      _ = try type(of: part)
      return .bool
    case .missing(let part, _):
      _ = try type(of: part)
      try checkCanBeMissing(part)
      return .bool
    }
  }

  private func want(
    _ wanted: ValueType, _ part: FieldExpression, _ user: String
  ) throws(QueryError) {
    let type = try type(of: part)
    if type != .unknown && type != wanted {
      throw error(
        "\(user) is for \(wanted == .bool ? "what is true or false" : wanted.words), and this is "
          + type.words, part.range)
    }
  }

  private func checkCanBeMissing(_ part: FieldExpression) throws(QueryError) {
    guard case .field(let name, let range) = part else { return }
    switch name {
    case .intrinsic(let intrinsic) where !intrinsic.canBeMissing:
      throw error("every span has `\(intrinsic.rawValue)`: it is never nil", range)
    case .attribute(AttributeName(.resource, "service.name")):
      throw error(
        "`resource.service.name` is never nil: it is \"\" where there is none", range)
    default: break
    }
  }

  private func check(
    _ left: FieldExpression, _ op: ArithmeticOperator, _ right: FieldExpression
  ) throws(QueryError) -> ValueType {
    var types: [ValueType] = []
    for side in [left, right] {
      let type = try type(of: side)
      if type != .unknown && !type.isNumeric {
        throw error("`\(op.rawValue)` is for numbers, and this is \(type.words)", side.range)
      }
      types.append(type)
    }
    if case .literal(let a, _) = left, case .literal(let b, let range) = right,
      a.combined(op, b).isMissing
    {
      throw error("this divides by zero", range)
    }
    return types[0] == .unknown ? types[1] : types[0]
  }

  private func check(
    _ left: FieldExpression, _ op: ComparisonOperator, _ right: FieldExpression
  ) throws(QueryError) {
    let (a, b) = (try type(of: left), try type(of: right))
    if !a.isComparable(with: b) {
      // The fault is in the literal rather than in the field.
      let isLeft = left.isLiteral && !right.isLiteral
      let (field, fieldType) = isLeft ? (right, b) : (left, a)
      let (value, valueType) = isLeft ? (left, a) : (right, b)
      throw error(
        "`\(written(field))` is \(fieldType.words), and this is \(valueType.words): they never "
          + "meet\(Self.advice(fieldType, value))", value.range)
    }
    for (type, side) in [(a, left), (b, right)] where !type.allows(op) {
      throw error(
        "`\(op.rawValue)` has no meaning for \(type.words); `=` and `!=` have", side.range)
    }
  }

  /// What to write in place of `value`, where a value of `type` is wanted.
  private static func advice(_ type: ValueType, _ value: FieldExpression) -> String {
    guard case .literal(let literal, _) = value else { return "" }
    switch literal {
    case .text(let bytes):
      let text = String(decoding: bytes, as: UTF8.self)
      let isMeant =
        Keyword.constants[text]?.type == type
        || (type == .duration && DurationText.parse(text) != nil)
        || (type.isNumeric && Double(text) != nil)
      if isMeant { return "; write `\(text)` without quotes" }
      if type == .status { return "; a status is `error`, `ok` or `unset`" }
      if type == .kind {
        return "; a kind is `server`, `client`, `internal`, `producer`, `consumer` or `unspecified`"
      }
    case .status, .kind, .bool:
      if type == .text { return "; write it in quotes" }
      if type == .status { return "; a status is `error`, `ok` or `unset`" }
    case .int, .float:
      if type == .status { return "; a status is `error`, `ok` or `unset`" }
    default: break
    }
    return ""
  }

  private func written(_ expression: FieldExpression) -> String {
    let range = expression.range
    let bytes = text[max(0, range.start)..<min(text.count, range.end)]
    return String(decoding: bytes.prefix(40), as: UTF8.self)
  }

  private func error(_ message: String, _ range: QueryRange) -> QueryError {
    QueryError(message, at: range, in: text)
  }
}
