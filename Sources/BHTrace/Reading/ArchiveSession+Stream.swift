/// Going through all traces, in windows of bounded bytes: heads and names of the next window are read
/// in the same round as the pages of this one, so that a window costs a round.
extension ArchiveSession {
  /// How much of a window's INDEX is held at a time (bytes): structure alone, and with payload, whose
  /// spans are chosen by it.
  private static let structureWindow = 64 << 20
  private static let payloadWindow = 8 << 20
  /// How much of segments that are read whole is held at a time (bytes).
  static let wholeWindow = 16 << 20

  public func forEachTrace(
    _ parts: TraceParts, bounds: TraceBounds,
    choose: (LoadedTrace) throws -> [Int]?, body: (LoadedTrace) throws -> Void
  ) throws {
    let isPayload = parts.contains(.payload)
    var windows = try Windows(
      self, bounds: bounds, limit: isPayload ? Self.payloadWindow : Self.structureWindow
    ) { $0.headBytes + $0.namesBytes + $0.indexBytes + (isPayload ? $0.tableBytes : 0) }
    // INDEX is read with the heads unless these tell which of it is wanted.
    let readsIndex = isPayload || !bounds.choosesChunks
    var assembler: PieceAssembler?
    var extents = try fetch(plan(for: windows.first, payload: isPayload, index: readsIndex))
    while let window = windows.popFirst() {
      var more = plan(for: windows.first, payload: isPayload, index: readsIndex)
      var chunks: [(segment: Int, chunk: Int)] = []
      for segment in window {
        let (map, names) = try self.segment(segment)
        for chunk in bounds.chunks(of: map, names) {
          chunks.append((segment, chunk))
          if !readsIndex { more.add(map.index(chunk)) }
          if parts.needsTraceIDs { more.add(map.traceIDs(chunk)) }
          if parts.contains(.spanIDs) {
            for group in 0..<map.head.groups.count { more.add(map.spanIDs(group, chunk)) }
          }
        }
      }
      let current = extents
      extents = try fetch(more)
      let atHand = Extents(joining: [current, extents])
      if isPayload {
        try handOut(chunks, parts, atHand, choose, body)
      } else {
        for (segment, chunk) in chunks {
          var pages = try pages(segment, chunk, atHand)
          if parts.needsSpanIDs { try pages.takeSpanIDs(counting: source) }
          try handOut(pages, parts, &assembler) { trace in
            if try choose(trace)?.isEmpty ?? false { return }
            try body(trace)
          }
        }
      }
    }
    if let trace = try assembler?.finish() {
      if try choose(trace)?.isEmpty ?? false { return }
      try body(trace)
    }
  }

  /// Hands `body` every index page, in order.
  func forEachIndexPage(
    _ body: (SegmentMap, SegmentNames, _ segment: Int, IndexPage) throws -> Void
  ) throws {
    var windows = try Windows(self, bounds: TraceBounds(), limit: Self.structureWindow) {
      $0.headBytes + $0.namesBytes + $0.indexBytes
    }
    var extents = try fetch(plan(for: windows.first, payload: false, index: true))
    while let window = windows.popFirst() {
      for segment in window {
        let (map, names) = try self.segment(segment)
        for (chunk, described) in map.head.chunks.enumerated() {
          let range = map.index(chunk)
          let page = try extents.withBytes(range) { bytes throws(FormatError) in
            try IndexPage.decode(
              bytes.array(0..<bytes.byteCount), chunk: described,
              operationCount: names.names.operations.count, names.times, at: range.lowerBound)
          }
          source.count(rawBytes: described.indexRaw + range.count)
          try body(map, names, segment, page)
        }
      }
      if windows.first != nil {
        extents = Extents()
        extents = try fetch(plan(for: windows.first, payload: false, index: true))
      }
    }
  }

  /// Hands `body` the id of every trace, of one that is cut into pieces once, in order.
  public func forEachTraceID(_ body: ([UInt8]) throws -> Void) throws {
    var windows = try Windows(self, bounds: TraceBounds(), limit: Self.structureWindow) {
      $0.headBytes + $0.namesBytes + $0.chunks * 1024
    }
    while let window = windows.popFirst() {
      try fetch(plan(for: window, payload: false, index: false))
      var pages = ReadPlan()
      for segment in window { pages.add(try self.segment(segment).map.range(.traceIDs)) }
      let extents = try fetch(pages)
      for segment in window {
        let map = try self.segment(segment).map
        for (chunk, described) in map.head.chunks.enumerated() where described.traces > 0 {
          let range = map.traceIDs(chunk)
          let ids = try TraceIDPage.decode(
            extents.bytes(range), count: described.slots, at: range.lowerBound)
          for slot in 0..<ids.count { try body(ids[slot]) }
        }
      }
    }
  }

  /// What a window's heads, names (and tables, and INDEX) take; nothing where there is no window.
  private func plan(for window: [Int]?, payload: Bool, index: Bool) -> ReadPlan {
    var plan = ReadPlan()
    guard let window, let locations = archive.locations else { return plan }
    for segment in window {
      let location = locations.segments[segment]
      plan.addSegment(segment, location, payload: payload, of: archive)
      if index { plan.add(location.index) }
    }
    return plan
  }

  /// Hands out the traces of a chunk without payload; a trace that is cut into pieces comes when its
  /// last piece has been seen.
  private func handOut(
    _ pages: ChunkPages, _ parts: TraceParts, _ assembler: inout PieceAssembler?,
    _ body: (LoadedTrace) throws -> Void
  ) throws {
    if let position = pages.index.piecePosition {
      if position == 0 || assembler == nil {
        if let trace = try assembler?.finish() { try body(trace) }
        assembler = PieceAssembler(
          TraceHandle(segment: pages.segment, chunk: pages.chunk, slot: 0))
      }
      assembler?.notePiece(pages)
      try assembler?.add(pages, parts)
      return
    }
    if let trace = try assembler?.finish() { try body(trace) }
    assembler = nil
    for slot in pages.index.traces.indices { try body(pages.trace(slot, parts)) }
  }

  /// Hands out the traces of chunks with the payload that `choose` wants of them, all of which is read
  /// in one round.
  private func handOut(
    _ chunks: [(segment: Int, chunk: Int)], _ parts: TraceParts, _ extents: Extents,
    _ choose: (LoadedTrace) throws -> [Int]?, _ body: (LoadedTrace) throws -> Void
  ) throws {
    var plan = ReadPlan()
    var wanted: [(segment: Int, chunk: Int, spans: [Int])] = []
    for (segment, chunk) in chunks {
      var pages = try pages(segment, chunk, extents)
      if parts.contains(.spanIDs) { try pages.takeSpanIDs(counting: source) }
      var spans: [Int] = []
      for (slot, trace) in pages.index.traces.enumerated() {
        let positions = try choose(pages.trace(slot, parts))
        spans +=
          positions?.map { trace.firstSpan + $0 }
          ?? Array(trace.firstSpan..<(trace.firstSpan + trace.spans))
      }
      if spans.isEmpty { continue }
      plan.addPayload(of: spans, pages)
      wanted.append((segment, chunk, spans))
    }
    let atHand = Extents(joining: [extents, try fetch(plan)])
    for (segment, chunk, spans) in wanted {
      var pages = try pages(segment, chunk, atHand)
      try pages.takeSpanIDs(counting: source)
      let flags = pages.flags(of: spans)
      var batch = SpanBatch()
      try decoders.with(
        segment, { try self.payload(segment) },
        { decoder in
          try decoder.decode(pages, wanted: flags, counting: source)
          batch = decoder.spans.batch
        })
      for trace in pages.traces(of: &batch, wanted: flags, parts) { try body(trace) }
    }
  }
}

/// Runs of segments whose pages are held at a time.
struct Windows {
  private var windows: ArraySlice<[Int]> = []

  /// The segments of the archive of `session` that may hold traces inside `bounds`, in runs of about
  /// `limit` bytes as `size` counts them.
  init(
    _ session: ArchiveSession, bounds: TraceBounds, limit: Int, newestFirst: Bool = false,
    size: (Locations.Segment) -> Int
  ) throws {
    var plan = ReadPlan()
    session.addDirectory(to: &plan, summaries: !bounds.isEmpty)
    try session.fetch(plan)
    let locations = try session.locations()
    let summaries = bounds.isEmpty ? Summaries() : try session.summaries()
    var current: [Int] = []
    var total = 0
    let isWanted = bounds.isEmpty ? [] : bounds.segments(of: summaries)
    let numbers = locations.segments.indices
    for number in newestFirst ? Array(numbers.reversed()) : Array(numbers) {
      if !bounds.isEmpty && !isWanted[number] { continue }
      let bytes = size(locations.segments[number])
      if !current.isEmpty && total + bytes > limit {
        windows.append(current)
        (current, total) = ([], 0)
      }
      current.append(number)
      total += bytes
    }
    if !current.isEmpty { windows.append(current) }
  }

  var first: [Int]? { windows.first }

  mutating func popFirst() -> [Int]? { windows.popFirst() }
}

extension ChunkPages {
  /// For each span of the chunk whether it is one of `spans`.
  func flags(of spans: some Sequence<Int>) -> [Bool] {
    var flags = [Bool](repeating: false, count: index.count)
    for span in spans { flags[span] = true }
    return flags
  }

  /// Trace `slot` without payload, in the parts asked for. Of a piece what the piece says.
  func trace(_ slot: Int, _ parts: TraceParts) -> LoadedTrace {
    var trace = LoadedTrace(
      handle: TraceHandle(segment: segment, chunk: chunk, slot: slot), tree: index.tree(slot),
      names: names.names)
    if parts.needsTraceIDs && slot < traceIDs.count { trace.traceID = traceIDs[slot] }
    if parts.contains(.spanIDs) { trace.spanIDs = spanIDs(of: slot) }
    if let position = index.piecePosition {
      trace.firstPosition = position
      trace.start = index.traces[slot].start
      for span in trace.tree.parents.indices where trace.tree.parents[span] < -1 {
        trace.tree.parents[span] = -1
      }
    }
    return trace
  }

  /// The traces with spans in `batch`, which holds those spans of the chunk that `wanted` says: each
  /// with its own spans in a batch that shares everything else.
  func traces(
    of batch: inout SpanBatch, wanted: [Bool]?, _ parts: TraceParts
  ) -> [LoadedTrace] {
    var traces: [LoadedTrace] = []
    let spans = batch.spans
    let files = batch.v1Files
    batch.spans = []
    batch.v1Files = []
    var next = 0
    for (slot, trace) in index.traces.enumerated() {
      let all = trace.firstSpan..<(trace.firstSpan + trace.spans)
      let count = wanted.map { $0[all].count { $0 } } ?? trace.spans
      if count == 0 { continue }
      var loaded = self.trace(slot, parts)
      loaded.batch = batch
      loaded.batch.spans = Array(spans[next..<(next + count)])
      if trace.dialect == .v1, let first = loaded.batch.spans.first {
        loaded.batch.v1Files = files.filter { $0.traceID == first.traceID }
      }
      next += count
      traces.append(loaded)
    }
    return traces
  }
}
