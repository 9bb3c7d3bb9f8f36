/// Traces that are cut into pieces: put together where their structure is asked for, looked into where
/// a few of their spans are.
extension ArchiveSession {
  /// Structure, ids and the chosen payload of a trace that is cut into pieces. With `positions` only
  /// the pieces that hold them are read, and the tree stays empty.
  func loadPieces(
    _ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?
  ) throws -> LoadedTrace {
    var loading = PieceLoading(handle, parts, positions: positions)
    while let window = try nextPieces(&loading) {
      let extents = try fetch(window.plan)
      var chosen: [ChunkPages] = []
      if positions != nil && parts.contains(.payload) {
        // Only the index pages tell which blocks hold some of the spans.
        var more = ReadPlan()
        for (piece, own) in window.pieces {
          chosen.append(try pages(piece.segment, piece.chunk, extents))
          more.addPayload(of: own ?? [], chosen[chosen.count - 1])
        }
        let blocks = try fetch(more.without(extents))
        for index in chosen.indices { chosen[index].extents.add(blocks) }
      }
      for (index, (piece, own)) in window.pieces.enumerated() {
        var pages =
          try index < chosen.count
          ? chosen[index] : self.pages(piece.segment, piece.chunk, extents)
        if parts.needsSpanIDs { try pages.takeSpanIDs(counting: source) }
        if positions == nil {
          try loading.assembler.add(pages, parts)
        } else {
          loading.assembler.note(pages)
        }
        if !parts.contains(.payload) { continue }
        let isWanted = own.map { pages.flags(of: $0) }
        try decoders.with(
          piece.segment, { try payload(piece.segment) },
          { decoder in
            try decoder.decode(pages, wanted: isWanted, counting: source)
            loading.batches.append(decoder.spans.takeBatch())
          })
      }
    }
    var trace = try loading.assembler.finish()
    trace.batch = SpanBatch(joining: loading.batches)
    return trace
  }

  /// How much of a trace's pieces is read at a time (bytes).
  private static let pieceWindow = 4 << 20

  /// A trace that is being loaded piece by piece.
  private struct PieceLoading {
    let parts: TraceParts
    var assembler: PieceAssembler
    var batches: [SpanBatch] = []
    /// The pieces that are left, and the positions wanted of these.
    var pieces: ArraySlice<TraceHandle.Piece>
    var wanted: ArraySlice<Int>?

    init(_ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?) {
      self.parts = parts
      assembler = PieceAssembler(handle)
      pieces = handle.pieces[...]
      wanted = positions?[...]
    }
  }

  /// The next pieces with something that is wanted, each with the spans that are, and what has to be
  /// read of them first; nil where none are left.
  private func nextPieces(
    _ loading: inout PieceLoading
  ) throws -> (pieces: [(piece: TraceHandle.Piece, own: [Int]?)], plan: ReadPlan)? {
    let parts = loading.parts
    var plan = ReadPlan()
    var pieces: [(piece: TraceHandle.Piece, own: [Int]?)] = []
    var bytes = 0
    while let piece = loading.pieces.first, bytes <= Self.pieceWindow {
      loading.pieces.removeFirst()
      let map = try segment(piece.segment).map
      let chunk = map.head.chunks[piece.chunk]
      let first = chunk.piecePosition ?? 0
      var own: [Int]?
      if let all = loading.wanted {
        own = all.prefix { $0 < first + chunk.spans }.map { $0 - first }
        loading.wanted = all.dropFirst(own?.count ?? 0)
        if own?.isEmpty ?? false { continue }
      }
      var more = ReadPlan()
      more.addChunk(
        map, piece.chunk, parts, groups: 0..<map.head.groups.count, blocks: own == nil)
      bytes += more.byteCount
      plan.addSegment(
        piece.segment, map.location, payload: parts.contains(.payload), of: archive)
      for range in more.ranges { plan.add(range) }
      pieces.append((piece, own))
    }
    return pieces.isEmpty ? nil : (pieces, plan)
  }

  public func firstHandle() throws -> TraceHandle? {
    for (number, location) in try locations().segments.enumerated() where location.chunks > 0 {
      let first = TraceHandle(segment: number, chunk: 0, slot: 0)
      if try !isPiece(first) { return first }
      // All that goes on with it: the parts of one trace lie in segments that follow each other.
      try readHeads(of: (number + 1)..<locations().segments.count)
      var parts = [first]
      var last = number
      while last + 1 < (try locations().segments.count) {
        let isFull = try segment(last).map.head.chunks.dropFirst().allSatisfy(\.goesOn)
        guard isFull, try segment(last + 1).map.head.chunks.first?.goesOn ?? false else { break }
        last += 1
        parts.append(TraceHandle(segment: last, chunk: 0, slot: 0))
      }
      return try joinPieces(parts).first
    }
    return nil
  }

  public func pieces(of handle: TraceHandle) throws -> [Range<Int>] {
    try handle.pieces.map { piece in
      let chunk = try segment(piece.segment).map.head.chunks[piece.chunk]
      let first = chunk.piecePosition ?? 0
      return first..<(first + chunk.spans)
    }
  }

  public func positions(ofSpan id: [UInt8], in handle: TraceHandle) throws -> [Int]? {
    if handle.pieces.isEmpty { return nil }
    var found: [Range<Int>] = []
    let hash = TraceHash.hash(id)
    // The pages of all segments in one round, then all chunks they name.
    var plan = ReadPlan()
    let segments = Set(handle.pieces.map(\.segment)).sorted()
    for number in segments {
      let map = try segment(number).map
      guard let section = map.head.section(.spanLookup), section.raw > 0 else { return nil }
      plan.add(map.hashedPage(HashedPages.page(of: hash, of: section.raw), of: section))
    }
    let extents = try fetch(plan)
    var candidates: [TraceHandle.Piece] = []
    for number in segments {
      let map = try segment(number).map
      guard let section = map.head.section(.spanLookup) else { continue }
      let page = HashedPages.page(of: hash, of: section.raw)
      let range = map.hashedPage(page, of: section)
      let chunks = try HashedPages.chunks(
        of: hash, in: extents.bytes(range), page: page, of: section.raw,
        chunkCount: map.chunkCount, at: range.lowerBound)
      candidates += chunks.map { TraceHandle.Piece(segment: number, chunk: $0) }
        .filter { handle.pieces.contains($0) }
    }
    var pagePlan = ReadPlan()
    for piece in candidates {
      let map = try segment(piece.segment).map
      pagePlan.add(map.index(piece.chunk))
      for group in 0..<map.head.groups.count { pagePlan.add(map.spanIDs(group, piece.chunk)) }
    }
    let pageExtents = try fetch(pagePlan)
    for piece in candidates {
      var pages = try pages(piece.segment, piece.chunk, pageExtents)
      try pages.takeSpanIDs(counting: source)
      guard let ids = pages.ids else { continue }
      for span in 0..<pages.index.count where ids.id(span) == id {
        found.append(try subtree(of: span, pages, piece, handle))
      }
    }
    var positions: [Int] = []
    for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      let start = max(range.lowerBound, (positions.last ?? -1) + 1)
      if start < range.upperBound { positions += start..<range.upperBound }
    }
    return positions
  }

  /// The positions in the trace of a span of a piece and all below it.
  private func subtree(
    of span: Int, _ pages: ChunkPages, _ piece: TraceHandle.Piece, _ handle: TraceHandle
  ) throws -> Range<Int> {
    let position = (pages.index.piecePosition ?? 0) + span
    if let branch = pages.index.branches.first(where: { $0.span == span }) {
      return position..<(position + 1 + branch.below)
    }
    var end = span + 1
    while end < pages.index.count && Int(pages.index.parents[end]) >= span { end += 1 }
    var total = position + end - span
    if end < pages.index.count { return position..<total }
    // What is left lies in the next piece.
    var place = (handle.pieces.firstIndex(of: piece) ?? handle.pieces.count) + 1
    while place < handle.pieces.count {
      let next = handle.pieces[place]
      var plan = ReadPlan()
      plan.add(try segment(next.segment).map.index(next.chunk))
      let index = try self.pages(next.segment, next.chunk, fetch(plan)).index
      let inside = index.parents.prefix { parent in
        parent >= 0 || (parent < -1 && index.outerSpans[-2 - Int(parent)].position >= position)
      }.count
      total += inside
      if inside < index.count { break }
      place += 1
    }
    return position..<total
  }
}

extension ReadPlan {
  /// What of the plan is not among `extents`.
  func without(_ extents: Extents) -> ReadPlan {
    var rest = ReadPlan()
    for (part, range) in parts { rest.add(part, range) }
    for range in ranges where !extents.holds(range) { rest.add(range) }
    return rest
  }
}
