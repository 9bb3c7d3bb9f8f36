import BHTrace

/// Sizes of the forms that keep traces or spans one by one: v1 files, and JSON a span.
struct SpanStores {
  /// All v1 files together (bytes).
  private(set) var v1Bytes = 0
  /// For each drill-in the size of its v1 file (bytes).
  private(set) var v1DrillIns: [Int] = []
  /// The spans whose JSON was compressed to be scaled up.
  private(set) var jsonSpans = 0
  /// Their frames (bytes).
  private(set) var jsonBytes = 0
  /// For each drill-in the size of its spans' frames (bytes).
  private(set) var jsonDrillIns: [Int] = []

  private struct Job: Sendable {
    var json: [UInt8]
    /// Whether it stands for others in the total.
    var isCounted: Bool
    /// The number of the drill-in it is a part of.
    var drillIn: Int?
  }

  private var jobs: [Job] = []
  private let threads: Int
  private static let jobsAtOnce = 512

  /// Goes through `archive`; counts about every `step`th span, and all those of `drillIn`.
  init(_ archive: any TraceArchive, drillIn: DrillIn, step: Int, threads: Int) throws {
    self.threads = threads
    var trace = 0
    var span = 0
    var losses = V1Losses()
    try SpanReadings.full(archive) { loaded in
      let batch = loaded.batch
      let file = try V1Files.encode(batch, losses: &losses)
      v1Bytes += file.count
      let chosen = drillIn.positions(inTrace: trace, of: batch.spans.count)
      if chosen != nil {
        v1DrillIns.append(file.count)
        jsonDrillIns.append(0)
      }
      for index in batch.spans.indices {
        let isChosen = chosen?.contains(index) ?? false
        // Not each `step`th in order: clients and servers may take turns.
        let isCounted = SplitMix64.mix(UInt64(span)) % UInt64(step) == 0
        if isCounted || isChosen {
          jobs.append(
            Job(
              json: try Self.json(index, of: batch), isCounted: isCounted,
              drillIn: isChosen ? jsonDrillIns.count - 1 : nil))
          if jobs.count == Self.jobsAtOnce { compress() }
        }
        span += 1
      }
      trace += 1
    }
    compress()
  }

  private mutating func compress() {
    let waiting = jobs
    let sizes = Parallel.map(
      waiting.count, threads: threads, state: ZstdCompressor(level: 19),
      { index, compressor in
        compressor.compress(waiting[index].json)?.count ?? waiting[index].json.count
      })
    for (job, size) in zip(waiting, sizes) {
      if job.isCounted {
        jsonSpans += 1
        jsonBytes += size
      }
      if let drillIn = job.drillIn { jsonDrillIns[drillIn] += size }
    }
    jobs.removeAll(keepingCapacity: true)
  }

  /// One span as JSON: an OTLP export message of its own, or the payload object of a v1 file.
  private static func json(_ span: Int, of batch: SpanBatch) throws -> [UInt8] {
    if batch.spans[span].dialect == .v1 {
      let extra = batch.spans[span].extra
      if !extra.isEmpty { return batch.bytes(extra) }
      var writer = V1TextWriter()
      try writer.payload(of: span, in: batch)
      return writer.bytes
    }
    var losses = OTLPJSONLosses()
    return OTLPJSONWriter.encode(batch, spans: [span], losses: &losses)
  }
}
