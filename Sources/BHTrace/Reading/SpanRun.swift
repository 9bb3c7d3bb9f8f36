/// A run of an archive's spans as the index has them, without the trees they belong to: for sums
/// over all spans.
package struct SpanRun: Sendable {
  /// For each span the number of its operation in `names`.
  package var operations: [UInt32]
  /// Starts in nanoseconds (v1: since the start of the trace).
  package var starts: [UInt64]
  /// Ends, as they came: one may lie before its start.
  package var ends: [UInt64]
  /// Status and findings.
  package var marks: [SpanMarks]
  /// What the numbers of operations mean.
  package var names: NameTable
  /// Runs with the same number have the same `names`.
  package var group: Int
}

extension TraceArchive {
  /// A run a trace.
  package func forEachRun(_ body: (SpanRun) throws -> Void) throws {
    try forEachTrace(.structure) { trace in
      try body(
        SpanRun(
          operations: trace.tree.operations, starts: trace.tree.starts, ends: trace.tree.ends,
          marks: trace.tree.marks, names: trace.names, group: trace.handle.segment))
    }
  }
}

extension V2Archive {
  /// A run a chunk: every index page is read and decoded once, and no tree is built.
  package func forEachRun(_ body: (SpanRun) throws -> Void) throws {
    for (number, segment) in segments.enumerated() where segment.description.traces > 0 {
      let types = segment.missing(payload: false) + [.index]
      let sections = try source.readRound(types.map { segment.range($0) })
      for (type, bytes) in zip(types, sections) { try segment.take(type, bytes) }
      let names = try segment.names()
      let base = segment.range(.index).lowerBound
      for chunk in segment.description.chunks.indices {
        let range = segment.range(.index, chunk: chunk)
        let page = try segment.index(
          chunk,
          Array(sections[types.count - 1][(range.lowerBound - base)..<(range.upperBound - base)]))
        try body(
          SpanRun(
            operations: page.operations, starts: page.starts, ends: page.ends, marks: page.marks,
            names: names, group: number))
      }
    }
  }
}
