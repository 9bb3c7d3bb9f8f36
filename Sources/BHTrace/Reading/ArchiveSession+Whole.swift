/// Reading all payload, in windows of segments, decoded on several threads.
extension ArchiveSession {
  public func forEachTrace(_ parts: TraceParts, body: (LoadedTrace) throws -> Void) throws {
    guard parts.contains(.payload) else {
      return try forEachTrace(parts, bounds: TraceBounds(), choose: { _ in nil }, body: body)
    }
    try forEachRunOfChunks(
      { try $1.traces($0, parts) }, { traces in for trace in traces { try body(trace) } })
  }

  /// Hands `body` all spans, a batch for the traces of a chunk, in the order of the traces.
  public func forEachBatch(_ body: (SpanBatch) throws -> Void) throws {
    try forEachRunOfChunks(
      { try $1.batches($0) }, { batches in for batch in batches { try body(batch) } })
  }

  /// Hands `body` what `work` makes of runs of chunks, in their order. Pages and blocks are read by the
  /// calling thread, and decoded by any.
  func forEachRunOfChunks<Output: Sendable>(
    _ work: @escaping @Sendable (ChunkRunJob, inout ChunkWorker) throws -> Output,
    _ body: (Output) throws -> Void
  ) throws {
    try forEachRunOfChunks(state: { ChunkWorker() }, work, body)
  }

  /// The same where a thread needs more than a `ChunkWorker`.
  func forEachRunOfChunks<State: ~Copyable, Output: Sendable>(
    state: @escaping @Sendable () -> State,
    _ work: @escaping @Sendable (ChunkRunJob, inout State) throws -> Output,
    _ body: (Output) throws -> Void
  ) throws {
    var jobs = try ChunkRunJobs(self)
    try OrderedWork.run(
      threads: threads, next: { try jobs.next() }, state: state, work: work, body: body)
  }
}

/// A run of chunks of a segment with all their pages and blocks: work for any thread.
struct ChunkRunJob: Sendable {
  let segment: Int
  let map: SegmentMap
  let names: SegmentNames
  let payload: SegmentPayload?
  let chunks: Range<Int>
  let extents: Extents
  let source: AccountedSource

  /// So many chunks make a run: blocks that straddle two runs are decoded for both.
  static let chunkCount = 8

  /// Decodes the pages of one chunk.
  func pages(_ chunk: Int) throws(FormatError) -> ChunkPages {
    var pages = try ChunkPages(
      map, names, segment: segment, chunk: chunk, extents, counting: source)
    try pages.takeSpanIDs(counting: source)
    return pages
  }
}

/// The runs of chunks of an archive, one after the other, read window by window.
private struct ChunkRunJobs {
  private let session: ArchiveSession
  private var windows: Windows
  /// What is at hand of the window that is worked on.
  private var extents = Extents()
  private var window: ArraySlice<Int> = []
  private var nextChunk = 0

  init(_ session: ArchiveSession) throws {
    self.session = session
    windows = try Windows(session, bounds: TraceBounds(), limit: ArchiveSession.wholeWindow) {
      $0.length
    }
    try session.fetch(headPlan(windows.first))
  }

  private func headPlan(_ window: [Int]?) -> ReadPlan {
    var plan = ReadPlan()
    guard let window, let locations = session.archive.locations else { return plan }
    for segment in window {
      plan.addSegment(
        segment, locations.segments[segment], payload: true, of: session.archive)
    }
    return plan
  }

  /// The next run; nil where there is none.
  mutating func next() throws -> ChunkRunJob? {
    while true {
      guard let segment = window.first else {
        guard let next = windows.popFirst() else { return nil }
        window = next[...]
        try read(next)
        continue
      }
      let (map, names) = try session.segment(segment)
      if nextChunk >= map.chunkCount {
        window.removeFirst()
        nextChunk = 0
        continue
      }
      let end = min(nextChunk + ChunkRunJob.chunkCount, map.chunkCount)
      defer { nextChunk = end }
      return ChunkRunJob(
        segment: segment, map: map, names: names, payload: try session.payload(segment),
        chunks: nextChunk..<end, extents: extents, source: session.source)
    }
  }

  /// Reads the pages and blocks of a window, and the heads of the next one.
  private mutating func read(_ window: [Int]) throws {
    var plan = headPlan(windows.first)
    for segment in window {
      let map = try session.segment(segment).map
      for type in [SectionType.blocks, .spanIDs, .traceIDs, .index] { plan.add(map.range(type)) }
    }
    extents = Extents()
    extents = try session.fetch(plan)
  }
}

/// What one thread needs to work on runs of chunks, one after the other.
struct ChunkWorker: ~Copyable {
  private var pool = DecoderPool()

  init() {}

  /// Lends a decoder for the segment of `job` to `body`, with the blocks that are open where `job`
  /// `goesOn`.
  mutating func withDecoder<Answer>(
    _ job: ChunkRunJob, goesOn: Bool = false, _ body: (inout ChunkDecoder) throws -> Answer
  ) throws -> Answer {
    try pool.with(
      job.segment,
      {
        guard let payload = job.payload else {
          throw FormatError(
            .invalid, at: job.map.location.offset, "the segment has spans but no TABLES section")
        }
        return payload
      },
      { decoder in
        // Which thread has seen the run before must not show in the counters.
        if !goesOn { decoder.closeBlocks() }
        return try body(&decoder)
      })
  }

  /// The traces of a run, whole.
  mutating func traces(_ job: ChunkRunJob, _ parts: TraceParts) throws -> [LoadedTrace] {
    try withDecoder(job) { decoder in
      var traces: [LoadedTrace] = []
      for chunk in job.chunks {
        let pages = try job.pages(chunk)
        try decoder.decode(pages, wanted: nil, counting: job.source)
        var batch = decoder.spans.takeBatch()
        traces += pages.traces(of: &batch, wanted: nil, parts)
      }
      return traces
    }
  }

  /// The spans of a run, a batch a chunk.
  mutating func batches(_ job: ChunkRunJob) throws -> [SpanBatch] {
    try withDecoder(job) { decoder in
      try job.chunks.map { chunk in
        try decoder.decode(job.pages(chunk), wanted: nil, counting: job.source)
        return decoder.spans.takeBatch()
      }
    }
  }
}
