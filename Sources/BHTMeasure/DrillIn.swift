import BHTrace

/// What is fetched to see how much a reader has to read for a part of an archive: traces spread
/// over it, or a branch of its only trace.
struct DrillIn: Sendable {
  /// One trace.
  struct Trace: Sendable {
    /// Its number in the order of the archive.
    var number: Int
    var id: [UInt8]
    var spans: Int
    var handle: TraceHandle
  }

  /// The traces, evenly spread.
  private(set) var traces: [Trace] = []
  /// The trace and the names that single readings ask for: a trace of about average size, a branch
  /// in its middle, a service of median size.
  private(set) var subject = MeasuredReading.Subject()
  /// Pre-order positions of the branch in the subject's trace.
  private(set) var branch = 0..<0
  /// Whether there is one trace only, of which the branch is fetched.
  let isBranch: Bool

  /// Chooses at most `limit` traces of `archive`.
  init(_ archive: any TraceArchive, limit: Int) throws {
    let total = archive.traceCount
    let count = min(limit, total)
    isBranch = total == 1
    var spansByService = ByteInterner()
    var serviceSpans: [Int] = []
    var number = 0
    try archive.forEachTrace(.traceID) { trace in
      // The middle of each of `count` equal parts.
      if traces.count < count && number == (2 * traces.count + 1) * total / (2 * count) {
        traces.append(
          Trace(
            number: number, id: trace.traceID, spans: trace.tree.count, handle: trace.handle))
      }
      number += 1
      for operation in trace.tree.operations {
        let service = spansByService.intern(trace.names.service(ofOperation: operation))
        if service == serviceSpans.count { serviceSpans.append(0) }
        serviceSpans[service] += 1
      }
    }
    let services = serviceSpans.indices.sorted {
      (serviceSpans[$0], $0) < (serviceSpans[$1], $1)
    }
    if !services.isEmpty { subject.service = spansByService.bytes(services[services.count / 2]) }
    let average = total == 0 ? 0 : archive.spanCount / total
    let nearest = traces.min { a, b in
      ((a.spans - average).magnitude, a.number) < ((b.spans - average).magnitude, b.number)
    }
    guard let nearest else { return }
    subject.traceID = nearest.id
    guard let handle = try archive.locate(traceID: subject.traceID).first else { return }
    let trace = try archive.load(handle, .spanIDs, positions: nil)
    // The last span up to the middle that has children.
    var position = trace.tree.count / 2
    while position > 0 && trace.tree.subtreeEnd(position) == position + 1 { position -= 1 }
    branch = position..<trace.tree.subtreeEnd(position)
    subject.spanID = trace.spanIDs[position]
  }

  /// Fetches everything from the archive in the file at `path`, each part with a reader of its own.
  func read(_ path: String) throws -> TraceReadFigure {
    var reads: [ReadStats] = []
    for trace in traces {
      let archive = try ArchiveSession(FileSource(path: path))
      if isBranch {
        _ = try MeasuredReading.subtree.run(on: archive, subject)
      } else {
        _ = try SpanReadings.trace(trace.id, in: archive)
      }
      reads.append(archive.stats)
    }
    return TraceReadFigure(reads, spans: isBranch ? [branch.count] : traces.map(\.spans))
  }

  /// What a warm reader takes of the archive in the file at `path`.
  func readWarm(_ path: String, repetitions: Int) throws -> WarmFigure {
    // One trace a chunk: whatever is kept of a chunk serves no other of them.
    var chosen: [Trace] = []
    for trace in traces {
      if let last = chosen.last?.handle, last.segment == trace.handle.segment,
        last.chunk == trace.handle.chunk
      {
        continue
      }
      chosen.append(trace)
    }
    var best = try readWarm(chosen, path)
    for _ in 1..<max(1, repetitions) {
      for (index, read) in try readWarm(chosen, path).enumerated() {
        best[index].seconds = min(best[index].seconds, read.seconds)
      }
    }
    let archive = try ArchiveSession(FileSource(path: path))
    try archive.warmUp()
    var totals = Double.infinity
    for _ in 0..<(3 * max(1, repetitions)) {
      let watch = Stopwatch()
      _ = try ServiceTotals.all(in: archive)
      totals = min(totals, watch.seconds)
    }
    return WarmFigure(
      traces: TraceReadFigure(best, spans: chosen.map(\.spans)), totalsSeconds: totals)
  }

  /// What each of `traces` takes, asked of one new reader that is warmed up.
  private func readWarm(_ traces: [Trace], _ path: String) throws -> [ReadStats] {
    let archive = try ArchiveSession(FileSource(path: path))
    try archive.warmUp()
    return try traces.map { trace in
      let before = archive.stats
      let watch = Stopwatch()
      _ = try SpanReadings.trace(trace.id, in: archive)
      var stats = archive.stats
      stats.seconds = watch.seconds
      stats.bytesRead -= before.bytesRead
      stats.rawBytes -= before.rawBytes
      stats.requests -= before.requests
      stats.rounds -= before.rounds
      return stats
    }
  }

  /// Which positions of trace `number` are fetched; nil where it is not among the chosen.
  func positions(inTrace number: Int, of count: Int) -> Range<Int>? {
    guard traces.contains(where: { $0.number == number }) else { return nil }
    return isBranch ? branch : 0..<count
  }
}
