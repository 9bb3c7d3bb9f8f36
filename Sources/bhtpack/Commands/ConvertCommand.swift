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
      --strict 2 for the first thing that cannot be read.
      """,
    operands: [.inputs],
    ownFlags: [
      "output", "to", "framed", "best", "block", "index", "select", "dedup", "shift-time",
      "repair-ids", "time-unit",
      "threads", "memory", "strict", "force",
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
  var options = options
  try options.readTraceIDs()
  let reader = InputReader(options, output, selection: options.selection)
  do {
    if let writer = format.makeWriter(framed: options.framed) {
      return try writeTraces(path, writer, options, reader, output)
    }
    return format == .bht1
      ? try writeV1(path, options, reader, output)
      : try writeArchive(path, options, reader, output)
  } catch let error as NothingChosen {
    _ = try output.sum(error.reading.outcome)
    try output.warn(error.reading.sayNothingChosen(options))
    return .negative
  }
}

/// What reading the inputs came to.
private struct InputsRead {
  var outcome = SpanSources.Outcome()
  /// What chose the traces; nil where all are wanted.
  var chooser: TraceChooser?
  /// How many spans are exact copies of others.
  var copies = 0

  /// Says what could not be read and what was not found; the exit code that this makes.
  func sum(_ options: Options, _ output: Output) throws -> ExitCode {
    if copies > 0 {
      let are = copies == 1 ? "is an exact copy of another" : "are exact copies of others"
      let spans = Printable.count(copies, "span")
      try output.say(
        options.dropsCopies
          ? "dropped \(spans) that \(are)" : "\(spans) \(are), and kept; --dedup drops them")
    }
    var code = try output.sum(outcome)
    guard let chooser else { return code }
    if !chooser.missingIDs.isEmpty {
      try output.warn("there is no trace \(Printable.alternatives(chooser.missingIDs))")
      code = max(code, ExitCode.inPart)
    }
    if !chooser.missingServices.isEmpty {
      let names = chooser.missingServices.map { String(decoding: $0, as: UTF8.self) }
      try output.warn("no trace that is written has a span of \(Printable.alternatives(names))")
    }
    return code
  }

  /// Why no trace was chosen.
  func sayNothingChosen(_ options: Options) -> String {
    let ids = options.selection.typedIDs
    let missing = chooser?.missingIDs ?? []
    let conditions = options.conditions.map { "`\($0)`" }.joined(separator: ", ")
    if !ids.isEmpty && missing.count == ids.count {
      return "there is no trace \(Printable.alternatives(missing)); nothing is written"
    }
    let those = ids.isEmpty ? "" : "of those asked for "
    return "no trace \(those)passes \(conditions); nothing is written"
  }
}

/// Not one trace was chosen of all that were read.
private struct NothingChosen: Error {
  let reading: InputsRead
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

/// The folder scratch files go to: that of the output.
func scratchFolder(_ path: String) -> String {
  guard path != "-", let slash = path.lastIndex(of: "/") else { return path == "-" ? "/tmp" : "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// What a person calls the output at `path`.
func outputName(_ path: String) -> String { path == "-" ? "standard output" : path }

/// Where a command writes to: the file at `path`, or standard output where it is "-". What killed
/// processes left in its folder is removed, and named; not where the file `isNext` of several in the
/// same folder.
func sink(
  _ path: String, _ options: Options, _ output: Output, isNext: Bool = false
) throws -> any ByteSink {
  if path == "-" { return try StandardStream.output() }
  let file = try OutputFile(path: path, replace: options.force)
  if isNext { return file }
  for leftover in file.removeLeftovers() {
    try output.say("removed \(leftover), which a process that was killed had left")
  }
  return file
}

/// Brings what was written to its place.
func finish(_ file: any ByteSink, _ output: Output) throws {
  try file.finish()
  if let problem = (file as? OutputFile)?.folderFailure {
    try output.warn(
      "\(problem.path) is written whole, but its folder cannot be brought to the medium "
        + "(\(Failure.lowercased(problem.reason))): a power cut now may take its name")
  }
}

private func writeArchive(
  _ path: String, _ options: Options, _ reader: InputReader, _ output: Output
) throws -> ExitCode {
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
  let perSpan = report.spans == 0 ? 0 : Double(report.bytes) / Double(report.spans)
  try output.say(
    "wrote \(Printable.count(report.traces, "trace")), \(Printable.count(report.spans, "span")) "
      + "to \(outputName(path)): \(Printable.grouped(report.bytes)) bytes, \(Printable.decimal(perSpan)) a span"
  )
  return try reading.sum(options, output)
}

private func writeTraces(
  _ path: String, _ format: any TraceWriter, _ options: Options, _ reader: InputReader,
  _ output: Output
) throws -> ExitCode {
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
  try output.say(
    "wrote \(Printable.count(traces, "trace")), \(Printable.count(spans, "span")) to \(outputName(path)): "
      + "\(Printable.grouped(bytes)) bytes")
  for loss in writer.losses { try output.sayLost(loss.what, loss.count) }
  return try reading.sum(options, output)
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
  _ path: String, _ options: Options, _ reader: InputReader, _ output: Output
) throws -> ExitCode {
  let folder = isFolder(path)
  let file = folder ? nil : try sink(path, options, output)
  var losses = V1Losses()
  var only: [UInt8]?
  var (written, bytes) = (0, 0)
  let reading = try forEachTrace(path, options, reader) { batch in
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
      let file = try sink(name, options, output, isNext: written > 1)
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
  try output.say(
    "wrote \(Printable.count(written, "v1 file")) to \(outputName(path)): \(Printable.grouped(bytes)) bytes"
  )
  for (what, count) in losses.list where count > 0 { try output.sayLost(what, count) }
  return try reading.sum(options, output)
}
