/// Two traces matched by their structure.
///
/// Roots are matched with roots, and children with children of spans that are matched: among siblings
/// the first of an operation of a service with the first of the same, the second with the second, and so on.
/// What is left over is new or gone, with all below it.
package struct TraceComparison: Sendable, Equatable {
  /// How a span differs.
  package enum Change: String, Sendable {
    /// The second trace alone has it.
    case new
    /// The first trace alone has it.
    case gone
    /// It takes longer in the second trace.
    case slower
    /// It takes less long there.
    case faster
    /// Its duration differs by less than a tenth of itself, or than a hundredth of the longer trace's.
    case same
  }

  /// A span of either trace, or one of each that match.
  package struct Row: Sendable, Equatable {
    /// Its pre-order position in the first trace; nil for a new one.
    package var first: Int?
    /// Its pre-order position in the second trace; nil for one that is gone.
    package var second: Int?
    /// The row it hangs under, always an earlier one; -1 for a root.
    package var parent: Int
    /// How it differs.
    package var change: Change
  }

  /// Parents in front of their children, siblings in order of time, those that are gone where they were.
  package private(set) var rows: [Row] = []

  private struct Side {
    let tree: TraceTree
    /// By common number of the operation.
    let operations: [Int]
    /// The roots, then by position the children.
    let roots: [Int]
    let children: [[Int]]

    init(_ trace: LoadedTrace, _ names: inout MergedNames, number: Int) {
      tree = trace.tree
      let mapping = names.mapping(of: trace.names, hint: number)
      operations = tree.operations.map { mapping.operations[Int($0)] }
      var children = [[Int]](repeating: [], count: tree.count)
      var roots: [Int] = []
      for position in 0..<tree.count {
        let parent = Int(tree.parents[position])
        if parent < 0 { roots.append(position) } else { children[parent].append(position) }
      }
      self.roots = roots
      self.children = children
    }

    func duration(_ position: Int) -> UInt64 {
      tree.repairedEnd(position) - tree.starts[position]
    }
  }

  /// Matches the spans of `first` with those of `second`. O(spans).
  package init(_ first: LoadedTrace, _ second: LoadedTrace) {
    var names = MergedNames()
    let (a, b) = (Side(first, &names, number: 0), Side(second, &names, number: 1))
    let least = max(first.tree.duration, second.tree.duration) / 100
    var open: [Row] = Self.matched(a.roots, b.roots, a, b, under: -1).reversed()
    while var row = open.popLast() {
      row.change = Self.change(row, a, b, least: least)
      rows.append(row)
      let (old, new) = (row.first.map { a.children[$0] }, row.second.map { b.children[$0] })
      open += Self.matched(old ?? [], new ?? [], a, b, under: rows.count - 1).reversed()
    }
  }

  /// Siblings of both traces in one list: those of the second in their order, those that are gone
  /// in front of the sibling they were in front of.
  private static func matched(
    _ first: [Int], _ second: [Int], _ a: Side, _ b: Side, under parent: Int
  ) -> [Row] {
    func row(_ first: Int?, _ second: Int?) -> Row {
      Row(first: first, second: second, parent: parent, change: .same)
    }
    if first.isEmpty { return second.map { row(nil, $0) } }
    if second.isEmpty { return first.map { row($0, nil) } }
    // Places in `first` by operation, the next one to be matched last.
    var waiting: [Int: [Int]] = [:]
    for place in first.indices.reversed() {
      waiting[a.operations[first[place]], default: []].append(place)
    }
    let partners = second.map { waiting[b.operations[$0]]?.popLast() }
    var isMatched = [Bool](repeating: false, count: first.count)
    for case let place? in partners { isMatched[place] = true }
    var rows: [Row] = []
    var next = 0
    for (position, partner) in zip(second, partners) {
      if let partner {
        while next < partner {
          if !isMatched[next] { rows.append(row(first[next], nil)) }
          next += 1
        }
      }
      rows.append(row(partner.map { first[$0] }, position))
    }
    for place in next..<first.count where !isMatched[place] { rows.append(row(first[place], nil)) }
    return rows
  }

  private static func change(_ row: Row, _ a: Side, _ b: Side, least: UInt64) -> Change {
    guard let first = row.first else { return .new }
    guard let second = row.second else { return .gone }
    let (old, new) = (a.duration(first), b.duration(second))
    let difference = max(old, new) - min(old, new)
    if difference == 0 || difference < least || difference < old / 10 { return .same }
    return new > old ? .slower : .faster
  }
}
