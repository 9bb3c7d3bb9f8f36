import BHTView
import BHTrace

extension Command {
  /// `bhtpack topology`
  static let topology = Command(
    name: "topology",
    summary: "Print which service calls which, how often, how long and with how many errors",
    examples: [
      "topology shop.bht",
      "topology day/*.bht --query '{ status = error }'",
      "topology shop.bht --graph mermaid",
      "topology shop.bht --graph dot | dot -Tsvg > shop.svg",
    ],
    details: """
      A call is a span under a span of another service, and every root comes from outside. Where a \
      CONSUMER is called or a PRODUCER calls, nobody waits: such calls are async, and counted apart. \
      Durations are those of the called spans. With --query only traces that it finds count. With \
      --json the result is {"traces", "calls": [{"caller" (null from outside), "callee", "async", \
      "calls", "errors", "p50_ns", "p95_ns", "p99_ns"}]}. Reads structure only, and what a query \
      takes. Exit code 1 where there is no trace.
      """,
    operands: [.asked],
    ownFlags: ["query", "since", "until", "limit", "graph", "compat"],
    run: runTopology)
}

private func runTopology(_ options: Options, _ output: Output) throws -> ExitCode {
  try Reading.of(options.operands, output) { reading in
    var topology = Topology()
    try TraceChoice.forEachTrace(of: reading, options) { trace in
      topology.add(trace)
    }
    let edges = topology.finish()
    if options.json {
      try output.object(stats: { reading.archive.stats }) { $0.topology(edges, topology.traces) }
    } else {
      switch options.search.graph ?? .table {
      case .table: try output.write(table(edges, topology.traces, output.style))
      case .dot: try output.write(TopologyGraph.dot(edges))
      case .mermaid: try output.write(TopologyGraph.mermaid(edges))
      }
    }
    if topology.traces == 0 {
      return try output.negative(
        "\(reading.name) holds no trace that was asked for", options, reading.archive.stats)
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

private func table(_ edges: [Topology.Edge], _ traces: Int, _ style: Style) -> String {
  if edges.isEmpty { return "" }
  var table = Table([
    .names("CALLER"), .names("CALLEE"), .text("MODE"), .figures("CALLS"), .figures("ERRORS"),
    .figures("P50"), .figures("P95"), .figures("P99"),
  ])
  for edge in edges {
    let quantiles = edge.durations.quantiles([50, 95, 99]).map(Printable.duration)
    table.add(
      [
        edge.caller.map { Printable.text($0) } ?? "(outside)", Printable.text(edge.callee),
        edge.isAsync ? "async" : "", Printable.grouped(edge.calls),
        Printable.percent(Double(edge.errors) / Double(edge.calls)),
      ] + quantiles)
  }
  return "\(Printable.count(traces, "trace"))\n\n" + table.page(style)
}

extension CompactJSON {
  fileprivate mutating func topology(_ edges: [Topology.Edge], _ traces: Int) {
    beginObject()
    key("traces")
    integer(traces)
    key("calls")
    beginArray()
    for edge in edges {
      beginObject()
      key("caller")
      if let caller = edge.caller { string(caller) } else { null() }
      key("callee")
      string(edge.callee)
      key("async")
      bool(edge.isAsync)
      key("calls")
      integer(edge.calls)
      key("errors")
      integer(edge.errors)
      for (name, value) in zip(
        ["p50_ns", "p95_ns", "p99_ns"], edge.durations.quantiles([50, 95, 99]))
      {
        key(name)
        integer(value)
      }
      endObject()
    }
    endArray()
    endObject()
  }
}

/// Calls between services in the languages of graph drawers.
enum TopologyGraph {
  /// Graphviz' DOT.
  static func dot(_ edges: [Topology.Edge]) -> String {
    var page = "digraph topology {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n"
    for edge in edges {
      page +=
        "  \(quoted(name(edge.caller))) -> \(quoted(name(edge.callee))) [label=\(quoted(label(edge)))"
      if edge.isAsync { page += ", style=dashed" }
      if edge.errors > 0 { page += ", color=red" }
      page += "];\n"
    }
    return page + "}\n"
  }

  /// Mermaid's flow chart.
  static func mermaid(_ edges: [Topology.Edge]) -> String {
    var numbers: [String: Int] = [:]
    var page = "flowchart LR\n"
    func node(_ name: String) -> String {
      if let known = numbers[name] { return "s\(known)" }
      numbers[name] = numbers.count
      return "s\(numbers.count - 1)[\"\(escaped(name))\"]"
    }
    for edge in edges {
      let (from, to) = (node(name(edge.caller)), node(name(edge.callee)))
      page += "  \(from) \(edge.isAsync ? "-.->" : "-->")|\"\(escaped(label(edge)))\"| \(to)\n"
    }
    return page
  }

  private static func name(_ service: [UInt8]?) -> String {
    service.map { Printable.text($0) } ?? "(outside)"
  }

  private static func label(_ edge: Topology.Edge) -> String {
    var label = Printable.grouped(edge.calls)
    if edge.errors > 0 {
      label += ", \(Printable.percent(Double(edge.errors) / Double(edge.calls))) errors"
    }
    return label + ", p95 " + Printable.duration(edge.durations.percentile(95))
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for character in text {
      if character == "\"" || character == "\\" { quoted.append("\\") }
      quoted.append(character)
    }
    return quoted + "\""
  }

  /// Text inside Mermaid's quotes: entities for what ends them or begins markup.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\"": escaped += "#quot;"
      case "<": escaped += "#lt;"
      case ">": escaped += "#gt;"
      case "#": escaped += "#35;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
