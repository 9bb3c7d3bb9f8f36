internal import BHTrace

/// Joins the parts of traces that several archives have.
struct TraceJoining {
  private let archives: [ArchiveSet.Member]
  /// For each archive when its spans start and end; nil where nothing is joined with it.
  private var ranges: [ClosedRange<UInt64>?] = []
  /// How many traces were joined.
  private(set) var joined = 0
  /// The traces that were looked at already, since each of several parts leads to them.
  private var seen: Set<[UInt8]> = []

  /// Joins what `archives` have, where they have spans at the same time.
  init(_ archives: [ArchiveSet.Member]) {
    self.archives = archives
    if archives.count < 2 { return }
    // An archive that cannot be read is named by whoever searches it.
    ranges = archives.map { archive in
      (archive.archive as? ArchiveSession).flatMap { try? $0.timeRange() }
    }
  }

  /// The times of all archives but number `number`, as far as they may be shared.
  func times(besides number: Int) -> [ClosedRange<UInt64>] {
    guard number < ranges.count, let own = ranges[number] else { return [] }
    return ranges.indices.compactMap { other in
      guard other != number, let range = ranges[other], range.overlaps(own) else { return nil }
      return range.clamped(to: own)
    }
  }

  /// Joins nothing with archive number `number` any more: it is damaged.
  mutating func leaveOut(_ number: Int) { if number < ranges.count { ranges[number] = nil } }

  /// The trace of which archive number `number` has `part`, with what the other archives have of it;
  /// nil where the query does not find it, or it was there before. Another archive that turns out to be
  /// damaged is handed to `passOver`, and left out.
  mutating func whole(
    _ part: FoundTrace, of number: Int, _ scan: TraceScan,
    passOver: (ArchiveSet.Member, FormatError) throws -> Void
  ) throws -> FoundTrace? {
    if !seen.insert(part.traceID).inserted { return nil }
    var parts: [LoadedTrace] = []
    for (other, range) in ranges.enumerated() where other != number {
      guard let range, range.lowerBound <= part.end, part.start <= range.upperBound else {
        continue
      }
      do { parts += try load(part.traceID, from: archives[other]) } catch let error as FormatError {
        leaveOut(other)
        try passOver(archives[other], error)
      }
    }
    if parts.isEmpty {
      return part.spansets.isEmpty || !scan.isInTime(part) ? nil : part
    }
    parts = try load(part.traceID, from: archives[number]) + parts
    joined += 1
    let spans = ScannedSpans(LoadedTrace(joining: parts))
    let alone = TraceScan(
      scan.query, spansPerSet: scan.spansPerSet, since: scan.since, until: scan.until,
      namesTraces: true)
    guard var found = alone.answer(spans, alone.plan(spans.names)) else { return nil }
    alone.name(&found, spans)
    return found.first
  }

  private func load(
    _ id: [UInt8], from archive: ArchiveSet.Member
  ) throws -> [LoadedTrace] {
    let parts: TraceParts = [.traceID, .spanIDs, .payload]
    return try archive.archive.locate(traceID: id, for: parts).map {
      try archive.archive.load($0, parts, positions: nil)
    }
  }
}

extension FoundTrace {
  /// The latest end (ns).
  fileprivate var end: UInt64 {
    let (end, isBeyond) = start.addingReportingOverflow(UInt64(max(0, duration)))
    return isBeyond ? .max : end
  }
}
