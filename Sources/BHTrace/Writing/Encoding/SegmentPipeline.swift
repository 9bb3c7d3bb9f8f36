/// Encodes the segments of an input, several at a time, and hands them out in order. What comes out
/// depends neither on the number of threads nor on the memory.
struct SegmentPipeline {
  private let options: FormatOptions
  private let threads: Int
  private let metadata: [[UInt8]]
  /// That of the first segment, which later ones may use.
  private let firstDictionary = Promise<[UInt8]>()
  /// Whether the first segment was begun.
  private var isBegun = false
  /// Whether there is more than one segment.
  private var isPartOfMany = false

  /// A segment to be encoded, and how many threads are to work on it.
  private struct Job: Sendable {
    var segment: SegmentJob
    var isFirst: Bool
    var threads: Int
  }

  /// `threads` of 1 or more work; the first segment takes `metadata`.
  init(options: FormatOptions, threads: Int, metadata: [[UInt8]]) {
    self.options = options
    self.threads = max(1, threads)
    self.metadata = metadata
  }

  /// Hands all segments of `runs` to `body`.
  consuming func encode(
    _ runs: consuming SegmentRuns, _ body: (EncodedSegment) throws -> Void
  ) throws {
    while let run = try runs.next() {
      isPartOfMany = isPartOfMany || run.jobs.count > 1 || runs.hasNext
      try encode(run, body)
      isBegun = isBegun || !run.jobs.isEmpty
    }
    if !isBegun && !metadata.isEmpty {
      try body(
        encode(LoadedSegment(traces: [], batches: []), isFirst: true, threads: threads))
    }
  }

  /// Encodes the segments of a run side by side, as many as its memory allows.
  private func encode(
    _ run: SegmentRuns.Run, _ body: (EncodedSegment) throws -> Void
  ) throws {
    let workers = max(1, min(threads, run.concurrency, run.jobs.count))
    var jobs = run.jobs.enumerated().makeIterator()
    try OrderedWork<Job, EncodedSegment>.run(
      threads: workers,
      next: {
        jobs.next().map { index, segment in
          // Whoever is done before the last ones helps them.
          let isLast = index >= run.jobs.count - workers
          return Job(
            segment: segment, isFirst: !isBegun && index == 0,
            threads: isLast ? threads : max(1, threads / workers))
        }
      },
      state: { 0 },
      work: { job, _ in
        do {
          return try encode(
            job.segment.load(threads: job.threads), isFirst: job.isFirst, threads: job.threads)
        } catch {
          // Nobody waits for what does not come.
          if job.isFirst { firstDictionary.keep([]) }
          throw error
        }
      },
      body: body)
  }

  private func encode(
    _ content: LoadedSegment, isFirst: Bool, threads: Int
  ) throws(FormatError) -> EncodedSegment {
    var segment = try SegmentEncoder.encode(
      content.traces, batches: content.batches, metadata: isFirst ? metadata : [],
      dictionary: isFirst ? .makes(firstDictionary) : .takes(firstDictionary),
      isPartOfMany: isPartOfMany, options: options, threads: threads)
    segment.copies = content.copies
    return segment
  }
}
