import BHTMeasure
import BHTView
import BHTrace

extension Command {
  /// `bhtpack generate`
  static let generate = Command(
    name: "generate",
    summary: "Make up traces, or a larger input of a small one",
    examples: [
      "generate --traces 100 -o demo.pb",
      "generate --seed 7 -o demo.bht",
      "generate --to bht1 -o demo-v1.bht",
      "generate --like exports/ --times 500 -o large.pb",
      "generate --like exports/ --times 40 --start 2026-01-02 --spread 50h -o two-days.pb",
      "generate --like shop.bht --fresh order.id,session.id --to otlp-proto -o -",
    ],
    details: """
      Makes up traces of a checkout request, each of about 270 spans of ten services, heavy with \
      attributes: the same ones for the same seed, on every machine. With --like it repeats the \
      traces of other inputs instead, in the memory these take however often. Protobuf is written as \
      messages with a 4-byte big-endian length before each, as the OpenTelemetry collector's file \
      exporter does: a message for each that is read, its spans grouped by resource. Several v1 \
      traces want a folder as OUT. \(Written.form)
      """,
    operands: [],
    ownFlags: [
      "output", "to", "seed", "traces", "like", "times", "start", "spread", "fresh", "block",
      "threads",
      "memory", "force",
    ],
    isPaged: false,
    run: runGenerate)
}

private func runGenerate(_ options: Options, _ output: Output) throws -> ExitCode {
  guard let path = options.output else {
    throw UsageError(
      "`bhtpack generate` wants -o OUT, as in `bhtpack generate --traces 100 -o demo.pb`")
  }
  guard let target = options.target ?? OutputFormat.guess(fileName: path) else {
    let what =
      path == "-" ? "standard output has no name that says" : "the name '\(path)' does not say"
    throw UsageError("\(what) which format to write; add --to with bht, bht1 or otlp-proto")
  }
  try checkStandardOutput(path, target, options)
  try checkFlags(options)
  var written = Written(path: path, format: target)
  var reading = InputsRead()
  if target == .bht {
    reading.outcome = try generateArchive(path, options, output, &written)
  } else if target == .otlpProtobuf {
    reading.outcome = try generateProtobuf(path, options, output, &written)
  } else if target == .bht1 {
    try generateV1(path, options, output, &written)
  } else {
    throw UsageError("`bhtpack generate` writes bht, bht1 and otlp-proto, not \(target.rawValue)")
  }
  try output.say(written, options)
  let code = try reading.sum(options, output)
  try output.print(written, reading, options)
  return code
}

/// Throws where flags were given that say nothing about what is made.
private func checkFlags(_ options: Options) throws(UsageError) {
  if !options.like.isEmpty {
    if options.traces == nil { return }
    throw UsageError("--traces is for traces that are made up; with --like, give --times")
  }
  let given = [
    ("times", options.times != nil), ("start", options.start != nil),
    ("spread", options.spread != nil), ("fresh", !options.fresh.isEmpty),
  ]
  if let (name, _) = given.first(where: { $0.1 }) {
    throw UsageError("--\(name) is for copies of an input; add --like INPUT")
  }
}

/// Hands the spans to `body`, batch by batch; answers with how reading the inputs went.
private func forEachBatch(
  _ options: Options, _ output: Output, _ body: (SpanBatch) throws -> Void
) throws -> SpanSources.Outcome {
  if options.like.isEmpty {
    var generator = CheckoutGenerator(seed: options.seed)
    for _ in 0..<(options.traces ?? 1) { try body(generator.next()) }
    return SpanSources.Outcome()
  }
  var repeater = TraceRepeater(
    CopyPlan(
      seed: options.seed, start: options.start, spread: options.spread,
      freshKeys: options.fresh.map { Array($0.utf8) }))
  let outcome = try InputReader(options, output, paths: options.like).read { repeater.add($0) }
  let times = options.times ?? 10
  guard repeater.latestStart(times: times) != nil else {
    throw UsageError(
      "the copies would go on beyond the year 2554; give an earlier --start, a shorter --spread or "
        + "fewer --times")
  }
  try repeater.forEachCopy(times: times, body)
  return outcome
}

private func generateArchive(
  _ path: String, _ options: Options, _ output: Output, _ written: inout Written
) throws -> SpanSources.Outcome {
  let file = try sink(path, options, output)
  var format = FormatOptions()
  if let block = options.block { format.block = block }
  var writer = ArchiveWriter(
    options: format, threads: options.threads, memory: options.memory,
    scratchFolder: scratchFolder(path))
  let outcome = try forEachBatch(options, output) { try writer.add($0) }
  let report = try writer.finish { try file.write($0) }
  try finish(file, output)
  written.spans = report.spans
  written.bytes = report.bytes
  return outcome
}

private func generateProtobuf(
  _ path: String, _ options: Options, _ output: Output, _ written: inout Written
) throws -> SpanSources.Outcome {
  let file = try sink(path, options, output)
  var (bytes, spans) = (0, 0)
  let outcome = try forEachBatch(options, output) { batch in
    let record = OTLPProtobufWriter.frame(OTLPProtobufWriter.encode(batch))
    bytes += record.count
    spans += batch.spans.count
    try file.write(record)
  }
  try finish(file, output)
  written.spans = spans
  written.bytes = bytes
  return outcome
}

private func generateV1(
  _ path: String, _ options: Options, _ output: Output, _ written: inout Written
) throws {
  guard options.like.isEmpty else {
    throw UsageError("--like writes bht and otlp-proto; `bhtpack convert` makes v1 files of them")
  }
  let isFolder = isFolder(path)
  let traces = options.traces ?? 1
  guard isFolder || traces == 1 else {
    throw UsageError("a v1 file holds one trace; make a folder for several and give it as OUT")
  }
  var generator = CheckoutGenerator(seed: options.seed, dialect: .v1)
  var losses = V1Losses()
  var (bytes, spans) = (0, 0)
  for _ in 0..<traces {
    let batch = generator.next()
    let encoded = try V1Files.encode(batch, losses: &losses)
    let file = try sink(
      isFolder ? "\(path)/\(V1Files.name(of: batch)).bht" : path, options, output,
      isNext: spans > 0)
    try file.write(encoded)
    try finish(file, output)
    bytes += encoded.count
    spans += batch.spans.count
  }
  written.spans = spans
  written.bytes = bytes
}
