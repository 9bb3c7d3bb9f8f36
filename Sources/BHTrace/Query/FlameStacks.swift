/// Self times of spans added up by the operations they lie under: what a flame graph is drawn of.
package struct FlameStacks: Sendable {
  /// One operation under another, all spans of it there together.
  package struct Frame: Sendable, Equatable {
    /// The frame it lies under; -1 for one at the bottom.
    package var parent: Int
    /// Service and operation, as bytes.
    package var service: [UInt8]
    package var operation: [UInt8]
    /// Time no child was running, in nanoseconds.
    package var selfTime: UInt64 = 0
    /// Self times of the frame and all above it.
    package var total: UInt64 = 0
    /// How many spans.
    package var spans = 0
    /// How many of them are errors.
    package var errors = 0
  }

  private struct Key: Hashable {
    var parent: Int
    var operation: Int
  }

  private var names = MergedNames()
  private var places: [Key: Int] = [:]
  private var frames: [Frame] = []
  private var selfTimes: [UInt64] = []
  private var frontiers: [UInt64] = []
  private var placeOfSpan: [Int32] = []
  /// The number of traces added.
  package private(set) var traces = 0
  /// Spans in stacks deeper than `deepest` count in the frame at that depth.
  package private(set) var cutSpans = 0
  private var depths: [Int] = []

  /// No stack is deeper.
  package static let deepest = 256

  /// No traces yet.
  package init() {}

  /// Adds a trace. Of several name tables that come in turns each is looked into once where it comes
  /// with a number of its own, the segment's say, in `namesHint`.
  package mutating func add(_ tree: TraceTree, names table: NameTable, namesHint: Int = 0) {
    traces += 1
    let mapping = names.mapping(of: table, hint: namesHint)
    SelfTime.fill(&selfTimes, frontiers: &frontiers, of: tree)
    placeOfSpan.removeAll(keepingCapacity: true)
    for position in 0..<tree.count {
      let above = Int(tree.parents[position])
      let under = above < 0 ? -1 : Int(placeOfSpan[above])
      let operation = mapping.operations[Int(tree.operations[position])]
      let place: Int
      if under >= 0 && depths[under] + 1 >= Self.deepest {
        cutSpans += 1
        place = under
      } else {
        place = self.place(Key(parent: under, operation: operation))
      }
      frames[place].selfTime.addSaturating(selfTimes[position])
      frames[place].spans += 1
      if tree.marks[position].contains(.error) { frames[place].errors += 1 }
      placeOfSpan.append(Int32(truncatingIfNeeded: place))
    }
  }

  private mutating func place(_ key: Key) -> Int {
    if let known = places[key] { return known }
    places[key] = frames.count
    depths.append(key.parent < 0 ? 0 : depths[key.parent] + 1)
    frames.append(
      Frame(
        parent: key.parent,
        service: names.serviceName(names.serviceOfOperation[key.operation]),
        operation: names.operationName(key.operation)))
    return frames.count - 1
  }

  /// The frames, each behind the one it lies under, those under one frame by the bytes of service and
  /// operation.
  package func finish() -> [Frame] {
    var frames = self.frames
    for place in frames.indices { frames[place].total = frames[place].selfTime }
    // A frame comes behind the one it lies under.
    for place in frames.indices.reversed() where frames[place].parent >= 0 {
      frames[frames[place].parent].total.addSaturating(frames[place].total)
    }
    var children = [[Int]](repeating: [], count: frames.count + 1)
    for (place, frame) in frames.enumerated() { children[frame.parent + 1].append(place) }
    for index in children.indices {
      children[index].sort {
        let byService = ByteComparison.order(frames[$0].service, frames[$1].service)
        return byService != 0
          ? byService < 0
          : ByteComparison.order(frames[$0].operation, frames[$1].operation) < 0
      }
    }
    var ordered: [Frame] = []
    var open: [(place: Int, parent: Int)] = children[0].reversed().map { ($0, -1) }
    while let (place, parent) = open.popLast() {
      var frame = frames[place]
      frame.parent = parent
      let number = ordered.count
      ordered.append(frame)
      for child in children[place + 1].reversed() { open.append((child, number)) }
    }
    return ordered
  }
}
