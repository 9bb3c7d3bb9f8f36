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
  /// By common number of the service or, where operations are asked for, of these.
  private var rollups: [ServiceRollup] = []
  /// At most five, the largest first.
  private var slowest: [Slow] = []
  private var earliest = UInt64.max
  private var latest: UInt64 = 0
  private var hasRelativeTimes = false
  private var selfTimes: [UInt64] = []
  private var frontiers: [UInt64] = []

  /// Whether times are moved where clocks differ.
  package var adjustsSkew = false

  /// Whether what each operation adds up to is asked for, not only each service.
  package var splitsOperations = false

  /// A span with one of the largest self times.
  private struct Slow {
    var operation: Int
    var time: UInt64
    var place: (trace: TraceHandle, position: Int)?
  }

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
        query.add(try archive.load(handle, .structure, positions: nil))
      }
    } else {
      try archive.forEachTrace(.structure) { query.add($0) }
    }
    return query.finish()
  }

  /// Adds a trace. Services and operations of different tables are the same where their bytes
  /// are. Of several tables that come in turns each is looked into once where it comes with a
  /// number of its own, the segment's say, in `namesHint`. `handle` names the trace for later.
  package mutating func add(
    _ stored: TraceTree, names: NameTable, namesHint: Int = 0, handle: TraceHandle? = nil
  ) {
    var (tree, moved) = (stored, 0)
    if adjustsSkew { (tree, moved) = stored.adjustedForSkew(names: names) }
    paths.countMoved(moved)
    let mapping = paths.names.mapping(of: names, hint: namesHint)
    paths.add(tree, names, mapping)
    if paths.traces == 1 { keepFirstPath(tree, mapping) }
    spans += tree.count
    duration.addSaturating(tree.duration)
    let entries = splitsOperations ? paths.names.operationCount : paths.names.serviceCount
    while rollups.count < entries { rollups.append(ServiceRollup()) }
    if tree.dialect == .v1 { hasRelativeTimes = true }
    if moved == 0 {
      SelfTime.fill(&selfTimes, frontiers: &frontiers, of: tree)
    } else {
      SelfTime.fillMoved(&selfTimes, frontiers: &frontiers, of: tree)
    }
    for position in 0..<tree.count {
      let operation = Int(tree.operations[position])
      let entry =
        splitsOperations ? mapping.operations[operation] : mapping.services[operation]
      let selfTime = selfTimes[position]
      let (start, end) = (tree.starts[position], tree.repairedEnd(position))
      (earliest, latest) = (min(earliest, start), max(latest, end))
      rollups[entry].spans += 1
      rollups[entry].total.addSaturating(end - start)
      rollups[entry].durations.add(end - start)
      rollups[entry].selfTime.addSaturating(selfTime)
      if tree.marks[position].contains(.error) { rollups[entry].errors += 1 }
      if slowest.count < Self.slowestCount || selfTime >= slowest[slowest.count - 1].time {
        rank(
          Slow(
            operation: mapping.operations[operation], time: selfTime,
            place: handle.map { ($0, position) }))
      }
    }
  }

  /// What was added so far.
  public func finish() -> Summary {
    var summary = Summary()
    summary.traces = paths.traces
    summary.spans = spans
    summary.duration = duration
    if earliest <= latest && !hasRelativeTimes { summary.times = earliest...latest }
    let services = splitsOperations ? paths.names.byService(rollups) : rollups
    summary.services = services.indices.filter { services[$0].spans > 0 }
      .map { (name: paths.names.serviceName($0), rollup: services[$0]) }
      .sorted { ByteComparison.order($0.name, $1.name) < 0 }
    if splitsOperations { summary.operations = paths.names.operations(rollups) }
    summary.criticalPath =
      paths.traces == 1
      ? firstPath.map { paths.names.operationTime($0.operation, $0.time) } : paths.finish()
    summary.slowestSelfTime = slowest.map { paths.names.operationTime($0.operation, $0.time) }
    summary.slowestSpans = slowest.compactMap(\.place)
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
  private mutating func rank(_ span: Slow) {
    var place = slowest.count
    while place > 0 {
      let other = slowest[place - 1]
      if other.time > span.time { break }
      if other.time == span.time && paths.names.order(other.operation, span.operation) <= 0 {
        break
      }
      place -= 1
    }
    if place == Self.slowestCount { return }
    slowest.insert(span, at: place)
    if slowest.count > Self.slowestCount { slowest.removeLast() }
  }
}
