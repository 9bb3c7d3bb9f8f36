import BHTrace

extension Command {
  /// `bhtpack convert`
  static let convert = Command(
    name: "convert",
    summary: "Convert traces from any format that is read to any that is written",
    examples: [
      "convert spans.otlp.pb.zst -o shop.bht",
      "convert exports/ -o shop.bht --best",
      "convert shop.bht -o shop.pb --framed",
      "convert checkout.bht --to bht1 -o checkout-v1.bht",
    ],
    details: """
      Reads OTLP protobuf (bare, end to end, or with 4-byte lengths; plain, gzip or zstd) and .bht \
      files of both versions; the content says which. Spans of one trace may lie in any number of \
      inputs and become one trace. What had to be repaired or could not be read is named on \
      standard error with file and offset; what the format written cannot hold is counted there.
      """,
    operands: [.inputs],
    ownFlags: [
      "output", "to", "framed", "best", "block", "threads", "memory", "strict", "force",
    ],
    run: runConvert)
}

private func runConvert(_ options: Options, _ output: Output) throws -> ExitCode {
  guard let path = options.output else {
    throw UsageError("`bhtpack convert` wants -o OUT, as in `bhtpack convert spans.pb -o shop.bht`")
  }
  guard let target = options.target ?? ConversionTarget(path: path) else {
    throw UsageError(
      "the name '\(path)' does not say a format; add --to "
        + ConversionTarget.allCases.map(\.rawValue).joined(separator: ", "))
  }
  if options.framed && target != .otlpProto {
    throw UsageError("--framed is for OTLP protobuf, not for \(target.rawValue)")
  }
  let reader = InputReader(options, output)
  switch target {
  case .bht: try writeArchive(path, options, reader, output)
  case .bht1: try writeV1(path, options, reader, output)
  case .otlpProto: try writeProtobuf(path, options, reader, output)
  }
  return .done
}

/// The folder scratch files go to: that of the output.
func scratchFolder(_ path: String) -> String {
  guard path != "-", let slash = path.lastIndex(of: "/") else { return path == "-" ? "/tmp" : "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Where a command writes to: the file at `path`, or standard output where it is "-".
func sink(_ path: String, _ options: Options) throws(StorageError) -> any ByteSink {
  path == "-"
    ? try StandardStream.output() : try OutputFile(path: path, replace: options.force)
}

private func writeArchive(
  _ path: String, _ options: Options, _ reader: InputReader, _ output: Output
) throws {
  // The output is opened first, so that an existing file is not found after the work.
  let file = try sink(path, options)
  var format = FormatOptions()
  format.block = options.block
  if options.best { format.makeSmallest() }
  var writer = ArchiveWriter(
    options: format, threads: options.threads, memory: options.memory,
    scratchFolder: scratchFolder(path))
  try reader.read { try writer.add($0) }
  let report = try writer.finish { try file.write($0) }
  try file.finish()
  let perSpan = report.spans == 0 ? 0 : Double(report.bytes) / Double(report.spans)
  try output.say(
    "wrote \(Printable.count(report.traces, "trace")), \(Printable.count(report.spans, "span")) "
      + "to \(path): \(Printable.grouped(report.bytes)) bytes, \(Printable.decimal(perSpan)) a span"
  )
}

private func writeProtobuf(
  _ path: String, _ options: Options, _ reader: InputReader, _ output: Output
) throws {
  let file = try sink(path, options)
  var collector = TraceCollector(
    memory: options.memory, scratchFolder: scratchFolder(path))
  try reader.read { try collector.add($0) }
  var (bytes, spans) = (0, 0)
  try collector.finish(threads: options.threads) { batch in
    var message = OTLPProtobufWriter.encode(batch.convertedToOTLP())
    if options.framed { message = OTLPProtobufWriter.frame(message) }
    bytes += message.count
    spans += batch.spans.count
    try file.write(message)
  }
  try file.finish()
  try output.say(
    "wrote \(Printable.count(spans, "span")) to \(path): \(Printable.grouped(bytes)) bytes")
}

private func writeV1(
  _ path: String, _ options: Options, _ reader: InputReader, _ output: Output
) throws {
  var collector = TraceCollector(
    memory: options.memory, scratchFolder: scratchFolder(path))
  try reader.read { try collector.add($0) }
  let folder = isFolder(path)
  var waiting: SpanBatch?
  var losses = V1Losses()
  var written = 0
  func write(_ batch: SpanBatch, to path: String) throws {
    let bytes = try V1Files.encode(batch, losses: &losses)
    let file = try sink(path, options)
    try file.write(bytes)
    try file.finish()
    written += 1
  }
  try collector.finish(threads: options.threads) { batch in
    if batch.spans.isEmpty && batch.v1Files.isEmpty { return }
    if folder {
      try write(batch, to: "\(path)/\(V1Files.name(of: batch)).bht")
    } else if waiting != nil {
      throw UsageError(
        "a v1 file holds one trace, and the input has several; make a folder and give it as OUT")
    } else {
      waiting = batch
    }
  }
  if let batch = waiting { try write(batch, to: path) }
  try output.say("wrote \(Printable.count(written, "v1 file"))")
  for (what, count) in losses.list where count > 0 {
    try output.say("v1 has no place for \(what): \(Printable.grouped(count)) dropped")
  }
}
