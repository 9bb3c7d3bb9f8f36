/// Which spans of a trace are drawn on their service's own track, and in which order events follow
/// each other.
///
/// Events on a track have to nest. A span goes to the track of its service where it lies inside the
/// span that is open there, which has to be an ancestor, or where none is open; else to the lane of
/// its parent where it fits in there the same way; else to a lane of its own. Lanes hold
/// asynchronous events, which may overlap those of other lanes.
struct ChromeLayout {
  /// A step of drawing, in the order of time.
  enum Step: Equatable {
    /// The span at a position of the tree starts; it is drawn in lane 0 (the track) or another.
    case begin(position: Int, lane: Int)
    /// The span in a lane other than 0 ends.
    case end(position: Int, lane: Int)
  }

  /// All steps.
  private(set) var steps: [Step] = []
  /// The lane of each span by its position; 0 is the track of its service.
  private(set) var lanes: [Int]

  private let tree: TraceTree
  private let services: [Int]
  private let ends: [Int]
  // The open spans of each service's track, and of each lane, the innermost last.
  private var tracks: [Int: [Int]] = [:]
  private var open: [[Int]] = [[]]

  /// The layout of a trace; `services` holds a number for each position's service.
  init(_ tree: TraceTree, services: [Int]) {
    self.tree = tree
    self.services = services
    lanes = [Int](repeating: 0, count: tree.count)
    ends = Self.subtreeEnds(tree)
    let order = (0..<tree.count).sorted { a, b in
      let (left, right) = (Self.end(tree, a), Self.end(tree, b))
      return (tree.starts[a], right, a) < (tree.starts[b], left, b)
    }
    for position in order { place(position) }
    for lane in open.indices.dropFirst() { close(lane, until: nil) }
  }

  /// The number of lanes beside the tracks.
  var laneCount: Int { open.count - 1 }

  /// The end of a span; its start where the end lies before that.
  static func end(_ tree: TraceTree, _ position: Int) -> UInt64 {
    max(tree.ends[position], tree.starts[position])
  }

  private static func subtreeEnds(_ tree: TraceTree) -> [Int] {
    var ends = Array(1...max(1, tree.count))
    for position in (0..<tree.count).reversed() {
      let parent = Int(tree.parents[position])
      if parent >= 0 { ends[parent] = max(ends[parent], ends[position]) }
    }
    return ends
  }

  private mutating func place(_ position: Int) {
    let start = tree.starts[position]
    var track = tracks.removeValue(forKey: services[position]) ?? []
    while let top = track.last, Self.end(tree, top) <= start { track.removeLast() }
    let parent = Int(tree.parents[position])
    if fits(position, into: track.last) {
      track.append(position)
      steps.append(.begin(position: position, lane: 0))
    } else {
      var lane = parent >= 0 && services[parent] == services[position] ? lanes[parent] : 0
      if lane > 0 { close(lane, until: start) }
      if lane == 0 || open[lane].isEmpty || !fits(position, into: open[lane].last) {
        lane = open.count
        open.append([])
      }
      lanes[position] = lane
      open[lane].append(position)
      steps.append(.begin(position: position, lane: lane))
    }
    tracks[services[position]] = track
  }

  /// Whether the span lies inside an open one that is its ancestor, or none is open.
  private func fits(_ position: Int, into top: Int?) -> Bool {
    guard let top else { return true }
    return top < position && position < ends[top]
      && Self.end(tree, position) <= Self.end(tree, top)
  }

  /// Ends the spans of a lane that are over at `time`, or all.
  private mutating func close(_ lane: Int, until time: UInt64?) {
    while let top = open[lane].last {
      if let time, Self.end(tree, top) > time { return }
      open[lane].removeLast()
      steps.append(.end(position: top, lane: lane))
    }
  }
}
