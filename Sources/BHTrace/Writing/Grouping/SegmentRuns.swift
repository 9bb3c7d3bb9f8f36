/// The segments of an input, in runs whose segments can be made side by side.
struct SegmentRuns {
  private let source: GroupedTraces
  private let options: FormatOptions
  private var runs: ArraySlice<TraceTable.Run>
  /// Where parts of large traces are written to.
  private var spool: SpoolFile?
  /// What making segments may take (bytes).
  private let memory: Int

  /// The runs of `source`; it and making segments may take `memory`.
  init(
    _ runs: [TraceTable.Run], of source: GroupedTraces, options: FormatOptions, memory: Int
  ) {
    self.source = source
    self.options = options
    self.runs = runs[...]
    self.memory = memory - source.memoryBytes
    spool = source.spool?.file
  }

  /// Segments that can be made side by side.
  struct Run {
    var jobs: [SegmentJob]
    /// How many at a time stay inside the memory, at least 1.
    var concurrency: Int
  }

  /// Whether there is another run.
  var hasNext: Bool { !runs.isEmpty }

  /// The next run. Throws `StorageError` where the scratch file cannot be used.
  mutating func next() throws -> Run? {
    guard let run = runs.popFirst() else { return nil }
    var memory = self.memory
    let jobs: [SegmentJob]
    switch run {
    case .segments(let segments):
      jobs = segments.map {
        SegmentJob(wanted: .traces($0.traces), source: source, spans: $0.spans, bytes: $0.bytes)
      }
    case .large(let trace):
      let parts = try LargeTraceParts.make(trace, of: source, options: options, spool: &spool)
      jobs = parts.map {
        SegmentJob(
          wanted: .part($0), source: source, spans: $0.range.count, bytes: $0.bytes)
      }
      memory -= Int(source.table.spans[trace]) * LargeTrace.spanBytes
    }
    let largest = jobs.reduce(1) { max($0, $1.memoryBytes) }
    return Run(jobs: jobs, concurrency: max(1, memory / largest))
  }

  /// Hands out the segments one after the other, each loaded by `threads`.
  consuming func forEachSegment(
    threads: Int, _ body: (LoadedSegment) throws -> Void
  ) throws {
    while let run = try next() {
      for job in run.jobs { try body(job.load(threads: threads)) }
    }
  }
}
