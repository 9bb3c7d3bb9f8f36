/// Writes spans into a `.bht` v2 archive.
///
/// ```swift
/// var writer = ArchiveWriter()
/// while let batch = try input.next() { writer.add(batch) }
/// let written = try writer.finish { try output.write($0) }
/// ```
///
/// The archive's bytes are a function of the spans and the options: neither the order of the
/// batches nor the number of threads changes them.
public struct ArchiveWriter {
  /// What was written.
  public struct Report: Sendable, Equatable {
    /// The number of traces.
    public var traces = 0
    /// The number of spans.
    public var spans = 0
    /// The number of segments.
    public var segments = 0
    /// The size of the archive (bytes).
    public var bytes = 0
  }

  private let options: FormatOptions
  private let threads: Int
  private var grouper = TraceGrouper()

  /// A writer with nothing in it; `threads` of 1 or more do the work.
  public init(options: FormatOptions = FormatOptions(), threads: Int = 1) {
    self.options = options
    self.threads = threads
  }

  /// Takes all spans of `batch` in; the spans of a trace may come in any number of batches.
  public mutating func add(_ batch: SpanBatch) { grouper.add(batch) }

  /// The number of spans taken in so far.
  public var spanCount: Int { grouper.spanCount }

  /// Encodes everything and hands the archive's bytes to `write`, in order. Rethrows what `write`
  /// throws; throws `FormatError` where a segment would break a cap of the format.
  public consuming func finish(_ write: ([UInt8]) throws -> Void) throws -> Report {
    var report = Report()
    func put(_ bytes: [UInt8]) throws {
      report.bytes += bytes.count
      try write(bytes)
    }
    let sorted = grouper.traces(threads: threads)
    let metadata = grouper.metadata()
    var builder = ArchiveBuilder()
    try put(builder.begin())
    var segments = cut(sorted)
    if segments.isEmpty && !metadata.isEmpty { segments = [0..<0] }
    for (number, range) in segments.enumerated() {
      let segment = try SegmentEncoder.encode(
        sorted[range].map(\.trace), batches: grouper.batches,
        metadata: number == 0 ? metadata : [], options: options, threads: threads)
      try put(builder.add(segment))
      report.traces += segment.description.traces
      report.spans += segment.description.spans
      report.segments += 1
    }
    try put(builder.finish())
    return report
  }

  /// Runs of traces of about the size of a segment.
  private func cut(_ traces: [(trace: SegmentTrace, bytes: Int)]) -> [Range<Int>] {
    var segments: [Range<Int>] = []
    var first = 0
    var (spans, bytes) = (0, 0)
    for (index, entry) in traces.enumerated() {
      let isFull =
        spans + entry.trace.spans.count > options.segmentSpans
        || bytes + entry.bytes > options.segmentBytes
      if index > first && isFull {
        segments.append(first..<index)
        first = index
        (spans, bytes) = (0, 0)
      }
      spans += entry.trace.spans.count
      bytes += entry.bytes
    }
    if first < traces.count { segments.append(first..<traces.count) }
    return segments
  }
}
