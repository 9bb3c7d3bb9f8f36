import BHTView
import BHTrace

extension Command {
  /// `bhtpack list`
  static let list = Command(
    name: "list",
    summary: "Print a line a trace",
    examples: [
      "list shop.bht",
      "list shop.bht --errors --min-duration 500ms --sort duration --limit 20",
      "list shop.bht --service cart --since 2026-01-02T03:04:05Z --json",
    ],
    details: """
      Every filter that is given has to hold. START is the earliest start of a span (in a v1 \
      file counted from the trace's start), DURATION from there to the latest end; ROOT is the \
      service and operation of the main root. With --json the result is an array of {"trace_id", \
      "start_ns", "duration_ns", "spans", "errors", "services", "root_service", \
      "root_operation"}. Reads structure and trace ids only. Exit code 1 where no trace passes.
      """,
    operands: [.asked],
    ownFlags: [
      "service", "operation", "errors", "min-duration", "max-duration", "since", "until", "sort",
      "limit",
    ],
    run: runList)
}

private func runList(_ options: Options, _ output: Output) throws -> ExitCode {
  try Reading.of(options.operands, output) { reading in
    let rows = try options.list.run(over: reading.archive)
    if options.json {
      try output.object(stats: { reading.archive.stats }) { json in
        json.beginArray()
        for row in rows { json.row(row) }
        json.endArray()
      }
    } else {
      try output.write(page(rows, output.style))
    }
    if rows.isEmpty {
      return try output.negative(
        "no trace of \(reading.name) passes the filters", options, reading.archive.stats)
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

private func page(_ rows: [TraceListQuery.Row], _ style: Style) -> String {
  if rows.isEmpty { return "" }
  var table = Table([
    .text("TRACE"), .text("START"), .figures("DURATION"), .figures("SPANS"), .figures("ERRORS"),
    .figures("SERVICES"), .names("ROOT"),
  ])
  for row in rows {
    table.add([
      Printable.id(row.traceID, row.dialect),
      row.dialect == .v1 ? "+" + Printable.duration(row.start) : PrintedTime.text(row.start),
      Printable.duration(row.duration), Printable.grouped(row.spans),
      Printable.grouped(row.errors), Printable.grouped(row.services),
      Printable.text(row.rootService) + " " + Printable.text(row.rootOperation),
    ])
  }
  return table.page(style)
}

extension CompactJSON {
  fileprivate mutating func row(_ row: TraceListQuery.Row) {
    beginObject()
    key("trace_id")
    string(SpanObjectWriter.idText(row.traceID, row.dialect))
    key("start_ns")
    integer(row.start)
    key("duration_ns")
    integer(row.duration)
    key("spans")
    integer(row.spans)
    key("errors")
    integer(row.errors)
    key("services")
    integer(row.services)
    key("root_service")
    string(row.rootService)
    key("root_operation")
    string(row.rootOperation)
    endObject()
  }
}
