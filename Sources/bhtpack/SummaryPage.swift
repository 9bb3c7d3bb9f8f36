import BHTView
import BHTrace

/// The summary of an archive or a trace, to be printed.
struct SummaryPage {
  private let summary: Summary
  /// The id of the trace where it is about one.
  private let trace: String?
  /// The ids of the spans with the largest self times, where they are asked for.
  private let ids: [Summary.SpanIDs]
  private let showsOperations: Bool

  private static let barWidth = 20

  /// The summary that `options` ask for. Nil where there is no such trace.
  init?(of reading: Reading, _ options: Options) throws {
    var query = SummaryQuery()
    query.adjustsSkew = options.adjustsSkew
    query.splitsOperations = options.splitsOperations
    var trace: String?
    let archive = reading.archive
    func add(_ loaded: LoadedTrace) {
      query.add(loaded)
      trace = SpanObjectWriter.idText(loaded.traceID, loaded.tree.dialect)
    }
    if let id = options.trace {
      guard let traceID = try archive.traceID(typed: id) else { return nil }
      for handle in try archive.locate(traceID: traceID) {
        add(try archive.load(handle, .traceID, positions: nil))
      }
    } else {
      // Ids are read only where one is printed.
      try archive.forEachTrace(archive.traceCount == 1 ? .traceID : .structure, body: add)
    }
    summary = query.finish()
    self.trace = summary.traces == 1 ? trace : nil
    ids = options.showsIDs ? try summary.slowestIDs(in: archive) : []
    showsOperations = options.splitsOperations
  }

  /// The operations, those with the most self time first.
  private var operations: [OperationRollup] {
    summary.operations.enumerated().sorted {
      ($1.element.rollup.selfTime, $0.offset) < ($0.element.rollup.selfTime, $1.offset)
    }.map(\.element)
  }

  // MARK: For people

  /// The summary for people.
  func text(_ style: Style) -> String {
    var page =
      trace.map { "Trace \(Printable.text($0))" } ?? Printable.count(summary.traces, "trace")
    page += ": \(Printable.count(summary.spans, "span")), "
    page += Printable.duration(summary.duration) + "\n"
    if let times = summary.times {
      // To the millisecond.
      let ends = [times.lowerBound, times.upperBound].map {
        PrintedTime.text($0 / 1_000_000 * 1_000_000)
      }
      page += "\(ends[0]) to \(ends[1])\n"
    }
    let rows = summary.services.map {
      OperationRollup(service: $0.name, operation: [], rollup: $0.rollup)
    }
    page += "\n" + table(rows, namesOperations: false, style)
    if showsOperations {
      page += "\n\(style.bold("Operations"))\n" + table(operations, namesOperations: true, style)
    }
    page += "\n\(style.bold("Critical path"))\n" + times(summary.criticalPath, [], style)
    page += "\n\(style.bold("Slowest self time"))\n" + times(summary.slowestSelfTime, ids, style)
    let warnings = Printable.warnings(summary.warnings)
    return warnings.isEmpty ? page : page + "\n" + warnings
  }

  private func table(
    _ rows: [OperationRollup], namesOperations: Bool, _ style: Style
  ) -> String {
    var columns: [Table.Column] = [.services("SERVICE")]
    if namesOperations { columns.append(.names("OPERATION")) }
    columns += [
      .figures("SPANS"), .figures("TOTAL").leftOut(4), .figures("SELF"),
      .errors("ERRORS").leftOut(1), .errors("RATE").leftOut(3), .figures("P50"), .figures("P95"),
      .figures("P99").leftOut(2), .bars("SHARE OF SELF").leftOut(5),
    ]
    var table = Table(columns)
    let total = rows.reduce(0.0) { $0 + Double($1.rollup.selfTime) }
    for row in rows {
      let rollup = row.rollup
      let share = total > 0 ? Double(rollup.selfTime) / total : 0
      table.add(
        [Printable.text(row.service)]
          + (namesOperations ? [Printable.text(row.operation)] : []) + [
            Printable.grouped(rollup.spans), Printable.duration(rollup.total),
            Printable.duration(rollup.selfTime), Printable.grouped(rollup.errors),
            Printable.percent(rollup.errorRate),
          ] + rollup.durations.quantiles([50, 95, 99]).map(Printable.duration)
          + [Bar.text(share, width: Self.barWidth)])
    }
    return table.page(style)
  }

  private func times(
    _ times: [OperationTime], _ ids: [Summary.SpanIDs], _ style: Style
  ) -> String {
    var columns: [Table.Column] = [
      .figures("SELF"), .services("SERVICE"), .names("OPERATION"),
    ]
    if !ids.isEmpty { columns += [.text("TRACE"), .text("SPAN")] }
    var table = Table(columns)
    for (number, time) in times.enumerated() {
      var row = [
        Printable.duration(time.selfTime), Printable.text(time.service),
        Printable.text(time.operation),
      ]
      var short: [Int: String] = [:]
      if ids.indices.contains(number) {
        let id = ids[number]
        row += [Printable.id(id.trace, id.dialect), Printable.id(id.span, id.dialect)]
        short[3] = Printable.shortID(id.trace, id.dialect)
      }
      table.add(row, short: short)
    }
    return table.page(style)
  }

  // MARK: For programs

  /// The summary for programs.
  func write(to json: inout CompactJSON) {
    json.beginObject()
    if let trace {
      json.key("trace_id")
      json.string(trace)
    } else {
      json.key("traces")
      json.integer(summary.traces)
    }
    json.fields([
      "n_spans": .count(summary.spans), "duration_ns": .nanoseconds(summary.duration),
    ])
    if let times = summary.times {
      json.fields([
        "start_ns": .nanoseconds(times.lowerBound), "end_ns": .nanoseconds(times.upperBound),
      ])
    }
    json.key("services")
    var keys = ObjectKeys()
    json.beginObject()
    for (name, rollup) in summary.services {
      json.key(name[...], in: &keys)
      json.record(Self.record(rollup))
    }
    json.endObject()
    if showsOperations {
      json.key("operations")
      json.beginArray()
      for row in operations {
        json.beginObject()
        json.fields(["service": .text(row.service), "operation": .text(row.operation)])
        json.fields(Self.record(row.rollup))
        json.endObject()
      }
      json.endArray()
    }
    json.key("critical_path")
    json.beginArray()
    for time in summary.criticalPath { json.operationTime(time) }
    json.endArray()
    json.key("slowest_self_time")
    json.beginArray()
    for (number, time) in summary.slowestSelfTime.enumerated() {
      json.beginObject()
      json.fields([
        "service": .text(time.service), "operation": .text(time.operation),
        "self_ns": .nanoseconds(time.selfTime),
      ])
      if ids.indices.contains(number) {
        let id = ids[number]
        json.fields(["trace_id": .id(id.trace, id.dialect), "span_id": .id(id.span, id.dialect)])
      }
      json.endObject()
    }
    json.endArray()
    json.key("warnings")
    json.warnings(summary.warnings)
    json.endObject()
  }

  private static func record(_ rollup: ServiceRollup) -> Record {
    let percentiles = rollup.durations.quantiles([50, 95, 99])
    return [
      "spans": .count(rollup.spans), "total_ns": .nanoseconds(rollup.total),
      "self_ns": .nanoseconds(rollup.selfTime), "errors": .count(rollup.errors),
      "error_rate": .fraction(rollup.errorRate), "p50_ns": .nanoseconds(percentiles[0]),
      "p95_ns": .nanoseconds(percentiles[1]), "p99_ns": .nanoseconds(percentiles[2]),
    ]
  }
}
