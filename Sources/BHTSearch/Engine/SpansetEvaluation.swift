internal import BHTrace

/// A set of spans of one trace, by their places in the chunk, ascending; and what its groups are.
package struct Spanset: Sendable {
  /// The spans.
  package var spans: [Int]
  /// For each `by( )` its number among the query's terms, and the value all spans have.
  package var groups: [(term: Int, value: SearchValue)] = []
}

/// Runs the stages of a query over one trace.
struct SpansetEvaluation {
  let query: SpanQuery
  let spans: ScannedSpans
  let trace: Int
  /// Whether a span passes a filter.
  let passes: (_ filter: Int, _ span: Int) -> Bool
  /// The value of a term.
  let value: (_ term: Int, _ span: Int) -> SearchValue

  /// What an expression finds.
  private enum Found {
    case nothing
    case sets([Spanset])
    /// It holds, and has no spans of its own.
    case holds
  }

  private var base: Int { spans.traces[trace].spans.lowerBound }

  /// The sets that are left.
  func run() -> [Spanset] {
    let all = Array(spans.traces[trace].spans)
    return run(query.steps, on: [Spanset(spans: all)])
  }

  private func run(_ steps: [SpanQuery.Step], on sets: [Spanset]) -> [Spanset] {
    var sets = sets
    for step in steps {
      if sets.isEmpty { return [] }
      switch step {
      case .spansets(let spanset):
        sets = sets.flatMap { set in
          switch find(spanset, in: set) {
          case .nothing: return [Spanset]()
          case .holds: return [set]
          case .sets(let found): return found
          }
        }
      case .scalar(let comparison, let left, let right):
        sets = sets.filter { number(left, $0).holds(comparison, number(right, $0)) }
      case .by(let term): sets = sets.flatMap { grouped($0, by: term) }
      case .coalesce:
        sets = [Spanset(spans: Self.union(of: sets))]
      }
    }
    return sets.filter { !$0.spans.isEmpty }
  }

  private func grouped(_ set: Spanset, by term: Int) -> [Spanset] {
    var places: [SearchValue: Int] = [:]
    var groups: [Spanset] = []
    for span in set.spans {
      let value = value(term, span)
      if let place = places[value] {
        groups[place].spans.append(span)
      } else {
        places[value] = groups.count
        groups.append(Spanset(spans: [span], groups: set.groups + [(term, value)]))
      }
    }
    return groups
  }

  private func find(_ spanset: SpanQuery.Spanset, in own: Spanset) -> Found {
    switch spanset {
    case .filter(let number): return found(own.spans.filter { passes(number, $0) }, in: own)
    case .without(let part):
      if case .nothing = find(part, in: own) { return .holds }
      return .nothing
    case .pipeline(let steps):
      let sets = run(steps, on: [own])
      return sets.isEmpty ? .nothing : .sets(sets)
    case .operation(let operation, let left, let right):
      return find(operation, find(left, in: own), find(right, in: own), in: own)
    }
  }

  /// `spans` as what is found among those of `own`.
  private func found(_ spans: [Int], in own: Spanset) -> Found {
    spans.isEmpty ? .nothing : .sets([Spanset(spans: spans, groups: own.groups)])
  }

  private func find(
    _ operation: SpansetOperator, _ left: Found, _ right: Found, in own: Spanset
  ) -> Found {
    switch operation {
    case .and:
      switch (left, right) {
      case (.nothing, _), (_, .nothing): return .nothing
      case (.holds, .holds): return .holds
      default: return found(Self.union(Self.spans(left), Self.spans(right)), in: own)
      }
    case .or:
      switch (left, right) {
      case (.nothing, .nothing): return .nothing
      case (.nothing, .holds), (.holds, .nothing), (.holds, .holds): return .holds
      default: return found(Self.union(Self.spans(left), Self.spans(right)), in: own)
      }
    default:
      guard let relation = operation.relation else { return .nothing }
      let (a, b) = (Self.spans(left), Self.spans(right))
      let relatives = Relatives(spans, trace: trace, skipsOrphans: query.skipsOrphans)
      let with = relatives.of(b, that: relation, a)
      if operation.isNegated {
        let excluded = Set(with)
        return found(b.filter { !excluded.contains($0) }, in: own)
      }
      if !operation.isUnion { return found(with, in: own) }
      return found(Self.union(relatives.of(a, that: relation.inverse, b), with), in: own)
    }
  }

  /// The spans that were found, each once, ascending.
  private static func spans(_ found: Found) -> [Int] {
    if case .sets(let sets) = found { return union(of: sets) }
    return []
  }

  private static func union(of sets: [Spanset]) -> [Int] {
    sets.count == 1 ? sets[0].spans : Array(Set(sets.flatMap(\.spans))).sorted()
  }

  private static func union(_ a: [Int], _ b: [Int]) -> [Int] {
    var all: [Int] = []
    all.reserveCapacity(a.count + b.count)
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      if j == b.count || (i < a.count && a[i] < b[j]) {
        all.append(a[i])
        i += 1
      } else {
        if i < a.count && a[i] == b[j] { i += 1 }
        all.append(b[j])
        j += 1
      }
    }
    return all
  }

  // MARK: Numbers

  /// The number that `set` gives; missing where it gives none.
  private func number(_ scalar: SpanQuery.Scalar, _ set: Spanset) -> SearchValue {
    switch scalar {
    case .number(let value): return value
    case .aggregate(let kind, let term):
      return SetAggregate.value(kind, set.spans.count) { set.spans.map { value(term, $0) } }
    case .pipeline(let steps, let scalar):
      let sets = run(steps, on: [set])
      return number(scalar, Spanset(spans: Self.union(of: sets)))
    case .arithmetic(let operation, let left, let right):
      return number(left, set).combined(operation, number(right, set))
    }
  }
}

extension SpansetOperator.Relation {
  /// What the other span is to this one.
  fileprivate var inverse: Self {
    switch self {
    case .child: .parent
    case .parent: .child
    case .descendant: .ancestor
    case .ancestor: .descendant
    case .sibling: .sibling
    }
  }
}

/// Who is what to whom in a trace. Spans lie in pre-order.
private struct Relatives {
  private let spans: ScannedSpans
  private let range: Range<Int>
  private var hasPlace: [Bool]

  init(_ spans: ScannedSpans, trace: Int, skipsOrphans: Bool) {
    self.spans = spans
    range = spans.traces[trace].spans
    hasPlace = [Bool](repeating: true, count: range.count)
    guard skipsOrphans else { return }
    for span in range {
      let above = Int(spans.parents[span])
      hasPlace[span - range.lowerBound] =
        above < 0
        ? spans.marks[span].isDisjoint(with: [.orphan, .cut]) : hasPlace[above]
    }
  }

  private func isPlaced(_ span: Int) -> Bool { hasPlace[span - range.lowerBound] }

  /// The parent of a span; -1 for a root.
  private func parent(_ span: Int) -> Int {
    let above = Int(spans.parents[span])
    return above < 0 ? -1 : range.lowerBound + above
  }

  /// Those of `own` that are `relation` to some other span of `others`, both ascending.
  func of(
    _ own: [Int], that relation: SpansetOperator.Relation, _ others: [Int]
  ) -> [Int] {
    let others = others.filter(isPlaced)
    let own = own.filter(isPlaced)
    if own.isEmpty || others.isEmpty { return [] }
    var flags = [Bool](repeating: false, count: range.count)
    for span in others { flags[span - range.lowerBound] = true }
    func isOther(_ span: Int) -> Bool { span >= 0 && flags[span - range.lowerBound] }
    switch relation {
    case .child: return own.filter { isOther(parent($0)) }
    case .parent:
      let parents = Set(others.map(parent))
      return own.filter { parents.contains($0) }
    case .descendant:
      // Whether some span above is one of the others, from the top down.
      var isBelow = [Bool](repeating: false, count: range.count)
      for span in range {
        let above = parent(span)
        if above >= 0 {
          isBelow[span - range.lowerBound] = isOther(above) || isBelow[above - range.lowerBound]
        }
      }
      return own.filter { isBelow[$0 - range.lowerBound] }
    case .ancestor:
      var isAbove = [Bool](repeating: false, count: range.count)
      for span in range.reversed() {
        let above = parent(span)
        if above >= 0 && (isOther(span) || isAbove[span - range.lowerBound]) {
          isAbove[above - range.lowerBound] = true
        }
      }
      return own.filter { isAbove[$0 - range.lowerBound] }
    case .sibling:
      var counts: [Int: Int] = [:]
      for span in others { counts[parent(span), default: 0] += 1 }
      return own.filter { counts[parent($0), default: 0] > (isOther($0) ? 1 : 0) }
    }
  }
}
