@testable import BHTSearch

/// A set of spans of one trace, by their places in it, sorted.
struct ReferenceSpanset: Hashable {
  var spans: [Int]
  /// What the set was grouped by: expressions and values, the first grouping first.
  var groups: [SearchValue] = []
}

/// Evaluates pipelines by their definition, over all spans of a trace.
struct ReferencePipeline {
  let trace: ReferenceTrace

  /// The sets of spans that `stages` leave of the trace; no set is empty.
  func run(_ stages: [Stage]) -> [ReferenceSpanset] {
    run(stages, on: [ReferenceSpanset(spans: Array(trace.spans.indices))])
  }

  private func run(_ stages: [Stage], on sets: [ReferenceSpanset]) -> [ReferenceSpanset] {
    stages.reduce(sets) { sets, stage in
      switch stage {
      case .spansets(let expression):
        return sets.flatMap { set in
          let found = find(expression, in: set)
          return !found.holds ? [] : found.sets.isEmpty ? [set] : found.sets
        }
      case .scalarFilter(let op, let left, let right, _):
        return sets.filter { number(left, of: $0).holds(op, number(right, of: $0)) }
      case .by(let expression, _): return sets.flatMap { group($0, by: expression) }
      case .coalesce: return sets.isEmpty ? [] : [union(sets)]
      case .select: return sets
      }
    }
  }

  // MARK: Spansets

  /// What an expression finds: whether it holds, and the sets of spans.
  private typealias Found = (holds: Bool, sets: [ReferenceSpanset])

  private func find(_ expression: SpansetExpression, in set: ReferenceSpanset) -> Found {
    switch expression {
    case .filter(let filter, _):
      guard let filter else { return found(set.spans, of: set) }
      let bound = ReferenceContext.boundRecords(of: filter)
      return found(
        set.spans.filter { ReferenceContext.meets(filter, trace, $0, bound) }, of: set)
    case .pipeline(let stages, _):
      let sets = run(stages, on: [set])
      return (!sets.isEmpty, sets)
    case .without(let inner, _): return (!find(inner, in: set).holds, [])
    case .operation(let op, let left, let right, _):
      let (a, b) = (find(left, in: set), find(right, in: set))
      let (aSpans, bSpans) = (union(a.sets).spans, union(b.sets).spans)
      let both = union(a.sets + b.sets).spans
      switch op {
      case .and: return a.holds && b.holds ? (true, found(both, of: set).sets) : (false, [])
      case .or: return (a.holds || b.holds, found(both, of: set).sets)
      default: return found(related(op, aSpans, bSpans), of: set)
      }
    }
  }

  private func found(_ spans: [Int], of set: ReferenceSpanset) -> Found {
    spans.isEmpty ? (false, []) : (true, [ReferenceSpanset(spans: spans, groups: set.groups)])
  }

  private func related(_ op: SpansetOperator, _ a: [Int], _ b: [Int]) -> [Int] {
    guard let relation = op.relation else { return [] }
    let isA = flags(a)
    let right = b.filter { trace.others(relation, of: $0).contains { isA[$0] } }
    if op.isNegated { return b.filter { !right.contains($0) } }
    if !op.isUnion { return right }
    let partners = flags(b.flatMap { trace.others(relation, of: $0) })
    return Set(a.filter { partners[$0] } + right).sorted()
  }

  private func flags(_ spans: [Int]) -> [Bool] {
    var flags = [Bool](repeating: false, count: trace.spans.count)
    for index in spans { flags[index] = true }
    return flags
  }

  private func union(_ sets: [ReferenceSpanset]) -> ReferenceSpanset {
    ReferenceSpanset(spans: Set(sets.flatMap(\.spans)).sorted())
  }

  private func group(
    _ set: ReferenceSpanset, by expression: FieldExpression
  ) -> [ReferenceSpanset] {
    var groups: [ReferenceSpanset] = []
    for index in set.spans {
      let value = ReferenceContext(trace: trace, index: index).value(of: expression)
      let own = set.groups + [value]
      if let place = groups.firstIndex(where: { $0.groups == own }) {
        groups[place].spans.append(index)
      } else {
        groups.append(ReferenceSpanset(spans: [index], groups: own))
      }
    }
    return groups
  }

  // MARK: Numbers

  private func number(_ scalar: ScalarExpression, of set: ReferenceSpanset) -> SearchValue {
    switch scalar {
    case .number(let value, _): return value
    case .aggregate(let aggregate, _): return self.aggregate(aggregate, of: set)
    case .pipeline(let stages, let aggregate, _):
      return self.aggregate(aggregate, of: union(run(stages, on: [set])))
    case .arithmetic(let op, let left, let right, _):
      return number(left, of: set).combined(op, number(right, of: set))
    }
  }

  /// Spans without a value under the expression do not take part. A sum has the type of the first
  /// value, and leaves out values of other types; an average still counts them.
  private func aggregate(_ aggregate: Aggregate, of set: ReferenceSpanset) -> SearchValue {
    guard let expression = aggregate.expression else { return .int(Int64(set.spans.count)) }
    var spans = set.spans
    if trace.rules.sumsInInputOrder {
      spans.sort { trace.inputPlaces[$0] < trace.inputPlaces[$1] }
    }
    let values =
      spans
      .map { ReferenceContext(trace: trace, index: $0).value(of: expression) }
      .filter { !$0.isMissing }
    guard let first = values.first else { return .missing }
    switch aggregate {
    case .count: return .missing
    case .maximum: return values.reduce(first) { $1.isGreater(than: $0) ? $1 : $0 }
    case .minimum: return values.reduce(first) { $0.isGreater(than: $1) ? $1 : $0 }
    case .sum: return sum(values)
    case .average:
      let count = values.count
      switch sum(values) {
      case .duration(let total): return .duration(total / Int64(count))
      case .int(let total): return .float(Double(total) / Double(count))
      case .float(let total): return .float(total / Double(count))
      case let other: return other
      }
    }
  }

  private func sum(_ values: [SearchValue]) -> SearchValue {
    switch values[0] {
    case .int:
      .int(values.compactMap { if case .int(let one) = $0 { one } else { nil } }.reduce(0, &+))
    case .duration:
      .duration(
        values.compactMap { if case .duration(let one) = $0 { one } else { nil } }.reduce(0, &+))
    case .float:
      .float(values.compactMap { if case .float(let one) = $0 { one } else { nil } }.reduce(0, +))
    case let other: other
    }
  }
}
