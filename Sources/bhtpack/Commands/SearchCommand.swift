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
      so. -o writes the traces that are found as an archive, whole, in place of listing them. Of each set of spans that the query leaves of a trace the first three are listed (--spans). \
      With --json the result is an array of {"trace_id", "start_ns", "duration_ns", "spans", \
      "errors", "root_service", "root_operation", "spansets": [{"matched", "by", "spans": \
      [{"span_id", "service", "operation", "kind", "start_ns", "duration_ns", "status", \
      "attributes"}]}]}. Exit code 1 where nothing is found.
      """,
    operands: [.asked, Operand(name: "QUERY", summary: "A TraceQL query")],
    ownFlags: [
      "since", "until", "sort", "limit", "spans", "count", "format of found traces", "output",
      "force", "explain", "no-join", "compat",
    ],
    run: runSearch)
}

private func runSearch(_ options: Options, _ output: Output) throws -> ExitCode {
  if options.json, let format = options.search.foundFormat, format != .table {
    throw UsageError(
      "--json prints one object, so it does not go with --format \(format.rawValue)")
  }
  let query = try Query(options.operands[options.operands.count - 1])
  guard case .spansets(let stages) = query.body else {
    throw UsageError("this query makes series: `bhtpack metrics ARCHIVE… QUERY`")
  }
  var search = TraceSearch(stages, asTempo: options.search.asTempo)
  search.since = options.list.since
  search.until = options.list.until
  search.limit = options.search.countsOnly ? nil : options.list.limit
  search.joinsTraces = options.search.joinsTraces
  search.order = options.searchOrder ?? .newest
  switch options.search.spans {
  case nil: break
  case .all: search.spansPerSet = nil
  case .most(let count): search.spansPerSet = count
  }
  if options.search.countsOnly {
    search.spansPerSet = 0
    search.namesTraces = false
  }
  return try Reading.of(options.operands.dropLast(), output) { reading in
    let archives = reading.members
    var report = SearchReport()
    var rows = SearchRows(output, options)
    var written = try options.output.map {
      try FoundTraceArchive($0, archives, options, output)
    }
    try search.run(
      over: archives, report: &report,
      passOver: { archive, error in try reading.passOver(archive.name, error) },
      body: { trace, archive in
        if written == nil {
          try rows.add(trace)
        } else {
          try written?.add(trace, of: archive)
        }
        return true
      })
    if let path = options.output, report.traces > 0 { try written?.finish(output, path: path) }
    try rows.finish(report) { reading.archive.stats }
    if report.traces == 0 {
      try sayUnknownKeys(stages, archives, output)
      return try output.negative(
        "\(reading.name) holds no trace that the query finds", options, reading.archive.stats)
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

/// Says which attributes of `stages` no span of the archives has.
private func sayUnknownKeys(
  _ stages: [Stage], _ archives: [ArchiveSet.Member], _ output: Output
) throws {
  // What the search saw in tables needs no second look.
  let sessions = archives.compactMap { $0.archive as? ArchiveSession }
  let isUnknown = UnknownKeys.names(in: stages).contains { name in
    !sessions.contains { (try? $0.isKeyAtHand(name.key)) ?? false }
  }
  if !isUnknown { return }
  var keys = AttributeKeys()
  for archive in archives {
    guard let session = archive.archive as? ArchiveSession else { return }
    // What is damaged was named before.
    guard let own = try? AttributeKeys(of: session) else { return }
    keys.add(own)
  }
  for key in UnknownKeys.of(stages, keys) {
    try output.say(
      "no span has \(key.name)" + (key.nearest.map { ", did you mean '\($0)'" } ?? ""))
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
    switch options.search.foundFormat ?? .table {
    case .tempo:
      if count == 1 { TempoAnswer.begin(&json) }
      TempoAnswer.add(trace, &json)
      return try output.write(&json)
    case .jsonl where !options.json:
      json.found(trace)
      json.endLine()
      return try output.write(&json)
    default: break
    }
    if options.json {
      if count == 1 {
        json.beginObject()
        json.key("result")
        json.beginArray()
      }
      json.found(trace)
      try output.write(&json)
    } else {
      if count == 1 { try output.write(FoundTraceLines.title(output.style)) }
      try output.write(FoundTraceLines.lines(trace, output.style))
    }
  }

  /// Ends the answer.
  mutating func finish(_ report: SearchReport, stats: () -> ReadStats) throws {
    if options.search.foundFormat == .tempo {
      if count == 0 { TempoAnswer.begin(&json) }
      TempoAnswer.end(report, stats(), &json)
      return try output.write(&json)
    }
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
    if options.search.explains { try output.write(ScanExplanation.page(report.scan, output.style)) }
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
