internal import BHTrace

/// A pipeline as the engine runs it: filters, groups and sums by number, and what they take from spans.
struct SpanQuery: Sendable {
  /// A set of spans.
  indirect enum Spanset: Sendable {
    /// Those that pass filter number n.
    case filter(Int)
    case operation(SpansetOperator, Spanset, Spanset)
    case without(Spanset)
    case pipeline([Step])
  }

  /// A stage.
  enum Step: Sendable {
    case spansets(Spanset)
    case scalar(ComparisonOperator, Scalar, Scalar)
    /// A set for each value of a term, by its number.
    case by(Int)
    case coalesce
  }

  /// A number made from a set of spans.
  indirect enum Scalar: Sendable {
    case number(SearchValue)
    /// Of the values of a term, by its number.
    case aggregate(SetAggregate.Kind, Int)
    case pipeline([Step], Scalar)
    case arithmetic(ArithmeticOperator, Scalar, Scalar)
  }

  /// The stages.
  private(set) var steps: [Step] = []
  /// The filters; nil for one that all spans pass.
  private(set) var filters: [Term?] = []
  /// What groups and sums are computed from.
  private(set) var terms: [Term] = []
  /// What it takes from spans.
  private(set) var fields: TermFields
  /// Columns that were asked for, by field.
  private(set) var columns: [(name: FieldName, field: Int)] = []
  /// For each term that groups are by how it is written.
  private(set) var groupNames: [Int: String] = [:]
  /// Whether orphans have no place in the tree, as in Tempo.
  let skipsOrphans: Bool

  /// The pipeline `stages`, with `asTempo` as Tempo understands it where that is another way.
  init(_ stages: [Stage], asTempo: Bool) {
    fields = TermFields(asTempo: asTempo)
    skipsOrphans = asTempo
    steps = stages.compactMap { step($0) }
  }

  /// Takes a field that somebody wants of spans that are left; answers with its number.
  mutating func column(_ name: FieldName) -> Int {
    let number = fields.number(of: name)
    if !columns.contains(where: { $0.field == number }) { columns.append((name, number)) }
    return number
  }

  /// Takes a filter that is asked of spans which are left; answers with its number.
  mutating func addFilter(_ filter: FieldExpression) -> Int {
    filters.append(fields.term(filter))
    return filters.count - 1
  }

  private mutating func step(_ stage: Stage) -> Step? {
    switch stage {
    case .spansets(let expression): return .spansets(spanset(expression))
    case .scalarFilter(let comparison, let left, let right, _):
      return .scalar(comparison, scalar(left), scalar(right))
    case .by(let expression, _):
      let term = term(expression)
      groupNames[term] = expression.description
      return .by(term)
    case .coalesce: return .coalesce
    case .select(let fields, _):
      for field in fields { _ = column(field.name) }
      return nil
    }
  }

  private mutating func spanset(_ expression: SpansetExpression) -> Spanset {
    switch expression {
    case .filter(let filter, _):
      filters.append(filter.map { fields.term($0) })
      return .filter(filters.count - 1)
    case .operation(let operation, let left, let right, _):
      return .operation(operation, spanset(left), spanset(right))
    case .without(let part, _): return .without(spanset(part))
    case .pipeline(let stages, _): return .pipeline(stages.compactMap { step($0) })
    }
  }

  private mutating func scalar(_ expression: ScalarExpression) -> Scalar {
    switch expression {
    case .number(let value, _): return .number(value)
    case .aggregate(let aggregate, _): return scalar(aggregate)
    case .pipeline(let stages, let aggregate, _):
      return .pipeline(stages.compactMap { step($0) }, scalar(aggregate))
    case .arithmetic(let operation, let left, let right, _):
      return .arithmetic(operation, scalar(left), scalar(right))
    }
  }

  private mutating func scalar(_ aggregate: Aggregate) -> Scalar {
    switch aggregate {
    case .count: .aggregate(.count, -1)
    case .minimum(let part): .aggregate(.minimum, term(part))
    case .maximum(let part): .aggregate(.maximum, term(part))
    case .average(let part): .aggregate(.average, term(part))
    case .sum(let part): .aggregate(.sum, term(part))
    }
  }

  private mutating func term(_ expression: FieldExpression) -> Int {
    terms.append(fields.term(expression))
    return terms.count - 1
  }
}

extension SpanQuery {
  /// The fields that groups, sums and columns ask for, of spans that filters leave.
  var valueFields: Set<Int> {
    var found = Set(columns.map(\.field))
    for term in terms { term.forEachField { found.insert($0) } }
    return found
  }

  /// Whether the first stage chooses spans.
  private var beginsWithSpansets: Bool { Self.beginsWithSpansets(steps) }

  private static func beginsWithSpansets(_ steps: [Step]) -> Bool {
    if case .spansets(let spanset) = steps.first { beginsWithSpansets(spanset) } else { false }
  }

  private static func beginsWithSpansets(_ spanset: Spanset) -> Bool {
    switch spanset {
    case .filter, .without: true
    case .operation(_, let left, let right):
      beginsWithSpansets(left) && beginsWithSpansets(right)
    case .pipeline(let steps): beginsWithSpansets(steps)
    }
  }

  /// Whether what a part of a trace says of its spans may be something else for the whole trace.
  var asksForWholeTraces: Bool {
    findsWithoutMatch || !figures.isEmpty || fields.fields.contains { $0.isOfParent }
  }

  /// Whether a trace may be found without any span that passes a filter.
  var findsWithoutMatch: Bool { hasNegations || !beginsWithSpansets }

  /// Whether a trace may be found for what it does not have.
  private var hasNegations: Bool { Self.hasNegations(steps) }

  private static func hasNegations(_ steps: [Step]) -> Bool {
    steps.contains { if case .spansets(let spanset) = $0 { hasNegations(spanset) } else { false } }
  }

  private static func hasNegations(_ spanset: Spanset) -> Bool {
    switch spanset {
    case .filter: false
    case .without: true
    case .operation(let operation, let left, let right):
      operation.isNegated || hasNegations(left) || hasNegations(right)
    case .pipeline(let steps): hasNegations(steps)
    }
  }

  /// What is read to answer it.
  var needs: ScanNeeds {
    var needs = ScanNeeds()
    var keys: Set<[UInt8]> = []
    for field in fields.fields {
      if field.needsTables { needs.tables = true }
      if field.isID { needs.ids = true }
      if field.isOfEvent { needs.events = true }
      if field.isOfLink { needs.links = true }
      if let attribute = field.attribute { keys.insert(attribute.key) }
    }
    needs.keys = keys
    for filter in filters { filter?.addHashes(to: &needs.hashes, fields.fields) }
    return needs
  }

  /// For each shape of the segment whether a span of it may pass some filter; empty where all may, or
  /// spans that pass none may be asked for.
  func wantedShapes(_ facts: SegmentFacts, _ plan: SearchPlan) -> [Bool] {
    if findsWithoutMatch || filters.contains(where: { $0 == nil }) { return [] }
    // Of parents it is not the span itself that a filter is about.
    if fields.fields.contains(where: { $0.isOfParent }) { return [] }
    let view = plan.operationsView(self, facts)
    var wanted: [Bool] = []
    facts.forEachShape { shape in
      let own = ShapeView(operation: view.of(shape.operation), shape: shape)
      wanted.append(
        filters.contains { filter in
          filter?.value(of: own).map { $0.isTrue } ?? true
        })
    }
    return wanted
  }

  /// What of traces as a whole, and of places in them, is asked for.
  var figures: TraceFigures.Needs {
    var needs: TraceFigures.Needs = []
    for field in fields.fields {
      guard case .named(.intrinsic(let intrinsic)) = field else { continue }
      switch intrinsic {
      case .rootName, .rootServiceName, .traceDuration: needs.insert(.traces)
      case .nestedSetLeft, .nestedSetRight, .nestedSetParent: needs.insert(.places)
      case .childCount: needs.insert(.children)
      default: break
      }
    }
    return needs
  }
}

extension Term {
  /// Adds the hashes of values that are looked for.
  fileprivate func addHashes(to hashes: inout Set<UInt64>, _ fields: [TermFields.Field]) {
    switch self {
    case .all(let parts), .any(let parts):
      for part in parts { part.addHashes(to: &hashes, fields) }
    case .comparison(.equal, .field(let number), .literal(let value)):
      guard let name = fields[number].attribute else { return }
      let test = ComparisonTest(comparison: .equal, literal: value)
      for kind in [AttributeRecord.Kind.string, .int] {
        if let exact = test.exact(kind) { hashes.insert(exact.hash(kind, key: name.key)) }
      }
    default: break
    }
  }
}
