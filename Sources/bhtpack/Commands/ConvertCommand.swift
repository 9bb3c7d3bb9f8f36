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
      Reads OTLP protobuf and JSON, Jaeger and Zipkin JSON, each plain, compressed (gzip, zstd, xz, \
      bzip2, lz4, zlib) or in a zip or tar, and .bht files of both versions; the content says which. Spans of one trace may lie in any number of \
      inputs and become one trace. What had to be repaired or could not be read is named on \
      standard error with file and offset; what the format written cannot hold is counted there. \
      Exit code 0 where something could be read of every input that has any bytes, else 2, and then \
      nothing is written; with --strict 2 for the first thing that cannot be read.
      """,
    operands: [.inputs],
    ownFlags: [
      "output", "to", "framed", "best", "block", "index", "select", "shift-time", "threads",
      "memory",
      "strict", "force",
    ],
    run: runConvert)
}

private func runConvert(_ options: Options, _ output: Output) throws -> ExitCode {
  guard let path = options.output else {
    throw UsageError("`bhtpack convert` wants -o OUT, as in `bhtpack convert spans.pb -o shop.bht`")
  }
  guard let format = options.target ?? OutputFormat.guess(fileName: path) else {
    let what =
      path == "-" ? "standard output has no name that says" : "the name '\(path)' does not say"
    throw UsageError(
      "\(what) which format to write; add --to with "
        + "\(OutputFormat.allCases.dropLast().map(\.rawValue).joined(separator: ", ")) or "
        + "\(OutputFormat.allCases.last?.rawValue ?? "")")
  }
  if options.framed && format != .otlpProtobuf {
    throw UsageError("--framed is for OTLP protobuf, not for \(format.rawValue)")
  }
  let reader = InputReader(options, output)
  if let writer = format.makeWriter(framed: options.framed) {
    try writeTraces(path, writer, options, reader, output)
  } else if format == .bht1 {
    try writeV1(path, options, reader, output)
  } else {
    try writeArchive(path, options, reader, output)
  }
  return .done
}

/// Hands every chosen trace to `body`, its times moved where that is wanted.
private func forEachTrace(
  _ path: String, _ options: Options, _ reader: InputReader, _ body: (SpanBatch) throws -> Void
) throws {
  var collector = TraceCollector(memory: options.memory, scratchFolder: scratchFolder(path))
  var latest: UInt64 = 0
  try reader.read { batch in
    if options.shiftsTime { latest = batch.spans.reduce(latest) { max($0, $1.end) } }
    try collector.add(batch)
  }
  let distance =
    options.shiftsTime && latest > 0
    ? Int64(bitPattern: Clock.nanosecondsSinceEpoch &- latest) : 0
  try collector.finish(threads: options.threads) { batch in
    guard options.selection.isEmpty || options.selection.includes(batch) else { return }
    if distance == 0 {
      try body(batch)
    } else {
      var moved = batch
      moved.shiftTimes(by: distance)
      try body(moved)
    }
  }
}

/// The folder scratch files go to: that of the output.
func scratchFolder(_ path: String) -> String {
  guard path != "-", let slash = path.lastIndex(of: "/") else { return path == "-" ? "/tmp" : "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// What a person calls the output at `path`.
func outputName(_ path: String) -> String { path == "-" ? "standard output" : path }

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
  if let block = options.block { format.block = block }
  format.index = options.index
  if options.best { format.makeSmallest() }
  var writer = ArchiveWriter(
    options: format, threads: options.threads, memory: options.memory,
    scratchFolder: scratchFolder(path))
  if options.selection.isEmpty && !options.shiftsTime {
    try reader.read { try writer.add($0) }
  } else {
    try forEachTrace(path, options, reader) { try writer.add($0) }
  }
  let progress = WritingProgress(output)
  let report = try writer.finish { piece in
    progress?.add(piece.count)
    try file.write(piece)
  }
  try file.finish()
  let perSpan = report.spans == 0 ? 0 : Double(report.bytes) / Double(report.spans)
  try output.say(
    "wrote \(Printable.count(report.traces, "trace")), \(Printable.count(report.spans, "span")) "
      + "to \(outputName(path)): \(Printable.grouped(report.bytes)) bytes, \(Printable.decimal(perSpan)) a span"
  )
}

private func writeTraces(
  _ path: String, _ format: any TraceWriter, _ options: Options, _ reader: InputReader,
  _ output: Output
) throws {
  let file = try sink(path, options)
  var writer = format
  var (bytes, traces, spans) = (0, 0, 0)
  let progress = WritingProgress(output)
  func put(_ piece: [UInt8]) throws {
    progress?.add(piece.count)
    bytes += piece.count
    try file.write(piece)
  }
  if let archive = try archiveExport(format, options) {
    (traces, spans) = try archive(put)
  } else {
    try put(writer.begin())
    try forEachTrace(path, options, reader) { batch in
      traces += batch.spans.isEmpty ? 0 : 1
      spans += batch.spans.count
      try put(writer.write(batch))
    }
    try put(writer.end())
  }
  try file.finish()
  try output.say(
    "wrote \(Printable.count(traces, "trace")), \(Printable.count(spans, "span")) to \(outputName(path)): "
      + "\(Printable.grouped(bytes)) bytes")
  for loss in writer.losses { try sayLost(loss.what, loss.count, output) }
}

/// What writes a v2 archive that is the only input as it lies there, the fastest way; nil where
/// traces have to be brought together, chosen or moved first.
private func archiveExport(
  _ format: any TraceWriter, _ options: Options
) throws -> (((([UInt8]) throws -> Void)) throws -> (traces: Int, spans: Int))? {
  guard format is OTLPProtobufTraceWriter, options.operands.count == 1,
    options.selection.isEmpty, !options.shiftsTime
  else { return nil }
  let name = options.operands[0]
  func named<Answer>(_ body: () throws -> Answer) throws -> Answer {
    do {
      return try body()
    } catch let error as FormatError {
      throw InputError(name: name, error: error)
    }
  }
  guard let export = try named({ try ArchiveExport(path: name) }) else { return nil }
  let framing: ProtobufFraming = options.framed ? .lengthPrefixed : .bare
  return { put in
    try named { try export.writeOTLPProtobuf(framing: framing, threads: options.threads, put) }
  }
}

private func writeV1(
  _ path: String, _ options: Options, _ reader: InputReader, _ output: Output
) throws {
  let folder = isFolder(path)
  let file = folder ? nil : try sink(path, options)
  var losses = V1Losses()
  var only: [UInt8]?
  var (written, bytes) = (0, 0)
  try forEachTrace(path, options, reader) { batch in
    if batch.spans.isEmpty && batch.v1Files.isEmpty { return }
    if !folder && written > 0 {
      throw OutputError(
        path: path,
        reason: "a v1 file holds one trace, and the input has several; make a folder and give it "
          + "as OUT, or choose a trace with --select trace=ID")
    }
    let name = folder ? "\(path)/\(V1Files.name(of: batch)).bht" : path
    let encoded: [UInt8]
    do throws(FormatError) {
      encoded = try V1Files.encode(batch, losses: &losses)
    } catch {
      throw OutputError(path: name, reason: error.what + "; write it with --to bht")
    }
    written += 1
    bytes += encoded.count
    if folder {
      let file = try sink(name, options)
      try file.write(encoded)
      try file.finish()
    } else {
      only = encoded
    }
  }
  if let file {
    guard let only else {
      throw OutputError(path: path, reason: "a v1 file holds one trace, and there is none to write")
    }
    try file.write(only)
    try file.finish()
  }
  try output.say(
    "wrote \(Printable.count(written, "v1 file")) to \(outputName(path)): \(Printable.grouped(bytes)) bytes"
  )
  for (what, count) in losses.list where count > 0 { try sayLost(what, count, output) }
}

/// Says what the format written has no place for, and how often that occurred.
private func sayLost(_ what: String, _ count: Int, _ output: Output) throws {
  try output.say("not held by the format: \(what) (\(Printable.count(count, "time")))")
}
