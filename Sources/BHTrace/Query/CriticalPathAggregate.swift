/// The critical paths of many traces, added up by service and operation.
///
/// Of each trace the path from its main root counts.
package struct CriticalPathAggregate: Sendable {
  /// The definition of the paths.
  package let method: CriticalPath.Method
  /// Whether times are moved where clocks differ.
  private let adjustsSkew: Bool
  /// The number of traces added.
  package private(set) var traces = 0
  /// What was odd in the traces, in all their spans.
  package private(set) var warnings = TraceWarnings()
  /// The sections of the trace added last, in order of time.
  private(set) var lastSections: [CriticalPath.Section] = []
  /// The names all times are kept under.
  var names = MergedNames()

  private var walker = CriticalPathWalker()
  private var times: [UInt64] = []

  /// No traces yet.
  package init(method: CriticalPath.Method, adjustsSkew: Bool = false) {
    self.method = method
    self.adjustsSkew = adjustsSkew
  }

  /// Counts spans whose times were moved before their trace is added.
  mutating func countMoved(_ spans: Int) { warnings.movedSpans += spans }

  /// Adds a trace. Of several name tables that come in turns each is looked into once where it
  /// comes with a number of its own, the segment's say, in `namesHint`.
  package mutating func add(_ stored: TraceTree, names table: NameTable, namesHint: Int = 0) {
    var (tree, moved) = (stored, 0)
    if adjustsSkew { (tree, moved) = stored.adjustedForSkew(names: table) }
    countMoved(moved)
    add(tree, table, names.mapping(of: table, hint: namesHint))
  }

  /// Adds a trace whose operations have the numbers of `mapping` in `names`.
  mutating func add(_ tree: TraceTree, _ table: NameTable, _ mapping: MergedNames.Mapping) {
    traces += 1
    while times.count < names.operationCount { times.append(0) }
    lastSections.removeAll(keepingCapacity: true)
    let main = CriticalPathQuery.mainRoot(of: tree, method: method)
    for root in tree.parents.indices where tree.parents[root] < 0 {
      guard root == main else {
        warnings += walker.clip(tree, table, under: root)
        continue
      }
      warnings += walker.findPath(of: tree, table, from: root, method: method)
      for (index, section) in walker.sections.enumerated() {
        lastSections.append(section)
        times[mapping.operations[Int(tree.operations[section.position])]]
          .addSaturating(walker.sections.ownTime(at: index, method: method))
      }
    }
  }

  /// The time by service and operation, largest first, equal ones by the bytes of both names.
  package func finish() -> [OperationTime] {
    times.indices.filter { times[$0] > 0 }
      .sorted { times[$0] != times[$1] ? times[$0] > times[$1] : names.order($0, $1) < 0 }
      .map { names.operationTime($0, times[$0]) }
  }
}
