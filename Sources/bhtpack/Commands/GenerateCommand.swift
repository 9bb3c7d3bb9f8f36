import BHTMeasure
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
    ],
    details: """
      Makes up traces of a checkout request, each of about 270 spans of ten services, heavy with \
      attributes: the same ones for the same seed, on every machine. With --like it repeats the \
      traces of other inputs instead, in little memory however often. Protobuf is written as \
      messages with a 4-byte big-endian length before each, as the OpenTelemetry collector's file \
      exporter does. Several v1 traces want a folder as OUT.
      """,
    operands: [],
    ownFlags: [
      "output", "to", "seed", "traces", "like", "times", "block", "threads", "memory", "force",
    ],
    run: runGenerate)
}

private func runGenerate(_ options: Options, _ output: Output) throws -> ExitCode {
  guard let path = options.output else {
    throw UsageError(
      "`bhtpack generate` wants -o OUT, as in `bhtpack generate --traces 100 -o demo.pb`")
  }
  guard let target = options.target ?? OutputFormat.guess(fileName: path) else {
    throw UsageError(
      "the name '\(path)' does not say a format; add --to "
        + OutputFormat.allCases.map(\.rawValue).joined(separator: ", "))
  }
  if options.like.contains("-") {
    throw UsageError("--like reads its input several times, which standard input cannot be")
  }
  if target == .bht {
    try generateArchive(path, options, output)
  } else if target == .otlpProtobuf {
    try generateProtobuf(path, options, output)
  } else if target == .bht1 {
    try generateV1(path, options, output)
  } else {
    throw UsageError("`bhtpack generate` writes bht, bht1 and otlp-proto, not \(target.rawValue)")
  }
  return .done
}

/// Hands the spans to `body`, batch by batch.
private func forEachBatch(_ options: Options, _ body: (SpanBatch) throws -> Void) throws {
  if options.like.isEmpty {
    var generator = CheckoutGenerator(seed: options.seed)
    for _ in 0..<options.traces { try body(generator.next()) }
    return
  }
  let inputs = try options.like.flatMap { try filesUnder($0) }
  do {
    try TraceRepeater(seed: options.seed).repeatTraces(
      of: inputs, times: options.times, body: body)
  } catch let error as FormatError {
    throw InputError(name: options.like.joined(separator: ", "), error: error)
  }
}

private func generateArchive(_ path: String, _ options: Options, _ output: Output) throws {
  let file = try sink(path, options)
  var format = FormatOptions()
  format.block = options.block
  var writer = ArchiveWriter(
    options: format, threads: options.threads, memory: options.memory,
    scratchFolder: scratchFolder(path))
  try forEachBatch(options) { try writer.add($0) }
  let report = try writer.finish { try file.write($0) }
  try file.finish()
  try say(report.spans, report.bytes, path, output)
}

private func generateProtobuf(_ path: String, _ options: Options, _ output: Output) throws {
  let file = try sink(path, options)
  var (bytes, spans) = (0, 0)
  try forEachBatch(options) { batch in
    let record = OTLPProtobufWriter.frame(OTLPProtobufWriter.encode(batch))
    bytes += record.count
    spans += batch.spans.count
    try file.write(record)
  }
  try file.finish()
  try say(spans, bytes, path, output)
}

private func generateV1(_ path: String, _ options: Options, _ output: Output) throws {
  guard options.like.isEmpty else {
    throw UsageError("--like writes bht and otlp-proto; `bhtpack convert` makes v1 files of them")
  }
  let isFolder = isFolder(path)
  guard isFolder || options.traces == 1 else {
    throw UsageError("a v1 file holds one trace; make a folder for several and give it as OUT")
  }
  var generator = CheckoutGenerator(seed: options.seed, dialect: .v1)
  var losses = V1Losses()
  var (bytes, spans) = (0, 0)
  for _ in 0..<options.traces {
    let batch = generator.next()
    let encoded = try V1Files.encode(batch, losses: &losses)
    let file = try sink(isFolder ? "\(path)/\(V1Files.name(of: batch)).bht" : path, options)
    try file.write(encoded)
    try file.finish()
    bytes += encoded.count
    spans += batch.spans.count
  }
  try say(spans, bytes, path, output)
}

private func say(_ spans: Int, _ bytes: Int, _ path: String, _ output: Output) throws {
  try output.say(
    "wrote \(Printable.count(spans, "span")) to \(path): \(Printable.grouped(bytes)) bytes")
}
