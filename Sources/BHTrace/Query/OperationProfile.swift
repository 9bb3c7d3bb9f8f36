/// What the spans of each operation and service of an archive add up to, without trees.
package struct OperationProfile: Sendable, Equatable {
  /// The number of traces.
  package var traces = 0
  /// The number of spans.
  package var spans = 0
  /// By service and name (bytes). Self times, which take trees, are 0.
  package var operations: [OperationRollup] = []
  /// The same by service alone, by name; the operation's name is empty.
  package var services: [OperationRollup] = []

  /// No spans.
  package init() {}

  /// The profile of `archive`. Reads structure only: O(spans).
  package init(of archive: any TraceArchive) throws {
    var sums = ProfileSums()
    try archive.forEachRun { sums.add($0) }
    sums.close()
    traces = archive.traceCount
    operations = sums.names.operations(sums.operations)
    let byService = sums.names.byService(sums.operations)
    services = byService.indices.filter { byService[$0].spans > 0 }
      .map {
        OperationRollup(
          service: sums.names.serviceName($0), operation: [], rollup: byService[$0])
      }
      .sorted { ByteComparison.order($0.service, $1.service) < 0 }
    spans = services.reduce(0) { $0 + $1.rollup.spans }
  }
}

/// Adds runs up, by operation of the current table first.
private struct ProfileSums {
  var names = MergedNames()
  /// By common operation number.
  var operations: [ServiceRollup] = []
  private var current: [ServiceRollup] = []
  private var table: (names: NameTable, group: Int)?

  mutating func add(_ run: SpanRun) {
    if table?.group != run.group || table?.names != run.names {
      close()
      table = (run.names, run.group)
      current = [ServiceRollup](repeating: ServiceRollup(), count: run.names.operations.count)
    }
    for span in run.operations.indices {
      let operation = Int(run.operations[span])
      let duration = max(run.starts[span], run.ends[span]) - run.starts[span]
      current[operation].spans += 1
      current[operation].total.addSaturating(duration)
      current[operation].durations.add(duration)
      if run.marks[span].contains(.error) { current[operation].errors += 1 }
    }
  }

  mutating func close() {
    guard let table else { return }
    let mapping = names.mapping(of: table.names, hint: table.group)
    while operations.count < names.operationCount { operations.append(ServiceRollup()) }
    for (operation, sum) in current.enumerated() where sum.spans > 0 {
      operations[mapping.operations[operation]].add(sum)
    }
    current = []
    self.table = nil
  }
}
