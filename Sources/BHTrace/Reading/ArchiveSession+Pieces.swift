/// Traces that are cut into pieces: put together where their structure is asked for, looked into where
/// a few of their spans are.
extension ArchiveSession {
  /// Structure, ids and the chosen payload of a trace that is cut into pieces. With `positions` only
  /// the pieces that hold them are read, and the tree stays empty.
  func loadPieces(
    _ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?
  ) throws -> LoadedTrace {
    var assembler = PieceAssembler(handle)
    var batches: [SpanBatch] = []
    var wanted = positions?[...]
    for piece in handle.pieces {
      let (map, names) = try segment(piece.segment)
      let chunk = map.head.chunks[piece.chunk]
      let first = chunk.piecePosition ?? 0
      var own: [Int]?
      if let all = wanted {
        own = all.prefix { $0 < first + chunk.spans }.map { $0 - first }
        wanted = all.dropFirst(own?.count ?? 0)
        if own?.isEmpty ?? false { continue }
      }
      var plan = ReadPlan()
      plan.addSegment(
        piece.segment, map.location, payload: parts.contains(.payload), of: archive)
      plan.add(map.index(piece.chunk))
      if parts.needsTraceIDs { plan.add(map.traceIDs(piece.chunk)) }
      if parts.contains(.payload) && own == nil {
        plan.addPayload(map, chunk: piece.chunk, groups: 0..<map.head.groups.count)
      } else if parts.needsSpanIDs {
        for group in 0..<map.head.groups.count { plan.add(map.spanIDs(group, piece.chunk)) }
      }
      var pages = try ChunkPages(
        map, names, segment: piece.segment, chunk: piece.chunk, fetch(plan), counting: source)
      if parts.contains(.payload), let own {
        var more = ReadPlan()
        more.addPayload(of: own, pages)
        pages.extents.add(try fetch(more.without(pages.extents)))
      }
      if parts.needsSpanIDs { try pages.takeSpanIDs(counting: source) }
      if positions == nil { try assembler.add(pages, parts) } else { assembler.note(pages) }
      if parts.contains(.payload) {
        let isWanted = own.map { own in
          var flags = [Bool](repeating: false, count: pages.index.count)
          for span in own { flags[span] = true }
          return flags
        }
        try decoders.with(
          piece.segment, { try payload(piece.segment) },
          { decoder in
            try decoder.decode(pages, wanted: isWanted, counting: source)
            batches.append(decoder.spans.takeBatch())
          })
      }
    }
    var trace = try assembler.finish()
    trace.batch = SpanBatch(joining: batches)
    return trace
  }

  public func firstHandle() throws -> TraceHandle? {
    for (number, location) in try locations().segments.enumerated() where location.chunks > 0 {
      let first = TraceHandle(segment: number, chunk: 0, slot: 0)
      if try !isPiece(first) { return first }
      // All that goes on with it: the parts of one trace lie in segments that follow each other.
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
      plan.add(hashedPage(of: hash, section, map))
    }
    let extents = try fetch(plan)
    var candidates: [TraceHandle.Piece] = []
    for number in segments {
      let map = try segment(number).map
      guard let section = map.head.section(.spanLookup) else { continue }
      let range = hashedPage(of: hash, section, map)
      let chunks = try HashedPages.chunks(
        of: hash, in: extents.bytes(range), page: HashedPages.page(of: hash, of: section.raw),
        of: section.raw, chunkCount: map.chunkCount, at: range.lowerBound)
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
      let (map, names) = try segment(piece.segment)
      var pages = try ChunkPages(
        map, names, segment: piece.segment, chunk: piece.chunk, pageExtents, counting: source)
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

  private func hashedPage(of hash: UInt64, _ section: Section, _ map: SegmentMap) -> Range<Int> {
    let length = section.stored / max(section.raw, 1)
    let start =
      map.range(section.type).lowerBound + HashedPages.page(of: hash, of: section.raw) * length
    return start..<(start + length)
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
      let (map, names) = try segment(next.segment)
      var plan = ReadPlan()
      plan.add(map.index(next.chunk))
      let index = try ChunkPages(
        map, names, segment: next.segment, chunk: next.chunk, fetch(plan), counting: source
      ).index
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

/// Puts the pieces of a trace together, whichever segments they lie in.
struct PieceAssembler {
  private var trace: LoadedTrace
  private var merged = OperationMerger()

  init(_ handle: TraceHandle) {
    trace = LoadedTrace(handle: handle, tree: TraceTree(), names: NameTable())
  }

  /// How many spans the pieces so far have.
  var count: Int { trace.tree.count }

  /// Lists a piece in the trace's handle.
  mutating func notePiece(_ pages: ChunkPages) {
    trace.handle.pieces.append(TraceHandle.Piece(segment: pages.segment, chunk: pages.chunk))
  }

  /// Adds the next piece.
  mutating func add(_ pages: ChunkPages, _ parts: TraceParts) throws(FormatError) {
    let index = pages.index
    let at = pages.map.index(pages.chunk).lowerBound
    guard let position = index.piecePosition, position == trace.tree.count else {
      throw FormatError(
        .invalid, at: at, "a piece of a trace does not begin where the one before ends")
    }
    note(pages)
    for parent in index.parents {
      if parent >= -1 {
        trace.tree.parents.append(parent < 0 ? -1 : parent + Int32(truncatingIfNeeded: position))
      } else {
        // Decoding checked that outer spans lie in front of the piece.
        trace.tree.parents.append(
          Int32(truncatingIfNeeded: index.outerSpans[-2 - Int(parent)].position))
      }
    }
    let numbers = merged.numbers(of: pages.names.names, segment: pages.segment, in: &trace.names)
    trace.tree.operations += index.operations.map { numbers[Int($0)] }
    trace.tree.starts += index.starts
    trace.tree.ends += index.ends
    trace.tree.marks += index.marks
    if index.traces[0].hasFilePositions { trace.tree.filePositions += index.filePositions }
    if parts.contains(.spanIDs) { trace.spanIDs += pages.spanIDs(of: 0) }
  }

  /// Notes what any piece says of the whole trace.
  mutating func note(_ pages: ChunkPages) {
    trace.tree.dialect = pages.index.traces[0].dialect
    trace.start = pages.index.traces[0].start
    if let id = pages.traceIDs.first { trace.traceID = id }
    if trace.names.operations.isEmpty { trace.names = pages.names.names }
  }

  /// The trace.
  mutating func finish() throws(FormatError) -> LoadedTrace {
    let positions = trace.tree.filePositions
    if !positions.isEmpty {
      var seen = [Bool](repeating: false, count: trace.tree.count)
      for position in positions {
        guard Int(position) < seen.count, !seen[Int(position)] else {
          throw FormatError(
            .invalid, at: nil, "the file positions of a trace are not a permutation")
        }
        seen[Int(position)] = true
      }
      guard positions.count == trace.tree.count else {
        throw FormatError(.invalid, at: nil, "the file positions of a trace are not a permutation")
      }
    }
    return trace
  }
}

/// Operations of several name tables under the numbers of one.
struct OperationMerger {
  private var services: [[UInt8]: UInt32] = [:]
  private var operations: [Key: UInt32] = [:]
  private var last: (segment: Int, numbers: [UInt32])?

  private struct Key: Hashable {
    var service: UInt32
    var kind: Int32
    var name: [UInt8]
  }

  /// For each operation of `names` its number in `target`, to which new ones are added.
  mutating func numbers(
    of names: NameTable, segment: Int, in target: inout NameTable
  ) -> [UInt32] {
    if let last, last.segment == segment { return last.numbers }
    if last == nil { target = NameTable() }
    let serviceNumbers = names.services.map { service in
      if let known = services[service] { return known }
      let number = UInt32(target.services.count)
      services[service] = number
      target.services.append(service)
      return number
    }
    let numbers = names.operations.map { operation in
      let key = Key(
        service: serviceNumbers[Int(operation.service)], kind: operation.kind,
        name: operation.name)
      if let known = operations[key] { return known }
      let number = UInt32(target.operations.count)
      operations[key] = number
      target.operations.append(
        NameTable.Operation(service: key.service, name: key.name, kind: key.kind))
      return number
    }
    last = (segment, numbers)
    return numbers
  }
}
