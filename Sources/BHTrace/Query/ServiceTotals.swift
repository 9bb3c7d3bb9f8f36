/// What the spans of one service add up to, as far as sums tell.
public struct ServiceTotals: Sendable, Equatable {
  /// The number of spans.
  public var spans = 0
  /// The number of spans whose status is an error.
  public var errors = 0
  /// The sum of the spans' durations, in nanoseconds; one that ends before it starts counts as 0.
  public var total: UInt64 = 0

  /// The part of the spans whose status is an error, 0 to 1.
  package var errorRate: Double { spans == 0 ? 0 : Double(errors) / Double(spans) }

  /// Nothing counted yet.
  public init() {}

  /// The totals of each service of `archive`, by name (bytes), in ascending order of the bytes.
  ///
  /// Of a large v2 archive whose segments say what their spans add up to (FORMAT.md, ROLLUP) only
  /// these sums are read. Of others structure only, and no trees are built: O(spans), some 20 ns for
  /// each of a v2 archive.
  public static func all(
    in archive: any TraceArchive
  ) throws -> [(name: [UInt8], totals: ServiceTotals)] {
    try all(in: archive, smallIndex: 1 << 20)
  }

  /// The same; where INDEX has at most `smallIndex` bytes it is read even where there are sums:
  /// reading these takes a round more.
  static func all(
    in archive: any TraceArchive, smallIndex: Int
  ) throws -> [(name: [UInt8], totals: ServiceTotals)] {
    var sums = ServiceSums()
    if let session = archive as? ArchiveSession, try session.indexBytes() > smallIndex,
      try session.forEachRollup({ sums.add($2, $0, group: $1) })
    {
      return sums.finish()
    }
    if let set = archive as? ArchiveSet, try set.indexBytes() > smallIndex {
      try set.forEachRollup(
        { sums.add($2, $0, group: $1) }, otherwise: { sums.add($0) })
      return sums.finish()
    }
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

  mutating func add(_ rollup: Rollup, _ names: NameTable, group: Int) {
    begin(names, group)
    for bucket in rollup.buckets {
      for cell in bucket.cells {
        let (operation, isError) = (Int(cell.number / 2), cell.number % 2 == 1)
        operations[operation].spans += cell.durations.count
        if isError { operations[operation].errors += cell.durations.count }
        operations[operation].total.addSaturating(cell.durations.sum)
      }
    }
  }

  mutating func add(_ run: SpanRun) {
    begin(run.names, run.group)
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

  /// Has what comes next counted by the operations of `names`.
  private mutating func begin(_ names: NameTable, _ group: Int) {
    if table?.group == group && table?.names == names { return }
    close()
    table = (names, group)
    operations = [ServiceTotals](repeating: ServiceTotals(), count: names.operations.count)
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
