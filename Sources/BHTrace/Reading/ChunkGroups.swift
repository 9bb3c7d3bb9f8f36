/// Which payload group each span of a chunk belongs to, and in which group's page its id lies.
struct ChunkGroups: Sendable {
  /// For each span its group.
  private(set) var groups: [UInt16]
  /// For each span its home (`SpanIDPage`).
  private(set) var homes: [UInt16]

  /// Of the spans of `page`, whose operations belong to `operationGroups`. O(spans).
  init(_ page: IndexPage, _ operationGroups: [UInt16]) {
    groups = page.operations.map { operationGroups[Int($0)] }
    homes = groups
    if page.piecePosition != nil { return }
    var isSettled = [Bool](repeating: false, count: groups.count)
    for trace in page.traces {
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let parent = page.parents[span]
        if parent < 0 { continue }
        let above = trace.firstSpan + Int(parent)
        if !isSettled[above] && groups[span] != groups[above] {
          isSettled[above] = true
          homes[above] = groups[span]
        }
      }
    }
  }
}

/// The ids of a chunk's spans, as far as their pages were read.
struct ChunkSpanIDs: Sendable {
  /// The bytes of all pages, end to end.
  private(set) var bytes: [UInt8] = []
  /// For each span where its id lies in `bytes`; empty where its page was not read.
  private(set) var ids: [ByteRange]
  /// The same for the parent ids that spans state.
  private(set) var parents: [ByteRange]
  /// The ids of the spans above a piece, as they lie in `bytes`.
  private(set) var outer: [ByteRange] = []

  /// Decodes those pages of `chunk` that are at hand.
  init(
    _ map: SegmentMap, chunk: Int, _ page: IndexPage, _ groups: ChunkGroups, from extents: Extents
  ) throws(FormatError) {
    ids = [ByteRange](repeating: .empty, count: page.count)
    let statesParents = page.marks.contains { $0.statesParent }
    parents = statesParents ? ids : []
    let groupCount = map.head.groups.count
    // How many spans each home has, and how many of them state their parents.
    var counts = [Int](repeating: 0, count: groupCount)
    var stated = counts
    for home in groups.homes { counts[Int(home)] += 1 }
    if statesParents {
      for (home, mark) in zip(groups.homes, page.marks) where mark.statesParent {
        stated[Int(home)] += 1
      }
    }
    // The next id of each home whose page is at hand, and its next stated parent id.
    var next = [Int](repeating: -1, count: groupCount)
    var nextParents = next
    var found = SpanIDPage()
    for group in 0..<groupCount {
      let range = map.spanIDs(group, chunk)
      if range.isEmpty && counts[group] == 0 { continue }
      if !extents.holds(range) { continue }
      next[group] = found.ids.count
      nextParents[group] = found.parents.count
      try found.append(
        extents.bytes(range), isRegular: map.idsAreRegular, spans: counts[group],
        parents: stated[group], at: range.lowerBound)
    }
    for (span, home) in groups.homes.enumerated() where next[Int(home)] >= 0 {
      ids[span] = found.ids[next[Int(home)]]
      next[Int(home)] += 1
      if statesParents && page.marks[span].statesParent {
        parents[span] = found.parents[nextParents[Int(home)]]
        nextParents[Int(home)] += 1
      }
    }
    bytes = found.bytes
    for span in page.outerSpans {
      outer.append(ByteRange(bytes.count, span.id.count))
      bytes.append(contentsOf: span.id)
    }
  }

  /// The parent's id that span `span` states; empty where it states none.
  func statedParent(_ span: Int) -> [UInt8] {
    parents.isEmpty ? [] : Array(bytes[parents[span].positions])
  }

  /// The id of span `span` of the chunk.
  func id(_ span: Int) -> [UInt8] { Array(bytes[ids[span].positions]) }
}
