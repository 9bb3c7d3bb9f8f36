import BHTView
import BHTrace

extension Command {
  /// `bhtpack flame`
  static let flame = Command(
    name: "flame",
    summary: "Add up self times by the operations they lie under, for a flame graph",
    examples: [
      "flame shop.bht --svg > shop.svg",
      "flame shop.bht | flamegraph.pl > shop.svg",
      "flame day/*.bht --query '{ rootName = \"GET /\" && traceDuration > 1s }' --svg > slow.svg",
    ],
    details: """
      Prints folded stacks: a line for each operation under others, from the root on, names joined by \
      semicolons, then the self time in whole microseconds; what flamegraph.pl, speedscope and others \
      read. --svg draws the picture. With --query only traces that it finds count. With --json the \
      result is {"traces", "frames": [{"parent" (an index, or -1), "service", "operation", \
      "self_ns", "total_ns", "spans", "errors"}]}. Reads structure only, and what a query takes. Exit \
      code 1 where there is no trace.
      """,
    operands: [.asked],
    ownFlags: ["query", "since", "until", "limit", "svg", "compat"],
    run: runFlame)
}

private func runFlame(_ options: Options, _ output: Output) throws -> ExitCode {
  try Reading.of(options.operands, output) { reading in
    var stacks = FlameStacks()
    try TraceChoice.forEachTrace(of: reading, options) { trace in
      stacks.add(trace)
    }
    let frames = stacks.finish()
    if options.json {
      try output.object(stats: { reading.archive.stats }) { $0.flame(frames, stacks.traces) }
    } else if options.search.drawsSVG {
      let title = "Self time of \(Printable.count(stacks.traces, "trace")) of \(reading.name)"
      try output.write(FlameGraph.svg(frames, title: title))
    } else {
      for (place, frame) in frames.enumerated() where frame.selfTime >= 500 {
        try output.write("\(stack(place, frames)) \((frame.selfTime + 500) / 1000)\n")
      }
    }
    if stacks.traces == 0 {
      return try output.negative(
        "\(reading.name) holds no trace that was asked for", options, reading.archive.stats)
    }
    if stacks.cutSpans > 0 {
      try output.say(
        "\(Printable.count(stacks.cutSpans, "span")) deeper than \(FlameStacks.deepest) "
          + "count with the span at that depth")
    }
    if !options.json { try output.figures(reading.archive.stats) }
    return .done
  }
}

/// The frames from the root to frame number `place`, as folded stacks have them.
private func stack(_ place: Int, _ frames: [FlameStacks.Frame]) -> String {
  var names: [String] = []
  var next = place
  while next >= 0 {
    let frame = frames[next]
    let name = Printable.text(frame.service) + ": " + Printable.text(frame.operation)
    // A semicolon parts names.
    names.append(String(name.map { $0 == ";" ? "," : $0 }))
    next = frame.parent
  }
  return names.reversed().joined(separator: ";")
}

extension CompactJSON {
  fileprivate mutating func flame(_ frames: [FlameStacks.Frame], _ traces: Int) {
    beginObject()
    key("traces")
    integer(traces)
    key("frames")
    beginArray()
    for frame in frames {
      beginObject()
      key("parent")
      integer(frame.parent)
      key("service")
      string(frame.service)
      key("operation")
      string(frame.operation)
      key("self_ns")
      integer(frame.selfTime)
      key("total_ns")
      integer(frame.total)
      key("spans")
      integer(frame.spans)
      key("errors")
      integer(frame.errors)
      endObject()
    }
    endArray()
    endObject()
  }
}
