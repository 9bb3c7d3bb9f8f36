/// Walks the critical paths of trees, one after the other, in buffers it keeps.
///
/// Nothing here recurses, and all of it takes O(n log n).
struct CriticalPathWalker: Sendable {
  /// The sections of the last walk, in order of time.
  private(set) var sections: [CriticalPath.Section] = []

  /// What follows is indexed by the distance from `root`.
  private var root = 0
  private var starts: [UInt64] = []
  private var ends: [UInt64] = []
  /// Whether the span, or one above it, cannot be on the path.
  private var isOff: [Bool] = []
  /// The next child to look at, and the sibling after each; -1 for none.
  private var nextChild: [Int32] = []
  private var nextSibling: [Int32] = []
  private var byEnd: [EndKey] = []

  private struct EndKey: Sendable {
    var end: UInt64
    var span: Int32
  }

  private static let producer: Int32 = 4
  private static let consumer: Int32 = 5

  /// Finds the path from `root`, leaves it in `sections`, and returns what was odd in the subtree.
  mutating func findPath(
    of tree: TraceTree, _ names: NameTable, from root: Int, method: CriticalPath.Method
  ) -> TraceWarnings {
    let warnings = clip(tree, names, under: root)
    switch method {
    case .blocking:
      walk(tree)
    case .jaeger:
      clipLikeJaeger(tree, names)
      walk(tree, dropsTouchingSiblings: true)
    case .longestChild:
      followLongestChild(tree)
    }
    return warnings
  }

  /// Clips every span of the subtree of `root` to its parent's clipped interval, top-down, and
  /// returns what was odd in it.
  ///
  /// A span that does not block its parent, or lies wholly outside it, keeps its own interval:
  /// it and all under it are off the path, but are still checked against each other.
  mutating func clip(
    _ tree: TraceTree, _ names: NameTable, under root: Int
  ) -> TraceWarnings {
    begin(root)
    var warnings = TraceWarnings()
    for position in root..<tree.subtreeEnd(root) {
      var start = tree.starts[position]
      var end = tree.ends[position]
      if end < start {
        warnings.negativeDuration += 1
        end = start
      }
      let marks = tree.marks[position]
      if !marks.isDisjoint(with: [.orphan, .cut, .duplicate, .linkedParent]) {
        warnings.count(marks)
      }
      var off = false
      if position > root {
        let parent = Int(tree.parents[position]) - root
        off = isOff[parent]
        if !Self.blocks(tree, names, position) {
          off = true
        } else {
          let clippedStart = max(start, starts[parent])
          let clippedEnd = min(end, ends[parent])
          if start < end ? clippedStart < clippedEnd : clippedStart <= clippedEnd {
            (start, end) = (clippedStart, clippedEnd)
          } else {
            off = true
            if start < end { warnings.outsideParent += 1 }
          }
        }
      }
      append(start, end, off)
    }
    return warnings
  }

  /// Clips the subtree that `clip` was called for once more, the way Jaeger UI does it: in whole
  /// microseconds, and dropping a span without duration at the very end of its parent as well.
  private mutating func clipLikeJaeger(_ tree: TraceTree, _ names: NameTable) {
    let count = starts.count
    begin(root)
    for position in root..<(root + count) {
      var start = tree.starts[position] / 1_000 * 1_000
      var end = start + (tree.repairedEnd(position) - tree.starts[position]) / 1_000 * 1_000
      var off = false
      if position > root {
        let parent = Int(tree.parents[position]) - root
        let isOutside =
          start >= starts[parent] ? start >= ends[parent] : end <= starts[parent]
        off = isOff[parent] || isOutside || !Self.blocks(tree, names, position)
        start = max(start, starts[parent])
        end = max(start, min(end, ends[parent]))
      }
      append(start, end, off)
    }
  }

  /// Walks back from the end of the clipped root: always into the child that ended last before
  /// the moment reached, and from a child's start on in its parent.
  ///
  /// `dropsTouchingSiblings` passes over a sibling that ends exactly where the next one starts,
  /// as Jaeger UI does.
  private mutating func walk(_ tree: TraceTree, dropsTouchingSiblings: Bool = false) {
    linkChildrenByEnd(tree)
    var span = 0
    var time = ends[0]
    var isReturning = false
    while true {
      var child = Int(nextChild[span])
      while child >= 0 {
        nextChild[span] = nextSibling[child]
        if ends[child] < time || ends[child] == time && !(dropsTouchingSiblings && isReturning) {
          break
        }
        child = Int(nextChild[span])
      }
      if child >= 0 {
        emit(span, from: ends[child], to: time)
        span = child
        time = ends[child]
        isReturning = false
      } else {
        emit(span, from: starts[span], to: time)
        if span == 0 { break }
        time = starts[span]
        span = Int(tree.parents[root + span]) - root
        isReturning = true
      }
    }
    sections.reverse()
  }

  /// The chain from the root down to a leaf, always the longest child (equal ones: the first of
  /// the file). Kinds and clipping play no part.
  private mutating func followLongestChild(_ tree: TraceTree) {
    let count = starts.count
    sections.removeAll(keepingCapacity: true)
    nextChild.removeAll(keepingCapacity: true)
    for _ in 0..<count { nextChild.append(-1) }
    for span in 0..<count where span > 0 {
      let parent = Int(tree.parents[root + span]) - root
      let best = Int(nextChild[parent])
      if best < 0 || Self.isLonger(tree, root + span, than: root + best) {
        nextChild[parent] = Int32(truncatingIfNeeded: span)
      }
    }
    var span = 0
    while span >= 0 {
      sections.append(
        CriticalPath.Section(
          position: root + span, start: tree.starts[root + span],
          end: tree.repairedEnd(root + span)))
      span = Int(nextChild[span])
    }
  }

  /// Whether the span has the longer duration, or an equal one and an earlier place in the file.
  /// The prototype's durations have a sign, so of two spans that end before they start the one
  /// with the smaller gap is the longer.
  private static func isLonger(_ tree: TraceTree, _ position: Int, than other: Int) -> Bool {
    let forward = tree.repairedEnd(position) - tree.starts[position]
    let otherForward = tree.repairedEnd(other) - tree.starts[other]
    if forward != otherForward { return forward > otherForward }
    let gap = tree.repairedEnd(position) - tree.ends[position]
    let otherGap = tree.repairedEnd(other) - tree.ends[other]
    if gap != otherGap { return gap < otherGap }
    return tree.filePosition(position) < tree.filePosition(other)
  }

  /// Whether the span's parent waits for it.
  @inline(__always)
  private static func blocks(_ tree: TraceTree, _ names: NameTable, _ position: Int) -> Bool {
    guard names.operations[Int(tree.operations[position])].kind == consumer else { return true }
    let parent = Int(tree.operations[Int(tree.parents[position])])
    return names.operations[parent].kind != producer
  }

  private mutating func begin(_ root: Int) {
    self.root = root
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isOff.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ start: UInt64, _ end: UInt64, _ off: Bool) {
    starts.append(start)
    ends.append(end)
    isOff.append(off)
  }

  /// Chains the children of every span that can be on the path: latest clipped end first, of
  /// equal ones the earliest clipped start, then in canonical order.
  private mutating func linkChildrenByEnd(_ tree: TraceTree) {
    let count = starts.count
    sections.removeAll(keepingCapacity: true)
    nextChild.removeAll(keepingCapacity: true)
    nextSibling.removeAll(keepingCapacity: true)
    byEnd.removeAll(keepingCapacity: true)
    var isSorted = true
    for span in 0..<count {
      nextChild.append(-1)
      nextSibling.append(-1)
      if span == 0 || isOff[span] { continue }
      if let last = byEnd.last {
        isSorted =
          isSorted
          && (last.end > ends[span]
            || last.end == ends[span] && starts[Int(last.span)] <= starts[span])
      }
      byEnd.append(EndKey(end: ends[span], span: Int32(truncatingIfNeeded: span)))
    }
    if !isSorted {
      byEnd.sort { a, b in
        if a.end != b.end { return a.end > b.end }
        let (left, right) = (starts[Int(a.span)], starts[Int(b.span)])
        return left != right ? left < right : a.span < b.span
      }
    }
    for key in byEnd.reversed() {
      let parent = Int(tree.parents[root + Int(key.span)]) - root
      nextSibling[Int(key.span)] = nextChild[parent]
      nextChild[parent] = key.span
    }
  }

  private mutating func emit(_ span: Int, from start: UInt64, to end: UInt64) {
    if start < end {
      sections.append(CriticalPath.Section(position: root + span, start: start, end: end))
    }
  }
}

extension TraceWarnings {
  /// Counts what the tree building found out about one span.
  mutating func count(_ marks: SpanMarks) {
    if marks.contains(.orphan) { orphans += 1 }
    if marks.contains(.cut) { cycles += 1 }
    if marks.contains(.duplicate) { duplicates += 1 }
    if marks.contains(.linkedParent) { linkedParents += 1 }
  }
}
