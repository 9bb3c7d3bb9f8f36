/// Encodes the segments of an input, several at a time, and hands them out in order. What comes out
/// depends neither on the number of threads nor on the memory.
struct SegmentPipeline {
  private let options: FormatOptions
  private let threads: Int
  private let metadata: [[UInt8]]
  /// That of the first segment, which later ones may use; nil before it.
  private var firstDictionary: [UInt8]?
  /// Whether there is more than one segment.
  private var isPartOfMany = false

  /// A segment to be encoded, and how many threads are to work on it.
  private struct Job: Sendable {
    var segment: SegmentJob
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
    while var run = try runs.next() {
      isPartOfMany = isPartOfMany || run.jobs.count > 1 || runs.hasNext
      if firstDictionary == nil, !run.jobs.isEmpty {
        // Alone, as the others need its dictionary.
        try encodeFirst(run.jobs.removeFirst().load(threads: threads), body)
      }
      try encode(run, firstDictionary ?? [], body)
    }
    if firstDictionary == nil && !metadata.isEmpty {
      try encodeFirst(LoadedSegment(traces: [], batches: []), body)
    }
  }

  private mutating func encodeFirst(
    _ content: LoadedSegment, _ body: (EncodedSegment) throws -> Void
  ) throws {
    var segment = try SegmentEncoder.encode(
      content.traces, batches: content.batches, metadata: metadata, firstDictionary: [],
      isPartOfMany: isPartOfMany, options: options, threads: threads)
    segment.copies = content.copies
    firstDictionary = segment.dictionary
    try body(segment)
  }

  /// Encodes the segments of a run side by side, as many as its memory allows.
  private func encode(
    _ run: SegmentRuns.Run, _ dictionary: [UInt8], _ body: (EncodedSegment) throws -> Void
  ) throws {
    let workers = max(1, min(threads, run.concurrency, run.jobs.count))
    // The last ones, of which there are fewer than workers, share all threads.
    let last = run.jobs.count % workers
    var jobs = run.jobs.enumerated().makeIterator()
    let (options, isPartOfMany) = (self.options, self.isPartOfMany)
    try OrderedWork<Job, EncodedSegment>.run(
      threads: workers,
      next: {
        jobs.next().map { index, segment in
          let sharing = index >= run.jobs.count - last ? last : workers
          return Job(segment: segment, threads: max(1, threads / sharing))
        }
      },
      state: { 0 },
      work: { job, _ in
        let content = try job.segment.load(threads: job.threads)
        var segment = try SegmentEncoder.encode(
          content.traces, batches: content.batches, metadata: [], firstDictionary: dictionary,
          isPartOfMany: isPartOfMany, options: options, threads: job.threads)
        segment.copies = content.copies
        return segment
      },
      body: body)
  }
}
