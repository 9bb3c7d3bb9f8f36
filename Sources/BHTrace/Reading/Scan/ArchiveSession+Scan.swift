/// Searching an archive level by level, in windows of segments: directory, heads and names, tables and
/// what occurs where, INDEX, payload, ids of what was found. A level is one round a window.
extension ArchiveSession {
  /// How much of a window's heads, tables and INDEX is held at a time (bytes): with payload, whose
  /// spans are chosen by it, and structure alone.
  private static let payloadScanWindow = 16 << 20
  private static let structureScanWindow = 64 << 20

  /// Hands `body` what `scan` finds inside `bounds`, in the order of the chunks, the last ones first
  /// where `newestFirst` is true, until `body` answers false. What large traces answer comes when
  /// their last piece has been seen.
  package func scan<Scan: SpanScan>(
    _ scan: Scan, bounds: TraceBounds, newestFirst: Bool = false, report: inout ScanReport,
    body: (Scan.Answer) throws -> Bool
  ) throws {
    report.segments.all += try locations().segments.count
    report.chunks.all += try locations().segments.reduce(0) { $0 + $1.chunks }
    report.spans.all += spanCount
    let readsPayload = scan.needs.tables
    var windows = try Windows(
      self, bounds: bounds,
      limit: readsPayload ? Self.payloadScanWindow : Self.structureScanWindow,
      newestFirst: newestFirst
    ) { $0.headBytes + $0.namesBytes + $0.indexBytes + (readsPayload ? $0.tableBytes : 0) }
    var large = LargeTraces(newestFirst: newestFirst)
    while let window = windows.popFirst() {
      var found = try ScanWindow(scan, self, window, bounds, newestFirst: newestFirst, &report)
      try found.look(scan, self, &report)
      try found.decode(scan, self, &report)
      for (place, entry) in found.entries.enumerated() {
        switch entry {
        case .chunk:
          guard let answer = try found.named(place, scan, self, &report) else { continue }
          if try !body(answer) { return }
        case .piece(let handle, let goesOn):
          if let answer = try answer(scan, large.add(handle, goesOn: goesOn), &report),
            try !body(answer)
          {
            return
          }
        }
      }
    }
    if let answer = try answer(scan, large.finish(), &report) { _ = try body(answer) }
  }

  /// What `scan` finds in the trace whose parts begin at `parts`.
  private func answer<Scan: SpanScan>(
    _ scan: Scan, _ parts: [TraceHandle], _ report: inout ScanReport
  ) throws -> Scan.Answer? {
    var answer: Scan.Answer?
    if parts.isEmpty { return nil }
    for handle in try joinPieces(parts) {
      let ids: TraceParts = scan.needs.ids ? [.traceID, .spanIDs] : .traceID
      var spans = ScannedSpans(try load(handle, ids, positions: nil))
      report.spans.looked += spans.count
      let plan = scan.plan(spans.names)
      switch scan.look(at: spans, plan) {
      case .nothing: continue
      case .answer(let found): answer = found
      case .payload(let wanted):
        let positions = wanted.indices.filter { wanted[$0] }
        report.spans.decoded += positions.count
        spans.take(try load(handle, .payload, positions: positions).batch, wanted: wanted)
        answer = scan.answer(spans, plan)
      }
      guard scan.needs.names, var found = answer else { continue }
      if !scan.needs.ids && !scan.spansToName(found).isEmpty {
        spans = ScannedSpans(try load(handle, [.traceID, .spanIDs], positions: nil))
      }
      scan.name(&found, spans)
      answer = found
    }
    return answer
  }

  /// Hands `body` what is known of each segment from tables and postings, in order.
  package func forEachFacts(_ body: (SegmentFacts) throws -> Void) throws {
    var needs = ScanNeeds()
    needs.tables = true
    var windows = try Windows(self, bounds: TraceBounds(), limit: Self.payloadScanWindow) {
      $0.headBytes + $0.namesBytes + $0.tableBytes
    }
    while let window = windows.popFirst() {
      let facts = try readFacts(of: window, needs)
      for segment in window { if let own = facts[segment] { try body(own) } }
    }
  }

  /// Reads what tells in which chunks of `segments` values are, where they have it; decodes tables on
  /// all threads.
  func readFacts(
    of segments: [Int], _ needs: ScanNeeds
  ) throws -> [Int: SegmentFacts] {
    let locations = try locations().segments
    var plan = ReadPlan()
    for segment in segments {
      plan.addSegment(segment, locations[segment], payload: needs.tables, of: archive)
    }
    try fetch(plan)
    var facts: [Int: SegmentFacts] = [:]
    guard needs.tables else {
      for segment in segments {
        let (map, names) = try self.segment(segment)
        facts[segment] = SegmentFacts(map, names, nil, nil, hashed: [:])
      }
      return facts
    }
    var more = ReadPlan()
    for segment in segments {
      let map = try self.segment(segment).map
      more.add(map.range(.postings))
      guard let section = map.head.section(.values), section.raw > 0 else { continue }
      for hash in needs.hashes {
        more.add(map.hashedPage(HashedPages.page(of: hash, of: section.raw), of: section))
      }
    }
    let extents = try fetch(more)
    for segment in segments {
      let (map, names) = try self.segment(segment)
      let payload = try self.payload(segment)
      facts[segment] = SegmentFacts(
        map, names, payload, try postings(map, payload, extents),
        hashed: try chunks(of: needs.hashes, map, extents))
    }
    return facts
  }

  private func postings(
    _ map: SegmentMap, _ payload: SegmentPayload, _ extents: Extents
  ) throws -> Postings? {
    guard let section = map.head.section(.postings) else { return nil }
    let content = try map.openZstd(section, cap: Limits.tableBytes, from: extents)
    source.count(rawBytes: content.count)
    return try Postings.decode(
      content, payload.postingLayout, chunkCount: map.chunkCount,
      at: map.range(.postings).lowerBound)
  }

  private func chunks(
    of hashes: Set<UInt64>, _ map: SegmentMap, _ extents: Extents
  ) throws -> [UInt64: ChunkSet] {
    var found: [UInt64: ChunkSet] = [:]
    for hash in hashes {
      var chunks = ChunkSet(noneOf: map.chunkCount)
      if let section = map.head.section(.values), section.raw > 0 {
        let page = HashedPages.page(of: hash, of: section.raw)
        let range = map.hashedPage(page, of: section)
        let entries = try HashedPages.chunks(
          of: hash, in: extents.bytes(range), page: page, of: section.raw,
          chunkCount: map.chunkCount, at: range.lowerBound)
        source.count(rawBytes: range.count)
        for chunk in entries { chunks.insert(chunk) }
      }
      found[hash] = chunks
    }
    return found
  }
}
