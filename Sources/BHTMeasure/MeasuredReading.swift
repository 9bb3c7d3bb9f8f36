import BHTrace

/// The readings that are measured, each as a command asks it.
package enum MeasuredReading: String, Sendable, CaseIterable {
  /// Totals of all traces.
  case summary
  /// The critical paths of all traces, added up.
  case criticalPath
  /// A line a trace.
  case list
  /// Totals of one trace.
  case traceSummary
  /// One trace by its id.
  case trace
  /// A span and all under it.
  case subtree
  /// All spans of a service.
  case service
  /// Everything.
  case full

  /// What the readings ask for.
  struct Subject: Sendable {
    var traceID: [UInt8] = []
    var spanID: [UInt8] = []
    var service: [UInt8] = []
  }

  /// Asks `archive`, and returns how many spans the answer comes from or has.
  func run(on archive: any TraceArchive, _ subject: Subject) throws -> Int {
    var spans = 0
    switch self {
    case .summary:
      spans = try SummaryQuery.run(over: archive)?.spans ?? 0
    case .criticalPath:
      var paths = CriticalPathAggregate(method: .blocking)
      try archive.forEachTrace(.structure) { trace in
        spans += trace.tree.count
        paths.add(trace.tree, names: trace.names, namesHint: trace.handle.segment)
      }
      _ = paths.finish()
    case .list:
      spans = try TraceListQuery().run(over: archive).reduce(0) { $0 + $1.spans }
    case .traceSummary:
      spans = try SummaryQuery.run(over: archive, traceID: subject.traceID)?.spans ?? 0
    case .trace:
      spans = try SpanReadings.trace(subject.traceID, in: archive)
        .reduce(0) { $0 + $1.batch.spans.count }
    case .subtree:
      // As a user would: the trace is named only where there are several.
      let trace = archive.traceCount == 1 ? nil : subject.traceID
      spans =
        try SpanReadings.subtree(of: subject.spanID, traceID: trace, in: archive)?
        .batch.spans.count ?? 0
    case .service:
      try SpanReadings.service(subject.service, in: archive) { spans += $0.batch.spans.count }
    case .full:
      try SpanReadings.full(archive) { spans += $0.batch.spans.count }
    }
    return spans
  }
}
