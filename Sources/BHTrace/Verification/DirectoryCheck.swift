/// A trace as the directory has to know it.
struct FoundTrace: Sendable {
  var id: [UInt8]
  var start: UInt64
  /// In the segment.
  var chunk: Int
  var slot: Int
  /// Of a piece of a trace the positions of its spans in the trace.
  var piece: Range<Int>?
  /// Whether it is looked up here: the first piece of a trace in its segment, or a whole one.
  var isLookedUp = true
}

/// What the structure of one chunk says.
struct FoundChunk: Sendable {
  var traces: [FoundTrace] = []
  var latestEnd: UInt64 = 0
  var longestSpan: UInt64 = 0
  var errors = 0
  /// Longest trace, of whole ones.
  var longestTrace: UInt64 = 0
  /// By operation, errors apart (operation · 2 + error), what the durations add up to.
  var durations: [(cell: Int, sums: DurationSums)] = []
  var kinds: UInt8 = 0
  /// The services that have spans, by number in the segment.
  var services: Set<Int> = []
  var isPiece = false

  init(_ pages: ChunkPages) {
    let index = pages.index
    isPiece = index.piecePosition != nil
    // For each cell its place in `durations`, or -1.
    var places = [Int32](repeating: -1, count: pages.names.names.operations.count * 2)
    for (slot, trace) in index.traces.enumerated() {
      let id = slot < pages.traceIDs.count ? pages.traceIDs[slot] : []
      let piece = index.piecePosition.map { $0..<($0 + index.count) }
      traces.append(
        FoundTrace(id: id, start: trace.start, chunk: pages.chunk, slot: slot, piece: piece))
      var end = trace.start
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let last = max(index.starts[span], index.ends[span])
        end = max(end, last)
        longestSpan = max(longestSpan, last - index.starts[span])
        let isError = index.marks[span].contains(.error)
        if isError { errors += 1 }
        let cell = Int(index.operations[span]) * 2 + (isError ? 1 : 0)
        if places[cell] < 0 {
          places[cell] = Int32(truncatingIfNeeded: durations.count)
          durations.append((cell, DurationSums()))
        }
        durations[Int(places[cell])].sums.add(last - index.starts[span])
      }
      latestEnd = max(latestEnd, end)
      if !isPiece { longestTrace = max(longestTrace, end &- trace.start) }
    }
    for (cell, _) in durations {
      let operation = pages.names.names.operations[cell / 2]
      kinds |= Zones.kindBit(operation.kind)
      services.insert(Int(operation.service))
    }
  }
}

/// What a segment's chunks say together.
struct FoundSegment: Sendable {
  var traces: [FoundTrace] = []
  var summary = Summaries.Segment()
  /// What its chunks say, in order.
  var chunks: [FoundChunk] = []
  /// Names of the services that have spans.
  var services: Set<[UInt8]> = []
  var hasPieces = false

  mutating func add(_ chunks: [FoundChunk], _ map: SegmentMap, _ names: NameTable) {
    self.chunks += chunks
    for chunk in chunks {
      for service in chunk.services { services.insert(names.services[service]) }
      hasPieces = hasPieces || chunk.isPiece
      for trace in chunk.traces {
        var trace = trace
        let described = map.head.chunks[trace.chunk]
        // A piece that goes on with one of the same segment is found by that one.
        if let position = described.piecePosition, position > 0, trace.chunk > 0 {
          trace.isLookedUp = false
        }
        traces.append(trace)
      }
      summary.errors += chunk.errors
      summary.longestSpan = max(summary.longestSpan, chunk.longestSpan)
      summary.longestTrace = max(summary.longestTrace, chunk.longestTrace)
      summary.end = max(summary.end, chunk.latestEnd)
    }
    summary.traces = map.head.traces
    summary.spans = map.head.spans
    summary.firstStart = traces.first?.start ?? 0
    summary.lastStart = traces.last?.start ?? 0
  }
}

/// Checks LOOKUP and SUMMARIES against what the segments hold.
struct DirectoryCheck {
  private let session: ArchiveSession
  private var found: [(segment: Int, FoundSegment)] = []

  init(_ session: ArchiveSession) { self.session = session }

  /// Takes in what segment `number` holds.
  mutating func add(_ segment: FoundSegment, _ number: Int) { found.append((number, segment)) }

  /// Throws nothing but what reading throws: differences are damage.
  func finish(_ report: inout VerificationReport) throws {
    let footer = session.archive.footer
    var entries: [LookupPage.Entry] = []
    for number in 0..<footer.lookupPages {
      try report.noting { _ in
        let range = session.lookupRange(number)
        let page = try LookupPage.decode(
          try session.source.read(range), page: number, of: footer.lookupPages,
          bits: footer.keyBits, at: range.lowerBound)
        guard page.entries.isSorted else {
          throw FormatError(
            .invalid, at: range.lowerBound, "the entries of a LOOKUP page are not in order")
        }
        entries += page.entries
      }
    }
    try report.noting { _ in try checkPieces() }
    try report.noting { _ in try checkSummaries() }
    if !report.isSound { return }
    try report.noting { _ in try check(entries) }
  }

  private func check(_ entries: [LookupPage.Entry]) throws {
    let footer = session.archive.footer
    let locations = try session.locations()
    var wanted: [LookupPage.Entry] = []
    var (traces, spans) = (0, 0)
    for (segment, found) in found {
      let first = locations.segments[segment].firstChunk
      traces += found.summary.traces
      spans += found.summary.spans
      for trace in found.traces where trace.isLookedUp {
        wanted.append(
          LookupPage.Entry(
            key: HashedPages.key(TraceHash.hash(trace.id), bits: footer.keyBits),
            chunk: first + trace.chunk, slot: trace.slot, kind: 0))
      }
    }
    guard traces == footer.traces, spans == footer.spans else {
      throw FormatError(
        .outOfBounds, at: session.source.byteCount - Footer.byteCount + 32,
        "the footer counts \(footer.traces) traces and \(footer.spans) spans, "
          + "the segments hold \(traces) and \(spans)")
    }
    wanted.sort { ($0.key, $0.chunk, $0.slot) < ($1.key, $1.chunk, $1.slot) }
    let isSame = wanted.elementsEqual(
      entries.sorted { ($0.key, $0.chunk, $0.slot) < ($1.key, $1.chunk, $1.slot) }
    ) { $0.key == $1.key && $0.chunk == $1.chunk && $0.slot == $1.slot }
    guard isSame else {
      throw FormatError(
        .invalid, at: footer.directoryOffset,
        "LOOKUP has \(entries.count) entries that do not just find the archive's "
          + "\(wanted.count) traces")
    }
  }

  /// Whatever goes on with a trace has to follow what it goes on with.
  private func checkPieces() throws {
    var last: FoundTrace?
    for (segment, found) in found {
      for trace in found.traces {
        defer { last = trace }
        guard let piece = trace.piece, piece.lowerBound > 0 else { continue }
        guard let last, last.id == trace.id, last.piece?.upperBound == piece.lowerBound else {
          throw FormatError(
            .invalid, at: try session.segment(segment).map.index(trace.chunk).lowerBound,
            "a piece of a trace begins at its span \(piece.lowerBound), what comes before is not there"
          )
        }
      }
    }
  }

  private func checkSummaries() throws {
    let summaries = try session.summaries()
    let offset = session.archive.footer.summariesOffset
    for (segment, found) in found {
      let told = summaries.segments[segment]
      let seen = found.summary
      let agrees =
        told.traces == seen.traces && told.spans == seen.spans && told.errors == seen.errors
        && told.firstStart == seen.firstStart && told.lastStart == seen.lastStart
        && told.end == seen.end && told.longestSpan == seen.longestSpan
        && (found.hasPieces
          ? told.longestTrace >= seen.longestTrace : told.longestTrace == seen.longestTrace)
      // With no service listed nothing is said of them.
      let namesServices =
        summaries.services.isEmpty
        || Set(told.services.map { summaries.services[$0] }) == found.services
      guard agrees && namesServices || seen.spans == 0 else {
        throw FormatError(
          .invalid, at: offset, "SUMMARIES says something else of segment \(segment) than it holds")
      }
    }
  }
}

extension [LookupPage.Entry] {
  fileprivate var isSorted: Bool {
    zip(self, dropFirst()).allSatisfy {
      ($0.key, $0.chunk, $0.slot) <= ($1.key, $1.chunk, $1.slot)
    }
  }
}
