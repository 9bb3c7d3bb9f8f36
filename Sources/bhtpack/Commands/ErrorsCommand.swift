import BHTView
import BHTrace

extension Command {
  /// `bhtpack errors`
  static let errors = Command(
    name: "errors",
    summary: "Print errors by service, operation, exception and message",
    examples: [
      "errors shop.bht",
      "errors shop.bht --service payment --since yesterday --limit 10",
      "errors day/ --format csv",
    ],
    details: """
      Spans whose status is an error are counted together where service, operation, type of exception \
      and message are the same, the message without its variable parts: numbers are <n>, hexadecimal \
      <hex>, UUIDs <uuid>, quoted text <text>, paths <path>, addresses <address>; its first line \
      counts. Type and message are those of the last exception event, else the status message, else \
      what attributes say (error.type, error.message, an HTTP or gRPC status). FIRST and LAST are \
      the starts of the earliest and latest such span, TRACE and SPAN the ids of the earliest. With \
      --json the result is {"errors" (spans), "groups_found", "ungrouped" (spans of further groups \
      than the 10,000 that are kept), "groups": [{"service", "operation", "exception", "message", \
      "count", "first_ns", "last_ns", "trace_id", "span_id"}]}. Reads structure and the payload of \
      these spans. Exit code 1 where there are none.
      """,
    operands: [.asked],
    ownFlags: ["service of errors", "since", "until", "limit", "format of rows"],
    run: runErrors)
}

private func runErrors(_ options: Options, _ output: Output) throws -> ExitCode {
  try options.checkRowFormat()
  var query = options.errors
  (query.since, query.until) = (options.list.since, options.list.until)
  query.limit = options.list.limit
  return try Reading.of(options.operands, output) { reading in
    let answer = try query.run(over: reading.archive)
    if options.json {
      try output.object(stats: { reading.archive.stats }) { $0.errors(answer) }
    } else if let format = options.rowFormat, format != .table {
      let titles = errorRecord(ErrorQuery.Group()).fields.map(\.key)
      try format.write(answer.groups.lazy.map(errorRecord), titles: titles, to: output)
    } else if !answer.groups.isEmpty {
      try output.write(page(answer.groups, output.style))
    }
    if answer.errors == 0 {
      return try output.negative(
        "no span of \(reading.name) that was asked for is an error", options,
        reading.archive.stats)
    }
    if answer.ungrouped > 0 {
      try output.say(
        "\(Printable.count(answer.ungrouped, "error")) of further groups were only counted; "
          + "--service, --since and --until ask for fewer")
    }
    if !options.json {
      try output.count(
        Printable.part(answer.groups.count, of: answer.found, "group") + ", "
          + Printable.count(answer.errors, "error"))
      try output.figures(reading.archive.stats)
    }
    return .done
  }
}

private func page(_ groups: [ErrorQuery.Group], _ style: Style) -> String {
  var table = Table([
    .figures("COUNT"), .services("SERVICE"), .names("OPERATION"), .names("EXCEPTION").leftOut(2),
    .names("MESSAGE", shortest: 40), .text("FIRST").leftOut(4), .text("LAST").leftOut(1),
    .text("TRACE"), .text("SPAN").leftOut(3),
  ])
  for group in groups {
    let isRelative = group.dialect == .v1
    func time(_ time: UInt64) -> String {
      isRelative ? "+" + Printable.duration(time) : PrintedTime.text(time)
    }
    table.add(
      [
        Printable.grouped(group.count), Printable.text(group.service),
        Printable.text(group.operation), Printable.text(group.exception),
        Printable.text(group.message), time(group.first), time(group.last),
        Printable.id(group.traceID, group.dialect), Printable.id(group.spanID, group.dialect),
      ],
      short: isRelative
        ? [:]
        : [
          5: PrintedTime.shortText(group.first), 6: PrintedTime.shortText(group.last),
          7: Printable.shortID(group.traceID, group.dialect),
        ])
  }
  return table.page(style)
}

private func errorRecord(_ group: ErrorQuery.Group) -> Record {
  [
    "service": .text(group.service),
    "operation": .text(group.operation),
    "exception": .text(group.exception),
    "message": .text(group.message),
    "count": .count(group.count),
    "first_ns": .nanoseconds(group.first),
    "last_ns": .nanoseconds(group.last),
    "trace_id": .id(group.traceID, group.dialect),
    "span_id": .id(group.spanID, group.dialect),
  ] as Record
}

extension CompactJSON {
  fileprivate mutating func errors(_ answer: ErrorQuery.Answer) {
    beginObject()
    key("errors")
    integer(answer.errors)
    key("groups_found")
    integer(answer.found)
    key("ungrouped")
    integer(answer.ungrouped)
    key("groups")
    beginArray()
    for group in answer.groups { record(errorRecord(group)) }
    endArray()
    endObject()
  }
}
