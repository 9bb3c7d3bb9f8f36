internal import BHTrace

extension Parser {
  /// What is asked of one span, with operators that bind as tightly as `level`.
  mutating func fieldExpression(_ level: Int = 1) throws(QueryError) -> FieldExpression {
    var left = try fieldStart()
    var isFirst = true
    while case .symbol(let symbol) = token.kind, let own = Self.fieldLevels[symbol], own >= level {
      if own == 1 {
        left = try junction(left, symbol)
        continue
      }
      let place = try take().range
      if !isFirst { try chain() }
      isFirst = false
      let right = try nested { parser throws(QueryError) in
        try parser.fieldExpression(symbol == "^" ? own : own + 1)
      }
      left = try join(left, symbol, place, right)
    }
    return left
  }

  /// `!` binds between sums and products: `!a = b` is `(!a) = b`, and `!a * b` is `!(a * b)`.
  private static let fieldLevels = [
    "&&": 1, "||": 1, "=": 2, "!=": 2, "!=?": 2, "<": 2, "<=": 2, ">": 2, ">=": 2, "=~": 2,
    "!~": 2, "+": 3, "-": 3, "*": 5, "/": 5, "%": 5, "^": 6,
  ]

  /// `first op b op c …`, as far as `op` goes on.
  private mutating func junction(
    _ first: FieldExpression, _ symbol: String
  ) throws(QueryError) -> FieldExpression {
    try chain()
    var parts: [FieldExpression] = []
    func add(_ part: FieldExpression) {
      switch part {
      case .all(let inner, _) where symbol == "&&": parts += inner
      case .any(let inner, _) where symbol == "||": parts += inner
      default: parts.append(part)
      }
    }
    add(first)
    while token.is(symbol) {
      try take()
      add(try nested { parser throws(QueryError) in try parser.fieldExpression(2) })
    }
    let range = range(from: first.range.start)
    return symbol == "&&" ? .all(parts, range) : .any(parts, range)
  }

  private mutating func fieldStart() throws(QueryError) -> FieldExpression {
    let start = token.range.start
    switch token.kind {
    case .symbol("("):
      try take()
      let inner = try nested { parser throws(QueryError) in try parser.fieldExpression() }
      try take(")", " to close the bracket")
      return inner
    case .symbol("-"):
      try take()
      let inner = try nested { parser throws(QueryError) in try parser.fieldExpression(4) }
      let range = range(from: start)
      if case .literal(let value, _) = inner, value.number != nil {
        return .literal(value.negated, range)
      }
      return .negative(inner, range)
    case .symbol("!"):
      try take()
      let inner = try nested { parser throws(QueryError) in try parser.fieldExpression(5) }
      return .not(inner, range(from: start))
    case .number(let value): return .literal(value, try take().range)
    case .text(let text): return .literal(.text(text), try take().range)
    case .word(let word) where Keyword.constants[word] != nil:
      return .literal(Keyword.constants[word] ?? .missing, try take().range)
    default:
      guard let name = fieldName(token) else { throw unexpectedField() }
      return .field(name, try take().range)
    }
  }

  /// The name that `token` is; nil where it is none.
  func fieldName(_ token: Token) -> FieldName? {
    switch token.kind {
    case .attribute(let name): .attribute(name)
    case .intrinsic(let intrinsic): .intrinsic(intrinsic)
    case .word(let word) where Keyword.intrinsics.contains(word):
      Intrinsic(rawValue: word).map { .intrinsic($0) }
    default: nil
    }
  }

  // MARK: Joining

  private func join(
    _ left: FieldExpression, _ symbol: String, _ place: QueryRange, _ right: FieldExpression
  ) throws(QueryError) -> FieldExpression {
    let range = left.range.through(right.range)
    if let op = ArithmeticOperator(rawValue: symbol) {
      return .arithmetic(op, left, right, range)
    }
    if symbol == "=~" || symbol == "!~" {
      guard case .literal(.text(let pattern), let place) = right else {
        throw error(
          "to the right of `\(symbol)` a regular expression in quotes is wanted", at: right.range)
      }
      let expression = try compile(pattern, at: place)
      return symbol == "=~"
        ? .matches(left, expression, range) : .matchesNot(left, expression, range)
    }
    let op = ComparisonOperator(rawValue: symbol) ?? .equal
    switch (left.isNil, right.isNil) {
    case (false, false): return .comparison(op, left, right, range)
    case (true, true) where op == .equal || op == .notEqual: return .literal(.bool(false), range)
    case (false, true) where op == .equal: return .missing(left, range)
    case (false, true) where op == .notEqual: return .exists(left, range)
    case (true, false) where op == .equal: return .missing(right, range)
    case (true, false) where op == .notEqual: return .exists(right, range)
    default:
      throw error(
        "`nil` is compared by `=` and `!=` only", at: left.isNil ? left.range : right.range)
    }
  }

  private func compile(
    _ pattern: [UInt8], at place: QueryRange
  ) throws(QueryError) -> RegularExpression {
    do throws(RegularExpression.Problem) {
      return try RegularExpression(pattern)
    } catch {
      // Without escapes the pattern stands in the query as it is.
      let isPlain = place.end - place.start == pattern.count + 2
      let offset = isPlain ? error.offset.map { place.start + 1 + $0 } : nil
      throw self.error(
        "this is no regular expression: \(error.reason)",
        at: QueryRange(offset ?? place.start, place.end))
    }
  }

  // MARK: Errors

  /// An error about the next word, where a value is wanted.
  private func unexpectedField() -> QueryError {
    guard case .word(let word) = token.kind else {
      return unexpected("a value, such as `.http.method`, `duration` or `200`,")
    }
    if let hint = Self.wordHint(word) { return error(hint, at: token.range) }
    let words = Keyword.intrinsics + Keyword.constants.keys.sorted()
    if let near = Spelling.nearest(word, among: words) {
      return error("`\(word)` is no field; did you mean `\(near)`?", at: token.range)
    }
    return error(
      "`\(word)` is no field; attributes are written `.\(word)`, `span.\(word)` or "
        + "`resource.\(word)`, text \"\(word)\"", at: token.range)
  }

  private static func wordHint(_ word: String) -> String? {
    switch word {
    case "parent":
      "`parent` is no value; `parent.x` is the parent's attribute x, `span:parentID` its id"
    case "rootService": "the service of the root is `rootServiceName` or `trace:rootService`"
    case "id", "parentID", "childCount": "`\(word)` is written `span:\(word)`"
    case "traceID": "the id of a trace is `trace:id`, of the trace a link leads to `link:traceID`"
    case "spanID": "the id of a span is `span:id`, of the span a link leads to `link:spanID`"
    case "timeSinceStart": "the time of an event is `event:timeSinceStart`"
    case "version": "the version of the instrumentation is `instrumentation:version`"
    case "span", "resource", "event", "link", "instrumentation":
      "after `\(word)` a `.` and the name of an attribute are wanted, as in `\(word).x`"
    case "trace": "there is `trace:id`, `trace:duration`, `trace:rootName` and `trace:rootService`"
    default: nil
    }
  }

  /// An error about the next word, where a part of a pipeline is wanted.
  func unexpectedTerm() -> QueryError {
    let word: String
    switch token.kind {
    case .word(let found): word = found
    case .attribute, .intrinsic: word = ""
    case .text:
      return error("outside of braces numbers are compared, and this is text", at: token.range)
    default: return unexpected("`{ … }`, a bracket or an aggregate such as `count()`")
    }
    if Keyword.metrics.contains(word) || Keyword.secondStages.contains(word) {
      return error(
        "`\(word)` is made of spans, which stand before it: `{ … } | \(word)(…)`", at: token.range)
    }
    if Keyword.stages.contains(word) {
      return error("`\(word)` is a stage of its own: `{ … } | \(word)(…)`", at: token.range)
    }
    let words =
      Keyword.aggregates + Keyword.stages + Keyword.metrics + Keyword.secondStages + ["with"]
    if let near = Spelling.nearest(word, among: words) {
      return error("`\(word)` is no function; did you mean `\(near)`?", at: token.range)
    }
    return error(
      "found \(written(token)) where spans are wanted; conditions stand in braces: `{ … }`",
      at: token.range)
  }
}

extension FieldExpression {
  /// Whether this is the word `nil`.
  fileprivate var isNil: Bool {
    if case .literal(.missing, _) = self { true } else { false }
  }
}
