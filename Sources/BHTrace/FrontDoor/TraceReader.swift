/// Answers the seed prototype's questions about one trace, reading only what they need.
///
///     let reader = try TraceReader("trace.bht")
///     let (summary, stats) = try reader.summary()
///     print(summary.criticalPath, "from \(stats.bytesRead) of \(stats.fileSize) bytes")
///     let (branch, _) = try reader.subtree("s42")
///
/// Each reading comes with what it took from storage: opening, and what this reading itself read.
/// Spans of the OpenTelemetry model are shown as v1 spans: ids in hexadecimal, times in
/// microseconds from the start of the trace, attributes the resource's overlaid by the span's.
/// For all they say, and for many traces, use an archive and the queries on it.
///
/// Not for use from several threads at once. All readings throw `FormatError` where bytes
/// contradict the format, and `StorageError` where the system fails.
public final class TraceReader {
  /// The archive that is read.
  package let archive: any TraceArchive
  private let traceID: [UInt8]?
  private let opening: ReadStats

  /// Opens the `.bht` file at `path`, of either version. Throws `FormatError` where it is none.
  public convenience init(_ path: String) throws {
    try self.init(openArchive(openSource(path: path)))
  }

  /// Reads from `archive`, which was just opened: from its only trace, or from the one with the id
  /// `traceID` (text for v1, bytes otherwise).
  ///
  /// Throws `ReadingError.traceRequired` where there are several and none is named.
  package init(_ archive: any TraceArchive, traceID: [UInt8]? = nil) throws {
    if traceID == nil && archive.traceCount > 1 {
      throw ReadingError.traceRequired(traces: archive.traceCount)
    }
    self.archive = archive
    self.traceID = traceID
    opening = archive.stats
  }

  /// Totals of each service, the operations of the critical path, and the five spans with the
  /// largest self times. Takes the structure index only.
  public func summary() throws -> (result: TraceSummary, stats: ReadStats) {
    try measured { try self.trace(.traceID).map { TraceSummary($0) } ?? TraceSummary() }
  }

  /// The chain from the root to a leaf that always takes the child with the longest duration, of
  /// equal ones the first in the file. Takes the structure index only.
  public func criticalPath() throws -> (result: [CriticalPathStep], stats: ReadStats) {
    try measured {
      guard let trace = try self.trace(.spanIDs) else { return [] }
      return trace.longestChildPath().map { CriticalPathStep($0, of: trace) }
    }
  }

  /// The span `id` and all its descendants, a parent before its children; empty where there is
  /// no such span. Takes the index and the payload blocks of these spans.
  public func subtree(_ id: String) throws -> (result: [TraceSpan], stats: ReadStats) {
    try measured {
      guard let trace = try self.trace(.spanIDs) else { return [] }
      let positions = trace.subtreePositions(of: Array(id.utf8))
      if positions.isEmpty { return [] }
      return try self.archive.load(trace.handle, .payload, positions: positions).spans()
    }
  }

  /// All spans of the service `name`, in the order of the file. Takes the index and the payload
  /// blocks of these spans.
  public func service(_ name: String) throws -> (result: [TraceSpan], stats: ReadStats) {
    try measured {
      var spans: [TraceSpan] = []
      try SpanReadings.service(Array(name.utf8), traceID: self.traceID, in: self.archive) {
        spans += try $0.spans(inFileOrder: true)
      }
      return spans
    }
  }

  /// All spans, in the order of the file. Takes the whole file.
  public func full() throws -> (result: [TraceSpan], stats: ReadStats) {
    try measured { try self.trace(.payload)?.spans(inFileOrder: true) ?? [] }
  }

  /// The one trace that is read; nil where the archive has none of that id.
  private func trace(_ parts: TraceParts) throws -> LoadedTrace? {
    if let traceID {
      return try archive.locate(traceID: traceID).first.map {
        try archive.load($0, parts, positions: nil)
      }
    }
    // Not by going through all traces: a large one would come piece by piece.
    return try archive.firstHandle().map { try archive.load($0, parts, positions: nil) }
  }

  /// Runs `reading` and counts what it read beside what opening read.
  private func measured<Result>(
    _ reading: () throws -> Result
  ) throws -> (result: Result, stats: ReadStats) {
    let before = archive.stats
    let clock = ContinuousClock.now
    let result = try reading()
    let after = archive.stats
    var stats = opening
    stats.bytesRead += after.bytesRead - before.bytesRead
    stats.requests += after.requests - before.requests
    stats.rounds += after.rounds - before.rounds
    stats.blocksRead += after.blocksRead - before.blocksRead
    stats.rawBytes += after.rawBytes - before.rawBytes
    let (seconds, attoseconds) = (ContinuousClock.now - clock).components
    stats.seconds += Double(seconds) + Double(attoseconds) * 1e-18
    return (result, stats)
  }
}
