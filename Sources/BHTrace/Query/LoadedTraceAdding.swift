extension SummaryQuery {
  /// Adds a trace as an archive hands it over.
  public mutating func add(_ trace: LoadedTrace) {
    add(
      trace.tree, names: trace.names, namesHint: trace.handle.segment, handle: trace.handle)
  }
}

extension CriticalPathAggregate {
  /// Adds a trace as an archive hands it over.
  package mutating func add(_ trace: LoadedTrace) {
    add(trace.tree, names: trace.names, namesHint: trace.handle.segment)
  }
}

extension Topology {
  /// Adds a trace as an archive hands it over.
  package mutating func add(_ trace: LoadedTrace) {
    add(trace.tree, names: trace.names, namesHint: trace.handle.segment)
  }
}

extension FlameStacks {
  /// Adds a trace as an archive hands it over.
  package mutating func add(_ trace: LoadedTrace) {
    add(trace.tree, names: trace.names, namesHint: trace.handle.segment)
  }
}
