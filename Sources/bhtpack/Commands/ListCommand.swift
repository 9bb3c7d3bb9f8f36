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
      "list shop.bht --errors-of payment --since 1h",
      "list shop.bht --service cart --since 2026-01-02T03:04:05Z --json",
    ],
    details: """
      Every filter that is given has to hold; of one that is given several times, as --service cart \
      --service payment, any. --errors is about the trace: any of its spans; --errors-of about spans \
      of that service. START is the earliest start of a span (in a v1 \
      file counted from the trace's start), DURATION from there to the latest end; ROOT is the \
      service and operation of the main root. Where the terminal is too narrow, ids are cut to their \
      first digits, which every command takes, and columns are left out. With --json the result is an \
      array of {"trace_id", "start_ns", "duration_ns", "spans", "errors", "services", "root_service", \
      "root_operation"}; these are the columns of --format csv, too. Reads structure and trace ids \
      only. Exit code 1 where no trace passes.
      """,
    operands: [.asked],
    ownFlags: [
      "service", "operation", "errors", "errors-of", "min-duration", "max-duration", "since",
      "until", "sort", "limit", "format of rows",
    ],
    run: runList)
}

private func runList(_ options: Options, _ output: Output) throws -> ExitCode {
  try options.checkRowFormat()
  return try Reading.of(options.operands, output) { reading in
    let (rows, found) = try options.list.answer(over: reading.archive)
    if options.json {
      try output.object(stats: { reading.archive.stats }) { json in
        json.beginArray()
        for row in rows { json.record(record(row)) }
        json.endArray()
      }
    } else if let format = options.rowFormat, format != .table {
      let titles = record(TraceListQuery.Row()).fields.map(\.key)
      try format.write(rows.lazy.map(record), titles: titles, to: output)
    } else if !rows.isEmpty {
      try output.write(page(rows, output.style))
    }
    if found == 0 {
      return try output.negative(
        "no trace of \(reading.name) passes the filters", options, reading.archive.stats)
    }
    if !options.json {
      try output.count("\(Printable.part(rows.count, of: found, "trace"))")
      try output.figures(reading.archive.stats)
    }
    return .done
  }
}

private func page(_ rows: [TraceListQuery.Row], _ style: Style) -> String {
  var table = Table([
    .text("TRACE"), .text("START"), .figures("DURATION"), .figures("SPANS").leftOut(1),
    .errors("ERRORS"), .figures("SERVICES").leftOut(2), .names("ROOT"),
  ])
  for row in rows {
    table.add(
      [
        Printable.id(row.traceID, row.dialect),
        row.dialect == .v1 ? "+" + Printable.duration(row.start) : PrintedTime.text(row.start),
        Printable.duration(row.duration), Printable.grouped(row.spans),
        Printable.grouped(row.errors), Printable.grouped(row.services),
        Printable.text(row.rootService) + " " + Printable.text(row.rootOperation),
      ],
      short: row.dialect == .v1
        ? [:]
        : [0: Printable.shortID(row.traceID, row.dialect), 1: PrintedTime.shortText(row.start)])
  }
  return table.page(style)
}

private func record(_ row: TraceListQuery.Row) -> Record {
  [
    "trace_id": .id(row.traceID, row.dialect),
    "start_ns": .nanoseconds(row.start),
    "duration_ns": .nanoseconds(row.duration),
    "spans": .count(row.spans),
    "errors": .count(row.errors),
    "services": .count(row.services),
    "root_service": .text(row.rootService),
    "root_operation": .text(row.rootOperation),
  ] as Record
}
