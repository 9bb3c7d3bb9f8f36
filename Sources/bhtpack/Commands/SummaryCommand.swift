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
      "summary shop.bht --ids --operations",
      "summary shop.bht --totals",
      "summary shop.bht --json | jq .result.services",
    ],
    details: """
      TOTAL is the sum of the spans' durations; SELF leaves out the time a span's children were \
      running, so the self times say where the time went; the bars show each service's share of it. RATE \
      is the part of the spans that are errors, P50, P95 and P99 the durations that 50, 95 and 99 of a \
      hundred spans do not exceed: exact to 0.8 %, and exact of up to 256 spans. Of one trace the critical path is \
      printed in order of time; of several it is added up by service and operation, largest \
      first. With --json the result is {"trace_id" (of several: "traces", their number), \
      "n_spans", "duration_ns" (of several: their sum), "start_ns", "end_ns" (not of v1 files), \
      "services": {NAME: {"spans", "total_ns", "self_ns", "errors", "error_rate", "p50_ns", "p95_ns", \
      "p99_ns"}}, "operations" (with --operations, an array), "critical_path", "slowest_self_time" \
      (with --ids "trace_id" and "span_id" in each), "warnings"}; with --totals it is {"n_spans", \
      "services"}. Reads structure only, and with --ids the ids of five traces at most. Exit code 1 \
      where there is no such trace.
      """,
    operands: [.asked, .traceID],
    ownFlags: ["trace", "totals", "operations", "ids", "adjust-skew"],
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
  if options.totals && (options.splitsOperations || options.showsIDs) {
    throw UsageError("--totals takes sums alone; leave --operations and --ids out")
  }
  return try Reading.of(options.operands, output) { reading in
    if options.totals { return try printTotals(reading, options, output) }
    guard let page = try SummaryPage(of: reading, options) else {
      return try output.nothing(
        "\(reading.name) holds no trace \(options.trace ?? "")", options, reading.archive.stats)
    }
    if options.json {
      try output.object(stats: { reading.archive.stats }) { page.write(to: &$0) }
    } else {
      try output.write(page.text(output.style))
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
    .services("SERVICE"), .figures("SPANS"), .figures("TOTAL"), .errors("ERRORS"),
    .errors("RATE"),
  ])
  for (name, totals) in services {
    table.add([
      Printable.text(name), Printable.grouped(totals.spans), Printable.duration(totals.total),
      Printable.grouped(totals.errors), Printable.percent(totals.errorRate),
    ])
  }
  let head =
    "\(Printable.count(reading.archive.traceCount, "trace")): \(Printable.count(spans, "span"))\n\n"
  try output.write(head + table.page(output.style))
  try output.figures(reading.archive.stats)
  return .done
}

extension CompactJSON {
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
      record([
        "spans": .count(totals.spans), "total_ns": .nanoseconds(totals.total),
        "errors": .count(totals.errors), "error_rate": .fraction(totals.errorRate),
      ])
    }
    endObject()
    endObject()
  }
}
