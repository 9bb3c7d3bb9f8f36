@testable import BHTSearch
@testable import BHTrace

/// The spans of one trace in the pre-order of its tree, and what the tree says of each.
///
/// What counts as parent is the library's rule for trees (`TraceTreeBuilder`); all else here is
/// computed from these parents alone, as simply as can be.
final class ReferenceTrace {
  var id: [UInt8]
  var spans: [ReferenceSpan]
  /// For each span the place of its parent; -1 for roots.
  var parents: [Int]
  /// Whether structure reaches the span: false for none, or, where orphans are no roots, for orphans
  /// and all under them.
  var isReached: [Bool]
  /// Nested sets: numbers from 1 in the order of a walk around the tree; 0 where not reached.
  var left: [Int]
  var right: [Int]
  /// For each span its place among the spans of the trace as they were read.
  var inputPlaces: [Int]
  let rules: ReferenceRules
  private var tables: [SpansetOperator.Relation: [[Int]]] = [:]
  /// What spans have under names that were asked for, no event or link looked at alone.
  var columns: [FieldName: [SearchValue]] = [:]

  /// The traces of `batches`, by id.
  static func traces(
    of batches: [SpanBatch], _ rules: ReferenceRules = ReferenceRules()
  ) throws
    -> [ReferenceTrace]
  {
    var references: [[UInt8]: [SpanReference]] = [:]
    for (number, batch) in batches.enumerated() {
      for (index, span) in batch.spans.enumerated() {
        references[batch.bytes(span.traceID), default: []].append(
          SpanReference(batch: number, span: index))
      }
    }
    return try references.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
      try ReferenceTrace($0.value, of: batches, rules)
    }
  }

  private init(
    _ references: [SpanReference], of batches: [SpanBatch], _ rules: ReferenceRules
  ) throws {
    let built = TraceTreeBuilder.build(references, in: batches)
    spans = try built.order.map {
      try ReferenceSpan(references[$0].span, of: batches[references[$0].batch])
    }
    id = spans[0].traceID
    inputPlaces = built.order
    self.rules = rules
    parents = built.tree.parents.map { Int($0) }
    isReached = []
    for (index, parent) in parents.enumerated() {
      let isRoot =
        rules.orphansAreRoots || built.tree.marks[index].isDisjoint(with: [.orphan, .cut])
      isReached.append(parent < 0 ? isRoot : isReached[parent])
    }
    left = [Int](repeating: 0, count: spans.count)
    right = left
    var number = 1
    for root in spans.indices where parents[root] < 0 && isReached[root] { walk(root, &number) }
  }

  private func walk(_ index: Int, _ number: inout Int) {
    left[index] = number
    number += 1
    for child in children(of: index) { walk(child, &number) }
    right[index] = number
    number += 1
  }

  func children(of index: Int) -> [Int] { spans.indices.filter { parents[$0] == index } }

  /// What `nestedSetParent` is: the left number of the parent, -1 for roots, 0 where not reached.
  func nestedSetParent(_ index: Int) -> Int {
    !isReached[index] ? 0 : parents[index] < 0 ? -1 : left[parents[index]]
  }

  /// The span that roots' names come from: the first that names no parent, else, where orphans are
  /// roots, the first of all roots.
  var root: ReferenceSpan? {
    let roots = spans.indices.filter { parents[$0] < 0 && isReached[$0] }
    return (roots.first { !spans[$0].namesParent } ?? roots.first).map { spans[$0] }
  }

  /// From the first start to the last end.
  var duration: Int64 {
    let start = spans.map(\.start).min() ?? 0
    let end = spans.map { max($0.start, $0.end) }.max() ?? 0
    return Int64(clamping: end - start)
  }

  // MARK: Structure

  /// The spans to which span `index` is what `relation` says: of a child its parent, of a descendant
  /// its ancestors. Spans that structure does not reach are nothing to each other.
  func others(_ relation: SpansetOperator.Relation, of index: Int) -> [Int] {
    if let table = tables[relation] { return table[index] }
    let table = spans.indices.map { b in
      spans.indices.filter { a in isReached[a] && isReached[b] && a != b && holds(relation, b, a) }
    }
    tables[relation] = table
    return table[index]
  }

  private func holds(_ relation: SpansetOperator.Relation, _ b: Int, _ a: Int) -> Bool {
    switch relation {
    case .child: parents[b] == a
    case .parent: parents[a] == b
    case .descendant: isAncestor(a, of: b)
    case .ancestor: isAncestor(b, of: a)
    case .sibling: parents[a] == parents[b]
    }
  }

  private func isAncestor(_ above: Int, of index: Int) -> Bool {
    var next = parents[index]
    while next >= 0 {
      if next == above { return true }
      next = parents[next]
    }
    return false
  }
}

/// Where Tempo's answers differ from those that are right.
struct ReferenceRules {
  /// A span whose parent is not there is a root for structure.
  var orphansAreRoots = true
  /// The first value of a sum is that of the first span that was read, not of the first in the tree.
  var sumsInInputOrder = false
  /// `a ^ b` of two ints is `b ^ a`.
  var reversesPower = false

  static let tempo = ReferenceRules(
    orphansAreRoots: false, sumsInInputOrder: true, reversesPower: true)
}
