import BHTrace

/// Reads the inputs of a command, and says what came up: repairs and problems go to standard error,
/// a line each.
struct InputReader {
  /// What is read.
  let sources: SpanSources
  private let output: Output

  /// A reader of the operands of `options`, or of `paths`.
  init(_ options: Options, _ output: Output, paths: [String]? = nil) {
    sources = SpanSources(
      paths ?? options.operands, strict: options.strict, threads: options.threads,
      mending: options.mending)
    self.output = output
  }

  /// Hands all spans of all inputs to `body`, batch by batch.
  func read(_ body: (SpanBatch) throws -> Void) throws {
    try watching { try sources.read(observe: $0, body) }
  }

  /// Does `work`, which reads the inputs and tells what comes up.
  func watching<Answer>(
    _ work: ((SpanSources.Event) throws -> Void) throws -> Answer
  ) throws -> Answer {
    var progress: Progress?
    do {
      let answer = try work { event in
        switch event {
        case .files(let files): progress = Progress(output, inputs: files)
        case .progress(let report): progress?.update(report)
        case .finished(let path, let report):
          progress?.finishInput(report)
          try say(report, of: Self.name(path))
        case .passedOver(let path, let error):
          try output.say("\(Self.name(path)): passed over, as \(error.what)")
        case .empty(let path):
          try output.say("\(Self.name(path)): the input has no bytes; the others were read")
        }
      }
      try output.clearProgress()
      return answer
    } catch SpanSources.Failure.emptyFolder(let path) {
      throw UsageError("\(path) holds no files; give a folder that does")
    } catch SpanSources.Failure.input(let path, let error) {
      throw InputError(name: Self.name(path), error: error)
    }
  }

  private static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  /// What was found, and which flag does something about it.
  static func text(_ notice: InputReport.Notice) -> String {
    switch notice.remedy {
    case .none: notice.what
    case .repairIDs: "\(notice.what); --repair-ids mends that"
    case .timeUnit(nil): "\(notice.what); --time-unit reads times in another unit"
    case .timeUnit(let unit?):
      "\(notice.what), which --time-unit \(unit.rawValue) would mend"
    }
  }

  private func say(_ report: InputReport, of name: String) throws {
    for repair in report.repairs {
      try output.say("\(name): \(repair.what) (\(Printable.count(repair.count, "time")))")
    }
    for notice in report.notices { try output.say("\(name): \(Self.text(notice))") }
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
