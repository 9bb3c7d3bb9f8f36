extension TraceArchive {
  /// Hands `body` what `scan` finds, until `body` answers false: level by level where the archive has
  /// levels (`ArchiveSession.scan`), else trace by trace, each read whole.
  package func search<Scan: SpanScan>(
    _ scan: Scan, bounds: TraceBounds, newestFirst: Bool = false, report: inout ScanReport,
    body: (Scan.Answer) throws -> Bool
  ) throws {
    if let session = self as? ArchiveSession {
      return try session.scan(
        scan, bounds: bounds, newestFirst: newestFirst, report: &report, body: body)
    }
    var isOver = false
    try forEachTrace([.payload, .spanIDs]) { trace in
      if isOver { return }
      let spans = ScannedSpans(trace)
      report.spans.all += spans.count
      report.spans.looked += spans.count
      report.spans.decoded += spans.count
      guard var found = scan.answer(spans, scan.plan(trace.names)) else { return }
      scan.name(&found, spans)
      isOver = try !body(found)
    }
  }
}

extension ArchiveSet {
  /// When the spans of `archives` start and end: the earliest start and the latest end (ns); nil
  /// without spans.
  package static func spanTimes(of archives: [Member]) throws -> ClosedRange<UInt64>? {
    var all: ClosedRange<UInt64>?
    func add(_ range: ClosedRange<UInt64>) {
      let known = all ?? range
      all = min(known.lowerBound, range.lowerBound)...max(known.upperBound, range.upperBound)
    }
    for member in archives {
      if let session = member.archive as? ArchiveSession {
        if let range = try session.timeRange() { add(range) }
        continue
      }
      try member.archive.forEachRun { run in
        for (start, end) in zip(run.starts, run.ends) { add(start...max(start, end)) }
      }
    }
    return all
  }
}
