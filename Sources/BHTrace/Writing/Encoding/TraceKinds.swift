/// The kinds of a segment's traces: which payload groups the spans of a trace belong to.
struct TraceKinds: Sendable {
  /// For each kind its groups, ascending.
  private(set) var kinds: [[Int]] = []
  private var numbers: [[Int]: Int] = [:]

  /// What a look-up entry says of a trace with spans of `groups`: 1 + the number of its kind, 0 where
  /// there is no room for more of them.
  mutating func code(_ groups: [Int]) -> Int {
    if let known = numbers[groups] { return known + 1 }
    guard kinds.count < SegmentHead.kindLimit else { return 0 }
    numbers[groups] = kinds.count
    kinds.append(groups)
    return kinds.count
  }
}
