/// Clocks that differ from host to host, taken into account where a reader asks for it; never where
/// spans are packed.
///
/// A trace does not say which clock a span's times are of. The spans of one service below each
/// other count as timed by one clock; where a span of another service does not lie inside its
/// parent's time, its clock is taken to be off by as much as puts it there: in the middle, as if
/// request and answer took equally long on the way; one that is longer than its parent to the
/// parent's start, where it starts before that. Spans under it move with it. These are the rules of
/// Jaeger's query service (`cmd/query/app/querysvc/adjuster`), which goes by hosts. A CONSUMER under
/// a PRODUCER is not expected inside its time, and stays.
extension TraceTree {
  /// The tree with times by one clock, and how many spans were moved for that. O(n).
  package func adjustedForSkew(names: NameTable) -> (tree: TraceTree, moved: Int) {
    var tree = self
    // How far each span's clock is behind, in nanoseconds modulo 2^64.
    var skews = [UInt64](repeating: 0, count: count)
    var moved = 0
    for position in 0..<count where parents[position] >= 0 {
      let parent = Int(parents[position])
      let operation = names.operations[Int(operations[position])]
      let above = names.operations[Int(operations[parent])]
      if operation.service == above.service {
        skews[position] = skews[parent]
      } else if !(operation.kind == Self.consumer && above.kind == Self.producer) {
        skews[position] = skew(of: position, in: tree.starts[parent], tree.repairedEnd(parent))
      }
      if skews[position] == 0 { continue }
      moved += 1
      tree.starts[position] &+= skews[position]
      tree.ends[position] &+= skews[position]
    }
    return (tree, moved)
  }

  private static let producer: Int32 = 4
  private static let consumer: Int32 = 5

  /// What has to be added to the times of the span at `position` so that it lies in its parent's
  /// time from `start` to `end`.
  private func skew(of position: Int, in start: UInt64, _ end: UInt64) -> UInt64 {
    let own = repairedEnd(position) - starts[position]
    if own > end - start { return starts[position] < start ? start - starts[position] : 0 }
    if starts[position] >= start && repairedEnd(position) <= end { return 0 }
    return (start + (end - start - own) / 2) &- starts[position]
  }
}
