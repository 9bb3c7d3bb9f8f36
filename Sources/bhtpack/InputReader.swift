import BHTrace

/// Reads the inputs of a command, one after the other, and says what came up.
struct InputReader {
  private let paths: [String]
  private let isStrict: Bool
  private let output: Output
  private var isQuiet = false

  /// A reader of the operands of `options`, or of `paths`.
  init(_ options: Options, _ output: Output, paths: [String]? = nil) {
    self.paths = paths ?? options.operands
    isStrict = options.strict
    self.output = output
  }

  /// The same inputs once more, nothing said about them: it was said the first time.
  func quietly() -> InputReader {
    var copy = self
    copy.isQuiet = true
    return copy
  }

  /// Hands all spans of all inputs to `body`, batch by batch. Repairs and problems go to standard
  /// error, a line each.
  func read(_ body: (SpanBatch) throws -> Void) throws {
    for operand in paths {
      for path in operand == "-" ? ["-"] : try filesUnder(operand) {
        let name = path == "-" ? "standard input" : path
        do {
          let report = try SpanInput.read(path: path, strict: isStrict, body)
          if !isQuiet { try say(report, of: name) }
        } catch let error as FormatError {
          throw InputError(name: name, error: error)
        }
      }
    }
  }

  private func say(_ report: InputReport, of name: String) throws {
    for repair in report.repairs {
      try output.say("\(name): \(repair.what) (\(Printable.grouped(repair.count)) times)")
    }
    for problem in report.problems {
      let place = problem.offset.map { ", offset \($0)" } ?? ""
      try output.say("\(name)\(place): \(problem.what); the rest was read")
    }
    if report.problemCount > report.problems.count {
      let more = report.problemCount - report.problems.count
      try output.say("\(name): \(Printable.grouped(more)) more problems")
    }
  }
}
