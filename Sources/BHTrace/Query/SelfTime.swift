/// Self times: a span's duration minus the union of its children's intervals, clipped to its own.
package enum SelfTime {
  /// The self time of every span by pre-order position, in nanoseconds, never negative. O(n):
  /// siblings lie in order of their starts, so the union grows at one end only.
  package static func times(of tree: TraceTree) -> [UInt64] {
    var (times, frontiers): ([UInt64], [UInt64]) = ([], [])
    fill(&times, frontiers: &frontiers, of: tree)
    return times
  }

  /// `times(of:)` of a tree whose siblings may lie in any order, as moved ones do. O(n log n).
  static func fillMoved(
    _ times: inout [UInt64], frontiers: inout [UInt64], of tree: TraceTree
  ) {
    times.removeAll(keepingCapacity: true)
    frontiers.removeAll(keepingCapacity: true)
    for position in 0..<tree.count {
      times.append(tree.repairedEnd(position) - tree.starts[position])
      frontiers.append(tree.starts[position])
    }
    for position in tree.starts.indices.sorted(by: { tree.starts[$0] < tree.starts[$1] }) {
      let parent = Int(tree.parents[position])
      if parent < 0 { continue }
      let from = max(tree.starts[position], frontiers[parent])
      let to = min(tree.repairedEnd(position), tree.repairedEnd(parent))
      if from < to {
        times[parent] -= to - from
        frontiers[parent] = to
      }
    }
  }

  /// `times(of:)` into buffers that are kept from trace to trace.
  static func fill(
    _ times: inout [UInt64], frontiers: inout [UInt64], of tree: TraceTree
  ) {
    times.removeAll(keepingCapacity: true)
    frontiers.removeAll(keepingCapacity: true)
    for position in 0..<tree.count {
      let start = tree.starts[position]
      let end = tree.repairedEnd(position)
      times.append(end - start)
      frontiers.append(start)
      let parent = Int(tree.parents[position])
      if parent < 0 { continue }
      let from = max(start, frontiers[parent])
      let to = min(end, tree.repairedEnd(parent))
      if from < to {
        times[parent] -= to - from
        frontiers[parent] = to
      }
    }
  }
}
