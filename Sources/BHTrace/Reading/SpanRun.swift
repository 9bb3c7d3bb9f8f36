/// A run of an archive's spans as the index has them, without the trees they belong to: for sums
/// over all spans.
public struct SpanRun: Sendable {
  /// For each span the number of its operation in `names`.
  public var operations: [UInt32]
  /// Starts in nanoseconds (v1: since the start of the trace).
  public var starts: [UInt64]
  /// Ends, as they came: one may lie before its start.
  public var ends: [UInt64]
  /// Status and findings.
  public var marks: [SpanMarks]
  /// What the numbers of operations mean.
  public var names: NameTable
  /// Runs with the same number have the same `names`.
  public var group: Int
}

extension TraceArchive {
  /// A run a trace.
  public func forEachRun(_ body: (SpanRun) throws -> Void) throws {
    try forEachTrace(.structure) { trace in
      try body(
        SpanRun(
          operations: trace.tree.operations, starts: trace.tree.starts, ends: trace.tree.ends,
          marks: trace.tree.marks, names: trace.names, group: trace.handle.segment))
    }
  }
}

extension ArchiveSession {
  /// A run a chunk: every index page is read and decoded once, and no tree is built.
  public func forEachRun(_ body: (SpanRun) throws -> Void) throws {
    try forEachIndexPage { map, names, segment, page in
      try body(
        SpanRun(
          operations: page.operations, starts: page.starts, ends: page.ends, marks: page.marks,
          names: names.names, group: segment))
    }
  }
}
