/// One window of a search: the chunks that may hold something, and what became of them.
struct ScanWindow<Scan: SpanScan>: ~Copyable {
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
      try pool.with(
        entry.segment, { payload },
        { decoder in
          // Which thread has seen the run before must not show in the counters.
          if !isOpen { decoder.closeBlocks() }
          isOpen = true
          decoder.spans.projection = projection
          try decoder.decode(pages, wanted: wanted, counting: source)
          spans.take(
            decoder.spans.batch, wanted: wanted, passedOver: decoder.spans.passedOver)
        })
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
struct LargeTraces {
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
