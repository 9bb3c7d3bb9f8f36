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
package struct ArchiveWriter {
  /// What was written.
  package struct Report: Sendable, Equatable {
    /// The number of traces.
    package var traces = 0
    /// The number of spans.
    package var spans = 0
    /// The number of segments.
    package var segments = 0
    /// The size of the archive (bytes).
    package var bytes = 0
  }

  private let options: FormatOptions
  private let threads: Int
  private var grouper: TraceGrouper

  /// A writer with nothing in it; `threads` of 1 or more do the work.
  ///
  /// About half of `memory` (bytes) holds spans; more go to a scratch file on the file system of
  /// `scratchFolder`, which is gone when the writer is. Making a segment takes up to some 150 MiB,
  /// even where `memory` is less.
  package init(
    options: FormatOptions = FormatOptions(), threads: Int = 1, memory: Int = 512 << 20,
    scratchFolder: String = "/tmp"
  ) {
    self.options = options
    self.threads = threads
    grouper = TraceGrouper(memory: memory, scratchFolder: scratchFolder)
  }

  /// Takes all spans of `batch` in; the spans of a trace may come in any number of batches.
  /// Throws `StorageError` where the scratch file cannot be written.
  package mutating func add(_ batch: SpanBatch) throws { try grouper.add(batch) }

  /// The number of spans taken in so far.
  package var spanCount: Int { grouper.spanCount }

  /// Encodes everything and hands the archive's bytes to `write`, in order. Rethrows what `write`
  /// throws; throws `FormatError` where a segment would break a cap of the format.
  package consuming func finish(_ write: ([UInt8]) throws -> Void) throws -> Report {
    var report = Report()
    func put(_ bytes: [UInt8]) throws {
      report.bytes += bytes.count
      try write(bytes)
    }
    var builder = ArchiveBuilder()
    try put(builder.begin())
    let (options, threads) = (self.options, self.threads)
    let metadata = grouper.metadata()
    var dictionary: [UInt8] = []
    func add(_ traces: [SegmentTrace], _ batches: [SpanBatch]) throws {
      let segment = try SegmentEncoder.encode(
        traces, batches: batches, metadata: report.segments == 0 ? metadata : [],
        previousDictionary: dictionary, options: options, threads: threads)
      dictionary = segment.dictionary
      try put(builder.add(segment))
      report.traces += segment.description.traces
      report.spans += segment.description.spans
      report.segments += 1
    }
    try grouper.forEachSegment(options, threads: threads, add)
    if report.segments == 0 && !metadata.isEmpty { try add([], []) }
    try put(builder.finish())
    return report
  }
}
