import BHTView
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
      Reads \(TraceInput.formatNames.joined(separator: ", ")), each plain, \
      compressed (gzip, zstd, xz, bzip2, lz4, zlib) or in a zip or tar; the content says which. Spans \
      of one trace may lie in any number of \
      inputs and become one trace. What had to be repaired or could not be read is named on \
      standard error with file and offset; what the format written cannot hold is counted there. \
      Of folders the regular files are read; pipes, sockets, devices and links that lead back are \
      passed over. Exit code 0 where every input could be read; 3 where some could not, which are \
      named, and all others were written, or where some of the trace ids of --select were not found; \
      1 where --select chose nothing, and 2 where nothing could be read: then nothing is written. With \
      --strict 2 for the first thing that cannot be read. \(Written.form)
      """,
    operands: [.inputs],
    ownFlags: [
      "output", "to", "framed", "best", "block", "index", "select", "dedup", "shift-time",
      "repair-ids", "time-unit",
      "threads", "memory", "strict", "force",
    ],
    isPaged: false,
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
  try checkStandardOutput(path, format, options)
  if options.framed && format != .otlpProtobuf {
    throw UsageError("--framed is for OTLP protobuf, not for \(format.rawValue)")
  }
  var options = options
  try options.readTraceIDs()
  let reader = InputReader(options, output, selection: options.selection)
  var written = Written(path: path, format: format)
  do {
    let reading: InputsRead
    if let writer = format.makeWriter(framed: options.framed) {
      reading = try writeTraces(path, writer, options, reader, &written)
    } else if format == .bht1 {
      reading = try writeV1(path, options, reader, &written)
    } else {
      reading = try writeArchive(path, options, reader, &written)
    }
    try output.say(written, options)
    let code = try reading.sum(options, output)
    try output.print(written, reading, options)
    return code
  } catch let error as NothingChosen {
    _ = try output.sum(error.reading.outcome)
    try output.warn(error.reading.sayNothingChosen(options))
    try output.printNothing(options)
    return .negative
  }
}

/// Hands every chosen trace to `body`, its times moved where that is wanted. Throws `NothingChosen`.
private func forEachTrace(
  _ path: String, _ options: Options, _ reader: InputReader, _ body: (SpanBatch) throws -> Void
) throws -> InputsRead {
  var reading = InputsRead()
  if !options.selection.isEmpty { reading.chooser = TraceChooser(options.selection) }
  var collector = TraceCollector(
    memory: options.memory, scratchFolder: scratchFolder(path), dropsCopies: options.dropsCopies)
  var latest: UInt64 = 0
  reading.outcome = try reader.read { batch in
    if options.shiftsTime { latest = batch.spans.reduce(latest) { max($0, $1.end) } }
    try collector.add(batch)
  }
  let distance =
    options.shiftsTime && latest > 0
    ? Int64(bitPattern: Clock.nanosecondsSinceEpoch &- latest) : 0
  reading.copies = try collector.finish(threads: options.threads) { batch in
    if reading.chooser?.chooses(batch) == false { return }
    if distance == 0 {
      try body(batch)
    } else {
      var moved = batch
      moved.shiftTimes(by: distance)
      try body(moved)
    }
  }
  if reading.chooser?.chosenCount == 0 { throw NothingChosen(reading: reading) }
  return reading
}

private func writeArchive(
  _ path: String, _ options: Options, _ reader: InputReader, _ written: inout Written
) throws -> InputsRead {
  let output = reader.output
  // The output is opened first, so that an existing file is not found after the work.
  let file = try sink(path, options, output)
  var format = FormatOptions()
  if let block = options.block { format.block = block }
  format.index = options.index
  if options.best { format.makeSmallest() }
  var writer = ArchiveWriter(
    options: format, threads: options.threads, memory: options.memory,
    scratchFolder: scratchFolder(path), dropsCopies: options.dropsCopies)
  var reading = InputsRead()
  if options.selection.isEmpty && !options.shiftsTime {
    reading.outcome = try reader.read { try writer.add($0) }
  } else {
    reading = try forEachTrace(path, options, reader) { try writer.add($0) }
  }
  let progress = WritingProgress(output)
  let report = try writer.finish { piece in
    progress?.add(piece.count)
    try file.write(piece)
  }
  try finish(file, output)
  // Those that were dropped before were counted then.
  reading.copies = max(reading.copies, report.copies)
  written.traces = report.traces
  written.spans = report.spans
  written.bytes = report.bytes
  return reading
}

private func writeTraces(
  _ path: String, _ format: any TraceWriter, _ options: Options, _ reader: InputReader,
  _ written: inout Written
) throws -> InputsRead {
  let output = reader.output
  let file = try sink(path, options, output)
  var reading = InputsRead()
  var writer = format
  var (bytes, traces, spans) = (0, 0, 0)
  let progress = WritingProgress(output)
  func put(_ piece: [UInt8]) throws {
    progress?.add(piece.count)
    bytes += piece.count
    try file.write(piece)
  }
  if let archive = try archiveExport(options) {
    (traces, spans) = try named(options.operands[0]) {
      if format is OTLPProtobufTraceWriter {
        let framing: ProtobufFraming = options.framed ? .lengthPrefixed : .bare
        return try archive.writeOTLPProtobuf(framing: framing, threads: options.threads, put)
      }
      return try archive.write(with: &writer, threads: options.threads, put)
    }
    reading.outcome.inputs = 1
    output.count(read: archive.stats.bytesRead, of: archive.stats.fileSize)
  } else {
    try put(writer.begin())
    reading = try forEachTrace(path, options, reader) { batch in
      traces += batch.spans.isEmpty ? 0 : 1
      spans += batch.spans.count
      try put(writer.write(batch))
    }
    try put(writer.end())
  }
  try finish(file, output)
  written.traces = traces
  written.spans = spans
  written.bytes = bytes
  written.losses = writer.losses.map { ($0.what, $0.count) }
  return reading
}

/// A v2 archive that is the only input, to be written as it lies there; nil where traces have to be
/// brought together, chosen, moved or rid of copies first.
private func archiveExport(_ options: Options) throws -> ArchiveExport? {
  guard options.operands.count == 1, options.selection.isEmpty, !options.shiftsTime,
    !options.dropsCopies, options.mending == InputMending()
  else { return nil }
  let name = options.operands[0]
  return try named(name) { try ArchiveExport(path: name) }
}

/// Does `work` on the input called `name`, which what is wrong with its bytes is said with.
private func named<Answer>(_ name: String, _ work: () throws -> Answer) throws -> Answer {
  do { return try work() } catch { throw InputError.naming(name, in: error) }
}

private func writeV1(
  _ path: String, _ options: Options, _ reader: InputReader, _ written: inout Written
) throws -> InputsRead {
  let output = reader.output
  let folder = isFolder(path)
  let file = folder ? nil : try sink(path, options, output)
  var losses = V1Losses()
  var only: [UInt8]?
  var (files, spans, bytes) = (0, 0, 0)
  let reading = try forEachTrace(path, options, reader) { batch in
    if batch.spans.isEmpty && batch.v1Files.isEmpty { return }
    if !folder && files > 0 {
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
    files += 1
    spans += batch.spans.count
    bytes += encoded.count
    if folder {
      let file = try sink(name, options, output, isNext: files > 1)
      try file.write(encoded)
      try finish(file, output)
    } else {
      only = encoded
    }
  }
  if let file {
    guard let only else {
      throw OutputError(path: path, reason: "a v1 file holds one trace, and there is none to write")
    }
    try file.write(only)
    try finish(file, output)
  }
  written.traces = files
  written.spans = spans
  written.bytes = bytes
  written.losses = losses.list.filter { $0.count > 0 }
  return reading
}
