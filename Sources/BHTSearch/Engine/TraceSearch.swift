package import BHTrace

/// A search for traces: a query, and which of its answers are wanted.
package struct TraceSearch: Sendable {
  /// What answers are ordered by.
  package enum Order: String, Sendable, CaseIterable {
    /// Latest start first, as they are found.
    case newest
    /// Earliest start first, as they are found.
    case oldest
    /// Longest first.
    case duration
    /// Most spans found first.
    case spans
  }

  private let query: SpanQuery
  /// The earliest start of a trace (ns since the Unix epoch).
  package var since: UInt64?
  /// The first start that is too late (ns since the Unix epoch).
  package var until: UInt64?
  /// At most this many traces; nil for all.
  package var limit: Int?
  /// How many spans of each set are listed; nil for all.
  package var spansPerSet: Int? = 3
  /// Whether the ids of traces are wanted.
  package var namesTraces = true
  /// Whether the parts of a trace that several archives have are joined before it is judged; else each
  /// part is judged alone.
  package var joinsTraces = true
  /// The order of the answers.
  package var order = Order.newest

  /// The search for what the pipeline `stages` leaves. With `asTempo` what hangs under no root has no
  /// place in its trace, as in Tempo; else a span whose parent is missing is a root.
  package init(_ stages: [Stage], asTempo: Bool = false) {
    query = SpanQuery(stages, asTempo: asTempo)
  }

  /// Hands the traces of `archives` that are found to `body`, in order, until it answers false, or the
  /// limit is reached. An archive that turns out to be damaged is handed to `passOver`.
  ///
  /// Where an order has to see all answers, or a limit is set, at most `limit` of them are held.
  package func run(
    over archives: [ArchiveSet.Member], report: inout SearchReport,
    passOver: (ArchiveSet.Member, FormatError) throws -> Void,
    body: (FoundTrace, ArchiveSet.Member) throws -> Bool
  ) throws {
    var held = LimitedRows<(FoundTrace, ArchiveSet.Member)>(limit: limit, comesFirst: comesBefore)
    var left = limit ?? .max
    var found = (traces: 0, spans: 0)
    var joining = TraceJoining(joinsTraces ? archives : [])
    defer {
      report.traces += found.traces
      report.spans += found.spans
      report.joined += joining.joined
    }
    let isStreamed = order == .newest || order == .oldest
    for (number, archive) in ordered(archives) {
      let others = joining.times(besides: number)
      let scan = TraceScan(
        query, spansPerSet: spansPerSet, since: since, until: until, namesTraces: namesTraces,
        others: others)
      var levels = ScanReport()
      defer { report.scan += levels }
      do {
        try search(archive, scan, &levels) { part in
          var trace = part
          if part.mayGoOn {
            guard
              let whole = try joining.whole(
                part, of: number, scan,
                passOver: { other, error in try answer { try passOver(other, error) } })
            else { return true }
            trace = whole
          }
          found.traces += 1
          found.spans += trace.matched
          if !isStreamed {
            held.add((trace, archive))
            return true
          }
          left -= 1
          return try answer { try body(trace, archive) } && left > 0
        }
      } catch let error as FormatError {
        joining.leaveOut(number)
        try passOver(archive, error)
      } catch let error as AskerError {
        throw error.error
      }
      if left <= 0 { break }
    }
    for (trace, archive) in held.sorted() where try !body(trace, archive) { return }
  }

  /// What the asker threw, which is no damage of an archive.
  private struct AskerError: Error { let error: any Error }

  private func answer<Answer>(_ body: () throws -> Answer) throws -> Answer {
    do { return try body() } catch { throw AskerError(error: error) }
  }

  private func comesBefore(
    _ a: (FoundTrace, ArchiveSet.Member), _ b: (FoundTrace, ArchiveSet.Member)
  ) -> Bool {
    switch order {
    case .newest: a.0.start > b.0.start
    case .oldest: a.0.start < b.0.start
    case .duration: a.0.duration > b.0.duration
    case .spans: a.0.matched > b.0.matched
    }
  }

  private func ordered(
    _ archives: [ArchiveSet.Member]
  ) -> [(number: Int, archive: ArchiveSet.Member)] {
    let numbered = archives.enumerated().map { (number: $0.offset, archive: $0.element) }
    return order == .newest ? numbered.reversed() : numbered
  }

  private func search(
    _ archive: ArchiveSet.Member, _ scan: TraceScan, _ report: inout ScanReport,
    _ body: (FoundTrace) throws -> Bool
  ) throws {
    let newestFirst = order == .newest
    // What a trace lacks here another archive may have.
    var bounds = query.bounds(since: since, until: until)
    if !scan.others.isEmpty {
      bounds = TraceBounds()
      bounds.since = since
    }
    try archive.archive.search(
      scan, bounds: bounds, newestFirst: newestFirst,
      report: &report
    ) { found in
      for trace in newestFirst ? found.reversed() : found where try !body(trace) { return false }
      return true
    }
  }
}

/// What a search went through and found.
package struct SearchReport: Sendable {
  /// What it went through, level by level.
  package var scan = ScanReport()
  /// How many traces were found.
  package var traces = 0
  /// How many of their spans matched.
  package var spans = 0
  /// How many traces were joined from parts in several archives.
  package var joined = 0

  /// Nothing.
  package init() {}
}

extension SpanQuery {
  /// What every trace that is found has in common, as far as an archive can tell it at once.
  func bounds(since: UInt64?, until: UInt64?) -> TraceBounds {
    var bounds = TraceBounds()
    for step in steps { if case .spansets(let spanset) = step { require(spanset, &bounds) } }
    bounds.since = since
    bounds.until = until
    return bounds
  }

  private func require(_ spanset: Spanset, _ bounds: inout TraceBounds) {
    switch spanset {
    case .filter(let number): if let filter = filters[number] { require(filter, &bounds) }
    case .operation(let operation, let left, let right):
      if operation == .or { return }
      if !operation.isNegated { require(left, &bounds) }
      require(right, &bounds)
    case .without: break
    case .pipeline(let steps):
      for step in steps { if case .spansets(let spanset) = step { require(spanset, &bounds) } }
    }
  }

  private func require(_ term: Term, _ bounds: inout TraceBounds) {
    switch term {
    case .all(let parts): for part in parts { require(part, &bounds) }
    case .field(let number): if fields.fields[number] == .isError { bounds.errorsOnly = true }
    case .comparison(let comparison, .field(let number), .literal(let value)):
      switch fields.fields[number] {
      case .named(.attribute(let name)):
        if case .text(let text) = value, comparison == .equal, name.scope == .resource,
          name.key == TermFields.Field.serviceName
        {
          bounds.service = text
        }
      case .named(.intrinsic(.traceDuration)):
        if let least = value.integer, least > 0,
          [.equal, .greater, .greaterOrEqual].contains(comparison)
        {
          bounds.minDuration = UInt64(least)
        }
      default: break
      }
    default: break
    }
  }
}
