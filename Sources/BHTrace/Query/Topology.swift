/// Which service calls which: edges between the services of spans and of the spans above them, from
/// structure alone.
package struct Topology: Sendable {
  /// Calls from one service to another.
  package struct Edge: Sendable {
    /// The service that calls, as bytes; nil for what comes from outside, the roots.
    package var caller: [UInt8]?
    /// The service that is called, as bytes.
    package var callee: [UInt8]
    /// Whether the caller does not wait: a CONSUMER is called, or a PRODUCER calls.
    package var isAsync: Bool
    /// How many calls.
    package var calls = 0
    /// How many of them ended in an error.
    package var errors = 0
    /// How long the called spans lasted.
    package var durations = DurationHistogram()
  }

  private struct Key: Hashable {
    var caller: Int
    var callee: Int
    var isAsync: Bool
  }

  private var names = MergedNames()
  private var places: [Key: Int] = [:]
  private var keys: [Key] = []
  private var edges: [Edge] = []
  /// The number of traces added.
  package private(set) var traces = 0

  private static let producer: Int32 = 4
  private static let consumer: Int32 = 5

  /// No traces yet.
  package init() {}

  /// Adds a trace. Of several name tables that come in turns each is looked into once where it comes
  /// with a number of its own, the segment's say, in `namesHint`.
  package mutating func add(_ tree: TraceTree, names table: NameTable, namesHint: Int = 0) {
    traces += 1
    let mapping = names.mapping(of: table, hint: namesHint)
    for position in 0..<tree.count {
      let operation = Int(tree.operations[position])
      let callee = mapping.services[operation]
      let above = Int(tree.parents[position])
      let kind = table.operations[operation].kind
      var key = Key(caller: -1, callee: callee, isAsync: kind == Self.consumer)
      if above >= 0 {
        let caller = Int(tree.operations[above])
        key.caller = mapping.services[caller]
        if key.caller == callee { continue }
        if table.operations[caller].kind == Self.producer { key.isAsync = true }
      }
      add(key, tree, position)
    }
  }

  private mutating func add(_ key: Key, _ tree: TraceTree, _ position: Int) {
    let place: Int
    if let known = places[key] {
      place = known
    } else {
      place = edges.count
      places[key] = place
      keys.append(key)
      edges.append(
        Edge(
          caller: key.caller < 0 ? nil : names.serviceName(key.caller),
          callee: names.serviceName(key.callee), isAsync: key.isAsync))
    }
    edges[place].calls += 1
    if tree.marks[position].contains(.error) { edges[place].errors += 1 }
    edges[place].durations.add(tree.repairedEnd(position) - tree.starts[position])
  }

  /// The edges by the bytes of caller (outside first) and callee, those that wait first.
  package func finish() -> [Edge] {
    edges.sorted { a, b in
      let byCaller = ByteComparison.order(a.caller ?? [], b.caller ?? [])
      if (a.caller == nil) != (b.caller == nil) { return a.caller == nil }
      if byCaller != 0 { return byCaller < 0 }
      let byCallee = ByteComparison.order(a.callee, b.callee)
      return byCallee != 0 ? byCallee < 0 : !a.isAsync && b.isAsync
    }
  }
}
