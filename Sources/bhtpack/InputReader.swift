import BHTView
import BHTrace

/// Reads the inputs of a command, and says what came up: repairs and problems go to standard error,
/// a line each.
struct InputReader {
  /// What is read.
  let sources: SpanSources
  /// Where problems and progress go.
  let output: Output

  /// A reader of the operands of `options`, or of `paths`.
  init(
    _ options: Options, _ output: Output, paths: [String]? = nil,
    selection: TraceSelection = TraceSelection()
  ) {
    sources = SpanSources(
      paths ?? options.operands, strict: options.strict, threads: options.threads,
      mending: options.mending, selection: selection)
    self.output = output
  }

  /// Hands all spans of all inputs to `body`, batch by batch.
  @discardableResult
  func read(_ body: (SpanBatch) throws -> Void) throws -> SpanSources.Outcome {
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
        case .inputs(let names): progress = Progress(output, inputs: names)
        case .progress(let report): progress?.update(report)
        case .finished(let name, let report):
          let size = try? FileSource(path: name).byteCount
          output.count(read: report.bytesIn, of: max(size ?? 0, report.bytesIn))
          progress?.finishInput(report)
          try say(report, of: Self.name(name))
        case .failed(let name, let error, let spans):
          try sayFailed(Self.name(name), error, spans)
        case .passedOver(let path, let reason):
          try output.say("\(path): passed over, as \(reason)")
        case .empty(let name):
          try output.say("\(Self.name(name)): the input has no bytes")
        case .withoutSpans(let name, let error):
          try output.say("\(Self.name(name)): passed over, as \(error.what)")
        }
      }
      try output.clearProgress()
      return answer
    } catch SpanSources.Failure.emptyFolder(let path) {
      throw UsageError("\(path) holds no files; give a folder that does")
    } catch SpanSources.Failure.input(let name, let error) {
      throw InputError(name: Self.name(name), error: error)
    } catch SpanSources.Failure.nothingRead(let inputs) {
      throw UsageError("not one of \(Printable.grouped(inputs)) inputs could be read")
    }
  }

  private static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  private func sayFailed(_ name: String, _ error: any Error, _ spans: Int) throws {
    let kept = spans > 0 ? "; \(Printable.count(spans, "span")) in front of that are kept" : ""
    try output.warn(Failure.text(for: InputError.naming(name, in: error)) + kept)
  }

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
      let part = problem.member.map { ": \($0)" } ?? ""
      let place = problem.offset.map { ", offset \($0)" } ?? ""
      try output.say("\(name)\(part)\(place): \(problem.what); all else was read")
    }
    for member in report.passedOver {
      try output.say("\(name): \(member.member): passed over, as \(member.what)")
    }
    if report.passedOverCount > report.passedOver.count {
      let more = report.passedOverCount - report.passedOver.count
      try output.say("\(name): \(Printable.count(more, "more member")) passed over")
    }
    if report.problemCount > report.problems.count {
      let more = report.problemCount - report.problems.count
      try output.say("\(name): \(Printable.count(more, "more problem"))")
    }
  }
}

extension Output {
  /// Says how many inputs could not be read; the exit code that this makes.
  func sum(_ outcome: SpanSources.Outcome) throws -> ExitCode {
    if outcome.isWhole { return .done }
    var parts: [String] = []
    if outcome.failed > 0 {
      parts.append(
        "\(Printable.grouped(outcome.failed)) of \(Printable.count(outcome.inputs, "input"))")
    }
    if outcome.failedMembers > 0 {
      parts.append(Printable.count(outcome.failedMembers, "member") + " of containers")
    }
    try warn("\(parts.joined(separator: " and ")) could not be read")
    return .inPart
  }
}
