/// A trace as a segment takes it: its tree, and where its spans lie, in pre-order.
struct SegmentTrace: Sendable {
  var id: [UInt8]
  /// The spans' shape and times. Of a part of a trace the parents are positions in the whole trace.
  var tree: TraceTree
  var spans: [SpanReference]
  /// What its v1 file says beside the spans: index into the `v1Files` of a batch.
  var v1File: SpanReference?
  /// Which part of a trace it is, where several segments share one; nil for a whole trace.
  var part: TracePart?
}

/// A run of the spans of a trace that is too large for one segment.
struct TracePart: Sendable {
  /// The whole trace.
  let trace: LargeTrace
  /// Where in the trace the part begins, in pre-order.
  let position: Int
}

/// The structure of a trace that several segments share.
final class LargeTrace: Sendable {
  /// The memory it takes for each span (bytes).
  static let spanBytes = 48

  /// Shape and times of all spans.
  let tree: TraceTree
  /// The earliest start of all spans.
  let start: UInt64
  /// Latest end minus earliest start.
  let duration: UInt64
  /// For each span the position behind its last descendant.
  let subtreeEnds: [Int32]
  private let ids: SpanIDs

  /// The trace of `tree`, whose spans have `ids`.
  init(_ tree: TraceTree, ids: SpanIDs) {
    self.tree = tree
    self.ids = ids
    start = tree.earliestStart
    duration = tree.duration
    subtreeEnds = tree.subtreeEnds()
  }

  /// The id of the span at `position`.
  func spanID(_ position: Int) -> [UInt8] { ids[position] }
}

/// The span ids of a trace, end to end.
struct SpanIDs: Sendable {
  private var bytes: [UInt8] = []
  /// Where each id ends; empty while all have eight bytes.
  private var ends: [Int] = []
  private var count = 0

  /// No ids.
  init() {}

  /// The ids of `spans`, which lie in `batches`.
  init(_ spans: some Sequence<SpanReference>, in batches: [SpanBatch]) {
    for place in spans {
      append(batches[place.batch].spans[place.span].spanID, of: batches[place.batch].arena)
    }
  }

  /// Adds the id at `range` of `arena`.
  mutating func append(_ range: ByteRange, of arena: [UInt8]) {
    if range.count != 8 && ends.isEmpty { ends = (0..<count).map { ($0 + 1) * 8 } }
    bytes.append(range.positions, of: arena)
    count += 1
    if bytes.count != count * 8 || !ends.isEmpty { ends.append(bytes.count) }
  }

  /// The id at `position`.
  subscript(position: Int) -> [UInt8] {
    if ends.isEmpty { return Array(bytes[(position * 8)..<(position * 8 + 8)]) }
    return Array(bytes[(position == 0 ? 0 : ends[position - 1])..<ends[position]])
  }
}

extension TraceTree {
  /// For each span the position behind its last descendant. O(n).
  func subtreeEnds() -> [Int32] {
    var ends = (0..<count).map { Int32(truncatingIfNeeded: $0 + 1) }
    for position in (0..<count).reversed() {
      let parent = Int(parents[position])
      if parent >= 0 { ends[parent] = max(ends[parent], ends[position]) }
    }
    return ends
  }
}
