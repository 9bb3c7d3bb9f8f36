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
    parents = page.marks.contains { $0.statesParent } ? ids : []
    let groupCount = map.head.groups.count
    // The spans of each home, in order.
    var counts = [Int](repeating: 0, count: groupCount + 1)
    for home in groups.homes { counts[Int(home) + 1] += 1 }
    for group in 0..<groupCount { counts[group + 1] += counts[group] }
    var spans = [Int32](repeating: 0, count: page.count)
    var next = counts
    for (span, home) in groups.homes.enumerated() {
      spans[next[Int(home)]] = Int32(truncatingIfNeeded: span)
      next[Int(home)] += 1
    }
    for group in 0..<groupCount {
      let range = map.spanIDs(group, chunk)
      let of = counts[group]..<counts[group + 1]
      if range.isEmpty && of.isEmpty { continue }
      if !extents.holds(range) { continue }
      let stated =
        parents.isEmpty
        ? 0 : spans[of].count { page.marks[Int($0)].statesParent }
      let decoded = try SpanIDPage.decode(
        extents.bytes(range), isRegular: map.idsAreRegular, spans: of.count, parents: stated,
        at: range.lowerBound)
      let base = UInt32(bytes.count)
      bytes.append(contentsOf: decoded.bytes)
      var parent = 0
      for (place, span) in spans[of].enumerated() {
        let id = decoded.ids[place]
        ids[Int(span)] = ByteRange(offset: base + id.offset, count: id.count)
        if stated > 0 && page.marks[Int(span)].statesParent {
          let id = decoded.parents[parent]
          parents[Int(span)] = ByteRange(offset: base + id.offset, count: id.count)
          parent += 1
        }
      }
    }
    for span in page.outerSpans {
      outer.append(ByteRange(bytes.count, span.id.count))
      bytes.append(contentsOf: span.id)
    }
  }

  /// The id of span `span` of the chunk.
  func id(_ span: Int) -> [UInt8] { Array(bytes[ids[span].positions]) }
}
