/// Adds traces up to a `Summary`, one by one, from their structure alone.
///
///     var query = SummaryQuery()
///     try archive.forEachTrace(.structure) { query.add($0) }
///     let summary = query.finish()
public struct SummaryQuery: Sendable {
  private var paths = CriticalPathAggregate(method: .blocking)
  private var firstPath: [(operation: Int, time: UInt64)] = []
  private var spans = 0
  private var duration: UInt64 = 0
  /// By common service number.
  private var rollups: [ServiceRollup] = []
  /// At most five, the largest first.
  private var slowest: [(operation: Int, time: UInt64)] = []
  private var selfTimes: [UInt64] = []
  private var frontiers: [UInt64] = []

  /// Whether times are moved where clocks differ.
  package var adjustsSkew = false

  private static let slowestCount = 5

  /// No traces yet.
  public init() {}

  /// The summary of all traces of an archive, or of those of one id. Nil where it has none of
  /// that id.
  public static func run(
    over archive: any TraceArchive, traceID: [UInt8]? = nil
  ) throws -> Summary? {
    var query = SummaryQuery()
    if let traceID {
      let handles = try archive.locate(traceID: traceID)
      if handles.isEmpty { return nil }
      for handle in handles {
        let trace = try archive.load(handle, .structure, positions: nil)
        query.add(trace.tree, names: trace.names, namesHint: handle.segment)
      }
    } else {
      try archive.forEachTrace(.structure) {
        query.add($0.tree, names: $0.names, namesHint: $0.handle.segment)
      }
    }
    return query.finish()
  }

  /// Adds a trace. Services and operations of different tables are the same where their bytes
  /// are. Of several tables that come in turns each is looked into once where it comes with a
  /// number of its own, the segment's say, in `namesHint`.
  package mutating func add(_ stored: TraceTree, names: NameTable, namesHint: Int = 0) {
    var (tree, moved) = (stored, 0)
    if adjustsSkew { (tree, moved) = stored.adjustedForSkew(names: names) }
    paths.countMoved(moved)
    let mapping = paths.names.mapping(of: names, hint: namesHint)
    paths.add(tree, names, mapping)
    if paths.traces == 1 { keepFirstPath(tree, mapping) }
    spans += tree.count
    duration.addSaturating(tree.duration)
    while rollups.count < paths.names.serviceCount { rollups.append(ServiceRollup()) }
    if moved == 0 {
      SelfTime.fill(&selfTimes, frontiers: &frontiers, of: tree)
    } else {
      SelfTime.fillMoved(&selfTimes, frontiers: &frontiers, of: tree)
    }
    for position in 0..<tree.count {
      let operation = Int(tree.operations[position])
      let service = mapping.services[operation]
      let selfTime = selfTimes[position]
      rollups[service].spans += 1
      rollups[service].total.addSaturating(tree.repairedEnd(position) - tree.starts[position])
      rollups[service].selfTime.addSaturating(selfTime)
      if tree.marks[position].contains(.error) { rollups[service].errors += 1 }
      if slowest.count < Self.slowestCount || selfTime >= slowest[slowest.count - 1].time {
        rank(mapping.operations[operation], selfTime)
      }
    }
  }

  /// What was added so far.
  public func finish() -> Summary {
    var summary = Summary()
    summary.traces = paths.traces
    summary.spans = spans
    summary.duration = duration
    summary.services = rollups.indices.filter { rollups[$0].spans > 0 }
      .map { (name: paths.names.serviceName($0), rollup: rollups[$0]) }
      .sorted { ByteComparison.order($0.name, $1.name) < 0 }
    summary.criticalPath =
      paths.traces == 1
      ? firstPath.map { paths.names.operationTime($0.operation, $0.time) } : paths.finish()
    summary.slowestSelfTime = slowest.map { paths.names.operationTime($0.operation, $0.time) }
    summary.warnings = paths.warnings
    return summary
  }

  /// Keeps the path of the first trace in order of time: the answer where it stays the only one.
  private mutating func keepFirstPath(_ tree: TraceTree, _ mapping: MergedNames.Mapping) {
    var lastPosition = -1
    for section in paths.lastSections {
      let time = section.end - section.start
      if section.position == lastPosition {
        firstPath[firstPath.count - 1].time += time
      } else {
        firstPath.append((mapping.operations[Int(tree.operations[section.position])], time))
        lastPosition = section.position
      }
    }
  }

  /// Puts a span among the slowest where it belongs there; of equal ones in every respect the
  /// earlier stays ahead.
  private mutating func rank(_ operation: Int, _ time: UInt64) {
    var place = slowest.count
    while place > 0 {
      let other = slowest[place - 1]
      if other.time > time { break }
      if other.time == time && paths.names.order(other.operation, operation) <= 0 { break }
      place -= 1
    }
    if place == Self.slowestCount { return }
    slowest.insert((operation, time), at: place)
    if slowest.count > Self.slowestCount { slowest.removeLast() }
  }
}
