/// The answer of `TraceReader.summary`. Times are microseconds.
public struct TraceSummary: Sendable, Equatable {
  /// What the spans of one service add up to.
  public struct Service: Sendable, Equatable {
    /// The service's name.
    public var name: String
    /// The number of spans.
    public var spans = 0
    /// The sum of their durations.
    public var totalMicroseconds: Int64 = 0
    /// How many have a status other than "ok".
    public var errors = 0
  }

  /// A span's self time.
  public struct SelfTime: Sendable, Equatable {
    /// What was done.
    public var operation: String
    /// Where.
    public var service: String
    /// The span's duration minus the sum of its children's: negative where these overlap.
    public var selfMicroseconds: Int64
  }

  /// The trace's id; hexadecimal where it is not text.
  public var traceID = ""
  /// The number of spans.
  public var spanCount = 0
  /// The duration of the first span in the file that has no parent; 0 where every span has one.
  public var totalMicroseconds: Int64 = 0
  /// The services, in the order in which they first come in the file.
  public var services: [Service] = []
  /// The operations along the critical path, root first.
  public var criticalPath: [String] = []
  /// The five spans with the largest self times, largest first.
  public var slowestSelfTime: [SelfTime] = []

  /// The summary of nothing.
  package init() {}
}

/// One span of the chain that `TraceReader.criticalPath` answers with.
public struct CriticalPathStep: Sendable, Equatable {
  /// The span's id; hexadecimal where it is not text.
  public var id: String
  /// The span's service.
  public var service: String
  /// What was done.
  public var operation: String
  /// The span's duration, in microseconds.
  public var durationMicroseconds: Int64
}

extension TraceSummary {
  private static let slowestCount = 5

  /// The summary of `trace`, which is loaded with its id.
  init(_ trace: LoadedTrace) {
    let tree = trace.tree
    traceID = trace.text(ofID: trace.traceID)
    spanCount = tree.count
    var order = Array(0..<tree.count)
    order.sort { tree.filePosition($0) < tree.filePosition($1) }
    let root = order.first {
      tree.parents[$0] < 0 && tree.marks[$0].isDisjoint(with: [.orphan, .cut])
    }
    totalMicroseconds = root.map { tree.signedDuration($0) / 1000 } ?? 0

    var childTotals = [Int64](repeating: 0, count: tree.count)
    for position in 0..<tree.count where tree.parents[position] >= 0 {
      childTotals[Int(tree.parents[position])] &+= tree.signedDuration(position)
    }
    var places = [Int?](repeating: nil, count: trace.names.services.count)
    for position in order {
      let number = Int(trace.names.operations[Int(tree.operations[position])].service)
      let place = places[number] ?? services.count
      if place == services.count {
        places[number] = place
        services.append(Service(name: trace.service(position)))
      }
      services[place].spans += 1
      services[place].totalMicroseconds &+= tree.signedDuration(position) / 1000
      if tree.marks[position].contains(.error) { services[place].errors += 1 }
    }
    criticalPath = trace.longestChildPath().map { trace.operation($0) }
    var selfTimes = order.map {
      (position: $0, time: (tree.signedDuration($0) &- childTotals[$0]) / 1000)
    }
    // Of equal times the first in the file comes first.
    selfTimes.sort {
      $0.time != $1.time
        ? $0.time > $1.time : tree.filePosition($0.position) < tree.filePosition($1.position)
    }
    for (position, time) in selfTimes.prefix(Self.slowestCount) {
      slowestSelfTime.append(
        SelfTime(
          operation: trace.operation(position), service: trace.service(position),
          selfMicroseconds: time))
    }
  }
}

extension CriticalPathStep {
  /// The step at pre-order position `position` of `trace`, which is loaded with its span ids.
  init(_ position: Int, of trace: LoadedTrace) {
    id = trace.text(ofID: trace.spanIDs[position])
    service = trace.service(position)
    operation = trace.operation(position)
    durationMicroseconds = trace.tree.signedDuration(position) / 1000
  }
}

extension LoadedTrace {
  /// The positions along the seed prototype's critical path, root first.
  func longestChildPath() -> [Int] {
    guard let root = CriticalPathQuery.mainRoot(of: tree, method: .longestChild) else { return [] }
    return CriticalPathQuery.path(of: tree, names: names, from: root, method: .longestChild)
      .sections.map(\.position)
  }

  /// The positions of the spans with this id, given as text, and of all their descendants.
  func subtreePositions(of id: [UInt8]) -> [Int] {
    var positions: [Int] = []
    var end = 0
    for position in spanIDs.indices {
      if position < end || spelled(ofID: spanIDs[position]) != id { continue }
      end = tree.subtreeEnd(position)
      positions.append(contentsOf: position..<end)
    }
    return positions
  }

  /// The loaded spans as values, in pre-order, or by their place in the file.
  func spans(inFileOrder: Bool = false) throws(FormatError) -> [TraceSpan] {
    var shown = batch
    if tree.dialect == .otlp {
      shown = try V1Conversion.convert(
        batch, spans: Array(batch.spans.indices), traceStart: start ?? tree.earliestStart
      ).batch
    }
    var indices = Array(shown.spans.indices)
    if inFileOrder && tree.dialect == .v1 {
      indices.sort { shown.spans[$0].filePosition < shown.spans[$1].filePosition }
    }
    var spans: [TraceSpan] = []
    spans.reserveCapacity(indices.count)
    for index in indices { spans.append(try TraceSpan(index, of: shown)) }
    return spans
  }

  /// A trace or span id as people read it.
  func text(ofID id: [UInt8]) -> String { String(decoding: spelled(ofID: id), as: UTF8.self) }

  private func spelled(ofID id: [UInt8]) -> [UInt8] {
    tree.dialect == .v1 ? id : HexText.encode(id[...])
  }

  /// The service of the span at `position`.
  func service(_ position: Int) -> String {
    String(decoding: names.service(ofOperation: tree.operations[position]), as: UTF8.self)
  }

  /// The operation of the span at `position`.
  func operation(_ position: Int) -> String {
    String(decoding: names.operations[Int(tree.operations[position])].name, as: UTF8.self)
  }
}

extension TraceTree {
  /// End minus start of the span at `position`, in nanoseconds; negative where it ends first.
  fileprivate func signedDuration(_ position: Int) -> Int64 {
    Int64(truncatingIfNeeded: ends[position] &- starts[position])
  }
}
