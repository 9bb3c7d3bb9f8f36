/// Writes spans into a `.bht` v2 archive.
///
/// ```swift
/// var writer = ArchiveWriter()
/// let read = try SpanInput.read(path: "spans.otlp.pb.zst") { try writer.add($0) }
/// let file = try OutputFile(path: "shop.bht")
/// let written = try writer.finish { try file.write($0) }
/// try file.finish()
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
    /// The number of spans that are exact copies of others: left out, or among the spans.
    public var copies = 0
  }

  private let options: FormatOptions
  private let threads: Int
  private var grouper: TraceGrouper

  /// A writer with nothing in it; `threads` of 1 or more do the work.
  ///
  /// About half of `memory` (bytes) holds spans; more go to a scratch file on the file system of
  /// `scratchFolder`, which is gone when the writer is. Making a segment takes up to some 200 MiB, and
  /// the tree of a trace of more than a segment some 320 bytes a span, even where `memory` is less.
  /// With `dropsCopies` spans that are exact copies of others are left out.
  public init(
    options: FormatOptions = FormatOptions(), threads: Int = 1, memory: Int = 512 << 20,
    scratchFolder: String = "/tmp", dropsCopies: Bool = false
  ) {
    self.options = options
    self.threads = threads
    grouper = TraceGrouper(
      options: options, memory: memory, threads: threads, scratchFolder: scratchFolder,
      dropsCopies: dropsCopies)
  }

  /// Takes all spans of `batch` in; the spans of a trace may come in any number of batches.
  /// Throws `StorageError` where the scratch file cannot be written.
  public mutating func add(_ batch: SpanBatch) throws { try grouper.add(batch) }

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
    var builder = ArchiveBuilder()
    try put(builder.begin())
    let pipeline = SegmentPipeline(
      options: options, threads: threads, metadata: grouper.metadata())
    try pipeline.encode(grouper.finish()) { segment in
      builder.add(segment)
      try put(segment.bytes)
      report.traces += segment.summary.traces
      report.spans += segment.summary.spans
      report.segments += 1
      report.copies += segment.copies
    }
    try put(builder.finish())
    return report
  }
}
