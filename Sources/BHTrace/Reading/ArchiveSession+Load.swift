/// Loading single traces: their pages and blocks in one round, whatever of them is not at hand.
extension ArchiveSession {
  private static let warmLimit = 64

  /// Reads what is not at hand of what loading `parts` of the traces of `handles` takes, in one
  /// round. Their segments' heads are known.
  func readPages(of handles: [TraceHandle], _ parts: TraceParts, positions: [Int]?) throws {
    let unknown = handles.count {
      warm[ChunkKey(segment: $0.segment, chunk: $0.chunk)] == nil
    }
    if unknown > 0 && warm.count + unknown > Self.warmLimit { warm.removeAll() }
    var plan = ReadPlan()
    let locations = try locations()
    for handle in handles {
      plan.addSegment(
        handle.segment, locations.segments[handle.segment], payload: parts.contains(.payload),
        of: archive)
    }
    addPages(of: handles, parts, positions: positions, to: &plan)
    if plan.isEmpty { return }
    try take(handles, fetch(plan))
  }

  /// Adds pages and blocks that are not at hand. Where a chunk's index page is not, all its blocks
  /// that may hold spans of the trace are added, so that one round is enough.
  func addPages(
    of handles: [TraceHandle], _ parts: TraceParts, positions: [Int]? = nil,
    to plan: inout ReadPlan
  ) {
    for handle in handles {
      guard let map = archive.map(handle.segment) else { continue }
      guard let pages = warm[ChunkKey(segment: handle.segment, chunk: handle.chunk)] else {
        plan.addChunk(
          map, handle.chunk, parts, groups: groups(of: handle, map.head),
          blocks: positions == nil)
        continue
      }
      var missing = ReadPlan()
      if parts.needsTraceIDs && pages.traceIDs.isEmpty {
        missing.add(map.traceIDs(handle.chunk))
      }
      let trace = pages.index.traces[handle.slot]
      let all = trace.firstSpan..<(trace.firstSpan + trace.spans)
      if parts.contains(.spanIDs) { missing.addIDs(of: all, pages) }
      if parts.contains(.payload) {
        missing.addPayload(
          of: positions.map { $0.map { trace.firstSpan + $0 } } ?? Array(all), pages)
      }
      for range in missing.ranges where !pages.extents.holds(range) { plan.add(range) }
    }
  }

  /// The groups that spans of a trace may belong to.
  private func groups(of handle: TraceHandle, _ head: SegmentHead) -> [Int] {
    handle.kind > 0 && handle.kind <= head.kinds.count
      ? head.kinds[handle.kind - 1] : Array(0..<head.groups.count)
  }

  /// Takes in pages and blocks of the chunks of `handles`.
  func take(_ handles: [TraceHandle], _ extents: Extents) throws {
    for handle in handles {
      let key = ChunkKey(segment: handle.segment, chunk: handle.chunk)
      if warm[key] == nil {
        warm[key] = try pages(handle.segment, handle.chunk, timesThrough: handle.slot, extents)
        continue
      }
      // Taken out while it changes, so that its pages are not copied.
      guard var pages = warm.removeValue(forKey: key) else { continue }
      pages.extents.add(extents)
      pages.ids = nil
      try pages.takeTraceIDs(counting: source)
      warm[key] = pages
    }
  }

  public func load(
    _ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?
  ) throws -> LoadedTrace {
    if try isPiece(handle) { return try loadPieces(handle, parts, positions: positions) }
    let key = ChunkKey(segment: handle.segment, chunk: handle.chunk)
    let isCold = warm[key] == nil
    try readPages(of: [handle], parts, positions: positions)
    // Only the index page tells which blocks hold some of a trace's spans.
    if isCold && positions != nil { try readPages(of: [handle], parts, positions: positions) }
    guard var pages = warm.removeValue(forKey: key) else {
      throw FormatError(.invalid, at: nil, "a chunk has no INDEX page")
    }
    defer { warm[key] = pages }
    try pages.takeTimes(through: handle.slot)
    if parts.needsSpanIDs && pages.ids == nil { try pages.takeSpanIDs(counting: source) }
    var trace = LoadedTrace(
      handle: handle, tree: pages.index.tree(handle.slot), names: pages.names.names)
    if parts.needsTraceIDs { trace.traceID = pages.traceIDs[handle.slot] }
    if parts.contains(.spanIDs) { trace.spanIDs = pages.spanIDs(of: handle.slot) }
    if parts.contains(.payload) {
      let first = pages.index.traces[handle.slot].firstSpan
      let wanted = pages.flags(
        of: (positions ?? Array(0..<trace.tree.count)).lazy.map { first + $0 })
      let segment = handle.segment
      try decoders.with(
        segment, { try payload(segment) },
        { decoder in
          try decoder.decode(pages, wanted: wanted, counting: source)
          trace.batch = decoder.spans.batch
        })
    }
    return trace
  }
}

extension ReadPlan {
  /// Adds the id pages of the spans of a chunk at `spans`.
  mutating func addIDs(of spans: some Sequence<Int>, _ pages: ChunkPages) {
    var isAdded = [Bool](repeating: false, count: pages.map.head.groups.count)
    for span in spans {
      let home = Int(pages.groups.homes[span])
      if isAdded[home] { continue }
      isAdded[home] = true
      add(pages.map.spanIDs(home, pages.chunk))
    }
  }

  /// Adds what decoding the spans of a chunk at `spans`, ascending, takes: their ids and those of their
  /// parents, and the blocks that hold them.
  mutating func addPayload(of spans: [Int], _ pages: ChunkPages) {
    guard let last = spans.last else { return }
    let table = pages.map.head.groups
    addIDs(of: spans, pages)
    var slot = 0
    var next = 0
    var ranks = [Int](repeating: 0, count: table.count)
    var lastBlocks = [Int](repeating: -1, count: table.count)
    var parents: [Int] = []
    for span in 0...last {
      let group = Int(pages.groups.groups[span])
      defer { ranks[group] += 1 }
      if spans[next] != span { continue }
      next += 1
      while pages.index.traces[slot].firstSpan + pages.index.traces[slot].spans <= span {
        slot += 1
      }
      let parent = pages.index.parents[span]
      if parent >= 0 { parents.append(pages.index.traces[slot].firstSpan + Int(parent)) }
      let inGroup = table.spans(group, chunk: pages.chunk).lowerBound + ranks[group]
      let known = lastBlocks[group]
      if known >= 0 && table.blocks[known].spans.contains(inGroup) { continue }
      guard inGroup < table.spanCount(group) else { continue }
      lastBlocks[group] = table.block(of: group, holding: inGroup)
      addBlock(pages.map, group, lastBlocks[group])
    }
    addIDs(of: parents, pages)
  }
}
