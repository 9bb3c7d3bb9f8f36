import BHTView
import BHTrace

extension Command {
  /// `bhtpack compare`
  static let compare = Command(
    name: "compare",
    summary: "Compare the services and operations of archives, or two traces",
    examples: [
      "compare monday.bht tuesday.bht",
      "compare monday/ --with tuesday/ --limit 20",
      "compare shop.bht 4bf92f35 shop.bht 80318fe6",
    ],
    details: """
      Of two archives, or what stands in front of --with and behind it, each service and operation is \
      shown with its spans, errors and durations on both sides, what changed most first: by the power \
      of two between the 95th percentiles of the durations (or the medians, where these differ more), \
      a tenth of the error rate counting as much as a doubling, new and gone ones as a fourfold \
      change, all less where there are few spans. CHANGE is the factor between the 95th percentiles, \
      which are exact to 0.8 %. With --json the result is {"before": {"traces", "spans"}, "after", \
      "services": [{"service", "change" (new, gone, slower, faster by a tenth, same), "factor", "before": \
      {"spans", "errors", "error_rate", "total_ns", "p50_ns", "p95_ns", "p99_ns"} or null, "after"}], \
      "operations"}. Structure is read, all of it. Of two traces (an id behind each archive, or two \
      behind one) spans are matched by service, operation and place among their siblings under \
      parents that match; a span is slower or faster where its duration differs by a tenth of itself \
      and a hundredth of the longer trace. With --json the result is {"before": {"trace_id", \
      "duration_ns", "spans"}, "after", "spans": [{"row", "parent_row", "change", "service", \
      "operation", "before": {"span_id", "start_ns" (since the trace's start), "duration_ns", "error"} or null, "after"}]}; \
      only these traces are read. Exit code 1 where there is no such trace.
      """,
    operands: [.asked, .traceID],
    ownFlags: ["with", "limit", "format of rows"],
    run: runCompare)
}

private func runCompare(_ options: Options, _ output: Output) throws -> ExitCode {
  try options.checkRowFormat()
  let sides = try ComparedSides(options)
  return try Reading.of(sides.first.archives, output) { first in
    try Reading.of(sides.second.archives, output) { second in
      if let ids = sides.traceIDs {
        return try compareTraces(ids, first, second, options, output)
      }
      return try compareProfiles(first, second, options, output)
    }
  }
}

/// What stands on either side of a comparison.
struct ComparedSides: Equatable {
  /// Archives of one side.
  struct Side: Equatable {
    var archives: [String]
  }

  /// The side that stands in front.
  var first: Side
  /// The other one.
  var second: Side
  /// A trace of each, as typed, where traces are compared.
  var traceIDs: TraceIDs?

  struct TraceIDs: Equatable {
    var first: String
    var second: String
  }

  /// Takes what was typed apart.
  init(_ options: Options) throws(UsageError) {
    let typed = options.operands
    if let with = options.with {
      (first, second) = (Side(archives: typed), Side(archives: with))
      return
    }
    let isID = typed.map { ArchivePaths.isTraceID($0) }
    switch typed.count {
    case 2:
      (first, second) = (Side(archives: [typed[0]]), Side(archives: [typed[1]]))
    case 3 where !isID[0] && isID[1] && isID[2]:
      (first, second) = (Side(archives: [typed[0]]), Side(archives: [typed[0]]))
      traceIDs = TraceIDs(first: typed[1], second: typed[2])
    case 4 where !isID[0] && isID[1] && !isID[2] && isID[3]:
      (first, second) = (Side(archives: [typed[0]]), Side(archives: [typed[2]]))
      traceIDs = TraceIDs(first: typed[1], second: typed[3])
    default:
      throw UsageError(
        "`bhtpack compare` wants two archives, several on either side of --with, or an archive and "
          + "the id of a trace in it, twice: `compare A.bht ID B.bht ID`")
    }
  }
}

private func compareProfiles(
  _ first: Reading, _ second: Reading, _ options: Options, _ output: Output
) throws -> ExitCode {
  let before = try OperationProfile(of: first.archive)
  let after = try OperationProfile(of: second.archive)
  let comparison = ProfileComparison(before, after)
  let stats = { first.archive.stats + second.archive.stats }
  let shown = comparison.operations.prefix(options.list.limit ?? .max)
  if options.json {
    try output.object(stats: stats) { json in
      json.beginObject()
      for (key, profile) in [("before", before), ("after", after)] {
        json.key(key)
        json.record(["traces": .count(profile.traces), "spans": .count(profile.spans)])
      }
      for (key, rows) in [("services", comparison.services[...]), ("operations", shown)] {
        json.key(key)
        json.beginArray()
        for row in rows { json.comparison(row, isService: key == "services") }
        json.endArray()
      }
      json.endObject()
    }
    return .done
  }
  if let format = options.rowFormat, format != .table {
    try format.write(shown.lazy.map(flatRecord), titles: flatTitles, to: output)
  } else {
    var page = ""
    for (sign, name, profile) in [("-", first.name, before), ("+", second.name, after)] {
      page += "\(sign) \(Printable.text(name)): \(Printable.count(profile.traces, "trace")), "
      page += "\(Printable.count(profile.spans, "span"))\n"
    }
    page += "\n" + table(comparison.services[...], named: "SERVICE").page(output.style)
    page += "\n" + table(shown, named: nil).page(output.style)
    try output.write(page)
  }
  try output.count(Printable.part(shown.count, of: comparison.operations.count, "operation"))
  try output.figures(stats())
  return .done
}

private func table(_ rows: ArraySlice<ProfileComparison.Row>, named: String?) -> Table {
  var columns: [Table.Column] = [.services("SERVICE")]
  if named == nil { columns.append(.names("OPERATION")) }
  columns += [
    .figures("CHANGE"), .figures("SPANS").leftOut(2), .errors("ERRORS").leftOut(1),
    .figures("P50").leftOut(3), .figures("P95"), .figures("P99").leftOut(4),
  ]
  var table = Table(columns)
  for row in rows {
    var texts = [Printable.text(row.service)]
    if named == nil { texts.append(Printable.text(row.operation)) }
    texts.append(change(row))
    texts.append(pair(row) { Printable.grouped($0.spans) })
    texts.append(pair(row) { Printable.percent($0.errorRate) })
    for percent in [50, 95, 99] {
      texts.append(pair(row) { Printable.duration($0.durations.percentile(percent)) })
    }
    table.add(texts)
  }
  return table
}

private func change(_ row: ProfileComparison.Row) -> String {
  switch row.change {
  case .new, .gone: row.change.rawValue
  case .slower, .faster: "×" + Printable.factor(row.factor ?? 0)
  case .same: "="
  }
}

/// What both sides say, as one text where they say the same.
private func pair(_ row: ProfileComparison.Row, _ text: (ServiceRollup) -> String) -> String {
  switch (row.before.map(text), row.after.map(text)) {
  case (let old?, let new?): old == new ? new : "\(old) → \(new)"
  case (let old?, nil): old
  case (nil, let new?): new
  case (nil, nil): ""
  }
}

/// What a side of a row says.
private func figures(_ rollup: ServiceRollup) -> [(key: String, value: Record.Value)] {
  let percentiles = rollup.durations.quantiles([50, 95, 99])
  return [
    (key: "spans", value: .count(rollup.spans)), (key: "errors", value: .count(rollup.errors)),
    (key: "error_rate", value: .fraction(rollup.errorRate)),
    (key: "total_ns", value: .nanoseconds(rollup.total)),
    (key: "p50_ns", value: .nanoseconds(percentiles[0])),
    (key: "p95_ns", value: .nanoseconds(percentiles[1])),
    (key: "p99_ns", value: .nanoseconds(percentiles[2])),
  ]
}

/// A row with what its sides say under keys of their own, for lines and CSV.
private func flatRecord(_ row: ProfileComparison.Row) -> Record {
  var record =
    [
      "service": .text(row.service), "operation": .text(row.operation),
      "change": .text(Array(row.change.rawValue.utf8)),
      "factor": row.factor.map { .fraction($0) } ?? .none,
    ] as Record
  for (prefix, side) in [("before_", row.before), ("after_", row.after)] {
    for (key, value) in figures(side ?? ServiceRollup()) {
      record.fields.append((key: prefix + key, value: side == nil ? .none : value))
    }
  }
  return record
}

private let flatTitles = flatRecord(
  ProfileComparison.Row(service: [], operation: [], before: nil, after: nil)
).fields.map(\.key)

extension CompactJSON {
  fileprivate mutating func comparison(_ row: ProfileComparison.Row, isService: Bool) {
    beginObject()
    var names = ["service": .text(row.service)] as Record
    if !isService { names.fields.append((key: "operation", value: .text(row.operation))) }
    names.fields.append((key: "change", value: .text(Array(row.change.rawValue.utf8))))
    names.fields.append((key: "factor", value: row.factor.map { .fraction($0) } ?? .none))
    fields(names)
    for (name, side) in [("before", row.before), ("after", row.after)] {
      key(name)
      if let side {
        var record = [:] as Record
        record.fields = figures(side)
        self.record(record)
      } else {
        null()
      }
    }
    endObject()
  }
}
