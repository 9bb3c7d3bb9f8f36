/// What the spans of one service add up to, as far as sums tell.
package struct ServiceTotals: Sendable, Equatable {
  /// The number of spans.
  package var spans = 0
  /// The number of spans whose status is an error.
  package var errors = 0
  /// The sum of the spans' durations, in nanoseconds; one that ends before it starts counts as 0.
  package var total: UInt64 = 0

  /// Nothing counted yet.
  package init() {}

  /// The totals of each service of `archive`, by name (bytes), in ascending order of the bytes.
  ///
  /// Reads structure only, and builds no trees: O(spans), some 20 ns for each of a v2 archive.
  package static func all(
    in archive: any TraceArchive
  ) throws -> [(name: [UInt8], totals: ServiceTotals)] {
    var sums = ServiceSums()
    try archive.forEachRun { sums.add($0) }
    return sums.finish()
  }

  fileprivate mutating func add(_ other: ServiceTotals) {
    spans += other.spans
    errors += other.errors
    total.addSaturating(other.total)
  }
}

/// Adds runs up, by operation first.
private struct ServiceSums {
  private var names = MergedNames()
  private var services: [ServiceTotals] = []
  /// By operation of the current table; added to the services when another table comes.
  private var operations: [ServiceTotals] = []
  private var table: (names: NameTable, group: Int)?

  mutating func add(_ run: SpanRun) {
    if table?.group != run.group || table?.names != run.names {
      close()
      table = (run.names, run.group)
      operations = [ServiceTotals](
        repeating: ServiceTotals(), count: run.names.operations.count)
    }
    var sums = operations.mutableSpan
    let (starts, ends, marks) = (run.starts.span, run.ends.span, run.marks.span)
    let numbers = run.operations.span
    for span in numbers.indices {
      let operation = Int(numbers[span])
      sums[operation].spans += 1
      sums[operation].errors += Int(marks[span].rawValue & SpanMarks.error.rawValue)
      if ends[span] > starts[span] {
        sums[operation].total.addSaturating(ends[span] - starts[span])
      }
    }
  }

  private mutating func close() {
    guard let table else { return }
    let mapping = names.mapping(of: table.names, hint: table.group)
    while services.count < names.serviceCount { services.append(ServiceTotals()) }
    for (operation, totals) in operations.enumerated() where totals.spans > 0 {
      services[mapping.services[operation]].add(totals)
    }
  }

  mutating func finish() -> [(name: [UInt8], totals: ServiceTotals)] {
    close()
    return services.indices.filter { services[$0].spans > 0 }
      .map { (name: names.serviceName($0), totals: services[$0]) }
      .sorted { ByteComparison.order($0.name, $1.name) < 0 }
  }
}
