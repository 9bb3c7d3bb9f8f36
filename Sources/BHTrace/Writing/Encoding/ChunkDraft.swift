/// The structure of a chunk, and what the ids of its spans need, before times have a coding.
struct ChunkDraft: Sendable {
  private(set) var page = IndexPage()
  /// For each span its home group (`SpanIDPage`).
  private(set) var homes: [UInt8] = []
  /// For each whole trace the groups of its spans, ascending; nothing for a piece.
  private(set) var traceGroups: [[Int]] = []
  /// The ids of its spans, and the parent ids that some of them state.
  private var ids = GatheredIDs()
  /// How many spans each group has in it.
  private(set) var groupSpans: [Int] = []

  /// The draft of the chunk `plan` of `traces`.
  init(
    _ plan: ChunkPlan, _ traces: [SegmentTrace], _ spans: SegmentSpans, _ mined: MinedSegment,
    _ groups: PayloadGroups
  ) {
    if let piece = plan.piece {
      page = IndexPage(
        piece: piece.position..<(piece.position + plan.spans.count), of: piece.trace.tree,
        traceStart: piece.trace.start, operations: Array(mined.operations[plan.spans]),
        contexts: Array(mined.contexts[plan.spans]), subtreeEnds: piece.trace.subtreeEnds,
        spanID: piece.trace.spanID)
    } else {
      for number in plan.traces {
        let range = spans.firstSpans[number]..<spans.firstSpans[number + 1]
        var tree = traces[number].tree
        tree.operations = Array(mined.operations[range])
        page.append(tree, contexts: Array(mined.contexts[range]))
      }
    }
    groupSpans = groups.counts(plan.spans)
    homes = plan.spans.map { UInt8(groups.group(ofSpan: $0)) }
    if plan.piece == nil { findTraceGroups(homes, count: groups.count) }
    if plan.piece == nil { findHomes(homes) }
    ids = GatheredIDs(plan.spans, page.marks, spans)
  }

  private mutating func findTraceGroups(_ groups: [UInt8], count: Int) {
    var last = [Int](repeating: -1, count: count)
    for (number, trace) in page.traces.enumerated() {
      var found: [Int] = []
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let group = Int(groups[span])
        if last[group] == number { continue }
        last[group] = number
        found.append(group)
      }
      traceGroups.append(found.sorted())
    }
  }

  /// Gives every span that has children of other groups the group of the first of them as its home.
  private mutating func findHomes(_ groups: [UInt8]) {
    for trace in page.traces {
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) where page.parents[span] >= 0 {
        let parent = trace.firstSpan + Int(page.parents[span])
        if groups[span] != groups[parent] && homes[parent] == groups[parent] {
          homes[parent] = groups[span]
        }
      }
    }
  }

  /// Whether all ids and stated parent ids have eight bytes.
  var hasRegularIDs: Bool { ids.isRegular }

  /// The pages of span ids: of each of `groups` groups its own, empty where it is the home of no span.
  func spanIDPages(groups: Int, isRegular: Bool) -> [[UInt8]] {
    var pages = [SpanIDPage](repeating: SpanIDPage(), count: groups)
    for (span, home) in homes.enumerated() {
      pages[Int(home)].ids.append(pages[Int(home)].add(ids.spans[span], of: ids.bytes))
    }
    for (span, parent) in ids.parents {
      let home = Int(homes[span])
      pages[home].parents.append(pages[home].add(parent, of: ids.bytes))
    }
    return pages.map { page in
      var writer = ByteWriter()
      page.encode(isRegular: isRegular, to: &writer)
      return writer.bytes
    }
  }
}

extension SpanIDPage {
  /// Appends the bytes of an id and returns where they lie.
  fileprivate mutating func add(_ id: ByteRange, of arena: [UInt8]) -> ByteRange {
    let range = ByteRange(bytes.count, Int(id.count))
    bytes.append(arena.rawSpan, id.positions)
    return range
  }
}
