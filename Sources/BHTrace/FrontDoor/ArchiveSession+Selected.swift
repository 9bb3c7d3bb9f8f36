/// What of an archive a selection may want: the rest need not be read.
package struct WantedOfArchive: Sendable {
  /// What is chosen.
  let selection: TraceSelection
  /// Whether the archive is the only input: else spans of its traces may lie elsewhere, and only ids
  /// tell which traces are wanted.
  let isAlone: Bool
}

extension ArchiveSession {
  /// Traces are looked up one by one where there are no more than one in so many.
  private static let fewTraces = 100

  /// Hands `body` the spans of all traces that may be wanted, and perhaps of others.
  func forEachBatch(of wanted: WantedOfArchive?, _ body: (SpanBatch) throws -> Void) throws {
    guard let wanted, let (ids, bounds) = try candidates(for: wanted) else {
      return try forEachBatch(body)
    }
    if ids.count * Self.fewTraces <= traceCount || ids.count <= Self.fewTraces {
      for id in ids.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        try SpanReadings.trace(id, in: self) { try body($0.batch.compacted()) }
      }
      return
    }
    try forEachTrace(
      [.traceID, .payload], bounds: bounds,
      choose: { ids.contains($0.traceID) ? nil : [] },
      body: { if !$0.batch.spans.isEmpty { try body($0.batch.compacted()) } })
  }

  /// The ids of the traces that may be wanted, and bounds that all of these lie in; nil where any
  /// trace may be.
  private func candidates(
    for wanted: WantedOfArchive
  ) throws -> (ids: Set<[UInt8]>, bounds: TraceBounds)? {
    let selection = wanted.selection
    if !selection.typedIDs.isEmpty { return (Set(selection.meanings.keys), TraceBounds()) }
    if !wanted.isAlone || selection.isEmpty { return nil }
    // Where a trace lies in several places, one may hold what the others do not.
    let bounds = try hasTracesInSeveralPlaces() ? TraceBounds() : selection.bounds
    var seen: [[UInt8]: TraceFacts] = [:]
    var names = NameTableCache<[Bool]>()
    func look(at trace: LoadedTrace) {
      let isOfService = names.value(for: trace.names, hint: trace.handle.segment) { table in
        let services = table.services.map { selection.services.contains($0) }
        return table.operations.map { services[Int($0.service)] }
      }
      seen[trace.traceID, default: TraceFacts()].add(
        start: trace.tree.earliestStart,
        hasError: selection.errorsOnly && trace.tree.marks.contains { $0.contains(.error) },
        isOfService: !selection.services.isEmpty
          && trace.tree.operations.contains { isOfService[Int($0)] })
    }
    try forEachTrace(
      .traceID, bounds: bounds, choose: { _ in nil }, body: { look(at: $0) })
    return (Set(seen.filter { $0.value.pass(selection) }.keys), bounds)
  }

  /// Whether spans of one trace were archived in several turns.
  private func hasTracesInSeveralPlaces() throws -> Bool {
    var hashes: [UInt64] = []
    hashes.reserveCapacity(traceCount)
    try forEachTraceID { hashes.append(TraceHash.hash($0)) }
    hashes.sort()
    return zip(hashes, hashes.dropFirst()).contains { $0 == $1 }
  }
}

/// What the structure of a trace, in all its places, says about the conditions of a selection.
private struct TraceFacts {
  private var start = UInt64.max
  private var hasError = false
  private var isOfService = false

  mutating func add(start: UInt64, hasError: Bool, isOfService: Bool) {
    self.start = min(self.start, start)
    self.hasError = self.hasError || hasError
    self.isOfService = self.isOfService || isOfService
  }

  func pass(_ selection: TraceSelection) -> Bool {
    selection.includes(start: start) && (hasError || !selection.errorsOnly)
      && (isOfService || selection.services.isEmpty)
  }
}

extension TraceSelection {
  /// What an archive can tell of the conditions without looking at the traces.
  fileprivate var bounds: TraceBounds {
    var bounds = TraceBounds()
    bounds.since = since
    bounds.until = until
    bounds.errorsOnly = errorsOnly
    bounds.service = services.count == 1 ? services.first : nil
    return bounds
  }
}
