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
    case spans([Int])
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
        sets = sets.compactMap { set in
          switch find(spanset, in: set.spans) {
          case .nothing: return nil
          case .holds: return set
          case .spans(let found): return Spanset(spans: found, groups: set.groups)
          }
        }
      case .scalar(let comparison, let left, let right):
        sets = sets.filter { set in
          guard let a = number(left, set.spans), let b = number(right, set.spans) else {
            return false
          }
          return SearchValue.compare(a, comparison, b)
        }
      case .by(let term): sets = sets.flatMap { grouped($0, by: term) }
      case .coalesce:
        sets = [Spanset(spans: Array(Set(sets.flatMap(\.spans))).sorted())]
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

  private func find(_ spanset: SpanQuery.Spanset, in own: [Int]) -> Found {
    switch spanset {
    case .filter(let number):
      let found = own.filter { passes(number, $0) }
      return found.isEmpty ? .nothing : .spans(found)
    case .without(let part):
      if case .nothing = find(part, in: own) { return .holds }
      return .nothing
    case .pipeline(let steps):
      let sets = run(steps, on: [Spanset(spans: own)])
      if sets.isEmpty { return .nothing }
      if sets.count == 1 { return .spans(sets[0].spans) }
      return .spans(Array(Set(sets.flatMap(\.spans))).sorted())
    case .operation(let operation, let left, let right):
      return find(operation, find(left, in: own), find(right, in: own), in: own)
    }
  }

  private func find(
    _ operation: SpansetOperator, _ left: Found, _ right: Found, in own: [Int]
  ) -> Found {
    switch operation {
    case .and:
      switch (left, right) {
      case (.nothing, _), (_, .nothing): return .nothing
      case (.holds, let other), (let other, .holds): return other
      case (.spans(let a), .spans(let b)): return .spans(Self.union(a, b))
      }
    case .or:
      switch (left, right) {
      case (.nothing, let other), (let other, .nothing): return other
      case (.holds, let other), (let other, .holds): return other
      case (.spans(let a), .spans(let b)): return .spans(Self.union(a, b))
      }
    default:
      guard let relation = operation.relation else { return .nothing }
      let (a, b) = (Self.spans(left, own), Self.spans(right, own))
      var related = Relatives(spans, trace: trace, skipsOrphans: query.skipsOrphans)
      let found: [Int]
      if operation.isNegated {
        let with = Set(related.of(b, that: relation, a))
        found = b.filter { !with.contains($0) }
      } else {
        found = related.of(b, that: relation, a)
      }
      if found.isEmpty { return .nothing }
      if !operation.isUnion { return .spans(found) }
      return .spans(Self.union(related.of(a, that: relation.inverse, b), found))
    }
  }

  private static func spans(_ found: Found, _ own: [Int]) -> [Int] {
    switch found {
    case .nothing: []
    case .spans(let spans): spans
    case .holds: own
    }
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

  /// The number that `set` gives; nil where it gives none.
  private func number(_ scalar: SpanQuery.Scalar, _ set: [Int]) -> Double? {
    switch scalar {
    case .number(let value): return value
    case .count: return Double(set.count)
    case .minimum(let term): return numbers(term, set).min()
    case .maximum(let term): return numbers(term, set).max()
    case .average(let term):
      let values = numbers(term, set)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    case .sum(let term): return sum(term, set)
    case .pipeline(let steps, let scalar):
      let sets = run(steps, on: [Spanset(spans: Array(spans.traces[trace].spans))])
      guard sets.count == 1 else { return nil }
      return number(scalar, sets[0].spans)
    case .arithmetic(let operation, let left, let right):
      guard let a = number(left, set), let b = number(right, set) else { return nil }
      return SearchValue.float(a).combined(operation, .float(b)).number
    }
  }

  private func numbers(_ term: Int, _ set: [Int]) -> [Double] {
    set.compactMap { value(term, $0).number }
  }

  /// The sum of the values that have the type of the first one.
  private func sum(_ term: Int, _ set: [Int]) -> Double? {
    var sum: Double?
    var type: Int?
    for span in set {
      let value = value(term, span)
      guard let number = value.number else { continue }
      let own: Int
      switch value {
      case .int: own = 0
      case .float: own = 1
      default: own = 2
      }
      if let type, type != own { continue }
      type = own
      sum = (sum ?? 0) + number
    }
    return sum
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
        above < 0 ? !spans.marks[span].contains(.orphan) : hasPlace[above]
    }
  }

  private func isPlaced(_ span: Int) -> Bool { hasPlace[span - range.lowerBound] }

  /// The parent of a span; -1 for a root.
  private func parent(_ span: Int) -> Int {
    let above = Int(spans.parents[span])
    return above < 0 ? -1 : range.lowerBound + above
  }

  /// Those of `own` that are `relation` to some other span of `others`, both ascending.
  mutating func of(
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
