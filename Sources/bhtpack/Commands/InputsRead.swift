import BHTView
import BHTrace

/// What reading the inputs came to.
struct InputsRead {
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
struct NothingChosen: Error {
  let reading: InputsRead
}
