import BHTrace

extension Command {
  /// `bhtpack critical-path`
  static let criticalPath = Command(
    name: "critical-path",
    summary: "Print which spans a trace was waiting for, and how long",
    examples: [
      "critical-path shop.bht 4bf92f3577b34da6a3ce929d0e0e4736",
      "critical-path shop.bht",
      "critical-path shop.bht --trace 4bf92f3577b34da6a3ce929d0e0e4736 --method jaeger --json",
    ],
    details: """
      Of one trace every section of the path is printed: START counts from the root's start, \
      SELF is the time charged to the span itself. Of several traces the paths' times are added \
      up by service and operation, largest first. Nothing in a trace says which sibling waited \
      for which: that is inferred from their times. With --json the result for one trace is \
      {"trace_id", "method", "roots" (their number), "root": {"position", "span_id", "service", \
      "operation", "start_ns", "duration_ns"}, "sections": [{"position", "span_id", "service", \
      "operation", "start_ns", "end_ns", "self_ns"}], "spans": [{"position", "span_id", "service", \
      "operation", "self_ns", "inclusive_ns"}], "services": [{"service", "self_ns"}], "warnings"}, \
      where "position" is the span's place in pre-order. For several it is {"traces", "method", \
      "operations": [{"service", "operation", "self_ns"}], "services", "warnings"}. Reads structure, \
      and of one trace the ids of its spans. Exit code 1 where there is no such trace or span.
      """,
    operands: [.asked, .traceID],
    ownFlags: ["trace", "method", "root", "adjust-skew"],
    run: runCriticalPath)
}

private func runCriticalPath(_ typed: Options, _ output: Output) throws -> ExitCode {
  var options = typed
  try ArchivePaths.takeTraceID(&options)
  return try Reading.of(options.operands, output) { reading in
    let archive = reading.archive
    if options.trace == nil && options.root == nil && archive.traceCount != 1 {
      let aggregate = try PathAggregate(
        of: archive, options.method, adjustsSkew: options.adjustsSkew)
      if options.json {
        try output.object(stats: { archive.stats }) { aggregate.write(to: &$0) }
      } else {
        try output.write(aggregate.page(output.style))
        try output.figures(archive.stats)
      }
      return .done
    }
    guard let trace = try archive.trace(typed: options.trace, [.traceID, .spanIDs]) else {
      return try output.nothing(
        "\(reading.name) holds no trace \(options.trace ?? "")", options, archive.stats)
    }
    let root: Int?
    if let typed = options.root {
      root =
        reading.archive.meanings(ofTypedID: typed, width: TypedID.spanWidth).lazy
        .compactMap { trace.spanIDs.firstIndex(of: $0) }.first
    } else {
      root = CriticalPathQuery.mainRoot(of: trace.tree, method: options.method)
    }
    guard let root else {
      return try output.nothing(
        options.root.map { "the trace has no span \($0)" } ?? "the trace has no spans", options,
        archive.stats)
    }
    let path = TracePath(
      of: trace, from: root, options.method, adjustsSkew: options.adjustsSkew)
    if options.json {
      try output.object(stats: { archive.stats }) { path.write(to: &$0) }
    } else {
      try output.write(path.page(output.style))
      try output.figures(archive.stats)
    }
    return .done
  }
}
