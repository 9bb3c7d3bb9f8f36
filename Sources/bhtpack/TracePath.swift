import BHTView
import BHTrace

/// The critical path of one trace, to be printed.
struct TracePath {
  private let trace: LoadedTrace
  private let method: CriticalPath.Method
  private let path: CriticalPath
  private let totals: CriticalPathTotals
  private let roots: Int

  private static let barWidth = 32

  /// The path from the span at pre-order position `root` of a trace with its ids; with `adjustsSkew` where clocks that
  /// differ are taken into account.
  init(
    of stored: LoadedTrace, from root: Int, _ method: CriticalPath.Method,
    adjustsSkew: Bool = false
  ) {
    var (trace, moved) = (stored, 0)
    if adjustsSkew { (trace.tree, moved) = stored.tree.adjustedForSkew(names: stored.names) }
    self.trace = trace
    self.method = method
    var path = CriticalPathQuery.path(
      of: trace.tree, names: trace.names, from: root, method: method)
    path.warnings.movedSpans = moved
    self.path = path
    totals = CriticalPathTotals(of: path, method: method, in: trace.tree, names: trace.names)
    roots = CriticalPathQuery.roots(of: trace.tree).count
  }

  private func service(_ position: Int) -> [UInt8] {
    trace.names.service(ofOperation: trace.tree.operations[position])
  }

  private func operation(_ position: Int) -> [UInt8] {
    trace.names.operations[Int(trace.tree.operations[position])].name
  }

  private var start: UInt64 { trace.tree.starts[path.root] }

  private var duration: UInt64 { max(start, trace.tree.ends[path.root]) - start }

  /// The path for people.
  func page(_ style: Style) -> String {
    var page = "Trace \(Printable.id(trace.traceID, trace.tree.dialect))\n"
    let from = Printable.text(service(path.root)) + " " + Printable.text(operation(path.root))
    let (begin, end) = ("\(method.rawValue) path from ", ", \(Printable.duration(duration))\n\n")
    let room = (style.width ?? .max) - begin.count - end.count
    page += begin + DisplayWidth.cut(from, to: max(16, room)) + end
    var table = Table([
      .figures("START"), .figures("SELF"), .text("SPAN").leftOut(1), .services("SERVICE"),
      .names("OPERATION"), .bars("").leftOut(2),
    ])
    for index in path.sections.indices {
      let section = path.sections[index]
      table.add([
        offset(section.start),
        Printable.duration(path.sections.ownTime(at: index, method: method)),
        Printable.id(trace.spanIDs[section.position], trace.tree.dialect),
        Printable.text(service(section.position)), Printable.text(operation(section.position)),
        bar(section),
      ])
    }
    page += table.page(style) + "\n"
    var services = Table([.figures("SELF"), .services("SERVICE")])
    for time in totals.services {
      services.add([Printable.duration(time.selfTime), Printable.text(time.service)])
    }
    page += services.page(style)
    if roots > 1 {
      page += "\nThe trace has \(Printable.count(roots, "root")); --root SPAN shows the others.\n"
    }
    let warnings = Printable.warnings(path.warnings)
    if !warnings.isEmpty { page += "\n" + warnings }
    page += "\n" + style.dim("Which sibling waited for which is inferred from their times.") + "\n"
    return page
  }

  /// A time as its distance from the root's start.
  private func offset(_ time: UInt64) -> String {
    time >= start
      ? "+" + Printable.duration(time - start) : "-" + Printable.duration(start - time)
  }

  /// Where in the root's time the section lies.
  private func bar(_ section: CriticalPath.Section) -> String {
    if duration == 0 { return "" }
    let width = Double(Self.barWidth)
    func place(_ time: UInt64) -> Double {
      Double(min(max(time, start), start + duration) - start) / Double(duration) * width
    }
    let first = min(Int(place(section.start)), Self.barWidth - 1)
    let last = max(first + 1, Int(place(section.end).rounded(.up)))
    return String(repeating: " ", count: first) + String(repeating: "█", count: last - first)
  }

  /// The path for programs.
  func write(to json: inout CompactJSON) {
    json.beginObject()
    json.key("trace_id")
    json.string(SpanObjectWriter.idText(trace.traceID, trace.tree.dialect))
    json.key("method")
    json.string(method.rawValue)
    json.key("roots")
    json.integer(roots)
    json.key("root")
    json.beginObject()
    writeSpan(path.root, to: &json)
    json.key("start_ns")
    json.integer(start)
    json.key("duration_ns")
    json.integer(duration)
    json.endObject()
    json.key("sections")
    json.beginArray()
    for (index, section) in path.sections.enumerated() {
      json.beginObject()
      writeSpan(section.position, to: &json)
      json.key("start_ns")
      json.integer(section.start)
      json.key("end_ns")
      json.integer(section.end)
      json.key("self_ns")
      json.integer(path.sections.ownTime(at: index, method: method))
      json.endObject()
    }
    json.endArray()
    json.key("spans")
    json.beginArray()
    for time in totals.spans {
      json.beginObject()
      writeSpan(time.position, to: &json)
      json.key("self_ns")
      json.integer(time.selfTime)
      json.key("inclusive_ns")
      json.integer(time.inclusive)
      json.endObject()
    }
    json.endArray()
    json.key("services")
    json.serviceTimes(totals.services.map { ($0.service, $0.selfTime) })
    json.key("warnings")
    json.warnings(path.warnings)
    json.endObject()
  }

  private func writeSpan(_ position: Int, to json: inout CompactJSON) {
    json.key("position")
    json.integer(position)
    json.key("span_id")
    json.string(SpanObjectWriter.idText(trace.spanIDs[position], trace.tree.dialect))
    json.key("service")
    json.string(service(position))
    json.key("operation")
    json.string(operation(position))
  }
}

/// The critical paths of many traces added up, to be printed.
struct PathAggregate {
  private let method: CriticalPath.Method
  private let traces: Int
  private let operations: [OperationTime]
  private let warnings: TraceWarnings

  /// The paths of all traces of `archive`.
  init(
    of archive: any TraceArchive, _ method: CriticalPath.Method, adjustsSkew: Bool = false
  ) throws {
    var aggregate = CriticalPathAggregate(method: method, adjustsSkew: adjustsSkew)
    try archive.forEachTrace(.structure) { aggregate.add($0) }
    self.method = method
    traces = aggregate.traces
    operations = aggregate.finish()
    warnings = aggregate.warnings
  }

  /// The time by service, largest first, equal ones in the order of their largest operations.
  private var services: [(service: [UInt8], time: UInt64)] {
    var numbers: [[UInt8]: Int] = [:]
    var services: [(service: [UInt8], time: UInt64)] = []
    for operation in operations {
      if let number = numbers[operation.service] {
        let (sum, overflow) = services[number].time.addingReportingOverflow(operation.selfTime)
        services[number].time = overflow ? .max : sum
      } else {
        numbers[operation.service] = services.count
        services.append((operation.service, operation.selfTime))
      }
    }
    return services.enumerated()
      .sorted { ($1.element.time, $0.offset) < ($0.element.time, $1.offset) }.map(\.element)
  }

  /// The paths for people.
  func page(_ style: Style) -> String {
    let total = services.reduce(into: 0.0) { $0 += Double($1.time) }
    func part(_ time: UInt64) -> String {
      total == 0 ? "" : Printable.percent(Double(time) / total)
    }
    var page = "\(Printable.count(traces, "trace")), \(method.rawValue) paths added up\n\n"
    var table = Table([
      .figures("SELF"), .figures("PART"), .services("SERVICE"), .names("OPERATION"),
    ])
    for time in operations {
      table.add([
        Printable.duration(time.selfTime), part(time.selfTime), Printable.text(time.service),
        Printable.text(time.operation),
      ])
    }
    page += table.page(style) + "\n"
    var byService = Table([.figures("SELF"), .figures("PART"), .services("SERVICE")])
    for (service, time) in services {
      byService.add([Printable.duration(time), part(time), Printable.text(service)])
    }
    page += byService.page(style)
    let odd = Printable.warnings(warnings)
    if !odd.isEmpty { page += "\n" + odd }
    page += "\n" + style.dim("Which sibling waited for which is inferred from their times.") + "\n"
    return page
  }

  /// The paths for programs.
  func write(to json: inout CompactJSON) {
    json.beginObject()
    json.key("traces")
    json.integer(traces)
    json.key("method")
    json.string(method.rawValue)
    json.key("operations")
    json.beginArray()
    for time in operations { json.operationTime(time) }
    json.endArray()
    json.key("services")
    json.serviceTimes(services)
    json.key("warnings")
    json.warnings(warnings)
    json.endObject()
  }
}

extension CompactJSON {
  fileprivate mutating func serviceTimes(_ times: [(service: [UInt8], time: UInt64)]) {
    beginArray()
    for (service, time) in times {
      beginObject()
      key("service")
      string(service)
      key("self_ns")
      integer(time)
      endObject()
    }
    endArray()
  }
}
