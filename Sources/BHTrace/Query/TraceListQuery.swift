/// Lists the traces of an archive, from structure and trace ids alone.
///
/// Every filter that is set has to hold; all bounds are inclusive but `until`.
public struct TraceListQuery: Sendable {
  /// What a list is ordered by; equal traces stay in the archive's order of (start, id).
  public enum Sort: String, Sendable, CaseIterable {
    /// Earliest first.
    case start
    /// Longest first.
    case duration
    /// Most spans first.
    case spans
  }

  /// One trace in a list.
  public struct Row: Sendable, Equatable {
    /// The trace's id: bytes, or text for v1.
    public var traceID: [UInt8] = []
    /// Whether the id is bytes or text.
    public var dialect = Dialect.otlp
    /// The earliest start, in nanoseconds since the Unix epoch (v1: since the trace's start).
    public var start: UInt64 = 0
    /// Latest end minus earliest start, in nanoseconds.
    public var duration: UInt64 = 0
    /// The number of spans.
    public var spans = 0
    /// The number of spans whose status is an error.
    public var errors = 0
    /// The number of services with spans in the trace.
    public var services = 0
    /// The service of the main root, as bytes; empty for a trace without spans.
    public var rootService: [UInt8] = []
    /// The operation of the main root, as bytes.
    public var rootOperation: [UInt8] = []

    /// A trace without spans.
    public init() {}
  }

  /// Only traces with a span of one of these services (bytes); all where there are none.
  public var services: [[UInt8]] = []
  /// Only traces with a span of one of these names (bytes); with `services` too, one span has to be
  /// both.
  public var operations: [[UInt8]] = []
  /// Only traces with a span whose status is an error.
  public var errorsOnly = false
  /// Only traces with a span of one of these services (bytes) whose status is an error.
  public var servicesInError: [[UInt8]] = []
  /// Only traces at least this long, in nanoseconds.
  public var minDuration: UInt64?
  /// Only traces at most this long, in nanoseconds.
  public var maxDuration: UInt64?
  /// Only traces that start then or later, in nanoseconds since the Unix epoch.
  public var since: UInt64?
  /// Only traces that start before then, in nanoseconds since the Unix epoch.
  public var until: UInt64?
  /// The order of the list.
  public var sort = Sort.start
  /// At most this many rows, the first ones of the order.
  public var limit: Int?

  /// All traces by start.
  public init() {}

  /// The rows of `archive` that pass the filters.
  public func run(over archive: any TraceArchive) throws -> [Row] {
    try answer(over: archive).rows
  }

  /// The same, and how many would pass without the limit.
  package func answer(over archive: any TraceArchive) throws -> (rows: [Row], found: Int) {
    var rows = LimitedRows<Row>(limit: limit) { a, b in
      switch sort {
      case .start: a.start < b.start
      case .duration: a.duration > b.duration
      case .spans: a.spans > b.spans
      }
    }
    var names = NamesSeen(self)
    let bounds = bounds
    try archive.forEachTrace(
      .traceID, bounds: bounds, choose: { _ in nil },
      body: { trace in if let row = row(of: trace, bounds, &names) { rows.add(row) } })
    return (rows.sorted(), rows.added)
  }

  /// What of the filters an archive can tell without looking at the traces.
  private var bounds: TraceBounds {
    var bounds = TraceBounds()
    bounds.since = since
    bounds.until = until
    bounds.minDuration = minDuration
    bounds.errorsOnly = errorsOnly || !servicesInError.isEmpty
    if services.count == 1 { bounds.service = services[0] }
    if servicesInError.count == 1 { bounds.service = servicesInError[0] }
    return bounds
  }

  private func row(
    of trace: LoadedTrace, _ bounds: TraceBounds, _ names: inout NamesSeen
  ) -> Row? {
    let tree = trace.tree
    var row = Row()
    row.start = tree.earliestStart
    row.duration = tree.duration
    if !bounds.holds(start: row.start) { return nil }
    if let minDuration, row.duration < minDuration { return nil }
    if let maxDuration, row.duration > maxDuration { return nil }
    if !names.haveWanted(trace) { return nil }
    row.errors = tree.marks.count { $0.contains(.error) }
    if errorsOnly && row.errors == 0 { return nil }
    row.traceID = trace.traceID
    row.dialect = tree.dialect
    row.spans = tree.count
    row.services = names.countServices(trace)
    if let root = CriticalPathQuery.mainRoot(of: tree) {
      let operation = trace.names.operations[Int(tree.operations[root])]
      row.rootService = trace.names.services[Int(operation.service)]
      row.rootOperation = operation.name
    }
    return row
  }

  /// What the filters mean in each name table, and which services a trace has.
  private struct NamesSeen {
    private let query: TraceListQuery
    /// By operation of a name table: whether the names filters want it, and whether an error of it.
    private var isWanted = NameTableCache<(names: [Bool], errors: [Bool])>()
    /// By service: the last trace it was counted in.
    private var lastSeen: [Int] = []
    private var traces = 0

    init(_ query: TraceListQuery) {
      self.query = query
    }

    mutating func haveWanted(_ trace: LoadedTrace) -> Bool {
      let filtersNames = !query.services.isEmpty || !query.operations.isEmpty
      if !filtersNames && query.servicesInError.isEmpty { return true }
      let wanted = isWanted.value(for: trace.names, hint: trace.handle.segment) { names in
        let isService = names.services.map {
          query.services.isEmpty || query.services.contains($0)
        }
        let isInError = names.services.map { query.servicesInError.contains($0) }
        return (
          names.operations.map {
            isService[Int($0.service)]
              && (query.operations.isEmpty || query.operations.contains($0.name))
          }, names.operations.map { isInError[Int($0.service)] }
        )
      }
      let tree = trace.tree
      if filtersNames && !tree.operations.contains(where: { wanted.names[Int($0)] }) {
        return false
      }
      return query.servicesInError.isEmpty
        || tree.operations.indices.contains {
          tree.marks[$0].contains(.error) && wanted.errors[Int(tree.operations[$0])]
        }
    }

    mutating func countServices(_ trace: LoadedTrace) -> Int {
      traces += 1
      while lastSeen.count < trace.names.services.count { lastSeen.append(0) }
      var count = 0
      for operation in trace.tree.operations {
        let service = Int(trace.names.operations[Int(operation)].service)
        if lastSeen[service] != traces {
          lastSeen[service] = traces
          count += 1
        }
      }
      return count
    }
  }
}
