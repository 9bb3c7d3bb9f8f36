/// Finding traces by their ids: tail, look-up page, the segment's tables, pages and payload.
extension ArchiveSession {
  /// Heads of all segments that have no more bytes than this are read beside the look-up page: so a
  /// cold reader of a small archive takes a round less.
  private static let smallHeads = 24 << 10

  public func locate(traceID: [UInt8], for parts: TraceParts) throws -> [TraceHandle] {
    let footer = archive.footer
    if footer.lookupPages == 0 { return [] }
    let hash = TraceHash.hash(traceID)
    let page = HashedPages.page(of: hash, of: footer.lookupPages)
    if archive.locations == nil && archive.kept.holds(footer.locationsOffset..<footer.directoryEnd)
    {
      _ = try locations()
    }
    var plan = ReadPlan()
    if archive.lookup(page) == nil { plan.add(.lookup(page), lookupRange(page)) }
    addDirectory(to: &plan, summaries: false)
    if !isOneOfMany, let known = archive.locations,
      known.segments.reduce(0, { $0 + $1.headBytes }) <= Self.smallHeads
    {
      for (number, location) in known.segments.enumerated() where archive.map(number) == nil {
        plan.add(.head(number), location.head)
      }
    }
    try fetch(plan)
    let key = HashedPages.key(hash, bits: footer.keyBits)
    let locations = try locations()
    var handles: [TraceHandle] = []
    for entry in archive.lookup(page)?.entries(of: key) ?? [] {
      guard let segment = locations.segment(ofChunk: entry.chunk) else {
        throw missing(entry, page)
      }
      let chunk = entry.chunk - locations.segments[segment].firstChunk
      handles.append(
        TraceHandle(segment: segment, chunk: chunk, slot: entry.slot, kind: entry.kind))
    }
    try readHeads(of: handles, payload: parts.contains(.payload), pages: parts.union(.traceID))
    for (handle, entry) in zip(handles, archive.lookup(page)?.entries(of: key) ?? []) {
      let head = try segment(handle.segment).map.head
      guard handle.slot < head.chunks[handle.chunk].slots, handle.kind <= head.kinds.count else {
        throw missing(entry, page)
      }
    }
    // What is cut into pieces is read by whoever wants it.
    let whole = try handles.filter { try !isPiece($0) }
    try readPages(of: whole, parts.union(.traceID), positions: nil)
    let pieces = try handles.filter { try isPiece($0) }
    try readTraceIDs(of: pieces)
    let found = try handles.filter { try self.traceID(of: $0) == traceID }
    return try joinPieces(found)
  }

  private func missing(_ entry: LookupPage.Entry, _ page: Int) -> FormatError {
    FormatError(
      .outOfBounds, at: lookupRange(page).lowerBound,
      "a LOOKUP page names trace \(entry.slot) of chunk \(entry.chunk), which is not there")
  }

  /// Reads heads, names and tables that are not known yet; where heads are known, the pages go out in
  /// the same round.
  private func readHeads(of handles: [TraceHandle], payload: Bool, pages: TraceParts) throws {
    let locations = try locations()
    var plan = ReadPlan()
    for handle in handles {
      plan.addSegment(
        handle.segment, locations.segments[handle.segment], payload: payload, of: archive)
    }
    if plan.isEmpty { return }
    let known = handles.filter { archive.map($0.segment) != nil }
    let whole = known.filter { handle in
      guard let head = archive.map(handle.segment)?.head else { return false }
      return head.chunks[handle.chunk].piecePosition == nil
    }
    addPages(of: whole, pages, to: &plan)
    let extents = try fetch(plan)
    try take(whole, extents)
  }

  func isPiece(_ handle: TraceHandle) throws -> Bool {
    try segment(handle.segment).map.head.chunks[handle.chunk].piecePosition != nil
  }

  private func readTraceIDs(of handles: [TraceHandle]) throws {
    if handles.isEmpty { return }
    var plan = ReadPlan()
    for handle in handles {
      guard let map = archive.map(handle.segment) else { continue }
      plan.add(map.traceIDs(handle.chunk))
    }
    let extents = try fetch(plan)
    for handle in handles {
      guard let map = archive.map(handle.segment) else { continue }
      let range = map.traceIDs(handle.chunk)
      pieceIDs[ChunkKey(segment: handle.segment, chunk: handle.chunk)] = try TraceIDPage.decode(
        extents.bytes(range), count: map.head.chunks[handle.chunk].slots, at: range.lowerBound)
      source.count(rawBytes: range.count)
    }
  }

  private func traceID(of handle: TraceHandle) throws -> [UInt8]? {
    let key = ChunkKey(segment: handle.segment, chunk: handle.chunk)
    guard let ids = warm[key]?.traceIDs ?? pieceIDs[key] else { return nil }
    return handle.slot < ids.count ? ids[handle.slot] : nil
  }

  /// One handle for each trace: parts in several segments that go on where the one before ends belong
  /// together, and the chunks of pieces are listed.
  func joinPieces(_ handles: [TraceHandle]) throws -> [TraceHandle] {
    var joined: [TraceHandle] = []
    var end = 0
    for handle in handles.sorted(by: { ($0.segment, $0.chunk) < ($1.segment, $1.chunk) }) {
      let chunks = try segment(handle.segment).map.head.chunks
      guard let position = chunks[handle.chunk].piecePosition else {
        joined.append(handle)
        continue
      }
      var own: [TraceHandle.Piece] = []
      var next = position
      var chunk = handle.chunk
      while chunk < chunks.count, chunks[chunk].piecePosition == next {
        own.append(TraceHandle.Piece(segment: handle.segment, chunk: chunk))
        next += chunks[chunk].spans
        chunk += 1
      }
      if position > 0 {
        let last = joined.indices.last
        guard position == end, let last, !joined[last].pieces.isEmpty else {
          throw FormatError(
            .invalid, at: try segment(handle.segment).map.location.offset,
            "a part of a trace begins at its span \(position), what comes before is not there")
        }
        joined[last].pieces += own
      } else {
        var first = handle
        first.pieces = own
        joined.append(first)
      }
      end = next
    }
    return joined
  }
}
