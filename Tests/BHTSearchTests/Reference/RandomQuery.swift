@testable import BHTSearch

/// Makes queries of every kind, that ask for names and values which spans have.
///
/// The same seed and the same spans give the same queries. All queries can be read again from how
/// they are written.
struct RandomQuery {
  let vocabulary: QueryVocabulary
  private var random: SeededNumbers

  /// Queries about the spans of `traces`.
  init(seed: UInt64, of traces: [ReferenceTrace]) {
    self.init(seed: seed, QueryVocabulary(traces))
  }

  init(seed: UInt64, _ vocabulary: QueryVocabulary) {
    self.vocabulary = vocabulary
    random = SeededNumbers(state: seed)
  }

  /// A query for traces.
  mutating func traces() -> Query {
    while true {
      let query = Query(.spansets(stages(depth: 2, isOutermost: true)))
      if isSound(query) { return query }
    }
  }

  /// A query for series.
  mutating func metrics() -> Query {
    while true {
      let query = Query(.metrics(metrics(depth: 2)))
      if isSound(query) { return query }
    }
  }

  /// Types are not looked at while a query is made: those that are refused for them are thrown away.
  private func isSound(_ query: Query) -> Bool {
    (try? QueryCheck(Array(query.description.utf8)).check(query)) != nil
  }

  // MARK: Chance

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    random.number(range)
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[number(0...choices.count - 1)]
  }

  /// A name with some of its values, more often a usual one.
  mutating func anyField() -> (name: FieldName, values: [SearchValue]) {
    chance(3) ? pick(vocabulary.fields) : vocabulary.fields[pick(vocabulary.usual)]
  }

  /// True once in `n` times.
  mutating func chance(_ n: Int) -> Bool { number(1...n) == 1 }

  // MARK: Pipelines

  mutating func stages(depth: Int, isOutermost: Bool = false) -> [Stage] {
    var stages: [Stage] = [first(depth)]
    for _ in 0..<(chance(2) ? 0 : number(1...3)) {
      switch number(1...8) {
      case 1: stages.append(.by(groupKey(), .nowhere))
      case 2: stages.append(.coalesce(.nowhere))
      case 3: stages.append(.select((0...number(0...2)).map { _ in selected() }, .nowhere))
      case 4, 5: stages.append(scalarFilter(depth))
      default: stages.append(.spansets(spansets(depth)))
      }
    }
    // A lone pipeline in brackets is read as what is in it.
    if stages.count == 1, case .spansets(let expression) = stages[0] {
      if !isOutermost { stages.append(scalarFilter(depth)) }
      if case .pipeline = expression { stages.append(.coalesce(.nowhere)) }
    }
    return stages
  }

  private mutating func first(_ depth: Int) -> Stage {
    switch number(1...10) {
    case 1: .by(groupKey(), .nowhere)
    case 2: scalarFilter(depth)
    default: .spansets(spansets(depth))
    }
  }

  private mutating func spansets(_ depth: Int) -> SpansetExpression {
    if depth == 0 || chance(2) {
      return .filter(chance(8) ? nil : condition(depth: 2), .nowhere)
    }
    switch number(1...10) {
    case 1: return .without(spansets(depth - 1), .nowhere)
    case 2, 3: return .pipeline(stages(depth: depth - 1), .nowhere)
    default:
      let op = pick(SpansetOperator.allCases)
      return .operation(op, spansets(depth - 1), spansets(depth - 1), .nowhere)
    }
  }

  private mutating func groupKey() -> FieldExpression {
    switch number(1...6) {
    case 1: .arithmetic(arithmeticOperator(), field(), smallNumber(), .nowhere)
    case 2: condition(depth: 1)
    default: field()
    }
  }

  private mutating func selected() -> SelectedField {
    SelectedField(anyField().name, .nowhere)
  }

  // MARK: Numbers of sets

  private mutating func scalarFilter(_ depth: Int) -> Stage {
    let op = pick(ComparisonOperator.allCases.filter { $0 != .notEqualOrMissing })
    let number = ScalarExpression.number(limit(), .nowhere)
    switch self.number(1...6) {
    case 1: return .scalarFilter(op, number, scalar(depth), .nowhere)
    case 2: return .scalarFilter(op, scalar(depth), scalar(depth), .nowhere)
    default: return .scalarFilter(op, scalar(depth), number, .nowhere)
    }
  }

  private mutating func limit() -> SearchValue {
    switch number(1...5) {
    case 1: .float(Double(number(-4...40)) / 4)
    case 2: .duration(Int64(number(0...5000)) * 1_000_000)
    default: .int(Int64(number(-1...8)))
    }
  }

  private mutating func scalar(_ depth: Int) -> ScalarExpression {
    switch number(1...9) {
    case 1 where depth > 0:
      return .arithmetic(arithmeticOperator(), scalar(depth - 1), scalar(depth - 1), .nowhere)
    case 2:
      return .arithmetic(arithmeticOperator(), scalar(0), .number(limit(), .nowhere), .nowhere)
    case 3 where depth > 0:
      return .pipeline(stages(depth: 0, isOutermost: true), aggregate(), .nowhere)
    default: return .aggregate(aggregate(), .nowhere)
    }
  }

  private mutating func aggregate() -> Aggregate {
    let part: FieldExpression =
      chance(4) ? .arithmetic(arithmeticOperator(), field(), smallNumber(), .nowhere) : field()
    switch number(1...7) {
    case 1: return .minimum(part)
    case 2: return .maximum(part)
    case 3: return .average(part)
    case 4: return .sum(part)
    default: return .count
    }
  }

  private mutating func arithmeticOperator() -> ArithmeticOperator {
    pick(ArithmeticOperator.allCases)
  }

  private mutating func smallNumber() -> FieldExpression {
    .literal(chance(3) ? .float(Double(number(1...8)) / 4) : .int(Int64(number(1...4))), .nowhere)
  }

  // MARK: Metrics

  private mutating func metrics(depth: Int) -> MetricsExpression {
    var expression: MetricsExpression
    switch number(1...6) {
    case 1 where depth > 0:
      expression = .arithmetic(
        metricsOperator(), metrics(depth: depth - 1), metrics(depth: depth - 1), .nowhere)
    case 2 where depth > 0:
      let number = MetricsExpression.number(Double(self.number(-8...8)) / 2, .nowhere)
      let other = metrics(depth: depth - 1)
      expression =
        chance(2)
        ? .arithmetic(metricsOperator(), number, other, .nowhere)
        : .arithmetic(metricsOperator(), other, number, .nowhere)
    default:
      expression = .series(
        stages(depth: 1, isOutermost: true), function(depth: depth), .nowhere)
    }
    if chance(4) && !isCompare(expression) {
      expression = .reduced(expression, (0...number(0...1)).map { _ in secondStage() }, .nowhere)
    }
    return expression
  }

  private func isCompare(_ expression: MetricsExpression) -> Bool {
    guard case .series(_, let function, _) = expression, case .compare = function.kind else {
      return false
    }
    return true
  }

  private mutating func metricsOperator() -> ArithmeticOperator {
    pick([.add, .subtract, .multiply, .divide])
  }

  private mutating func secondStage() -> SecondStage {
    switch number(1...3) {
    case 1: .top(number(1...4), .nowhere)
    case 2: .bottom(number(1...4), .nowhere)
    default:
      .filter(
        pick([.less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual]),
        Double(number(0...6)) / 2, .nowhere)
    }
  }

  private mutating func function(depth: Int) -> MetricsFunction {
    let measured = chance(2) ? SelectedField(.intrinsic(.duration), .nowhere) : selected()
    let kind: MetricsFunction.Kind
    switch number(1...12) {
    case 1: kind = .minimumOverTime(measured)
    case 2: kind = .maximumOverTime(measured)
    case 3: kind = .averageOverTime(measured)
    case 4: kind = .sumOverTime(measured)
    case 5, 6: kind = .quantileOverTime(measured, (0...number(0...1)).map { _ in quantile() })
    case 7: kind = .histogramOverTime(measured)
    case 8 where depth == 2:
      return MetricsFunction(
        .compare(MetricsFunction.Comparison(condition(depth: 1), topN: number(1...12))))
    case 9, 10: kind = .rate
    default: kind = .countOverTime
    }
    let labels = chance(2) ? [] : (0...number(0...1)).map { _ in selected() }
    return MetricsFunction(kind, by: labels)
  }

  private mutating func quantile() -> Double { pick([0, 0.25, 0.5, 0.9, 0.99, 1]) }
}
