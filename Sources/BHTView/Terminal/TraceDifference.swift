package import BHTrace

/// Two traces on a terminal, as one tree of the spans of both: how long each took in the one and in
/// the other.
package struct TraceDifference {
  private let comparison: TraceComparison
  private let traces: (LoadedTrace, LoadedTrace)
  private let style: Style
  private let guides: TreeGuides
  private let labelWidth: Int
  private var serviceNumbers: [[UInt8]: Int] = [:]

  private static let durationWidth = 9
  private static let changeWidth = 20

  /// The difference of `first` and `second` in lines of at most `width` columns.
  package init(
    _ first: LoadedTrace, _ second: LoadedTrace, _ comparison: TraceComparison, width: Int,
    _ style: Style
  ) {
    traces = (first, second)
    self.comparison = comparison
    self.style = style
    labelWidth = min(
      64, max(16, width - 2 * (Self.durationWidth + 1) - Self.changeWidth - 2))
    guides = TreeGuides(comparison.rows.map(\.parent), room: labelWidth / 4)
    for row in comparison.rows {
      let service = names(row).service
      if serviceNumbers[service] == nil { serviceNumbers[service] = serviceNumbers.count }
    }
  }

  /// Hands the lines to `put`, a few at a time, each with its end.
  package func write(to put: (String) throws -> Void) rethrows {
    try put(heading())
    for row in comparison.rows.indices { try put(line(row)) }
    try put(legend())
  }

  private func heading() -> String {
    var page = ""
    for (sign, trace) in [("-", traces.0), ("+", traces.1)] {
      let id = SpanObjectWriter.idText(trace.traceID, trace.tree.dialect)
      page += style.bold("\(sign) Trace \(Printable.text(id))")
      page += "  \(Printable.duration(trace.tree.duration))"
      page += ", \(Printable.count(trace.tree.count, "span"))\n"
    }
    let counts = [
      (TraceComparison.Change.slower, "slower"), (.faster, "faster"), (.new, "new"),
      (.gone, "gone"), (.same, "the same"),
    ]
    let parts = counts.map { change, word in
      "\(Printable.grouped(comparison.rows.count { $0.change == change })) \(word)"
    }
    page += parts.joined(separator: ", ") + "\n\n"
    page +=
      style.dim(
        Padded.left("", labelWidth) + " " + Padded.right("FIRST", Self.durationWidth) + " "
          + Padded.right("SECOND", Self.durationWidth) + "  CHANGE") + "\n"
    return page
  }

  private func legend() -> String {
    "\n" + style.dim("▲ slower, ▼ faster, + new, - gone; ✗ an error") + "\n"
  }

  private func line(_ number: Int) -> String {
    let row = comparison.rows[number]
    let (service, name) = names(row)
    let isError =
      row.first.map { traces.0.tree.marks[$0].contains(.error) } ?? false
      || row.second.map { traces.1.tree.marks[$0].contains(.error) } ?? false
    let guide = guides.text(number)
    let sign = isError ? "✗ " : ""
    let room = max(
      0, labelWidth - DisplayWidth.columns(guide) - DisplayWidth.columns(sign))
    let operation = Printable.text(name)
    let serviceRoom = max(room / 2, room - 1 - DisplayWidth.columns(operation))
    let shownService = DisplayWidth.cut(Printable.text(service), to: serviceRoom)
    let shownName = DisplayWidth.cut(
      operation, to: max(0, room - DisplayWidth.columns(shownService) - 1))
    let used = DisplayWidth.columns(guide + sign + shownService + " " + shownName)
    var line = style.dim(guide) + style.red(sign)
    line += style.service(serviceNumbers[service] ?? 0, shownService) + " "
    line += marked(shownName, row.change)
    line += String(repeating: " ", count: max(0, labelWidth - used))
    let (old, new) = durations(row)
    for duration in [old, new] {
      line += " " + Padded.right(duration.map(Printable.duration) ?? "", Self.durationWidth)
    }
    line += "  " + marked(change(row, old, new), row.change)
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }

  /// How much longer or shorter, in time and as a factor.
  private func change(_ row: TraceComparison.Row, _ old: UInt64?, _ new: UInt64?) -> String {
    switch row.change {
    case .new: return "+ new"
    case .gone: return "- gone"
    case .same: return ""
    case .slower, .faster:
      guard let old, let new else { return "" }
      let difference = Printable.duration(max(old, new) - min(old, new))
      let factor = old > 0 ? " ×\(Printable.factor(Double(new) / Double(old)))" : ""
      return new > old ? "▲ +\(difference)\(factor)" : "▼ -\(difference)\(factor)"
    }
  }

  private func marked(_ text: String, _ change: TraceComparison.Change) -> String {
    switch change {
    case .slower, .new: style.red(text)
    case .faster: style.green(text)
    case .gone: style.dim(text)
    case .same: text
    }
  }

  private func names(_ row: TraceComparison.Row) -> (service: [UInt8], operation: [UInt8]) {
    let (trace, position) =
      row.second.map { (traces.1, $0) } ?? (traces.0, row.first ?? 0)
    let operation = trace.names.operations[Int(trace.tree.operations[position])]
    return (trace.names.services[Int(operation.service)], operation.name)
  }

  private func durations(_ row: TraceComparison.Row) -> (UInt64?, UInt64?) {
    func duration(_ trace: LoadedTrace, _ position: Int) -> UInt64 {
      max(trace.tree.starts[position], trace.tree.ends[position]) - trace.tree.starts[position]
    }
    return (
      row.first.map { duration(traces.0, $0) }, row.second.map { duration(traces.1, $0) }
    )
  }
}
