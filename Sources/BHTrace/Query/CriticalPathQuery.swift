/// Critical paths of one trace, from its structure alone.
///
/// Which span a parent waited for is inferred from time: nothing in a trace says it. A CONSUMER
/// under a PRODUCER is not waited for.
public enum CriticalPathQuery {
  /// The pre-order positions of all roots, in canonical order (so by start).
  public static func roots(of tree: TraceTree) -> [Int] {
    tree.parents.indices.filter { tree.parents[$0] < 0 }
  }

  /// The root whose path is the trace's: the longest one with an empty parent id, else the
  /// longest of the others (orphans, and spans whose parent link was cut, which name a parent
  /// too). Equal ones: the first. Nil for a trace without spans.
  public static func mainRoot(of tree: TraceTree) -> Int? {
    var best: (position: Int, isFragment: Bool, duration: UInt64)?
    for position in tree.parents.indices where tree.parents[position] < 0 {
      let isFragment = !tree.marks[position].isDisjoint(with: [.orphan, .cut])
      let duration = tree.repairedEnd(position) - tree.starts[position]
      if let best {
        if isFragment && !best.isFragment { continue }
        if isFragment == best.isFragment && duration <= best.duration { continue }
      }
      best = (position, isFragment, duration)
    }
    return best?.position
  }

  /// The root `method` starts at where nobody names one: `mainRoot(of:)`, except for
  /// `longestChild` on a v1 trace. That is the seed prototype's, the first span of the file
  /// without a parent (`mainRoot(of:)` where every span names one).
  public static func mainRoot(of tree: TraceTree, method: CriticalPath.Method) -> Int? {
    guard method == .longestChild && tree.dialect == .v1 else { return mainRoot(of: tree) }
    var first: Int?
    for position in tree.parents.indices
    where tree.parents[position] < 0 && tree.marks[position].isDisjoint(with: [.orphan, .cut]) {
      if let known = first, tree.filePosition(known) < tree.filePosition(position) { continue }
      first = position
    }
    return first ?? mainRoot(of: tree)
  }

  /// The critical path from the span at `root`, any pre-order position of the tree.
  ///
  /// - `blocking`: the sections are disjoint, ordered, and their union is the root's interval.
  /// - `longestChild`: one section for each span of the chain, its whole interval.
  /// - `jaeger`: Jaeger UI's sections. The UI knows microseconds only, so times are cut to whole
  ///   microseconds first, as Jaeger does it: start and duration each rounded down.
  public static func path(
    of tree: TraceTree, names: NameTable, from root: Int, method: CriticalPath.Method
  ) -> CriticalPath {
    var walker = CriticalPathWalker()
    var path = CriticalPath(root: root)
    path.warnings = walker.findPath(of: tree, names, from: root, method: method)
    path.sections = walker.sections
    return path
  }
}

extension TraceTree {
  /// The end of the span at `position`, or its start where it ends before that.
  @inline(__always)
  func repairedEnd(_ position: Int) -> UInt64 { max(starts[position], ends[position]) }

  /// The place in the file of the span at `position`.
  func filePosition(_ position: Int) -> UInt32 {
    filePositions.isEmpty ? UInt32(truncatingIfNeeded: position) : filePositions[position]
  }
}
