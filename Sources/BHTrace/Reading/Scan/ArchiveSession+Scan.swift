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
  fileprivate func readFacts(
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

/// One window of a search: the chunks that may hold something, and what became of them.
private struct ScanWindow<Scan: SpanScan>: ~Copyable {
  /// What comes, in order.
  enum Entry {
    /// A chunk of whole traces, by its number in `chunks`.
    case chunk(Int)
    /// The first piece of a trace in its segment.
    case piece(TraceHandle, goesOn: Bool)
  }

  /// A chunk of whole traces.
  struct Chunk: Sendable {
    let segment: Int
    let chunk: Int
    let plan: Scan.Plan
    var pages: ChunkPages?
    var wanted: [Bool]?
    var answer: Scan.Answer?
  }

  private(set) var entries: [Entry] = []
  private var chunks: [Chunk] = []
  private var payloads: [Int: (payload: SegmentPayload, projection: PayloadProjection)] = [:]
  private var extents = Extents()

  init(
    _ scan: Scan, _ session: ArchiveSession, _ window: [Int], _ bounds: TraceBounds,
    newestFirst: Bool, _ report: inout ScanReport
  ) throws {
    let before = session.stats.bytesRead
    let facts = try session.readFacts(of: window, scan.needs)
    report.bytes.plan += session.stats.bytesRead - before
    report.segments.asked += window.count
    for segment in window {
      let (map, names) = try session.segment(segment)
      guard let own = facts[segment] else { continue }
      let inBounds = bounds.chunks(of: map, names)
      report.chunks.inBounds += inBounds.count
      let (plan, wanted) = scan.plan(own)
      if let payload = session.archive.payload(segment), scan.needs.tables {
        payloads[segment] = (
          payload,
          PayloadProjection(
            payload.tables, keys: scan.needs.keys, events: scan.needs.events,
            links: scan.needs.links, shapes: scan.wantedShapes(own, plan))
        )
      }
      var found: [Entry] = []
      for chunk in inBounds {
        let described = map.head.chunks[chunk]
        if let position = described.piecePosition {
          if position > 0 && chunk > 0 { continue }
          let handle = TraceHandle(segment: segment, chunk: chunk, slot: 0)
          found.append(.piece(handle, goesOn: position > 0))
        } else if wanted.contains(chunk) {
          found.append(.chunk(chunks.count))
          chunks.append(Chunk(segment: segment, chunk: chunk, plan: plan))
        }
      }
      report.chunks.asked += found.count
      entries += newestFirst ? found.reversed() : found
    }
  }

  /// Reads INDEX of the chunks, and has `scan` look at it.
  mutating func look(
    _ scan: Scan, _ session: ArchiveSession, _ report: inout ScanReport
  ) throws {
    let before = session.stats.bytesRead
    var plan = ReadPlan()
    for entry in chunks {
      let map = try session.segment(entry.segment).map
      plan.add(map.index(entry.chunk))
      if scan.needs.ids {
        plan.add(map.traceIDs(entry.chunk))
        for group in 0..<map.head.groups.count { plan.add(map.spanIDs(group, entry.chunk)) }
      }
    }
    let extents = try session.fetch(plan)
    self.extents = extents
    let work = try chunks.map { entry in
      let (map, names) = try session.segment(entry.segment)
      return (entry, map, names)
    }
    let source = session.source
    let looked = Parallel.map(work.count, threads: session.threads, state: ()) { number, _ in
      let (entry, map, names) = work[number]
      return Result { () throws(FormatError) -> (Chunk, Int) in
        var entry = entry
        var pages = try ChunkPages(
          map, names, segment: entry.segment, chunk: entry.chunk, extents, counting: source)
        if scan.needs.ids { try pages.takeSpanIDs(counting: source) }
        let count = pages.index.count
        switch scan.look(at: ScannedSpans(pages), entry.plan) {
        case .nothing: break
        case .answer(let answer):
          entry.answer = answer
          entry.pages = pages
        case .payload(let wanted):
          entry.wanted = wanted
          entry.pages = pages
        }
        return (entry, count)
      }
    }
    for (number, result) in looked.enumerated() {
      let (entry, count) = try result.get()
      chunks[number] = entry
      report.spans.looked += count
    }
    report.bytes.structure += session.stats.bytesRead - before
  }

  /// Reads the payload that `scan` wants, and has it answer.
  mutating func decode(
    _ scan: Scan, _ session: ArchiveSession, _ report: inout ScanReport
  ) throws {
    let before = session.stats.bytesRead
    let numbers = chunks.indices.filter { chunks[$0].wanted != nil }
    if numbers.isEmpty { return }
    var plan = ReadPlan()
    for number in numbers {
      guard let pages = chunks[number].pages, let wanted = chunks[number].wanted else { continue }
      let spans = wanted.indices.filter { wanted[$0] }
      report.spans.decoded += spans.count
      plan.addPayload(of: spans, pages)
      plan.add(pages.map.traceIDs(pages.chunk))
    }
    let read = Extents(joining: [extents, try session.fetch(plan)])
    extents = read
    let runs = Self.runs(numbers, of: chunks, threads: session.threads)
    let (source, all, payloads) = (session.source, chunks, payloads)
    let answers = Parallel.map(
      runs.count, threads: session.threads, state: DecoderPool()
    ) { run, pool in
      Result { try Self.answers(scan, runs[run].map { all[$0] }, read, payloads, source, &pool) }
    }
    for (run, result) in zip(runs, answers) {
      for (number, answered) in zip(run, try result.get()) { chunks[number] = answered }
    }
    report.bytes.payload += session.stats.bytesRead - before
  }

  /// `numbers` in runs of chunks of one segment, so that chunks which share a block are decoded
  /// together.
  private static func runs(_ numbers: [Int], of chunks: [Chunk], threads: Int) -> [[Int]] {
    let length = max(1, min(32, numbers.count / max(1, threads * 4)))
    var runs: [[Int]] = []
    for number in numbers {
      if let last = runs.last, last.count < length,
        chunks[last[0]].segment == chunks[number].segment
      {
        runs[runs.count - 1].append(number)
      } else {
        runs.append([number])
      }
    }
    return runs
  }

  private static func answers(
    _ scan: Scan, _ run: [Chunk], _ read: Extents,
    _ payloads: [Int: (payload: SegmentPayload, projection: PayloadProjection)],
    _ source: AccountedSource, _ pool: inout DecoderPool
  ) throws -> [Chunk] {
    var answered: [Chunk] = []
    var isOpen = false
    for entry in run {
      var entry = entry
      guard var pages = entry.pages, let wanted = entry.wanted,
        let (payload, projection) = payloads[entry.segment]
      else {
        throw FormatError(.invalid, at: nil, "a segment has spans but no TABLES section")
      }
      pages.extents = read
      try pages.takeTraceIDs(counting: source)
      try pages.takeSpanIDs(counting: source)
      var spans = ScannedSpans(pages)
      try pool.with(entry.segment, { payload }) { decoder in
        // Which thread has seen the run before must not show in the counters.
        if !isOpen { decoder.closeBlocks() }
        isOpen = true
        decoder.spans.projection = projection
        try decoder.decode(pages, wanted: wanted, counting: source)
        spans.take(
          decoder.spans.batch, wanted: wanted, passedOver: decoder.spans.passedOver)
      }
      entry.answer = scan.answer(spans, entry.plan)
      spans.batch = SpanBatch()
      entry.pages = entry.answer == nil ? nil : pages
      entry.wanted = nil
      answered.append(entry)
    }
    return answered
  }

  /// The answer of the chunk that is entry number `place`, with its ids; nil where there is none.
  mutating func named(
    _ place: Int, _ scan: Scan, _ session: ArchiveSession, _ report: inout ScanReport
  ) throws -> Scan.Answer? {
    guard case .chunk(let number) = entries[place], var answer = chunks[number].answer,
      var pages = chunks[number].pages
    else { return nil }
    chunks[number].answer = nil
    chunks[number].pages = nil
    guard scan.needs.names else { return answer }
    var plan = idPlan(answer, pages, scan)
    if !plan.isEmpty {
      // The entries to come want theirs too.
      for case .chunk(let next) in entries[(place + 1)...] {
        guard let answer = chunks[next].answer, let pages = chunks[next].pages else { continue }
        for range in idPlan(answer, pages, scan).ranges { plan.add(range) }
        if plan.byteCount > Self.idWindow { break }
      }
      let before = session.stats.bytesRead
      extents.add(try session.fetch(plan))
      report.bytes.ids += session.stats.bytesRead - before
    }
    pages.extents = extents
    try pages.takeTraceIDs(counting: session.source)
    if !scan.spansToName(answer).isEmpty { try pages.takeSpanIDs(counting: session.source) }
    scan.name(&answer, ScannedSpans(pages))
    return answer
  }

  /// What is not at hand of the ids that an answer says.
  private func idPlan(_ answer: Scan.Answer, _ pages: ChunkPages, _ scan: Scan) -> ReadPlan {
    var plan = ReadPlan()
    if pages.traceIDs.isEmpty { plan.add(pages.map.traceIDs(pages.chunk)) }
    plan.addIDs(of: scan.spansToName(answer), pages)
    return plan.without(extents)
  }

  /// How much of ids is read at a time (bytes).
  private static var idWindow: Int { 1 << 20 }
}

/// The parts of a large trace, until all of them have been seen.
private struct LargeTraces {
  private let newestFirst: Bool
  private var parts: [TraceHandle] = []

  init(newestFirst: Bool) { self.newestFirst = newestFirst }

  /// Adds the part of a trace that begins at `handle`. The parts of a trace that is whole now come
  /// back, else none.
  mutating func add(_ handle: TraceHandle, goesOn: Bool) -> [TraceHandle] {
    if newestFirst {
      parts.append(handle)
      return goesOn ? [] : finish()
    }
    let whole = goesOn ? [] : finish()
    parts.append(handle)
    return whole
  }

  /// What is left.
  mutating func finish() -> [TraceHandle] {
    defer { parts = [] }
    return parts
  }
}
