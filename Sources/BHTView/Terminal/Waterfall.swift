package import BHTrace

/// One trace on a terminal: a line a span, its place in the tree on the left, its place in time on
/// the right.
///
/// A bar is thick where the span is on the critical path. Stretches in which a span waited and none
/// of its children worked, of a twentieth of the trace's time or more, have a line of their own.
package struct Waterfall {
  /// What is shown, and how wide.
  package struct Options: Sendable {
    /// The columns of a line.
    package var width = 100
    /// Spans deeper than this are only counted; a root has depth 0.
    package var depth: Int?
    /// Whether what spans say is shown under them.
    package var showsAttributes = false

    /// 100 columns, all spans, no attributes.
    package init() {}
  }

  private let trace: LoadedTrace
  private let options: Options
  private let style: Style
  private let start: UInt64
  private let duration: UInt64
  private let guides: TreeGuides
  /// For each span the number of spans under it.
  private let descendants: [Int]
  /// The critical path's sections by span.
  private var sections: [Int: [Range<UInt64>]] = [:]
  /// The numbers of services, in the order they come up.
  private var serviceNumbers: [UInt32: Int] = [:]
  private let labelWidth: Int
  private let barWidth: Int

  private static let durationWidth = 9
  private static let narrowestBar = 12
  /// A gap is at least this part of the trace's time.
  private static let gapPart: UInt64 = 20

  /// A waterfall of `trace`, whose critical path is `path`.
  package init(_ trace: LoadedTrace, path: CriticalPath?, _ options: Options, _ style: Style) {
    self.trace = trace
    self.options = options
    self.style = style
    let tree = trace.tree
    start = tree.earliestStart
    duration = tree.duration
    var descendants = [Int](repeating: 0, count: tree.count)
    for position in 0..<tree.count {
      let service = trace.names.operations[Int(tree.operations[position])].service
      if serviceNumbers[service] == nil { serviceNumbers[service] = serviceNumbers.count }
    }
    for position in (0..<tree.count).reversed() where tree.parents[position] >= 0 {
      descendants[Int(tree.parents[position])] += descendants[position] + 1
    }
    self.descendants = descendants
    for section in path?.sections ?? [] {
      sections[section.position, default: []].append(section.start..<section.end)
    }
    let width = max(options.width, 40)
    labelWidth = min(
      max(width * 9 / 20, 16), width - Self.durationWidth - Self.narrowestBar - 2, 64)
    barWidth = width - labelWidth - Self.durationWidth - 2
    guides = TreeGuides(tree.parents.map { max(-1, Int($0)) }, room: labelWidth / 4)
  }

  /// Hands the lines to `put`, a few at a time, each with its end.
  package func write(to put: (String) throws -> Void) rethrows {
    try put(heading() + axis())
    var frontiers: [Int32: UInt64] = [:]
    for position in 0..<trace.tree.count {
      if let limit = options.depth, guides.depths[position] > limit { continue }
      try put(gap(before: position, &frontiers) + line(position))
      if options.showsAttributes { try put(details(position)) }
    }
    try put(legend())
  }

  // MARK: Head and foot

  private func heading() -> String {
    let tree = trace.tree
    let errors = tree.marks.count { $0.contains(.error) }
    var parts = [
      Printable.duration(duration), Printable.count(tree.count, "span"),
      Printable.count(serviceNumbers.count, "service"),
    ]
    if errors > 0 { parts.append(style.red(Printable.count(errors, "error"))) }
    let id = SpanObjectWriter.idText(trace.traceID, tree.dialect)
    var page = style.bold("Trace \(Printable.text(id))") + "\n"
    if tree.dialect == .otlp { page += PrintedTime.text(start) + "  " }
    return page + parts.joined(separator: ", ") + "\n\n"
  }

  /// The times at the begin, the middle and the end of the bars.
  private func axis() -> String {
    let labels = [0, duration / 2, duration].map { Printable.duration($0) }
    let inner = barWidth - labels.reduce(0) { $0 + DisplayWidth.columns($1) }
    var line = Padded.left("", labelWidth + Self.durationWidth + 2)
    if inner < 4 {
      line += labels[0] + Padded.right(labels[2], barWidth - DisplayWidth.columns(labels[0]))
    } else {
      let first = DisplayWidth.columns(labels[0])
      let middle = max(first + 1, (barWidth - DisplayWidth.columns(labels[1])) / 2)
      line += Padded.left(labels[0], middle) + labels[1]
      line += Padded.right(labels[2], barWidth - middle - DisplayWidth.columns(labels[1]))
    }
    return style.dim(line) + "\n"
  }

  private func legend() -> String {
    if sections.isEmpty { return "" }
    return "\n" + style.dim("█ on the critical path, ━ not") + "\n"
  }

  // MARK: Lines

  private func line(_ position: Int) -> String {
    let tree = trace.tree
    let operation = trace.names.operations[Int(tree.operations[position])]
    let isError = tree.marks[position].contains(.error)
    let service = Printable.text(trace.names.services[Int(operation.service)])
    let name = Printable.text(operation.name)
    var hidden = ""
    if let limit = options.depth, guides.depths[position] == limit, descendants[position] > 0 {
      hidden = " +\(Printable.grouped(descendants[position]))"
    }
    let guides = self.guides.text(position)
    let mark = isError ? "✗ " : ""
    let room =
      labelWidth - DisplayWidth.columns(guides) - DisplayWidth.columns(mark)
      - DisplayWidth.columns(hidden)
    // The service keeps at most half of the room, what the operation does not need on top.
    let serviceRoom = max(room / 2, room - 1 - DisplayWidth.columns(name))
    let shownService = DisplayWidth.cut(service, to: min(serviceRoom, room))
    let nameRoom = room - DisplayWidth.columns(shownService) - (shownService.isEmpty ? 0 : 1)
    let shownName = DisplayWidth.cut(name, to: max(0, nameRoom))
    let used =
      DisplayWidth.columns(guides) + DisplayWidth.columns(mark)
      + DisplayWidth.columns(shownService) + (shownService.isEmpty ? 0 : 1)
      + DisplayWidth.columns(shownName) + DisplayWidth.columns(hidden)
    let number = serviceNumbers[operation.service] ?? 0
    var line = style.dim(guides) + style.red(mark) + style.service(number, shownService)
    line += (shownService.isEmpty ? "" : " ") + (isError ? style.red(shownName) : shownName)
    line += style.dim(hidden)
    line += String(repeating: " ", count: max(0, labelWidth - used))
    let own = max(tree.ends[position], tree.starts[position]) - tree.starts[position]
    line += Padded.right(Printable.duration(own), Self.durationWidth) + "  "
    return Self.trimmed(line + bar(position, number, isError)) + "\n"
  }

  private func bar(_ position: Int, _ service: Int, _ isError: Bool) -> String {
    let tree = trace.tree
    let end = max(tree.ends[position], tree.starts[position])
    let (first, last) = cells(tree.starts[position], end)
    var cells = [Bool](repeating: false, count: last - first)
    for section in sections[position] ?? [] {
      let (from, to) = self.cells(section.lowerBound, section.upperBound)
      for cell in max(from, first)..<max(min(to, last), max(from, first)) {
        cells[cell - first] = true
      }
    }
    let text = cells.map { $0 ? "█" : "━" }.joined()
    let coloured = isError ? style.red(text) : style.service(service, text)
    return String(repeating: " ", count: first) + coloured
  }

  /// The cells of the bar that the time from `from` to `to` covers: one at least.
  private func cells(_ from: UInt64, _ to: UInt64) -> (Int, Int) {
    guard duration > 0 else { return (0, barWidth) }
    func place(_ time: UInt64) -> Double {
      Double(min(max(time, start), start + duration) - start) / Double(duration) * Double(barWidth)
    }
    let first = min(Int(place(from)), barWidth - 1)
    return (first, min(max(first + 1, Int(place(to).rounded())), barWidth))
  }

  /// A line for the time before a span in which its parent waited and no sibling worked.
  private func gap(before position: Int, _ frontiers: inout [Int32: UInt64]) -> String {
    let tree = trace.tree
    let parent = tree.parents[position]
    let frontier = frontiers[parent]
    frontiers[parent] = max(frontier ?? 0, max(tree.ends[position], tree.starts[position]))
    guard let frontier, tree.starts[position] > frontier,
      tree.starts[position] - frontier >= max(1, duration / Self.gapPart)
    else { return "" }
    let length = tree.starts[position] - frontier
    let (first, last) = cells(frontier, tree.starts[position])
    let guides = String(self.guides.text(position).dropLast(2)) + (parent < 0 ? "" : "│ ")
    let label = DisplayWidth.fitted(guides + "(gap)", to: labelWidth)
    let line =
      label + Padded.right(Printable.duration(length), Self.durationWidth) + "  "
      + String(repeating: " ", count: first) + String(repeating: "·", count: max(1, last - first))
    return style.dim(line) + "\n"
  }

  // MARK: What spans say

  private func details(_ position: Int) -> String {
    guard trace.batch.spans.indices.contains(position) else { return "" }
    let batch = trace.batch
    let span = batch.spans[position]
    let margin = Self.detailMargin(guides.text(position), hasChildren: descendants[position] > 0)
    var page = ""
    if !span.statusMessage.isEmpty {
      page += detail(margin, "status: " + batch.text(span.statusMessage), isError: true)
    }
    for attribute in batch.attributes[span.attributes.indices] {
      page += detail(margin, "\(batch.text(attribute.key)): \(Self.text(attribute, batch))")
    }
    for event in batch.events[span.events.indices] {
      let time = event.time >= span.start ? event.time - span.start : 0
      page += detail(margin, "+\(Printable.duration(time)) \(batch.text(event.name))")
      for attribute in batch.attributes[event.attributes.indices] {
        page += detail(
          margin + "  ", "\(batch.text(attribute.key)): \(Self.text(attribute, batch))")
      }
    }
    for link in batch.links[span.links.indices] {
      let (linkedTrace, linkedSpan) = (batch.bytes(link.traceID), batch.bytes(link.spanID))
      page += detail(
        margin,
        "link to \(SpanObjectWriter.idText(linkedTrace, span.dialect)), span "
          + SpanObjectWriter.idText(linkedSpan, span.dialect))
    }
    return page
  }

  /// A line of what a span says, cut at the line's end; line breaks in it become signs.
  private func detail(_ margin: String, _ text: String, isError: Bool = false) -> String {
    let shown = Printable.text(text.replacing("\n", with: "↵"))
    let room = max(8, options.width - DisplayWidth.columns(margin))
    let line = DisplayWidth.cut(shown, to: room)
    return style.dim(margin) + (isError ? style.red(line) : style.dim(line)) + "\n"
  }

  private static func detailMargin(_ guides: String, hasChildren: Bool) -> String {
    var margin = guides
    if margin.hasSuffix("├ ") { margin = String(margin.dropLast(2)) + "│ " }
    if margin.hasSuffix("└ ") { margin = String(margin.dropLast(2)) + "  " }
    return margin + (hasChildren ? "│ " : "  ") + "  "
  }

  private static func text(_ attribute: AttributeRecord, _ batch: SpanBatch) -> String {
    if attribute.kind == .string { return batch.text(attribute.range) }
    var json = CompactJSON()
    json.value(of: attribute, in: batch.arena)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
