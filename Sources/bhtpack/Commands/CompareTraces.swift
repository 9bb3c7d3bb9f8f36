import BHTView
import BHTrace

/// `bhtpack compare` of two traces.
func compareTraces(
  _ ids: ComparedSides.TraceIDs, _ first: Reading, _ second: Reading, _ options: Options,
  _ output: Output
) throws -> ExitCode {
  if options.rowFormat != nil || options.list.limit != nil {
    throw UsageError("--format and --limit are for archives; two traces take --json")
  }
  let stats = { first.archive.stats + second.archive.stats }
  var traces: [LoadedTrace] = []
  for (reading, id) in [(first, ids.first), (second, ids.second)] {
    guard let trace = try reading.archive.trace(typed: id, options.json ? .spanIDs : .traceID)
    else {
      return try output.nothing("\(reading.name) holds no trace \(id)", options, stats())
    }
    traces.append(trace)
  }
  let comparison = TraceComparison(traces[0], traces[1])
  if options.json {
    try output.object(stats: stats) { $0.comparison(comparison, traces) }
  } else {
    try TraceDifference(
      traces[0], traces[1], comparison, width: output.style.width ?? 100, output.style
    ).write { try output.write($0) }
    try output.figures(stats())
  }
  return .done
}

extension CompactJSON {
  fileprivate mutating func comparison(_ comparison: TraceComparison, _ traces: [LoadedTrace]) {
    beginObject()
    for (name, trace) in zip(["before", "after"], traces) {
      key(name)
      record([
        "trace_id": .id(trace.traceID, trace.tree.dialect),
        "duration_ns": .nanoseconds(trace.tree.duration), "spans": .count(trace.tree.count),
      ])
    }
    key("spans")
    beginArray()
    for (number, row) in comparison.rows.enumerated() {
      let (trace, position) =
        row.second.map { (traces[1], $0) } ?? (traces[0], row.first ?? 0)
      let operation = trace.names.operations[Int(trace.tree.operations[position])]
      beginObject()
      fields([
        "row": .count(number), "parent_row": row.parent < 0 ? .none : .count(row.parent),
        "change": .text(Array(row.change.rawValue.utf8)),
        "service": .text(trace.names.services[Int(operation.service)]),
        "operation": .text(operation.name),
      ])
      for (name, trace, position) in [
        ("before", traces[0], row.first), ("after", traces[1], row.second),
      ] {
        key(name)
        if let position { side(position, of: trace) } else { null() }
      }
      endObject()
    }
    endArray()
    endObject()
  }

  private mutating func side(_ position: Int, of trace: LoadedTrace) {
    let tree = trace.tree
    let (start, end) = (tree.starts[position], tree.ends[position])
    beginObject()
    fields([
      "span_id": .id(trace.spanIDs[position], tree.dialect),
      "start_ns": .nanoseconds(start - tree.earliestStart),
      "duration_ns": .nanoseconds(max(start, end) - start),
    ])
    key("error")
    bool(tree.marks[position].contains(.error))
    endObject()
  }
}
