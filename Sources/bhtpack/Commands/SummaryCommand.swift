import BHTView
import BHTrace

extension Command {
  /// `bhtpack summary`
  static let summary = Command(
    name: "summary",
    summary: "Print what each service adds up to, the critical path and the slowest spans",
    examples: [
      "summary shop.bht",
      "summary shop.bht --trace 4bf92f3577b34da6a3ce929d0e0e4736",
      "summary shop.bht --totals",
      "summary shop.bht --json | jq .result.services",
    ],
    details: """
      TOTAL is the sum of the spans' durations; SELF leaves out the time a span's children were \
      running, so the self times say where the time went. Of one trace the critical path is \
      printed in order of time; of several it is added up by service and operation, largest \
      first. With --json the result is {"trace_id" (of several: "traces", their number), \
      "n_spans", "duration_ns" (of several: their sum), "services", "critical_path", \
      "slowest_self_time", "warnings"}; with --totals it is {"n_spans", "services"}. Reads structure \
      only. Exit code 1 where there is no such \
      trace.
      """,
    operands: [.asked, .traceID],
    ownFlags: ["trace", "totals", "adjust-skew"],
    run: runSummary)
}

private func runSummary(_ typed: Options, _ output: Output) throws -> ExitCode {
  var options = typed
  try ArchivePaths.takeTraceID(&options)
  if options.totals && options.adjustsSkew {
    throw UsageError("--totals takes times as they are stored; leave --adjust-skew out")
  }
  if options.totals && options.trace != nil {
    throw UsageError("--totals adds up the whole archive, so it does not go with --trace")
  }
  return try Reading.of(options.operands, output) { reading in
    if options.totals { return try printTotals(reading, options, output) }
    guard let (summary, trace) = try summarize(reading, options) else {
      return try output.nothing(
        "\(reading.name) holds no trace \(options.trace ?? "")", options, reading.archive.stats)
    }
    if options.json {
      try output.object(stats: { reading.archive.stats }) { $0.summary(summary, trace) }
    } else {
      try output.write(page(summary, trace, output.style))
      try output.figures(reading.archive.stats)
    }
    return .done
  }
}

private func printTotals(
  _ reading: Reading, _ options: Options, _ output: Output
) throws -> ExitCode {
  let services = try ServiceTotals.all(in: reading.archive)
  let spans = services.reduce(0) { $0 + $1.totals.spans }
  if options.json {
    try output.object(stats: { reading.archive.stats }, { $0.totals(services, spans) })
    return .done
  }
  var table = Table([
    .text("SERVICE"), .figures("SPANS"), .figures("TOTAL"), .figures("ERRORS"),
  ])
  for (name, totals) in services {
    table.add([
      Printable.text(name), Printable.grouped(totals.spans), Printable.duration(totals.total),
      Printable.grouped(totals.errors),
    ])
  }
  let head =
    "\(Printable.count(reading.archive.traceCount, "trace")): \(Printable.count(spans, "span"))\n\n"
  try output.write(head + table.page(output.style))
  try output.figures(reading.archive.stats)
  return .done
}

/// The summary, and the id of its trace where it is about one. Nil where there is no such trace.
private func summarize(
  _ reading: Reading, _ options: Options
) throws -> (Summary, trace: String?)? {
  var query = SummaryQuery()
  query.adjustsSkew = options.adjustsSkew
  var trace: String?
  let archive = reading.archive
  func add(_ loaded: LoadedTrace) {
    query.add(loaded)
    trace = SpanObjectWriter.idText(loaded.traceID, loaded.tree.dialect)
  }
  if let id = options.trace {
    guard let traceID = try reading.archive.traceID(typed: id) else { return nil }
    for handle in try archive.locate(traceID: traceID) {
      add(try archive.load(handle, .traceID, positions: nil))
    }
  } else {
    // Ids are read only where one is printed.
    try archive.forEachTrace(archive.traceCount == 1 ? .traceID : .structure, body: add)
  }
  let summary = query.finish()
  return (summary, summary.traces == 1 ? trace : nil)
}

private func page(_ summary: Summary, _ trace: String?, _ style: Style) -> String {
  var page =
    trace.map { "Trace \(Printable.text($0))" } ?? Printable.count(summary.traces, "trace")
  page += ": \(Printable.count(summary.spans, "span")), "
  page += Printable.duration(summary.duration) + "\n\n"
  var services = Table([
    .text("SERVICE"), .figures("SPANS"), .figures("TOTAL"), .figures("SELF"), .figures("ERRORS"),
  ])
  for (name, rollup) in summary.services {
    services.add([
      Printable.text(name), Printable.grouped(rollup.spans), Printable.duration(rollup.total),
      Printable.duration(rollup.selfTime), Printable.grouped(rollup.errors),
    ])
  }
  page += services.page(style)
  page += "\n\(style.bold("Critical path"))\n" + times(summary.criticalPath, style)
  page += "\n\(style.bold("Slowest self time"))\n" + times(summary.slowestSelfTime, style)
  let warnings = Printable.warnings(summary.warnings)
  return warnings.isEmpty ? page : page + "\n" + warnings
}

private func times(_ times: [OperationTime], _ style: Style) -> String {
  var table = Table([.figures("SELF"), .text("SERVICE"), .text("OPERATION")])
  for time in times {
    table.add([
      Printable.duration(time.selfTime), Printable.text(time.service),
      Printable.text(time.operation),
    ])
  }
  return table.page(style)
}

extension CompactJSON {
  fileprivate mutating func summary(_ summary: Summary, _ trace: String?) {
    beginObject()
    if let trace {
      key("trace_id")
      string(trace)
    } else {
      key("traces")
      integer(summary.traces)
    }
    key("n_spans")
    integer(summary.spans)
    key("duration_ns")
    integer(summary.duration)
    key("services")
    services(summary.services)
    key("critical_path")
    beginArray()
    for time in summary.criticalPath { operationTime(time) }
    endArray()
    key("slowest_self_time")
    beginArray()
    for time in summary.slowestSelfTime { operationTime(time) }
    endArray()
    key("warnings")
    warnings(summary.warnings)
    endObject()
  }

  fileprivate mutating func totals(
    _ services: [(name: [UInt8], totals: ServiceTotals)], _ spans: Int
  ) {
    var keys = ObjectKeys()
    beginObject()
    key("n_spans")
    integer(spans)
    key("services")
    beginObject()
    for (name, totals) in services {
      key(name[...], in: &keys)
      beginObject()
      key("spans")
      integer(totals.spans)
      key("total_ns")
      integer(totals.total)
      key("errors")
      integer(totals.errors)
      endObject()
    }
    endObject()
    endObject()
  }

  private mutating func services(_ services: [(name: [UInt8], rollup: ServiceRollup)]) {
    var keys = ObjectKeys()
    beginObject()
    for (name, rollup) in services {
      key(name[...], in: &keys)
      beginObject()
      key("spans")
      integer(rollup.spans)
      key("total_ns")
      integer(rollup.total)
      key("self_ns")
      integer(rollup.selfTime)
      key("errors")
      integer(rollup.errors)
      endObject()
    }
    endObject()
  }
}
