import BHTView
import BHTrace

extension Command {
  /// `bhtpack trace`
  static let trace = Command(
    name: "trace",
    summary: "Show one trace as a waterfall, or print its spans with everything they say",
    examples: [
      "trace shop.bht 4bf92f3577b34da6a3ce929d0e0e4736",
      "trace shop.bht 4bf92f35 --attributes --depth 3",
      "trace shop.bht 4bf92f3577b34da6a3ce929d0e0e4736 --format jaeger > trace.json",
    ],
    details: """
      On a terminal, and with --format waterfall, a line a span is shown: its place in the tree, its \
      duration, and a bar where it lies in the trace's time, thick where the trace was waiting for it \
      (the critical path). Stretches in which a span waited and none of its children worked are marked \
      as gaps where they take a twentieth of the trace or more. That reads structure only, unless \
      --attributes asks for what spans say. Elsewhere the spans are printed for programs, parents before \
      their children, and the blocks of this trace are read. Exit code 1 where there is no such trace. \
      \(spanForm)
      """,
    operands: [
      .asked, Operand(name: "ID", summary: "The trace's id, or its first digits"),
    ],
    ownFlags: ["format", "attributes", "depth", "adjust-skew", "otlp"],
    run: runTrace)
}

private func runTrace(_ options: Options, _ output: Output) throws -> ExitCode {
  let id = options.operands[options.operands.count - 1]
  let isForEyes =
    options.format == .waterfall
    || options.format == nil && !options.json && !options.otlp && Terminal.showsOutput
  if isForEyes { return try showWaterfall(of: id, options, output) }
  if options.showsAttributes || options.depth != nil || options.adjustsSkew {
    throw UsageError(
      "--attributes, --depth and --adjust-skew are for a waterfall; add --format waterfall")
  }
  return try printSpans(
    options, output, archives: options.operands.dropLast(), nothing: "no trace \(id)"
  ) { reading, print in
    guard let traceID = try reading.archive.traceID(typed: id, for: .payload) else { return }
    try SpanReadings.trace(traceID, in: reading.archive, body: print)
  }
}

private func showWaterfall(
  of id: String, _ options: Options, _ output: Output
) throws -> ExitCode {
  if options.json {
    throw UsageError("--json is for programs, a waterfall for eyes; leave one out")
  }
  return try Reading.of(options.operands.dropLast(), output) { reading in
    let archive = reading.archive
    let parts: TraceParts = options.showsAttributes ? [.traceID, .payload] : .traceID
    guard let traceID = try archive.traceID(typed: id, for: parts) else {
      return try output.negative("\(reading.name) holds no trace \(id)", options, archive.stats)
    }
    var shape = Waterfall.Options()
    shape.width = output.style.width ?? shape.width
    shape.depth = options.depth
    shape.showsAttributes = options.showsAttributes
    for handle in try archive.locate(traceID: traceID, for: parts) {
      var trace = try archive.load(handle, parts, positions: nil)
      if options.adjustsSkew {
        trace.tree = trace.tree.adjustedForSkew(names: trace.names).tree
      }
      let path = CriticalPathQuery.mainRoot(of: trace.tree).map {
        CriticalPathQuery.path(of: trace.tree, names: trace.names, from: $0, method: .blocking)
      }
      try Waterfall(trace, path: path, shape, output.style).write { try output.write($0) }
    }
    try output.figures(archive.stats)
    return .done
  }
}
