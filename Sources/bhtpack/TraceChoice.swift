import BHTSearch
import BHTrace

/// The traces that an aggregate is made of: all, or those that a query finds.
enum TraceChoice {
  /// Hands `body` the structure of the traces of `reading` that `options` choose (`--query`, `--since`,
  /// `--until`, `--limit`), in the order of the archives.
  static func forEachTrace(
    of reading: Reading, _ options: Options, _ body: (LoadedTrace) throws -> Void
  ) throws {
    guard let text = options.search.query else {
      var left = options.list.limit ?? .max
      var bounds = TraceBounds()
      bounds.since = options.list.since
      bounds.until = options.list.until
      try reading.archive.forEachTrace(
        .traceID, bounds: bounds, choose: { _ in nil },
        body: { trace in
          if left <= 0 || !bounds.holds(start: trace.tree.earliestStart) { return }
          left -= 1
          try body(trace)
        })
      return
    }
    let query = try Query(text)
    guard case .spansets(let stages) = query.body else {
      throw UsageError("--query wants a query that finds traces, not one that makes series")
    }
    var search = TraceSearch(stages, asTempo: options.search.asTempo)
    search.since = options.list.since
    search.until = options.list.until
    search.limit = options.list.limit
    search.order = .oldest
    search.spansPerSet = 0
    var report = SearchReport()
    try search.run(
      over: reading.members,
      report: &report,
      passOver: { archive, error in try reading.passOver(archive.name, error) },
      body: { found, archive in
        try body(try archive.archive.load(found.handle, .traceID, positions: nil))
        return true
      })
  }
}
