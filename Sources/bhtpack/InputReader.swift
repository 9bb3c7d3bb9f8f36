import BHTrace

/// Reads the inputs of a command, one after the other, and says what came up.
struct InputReader {
  private let paths: [String]
  private let isStrict: Bool
  private let threads: Int
  private let output: Output
  private var isQuiet = false

  /// A reader of the operands of `options`, or of `paths`.
  init(_ options: Options, _ output: Output, paths: [String]? = nil) {
    self.paths = paths ?? options.operands
    isStrict = options.strict
    threads = options.threads
    self.output = output
  }

  /// The same inputs once more, nothing said about them: it was said the first time.
  func quietly() -> InputReader {
    var copy = self
    copy.isQuiet = true
    return copy
  }

  /// Hands all spans of all inputs to `body`, batch by batch. Repairs and problems go to standard
  /// error, a line each. Throws where an input has bytes but none could be read, and where there
  /// is no byte in all of them.
  func read(_ body: (SpanBatch) throws -> Void) throws {
    let files = try files()
    let progress = Progress(output, inputs: files)
    var bytes = 0
    var empty: [String] = []
    // Of the files in a folder those that hold no spans, a licence say, are passed over.
    let named = Set(paths)
    var unknown: [InputError] = []
    for path in files {
      let name = path == "-" ? "standard input" : path
      do {
        let report = try SpanInput.read(
          path: path, strict: isStrict, threads: threads, progress: { progress?.update($0) }, body)
        progress?.finishInput(report)
        bytes += report.bytesIn
        if report.bytesIn == 0 { empty.append(name) }
        try check(report)
        if !isQuiet { try say(report, of: name) }
      } catch let error as FormatError {
        let failure = InputError(name: name, error: error)
        let isPassedOver =
          error.code == .notRecognized && !isStrict && !named.contains(path)
        if !isPassedOver { throw failure }
        unknown.append(failure)
      }
    }
    try output.clearProgress()
    if unknown.count == files.count, let first = unknown.first { throw first }
    if !isQuiet {
      for failure in unknown {
        try output.say("\(failure.name): passed over, as \(failure.error.what)")
      }
    }
    if bytes == 0, let name = empty.first {
      throw InputError(
        name: name, error: FormatError(.truncated, at: 0, "the input has no bytes"))
    }
    if isQuiet { return }
    for name in empty { try output.say("\(name): the input has no bytes; the others were read") }
  }

  /// Whether `read` would give the same once more: no input is a pipe.
  func canReadAgain() throws -> Bool {
    try files().allSatisfy { path in
      path != "-" && (try? FileSource(path: path)) != nil
    }
  }

  private func files() throws -> [String] {
    try paths.flatMap { operand in
      let found = operand == "-" ? ["-"] : try filesUnder(operand)
      if found.isEmpty { throw UsageError("\(operand) holds no files; give a folder that does") }
      return found
    }
  }

  /// Throws the first problem of an input that gave nothing at all.
  private func check(_ report: InputReport) throws(FormatError) {
    if report.spans == 0, let problem = report.problems.first {
      throw FormatError(problem.code, at: problem.offset, problem.what)
    }
  }

  private func say(_ report: InputReport, of name: String) throws {
    for repair in report.repairs {
      try output.say("\(name): \(repair.what) (\(Printable.count(repair.count, "time")))")
    }
    for problem in report.problems {
      let place = problem.offset.map { ", offset \($0)" } ?? ""
      try output.say("\(name)\(place): \(problem.what); all else was read")
    }
    if report.problemCount > report.problems.count {
      let more = report.problemCount - report.problems.count
      try output.say("\(name): \(Printable.count(more, "more problem"))")
    }
  }
}
