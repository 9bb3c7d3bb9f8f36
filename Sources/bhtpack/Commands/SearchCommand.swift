import BHTSearch
import BHTView
import BHTrace

extension Command {
  /// `bhtpack search`
  static let search = Command(
    name: "search",
    summary: "Find traces by a TraceQL query",
    examples: [
      "search shop.bht '{ resource.service.name = \"payment\" && duration > 50ms }'",
      "search shop.bht '{ status = error } >> { span.db.system = \"postgresql\" }' --limit 5",
      "search day/*.bht '{ span.app.order.id = \"o-1\" }' --explain",
      "search shop.bht '{ name = \"GET /\" } | count() > 2 | select(span.http.url)' --json",
    ],
    details: """
      The query is TraceQL, the language of Grafana Tempo. Beside it there are !{ … } (traces \
      without such a span), aggregates and arithmetic on both sides of a comparison, parent.KEY, and \
      !=? (different or missing). Traces come newest first; nothing is left out unless --limit says \
      so. Of each set of spans that the query leaves of a trace the first three are listed (--spans). \
      With --json the result is an array of {"trace_id", "start_ns", "duration_ns", "spans", \
      "errors", "root_service", "root_operation", "spansets": [{"matched", "by", "spans": \
      [{"span_id", "service", "operation", "kind", "start_ns", "duration_ns", "status", \
      "attributes"}]}]}. Exit code 1 where nothing is found.
      """,
    operands: [.asked, Operand(name: "QUERY", summary: "A TraceQL query")],
    ownFlags: [
      "since", "until", "sort", "limit", "spans", "count", "explain", "compat",
    ],
    run: runSearch)
}

private func runSearch(_ options: Options, _ output: Output) throws -> ExitCode {
  let text = options.operands[options.operands.count - 1]
  let query = try SearchText.parse(text)
  guard case .spansets(let stages) = query.body else {
    throw UsageError("this query makes series: `bhtpack metrics ARCHIVE… QUERY`")
  }
  var search = TraceSearch(stages, asTempo: options.search.asTempo)
  search.since = options.list.since
  search.until = options.list.until
  search.limit = options.search.countsOnly ? nil : options.list.limit
  search.order = options.searchOrder ?? .newest
  switch options.search.spans {
  case nil: break
  case .all: search.spansPerSet = nil
  case .most(let count): search.spansPerSet = count
  }
  if options.search.countsOnly { search.spansPerSet = 0 }
  return try Reading.of(options.operands.dropLast(), output) { reading in
    let archives = reading.members.map { SearchedArchive(name: $0.name, archive: $0.archive) }
    var report = SearchReport()
    var rows = SearchRows(output, options)
    try search.run(
      over: archives, report: &report,
      passOver: { archive, error in try reading.passOver(archive.name, error) },
      body: { trace, _ in
        try rows.add(trace)
        return true
      })
    try rows.finish(report) { reading.archive.stats }
    if report.traces == 0 {
      return try output.negative(
        "\(reading.name) holds no trace that the query finds", options, reading.archive.stats)
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

/// Prints what a search finds, trace by trace.
private struct SearchRows {
  private let output: Output
  private let options: Options
  private var json = CompactJSON()
  private var count = 0

  init(_ output: Output, _ options: Options) {
    self.output = output
    self.options = options
  }

  mutating func add(_ trace: FoundTrace) throws {
    count += 1
    if options.search.countsOnly { return }
    if options.json {
      if count == 1 {
        json.beginObject()
        json.key("result")
        json.beginArray()
      }
      json.found(trace)
      try output.write(&json)
    } else {
      if count == 1 { try output.write(FoundLines.title(output.style)) }
      try output.write(FoundLines.lines(trace, output.style))
    }
  }

  /// Ends the answer.
  mutating func finish(_ report: SearchReport, stats: () -> ReadStats) throws {
    if options.json { return try finishJSON(report, stats()) }
    if options.search.countsOnly {
      try output.write(
        "\(Printable.count(report.traces, "trace")), \(Printable.count(report.spans, "span"))\n")
    } else if let limit = options.list.limit, count == limit, report.traces == count {
      try output.say("the first \(Printable.count(count, "trace")); there may be more")
    } else if count > 0 {
      try output.say(
        "\(count < report.traces ? "\(Printable.grouped(count)) of " : "")"
          + "\(Printable.count(report.traces, "trace")), \(Printable.count(report.spans, "span"))")
    }
    if options.search.explains { try output.write(Explanation.page(report.scan, output.style)) }
  }

  private mutating func finishJSON(_ report: SearchReport, _ stats: ReadStats) throws {
    if options.search.countsOnly {
      json.beginObject()
      json.key("result")
      json.beginObject()
      json.key("traces")
      json.integer(report.traces)
      json.key("spans")
      json.integer(report.spans)
      json.endObject()
    } else if count == 0 {
      json.beginObject()
      json.key("result")
      json.beginArray()
      json.endArray()
    } else {
      json.endArray()
    }
    if options.search.explains {
      json.key("explanation")
      json.explanation(report.scan)
    }
    json.key("stats")
    json.stats(stats)
    json.endObject()
    json.endLine()
    try output.write(&json)
  }
}

/// Found traces as lines for eyes.
private enum FoundLines {
  static func title(_ style: Style) -> String {
    style.bold(
      Padded.left("TRACE", 32) + "  " + Padded.left("START", 30) + "  " + Padded.right("DURATION", 9)
        + "  MATCHED  ROOT") + "\n"
  }

  static func lines(_ trace: FoundTrace, _ style: Style) -> String {
    let start =
      trace.dialect == .v1 ? "+" + Printable.duration(trace.start) : PrintedTime.text(trace.start)
    let matched = "\(Printable.grouped(trace.matched))/\(Printable.grouped(trace.spans))"
    let head =
      Padded.left(Printable.id(trace.traceID, trace.dialect), 32) + "  " + Padded.left(start, 30)
      + "  " + Padded.right(Printable.duration(UInt64(max(0, trace.duration))), 9) + "  "
      + Padded.right(matched, 7) + "  " + Printable.text(trace.rootService) + " "
      + Printable.text(trace.rootName)
    var lines = cut(head, style) + "\n"
    for set in trace.spansets {
      if !set.groups.isEmpty {
        let groups = set.groups.map { "\($0.name) = \(FoundValue.text($0.value))" }
        lines +=
          cut(
            "  " + groups.joined(separator: ", ") + ": "
              + Printable.count(set.positions.count, "span"), style) + "\n"
      }
      for span in set.spans { lines += line(span, trace, style) + "\n" }
      let more = set.positions.count - set.spans.count
      if more > 0 && !set.spans.isEmpty {
        lines += style.dim("    and \(Printable.grouped(more)) more") + "\n"
      }
    }
    return lines
  }

  private static func line(_ span: FoundSpan, _ trace: FoundTrace, _ style: Style) -> String {
    var line =
      "    " + Padded.left(Printable.id(span.id, trace.dialect), 16) + "  "
      + Padded.right(Printable.duration(UInt64(max(0, span.duration))), 9) + "  "
      + Printable.text(span.service) + " " + Printable.text(span.name)
    for (name, value) in span.columns where !value.isMissing {
      line += "  \(FieldText.name(name))=\(FoundValue.text(value))"
    }
    let shown = cut(line, style)
    return span.isError ? style.red(shown) : shown
  }

  private static func cut(_ line: String, _ style: Style) -> String {
    style.width.map { DisplayWidth.cut(line, to: $0) } ?? line
  }
}

/// What a search passed over and read, level by level.
enum Explanation {
  static func page(_ report: ScanReport, _ style: Style) -> String {
    var table = Table([.text("LEVEL"), .figures("BEFORE"), .figures("AFTER"), .figures("READ")])
    table.add([
      "directory: segments", Printable.grouped(report.segments.all),
      Printable.grouped(report.segments.asked), "",
    ])
    table.add([
      "names and bounds: chunks", Printable.grouped(report.chunks.all),
      Printable.grouped(report.chunks.inBounds), "",
    ])
    table.add([
      "tables and postings: chunks", Printable.grouped(report.chunks.inBounds),
      Printable.grouped(report.chunks.asked), Printable.bytes(report.bytes.plan),
    ])
    table.add([
      "structure: spans", Printable.grouped(report.spans.all),
      Printable.grouped(report.spans.looked), Printable.bytes(report.bytes.structure),
    ])
    table.add([
      "payload: spans", Printable.grouped(report.spans.looked),
      Printable.grouped(report.spans.decoded), Printable.bytes(report.bytes.payload),
    ])
    table.add(["ids of what was found", "", "", Printable.bytes(report.bytes.ids)])
    return "\n" + table.page(style)
  }
}

extension CompactJSON {
  /// Writes what a search went through.
  mutating func explanation(_ report: ScanReport) {
    func pair(_ name: String, _ before: Int, _ after: Int, _ bytes: Int?, _ json: inout CompactJSON) {
      json.key(name)
      json.beginObject()
      json.key("before")
      json.integer(before)
      json.key("after")
      json.integer(after)
      if let bytes {
        json.key("bytes_read")
        json.integer(bytes)
      }
      json.endObject()
    }
    beginObject()
    pair("segments", report.segments.all, report.segments.asked, nil, &self)
    pair("chunks_in_bounds", report.chunks.all, report.chunks.inBounds, nil, &self)
    pair("chunks", report.chunks.inBounds, report.chunks.asked, report.bytes.plan, &self)
    pair("structure_spans", report.spans.all, report.spans.looked, report.bytes.structure, &self)
    pair("payload_spans", report.spans.looked, report.spans.decoded, report.bytes.payload, &self)
    key("ids_bytes_read")
    integer(report.bytes.ids)
    endObject()
  }

  /// Writes a found trace.
  fileprivate mutating func found(_ trace: FoundTrace) {
    beginObject()
    key("trace_id")
    string(SpanObjectWriter.idText(trace.traceID, trace.dialect))
    key("start_ns")
    integer(trace.start)
    key("duration_ns")
    integer(Int(trace.duration))
    key("spans")
    integer(trace.spans)
    key("errors")
    integer(trace.errors)
    key("root_service")
    string(trace.rootService)
    key("root_operation")
    string(trace.rootName)
    key("spansets")
    beginArray()
    for set in trace.spansets { found(set, trace.dialect) }
    endArray()
    endObject()
  }

  private mutating func found(_ set: FoundSpanset, _ dialect: Dialect) {
    beginObject()
    key("matched")
    integer(set.positions.count)
    if !set.groups.isEmpty {
      key("by")
      beginObject()
      for group in set.groups {
        key(group.name)
        value(group.value)
      }
      endObject()
    }
    key("spans")
    beginArray()
    for span in set.spans {
      beginObject()
      key("span_id")
      string(SpanObjectWriter.idText(span.id, dialect))
      key("service")
      string(span.service)
      key("operation")
      string(span.name)
      key("kind")
      string(FoundValue.kind(span.kind))
      key("start_ns")
      integer(span.start)
      key("duration_ns")
      integer(Int(span.duration))
      key("is_error")
      bool(span.isError)
      if !span.columns.isEmpty {
        key("attributes")
        beginObject()
        for (name, found) in span.columns {
          key(FieldText.name(name))
          value(found)
        }
        endObject()
      }
      endObject()
    }
    endArray()
    endObject()
  }

  /// Writes a value as JSON has it; durations are nanoseconds.
  mutating func value(_ value: SearchValue) {
    switch value {
    case .missing: null()
    case .text(let text): string(text)
    case .int(let int), .duration(let int): integer(Int(int))
    case .float(let float): double(float)
    case .bool(let isTrue): bool(isTrue)
    case .status, .kind: string(FoundValue.text(value))
    case .texts, .ints, .floats, .bools:
      beginArray()
      for element in value.elements ?? [] { self.value(element) }
      endArray()
    }
  }
}

/// Values of queries as people read them.
enum FoundValue {
  /// A value in one line.
  static func text(_ value: SearchValue) -> String {
    switch value {
    case .missing: "nil"
    case .text(let text): Printable.text(text)
    case .int(let int): String(int)
    case .float(let float): String(float)
    case .bool(let isTrue): isTrue ? "true" : "false"
    case .duration(let nanoseconds):
      (nanoseconds < 0 ? "-" : "") + Printable.duration(nanoseconds.magnitude)
    case .status(let code): word(code, ["unset", "ok", "error"])
    case .kind(let number): kind(number)
    case .texts, .ints, .floats, .bools:
      "[" + (value.elements ?? []).map(text).joined(separator: ", ") + "]"
    }
  }

  /// The word for a span's kind.
  static func kind(_ number: Int32) -> String {
    word(number, ["unspecified", "internal", "server", "client", "producer", "consumer"])
  }

  private static func word(_ number: Int32, _ words: [String]) -> String {
    words.indices.contains(Int(number)) ? words[Int(number)] : String(number)
  }
}

/// Reads queries.
enum SearchText {
  /// The query `text`; what is wrong with it is said with the place.
  static func parse(_ text: String) throws -> Query {
    do { return try Query(text) } catch { throw UsageError("\(error)") }
  }
}
