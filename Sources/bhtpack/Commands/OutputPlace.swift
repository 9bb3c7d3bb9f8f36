import BHTView
import BHTrace

/// The folder scratch files go to: that of the output.
func scratchFolder(_ path: String) -> String {
  guard path != "-", let slash = path.lastIndex(of: "/") else { return path == "-" ? "/tmp" : "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// What a person calls the output at `path`.
func outputName(_ path: String) -> String { path == "-" ? "standard output" : path }

/// Throws where `path` is standard output, and that is a terminal that cannot show `format`, or the
/// place where `--json` prints.
func checkStandardOutput(
  _ path: String, _ format: OutputFormat, _ options: Options
) throws(UsageError) {
  if path != "-" { return }
  if options.json {
    throw UsageError(
      "--json prints on standard output, and so does -o -; give a file, or leave one out")
  }
  let isBinary = [.bht, .bht1, .otlpProtobuf].contains(format)
  if isBinary && Terminal.showsOutput && !options.force {
    throw UsageError(
      "standard output is a terminal, and \(format.rawValue) is nothing it can show; give a file with "
        + "-o, lead it on with | or >, or insist with --force")
  }
}

/// Where a command writes to: the file at `path`, or standard output where it is "-". What killed
/// processes left in its folder is removed, and named; not where the file `isNext` of several in the
/// same folder.
func sink(
  _ path: String, _ options: Options, _ output: Output, isNext: Bool = false
) throws -> any ByteSink {
  if path == "-" {
    // Progress in the middle of what a terminal is shown could not be taken away again.
    output.hidesProgress = Terminal.showsOutput
    return try StandardStream.output()
  }
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
