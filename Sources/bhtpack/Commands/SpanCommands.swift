import BHTrace

/// What `--help` says about the form of the spans, for every command that prints some.
let spanForm = """
  Without --json a span is one JSON object a line: {"trace_id", "span_id", "parent_span_id", \
  "service", "operation", "kind", "start_ns", "duration_ns", "status", "status_message", \
  "attributes", "events", "links", "resource", "scope"}; with --json the result is an array of \
  them. Ids are lower-case hexadecimal (of v1 traces the text they are); start_ns counts from \
  1970 (v1: from the trace's start); a key that stands twice in one object gets #2 after it the \
  second time; bytes are base64; NaN and infinities are strings.
  """

extension Command {
  /// `bhtpack subtree`
  static let subtree = Command(
    name: "subtree",
    summary: "Print a span and all its descendants, with everything they say",
    examples: [
      "subtree checkout.bht s0130",
      "subtree shop.bht 00f067aa0ba902b7 --trace 4bf92f3577b34da6a3ce929d0e0e4736 --json",
    ],
    details: """
      Parents come before their children. Reads the payload of these spans only. Wants --trace \
      where the archive holds several traces, since span ids are unique only within one. Exit \
      code 1 where there is no such span. \(spanForm)
      """,
    operands: [.asked, Operand(name: "SPAN", summary: "The span's id")],
    ownFlags: ["trace", "format", "otlp"],
    run: { options, output in
      let span = options.operands[options.operands.count - 1]
      return try printSpans(
        options, output, archives: options.operands.dropLast(), nothing: "no span \(span)"
      ) { reading, print in
        var traceID: [UInt8]?
        if let typed = options.trace {
          guard let known = try reading.archive.traceID(typed: typed, for: .spanIDs) else { return }
          traceID = known
        }
        for meaning in reading.archive.meanings(
          ofTypedID: span, width: TypedID.spanWidth)
        {
          if let trace = try SpanReadings.subtree(
            of: meaning, traceID: traceID, in: reading.archive)
          {
            return try print(trace)
          }
        }
      }
    })

  /// `bhtpack service`
  static let service = Command(
    name: "service",
    summary: "Print all spans of a service, with everything they say",
    examples: [
      "service shop.bht cart | jq -r .operation | sort | uniq -c",
      "service shop.bht cart --trace 4bf92f3577b34da6a3ce929d0e0e4736 --json",
    ],
    details: """
      The name has to match exactly. Spans come by trace, parents before their children. Reads \
      the payload of these spans only. Exit code 1 where there is none. \(spanForm)
      """,
    operands: [.asked, Operand(name: "NAME", summary: "The service's name")],
    ownFlags: ["trace", "format", "otlp"],
    run: { options, output in
      let name = options.operands[options.operands.count - 1]
      return try printSpans(
        options, output, archives: options.operands.dropLast(),
        nothing: "no span of service \(name)"
      ) {
        reading, print in
        var traceID: [UInt8]?
        if let typed = options.trace {
          guard let known = try reading.archive.traceID(typed: typed, for: .spanIDs) else { return }
          traceID = known
        }
        try SpanReadings.service(
          Array(name.utf8), traceID: traceID, in: reading.archive, body: print)
      }
    })

  /// `bhtpack full`
  static let full = Command(
    name: "full",
    summary: "Print all spans of the archive, with everything they say",
    examples: ["full checkout.bht | head -3", "full shop.bht --otlp > shop.json"],
    details: """
      Spans come by trace, parents before their children. Reads the whole file. Exit code 1 \
      where there are none. \(spanForm)
      """,
    operands: [.asked],
    ownFlags: ["format", "otlp"],
    run: { options, output in
      try printSpans(options, output, archives: options.operands, nothing: "no span") {
        reading, print in
        try SpanReadings.full(reading.archive, body: print)
      }
    })
}

/// Opens the archive, prints the spans of each trace that `find` hands over, then the figures.
/// Where there are none, the archive is said to hold `nothing`.
func printSpans(
  _ options: Options, _ output: Output, archives: some Sequence<String>, nothing: String,
  _ find: (Reading, (LoadedTrace) throws -> Void) throws -> Void
) throws -> ExitCode {
  if options.format == .waterfall {
    throw UsageError("a waterfall is of one whole trace: `bhtpack trace ARCHIVE ID`")
  }
  if options.json, let format = options.format, format != .jsonl {
    throw UsageError("--json prints one object, so it does not go with --format \(format.rawValue)")
  }
  return try Reading.of(archives, output) { reading in
    var printer = SpanPrinter(options, output)
    try printer.begin()
    try find(reading) { try printer.print($0) }
    try printer.finish { reading.archive.stats }
    if printer.count == 0 {
      let inTrace = options.trace.map { " in trace \($0)" } ?? ""
      return try output.negative(
        "\(reading.name) holds \(nothing)\(inTrace)", options, reading.archive.stats)
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}
