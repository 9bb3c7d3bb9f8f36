import BHTMeasure
import BHTView
import BHTrace

extension Command {
  /// `bhtpack measure`
  static let measure = Command(
    name: "measure",
    summary: "Measure what the archive saves: sizes, bytes read, speed",
    examples: [
      "measure spans.otlp.pb.zst",
      "measure corpus/checkout-v1.bht corpus/shop -o RESULTS.md",
      "measure exports/ --no-solid --json",
    ],
    details: """
      Every operand is a corpus: a file, or all files of a folder. Of each it measures the size in \
      v1, v2 and what is usual otherwise; for every reading the bytes read compressed against \
      decoded, requests, rounds and time; what the block size changes; and how fast conversion and \
      reading are beside zstd. The page is Markdown; with -o a plot is written beside it, under the \
      same name with .svg. With --json the result has all figures (times in seconds). \
      Archives are made in the folder $TMPDIR, or /tmp, while they are measured.
      """,
    operands: [.corpora],
    ownFlags: ["output", "threads", "no-solid", "force"],
    isPaged: false,
    run: runMeasure)
}

private func runMeasure(_ options: Options, _ output: Output) throws -> ExitCode {
  if options.operands.contains("-") {
    throw UsageError("`bhtpack measure` reads its inputs several times, which - cannot be")
  }
  var work = MeasurementOptions()
  work.threads = options.threads
  work.isSolidMeasured = options.isSolidMeasured
  if let folder = Terminal.environment("TMPDIR"), !folder.isEmpty { work.folder = folder }
  // The outputs are opened first, so that an existing file is not found after the work.
  var plotPath: String?
  var (page, plot): ((any ByteSink)?, (any ByteSink)?)
  if let path = options.output {
    page = try sink(path, options, output)
    if path != "-" { plotPath = besides(path) }
  }
  if let plotPath { plot = try sink(plotPath, options, output) }
  var measurement = Measurements()
  for operand in options.operands {
    let corpus = MeasuredCorpus(name: corpusName(operand), inputs: try filesUnder(operand))
    do {
      try measurement.add(corpus, options: work) { step in
        // Progress that cannot be shown does not end the work.
        if output.showsProgress { try? output.showProgress(step) }
      }
    } catch let error as FormatError {
      throw InputError(name: operand, error: error)
    }
  }
  let text = measurement.page(plot: plotPath.map { lastName($0) })
  if let plot {
    try plot.write(Array(measurement.plot.utf8))
    try plot.finish()
  }
  if let page {
    try page.write(Array(text.utf8))
    try page.finish()
  }
  if options.json {
    for corpus in measurement.corpora {
      output.count(read: corpus.referenceBytes, of: corpus.referenceBytes)
    }
    try output.object(stats: { output.stats }, measurement.write)
  } else if options.output == nil {
    try output.write(text)
  }
  return .done
}

/// `RESULTS.svg` for `RESULTS.md`.
private func besides(_ page: String) -> String {
  (page.hasSuffix(".md") ? String(page.dropLast(3)) : page) + ".svg"
}

private func lastName(_ path: String) -> String {
  String(path.split(separator: "/").last ?? "")
}

/// The name of the file or folder, without what follows the first point.
private func corpusName(_ path: String) -> String {
  let name = lastName(path)
  let short = name.prefix { $0 != "." }
  return Printable.text(short.isEmpty ? name : String(short))
}
