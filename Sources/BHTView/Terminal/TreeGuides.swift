/// The lines of a tree in front of its entries, each of which has its parent in front of it.
struct TreeGuides {
  private let parents: [Int]
  /// How deep an entry lies; a root has depth 0.
  let depths: [Int]
  /// Whether an entry is the last child of its parent, or the last root.
  private let isLast: [Bool]
  /// Deeper entries have a number for the levels above these.
  private let room: Int

  /// The guides of entries whose parents are `parents`, -1 for roots, at most `room` levels of them.
  init(_ parents: [Int], room: Int) {
    self.parents = parents
    self.room = max(2, room)
    var depths: [Int] = []
    var isLast = [Bool](repeating: false, count: parents.count)
    var lastChild: [Int: Int] = [:]
    for (entry, parent) in parents.enumerated() {
      depths.append(parent < 0 ? 0 : depths[parent] + 1)
      lastChild[parent] = entry
    }
    for entry in lastChild.values { isLast[entry] = true }
    self.depths = depths
    self.isLast = isLast
  }

  /// What stands in front of an entry; deep down, the number of levels left out.
  func text(_ entry: Int) -> String {
    let depth = depths[entry]
    if depth == 0 { return "" }
    // No further up than is shown: a chain may be as deep as the tree has entries.
    var levels: [Int] = []
    var above = entry
    while levels.count < min(depth, room) {
      levels.append(above)
      above = parents[above]
    }
    var text = depth > room ? "…\(depth - room) " : ""
    for (index, level) in levels.enumerated().reversed() {
      if index == 0 {
        text += isLast[level] ? "└ " : "├ "
      } else {
        text += isLast[level] ? "  " : "│ "
      }
    }
    return text
  }
}
