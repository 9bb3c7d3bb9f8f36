import BHTView
import BHTrace

extension Command {
  /// `bhtpack verify`
  static let verify = Command(
    name: "verify",
    summary: "Check an archive whole, and that it holds what its source holds",
    examples: [
      "verify shop.bht",
      "verify shop.bht --against spans.otlp.pb.zst",
      "verify shop.bht --against exports/ --json",
      "verify errors.bht --against monday.pb tuesday.pb --subset",
    ],
    details: """
      Compares every checksum, checks every length and invariant of the format and decodes every \
      span. A v1 file has no checksums: it is decoded whole and has to come out the same bytes when \
      it is written again. With --against it reads the source as well and compares the spans: both sides have to \
      hold the same spans the same number of times, with every field equal; with --subset the source \
      may hold more. Damage and the first \
      differences are printed, a line each. With --json the result is an array with an object for each \
      archive: {"archive", "sound", "traces", "spans", "blocks", "bytes", "problem_count", \
      "problems": [{"offset", "what"}], "against": {"equal", "spans", "only_in_archive", \
      "only_in_source", "differences"}} ("equal" with --subset: a part, and "subset" is true); where an archive cannot be opened, {"archive", "error"}. A \
      damaged archive is not compared. Exit code 0 where all is well, 1 where there is damage or a difference, 2 \
      where an archive cannot be opened at all, or nothing of its source; 3 where all is well but some \
      of the source could not be read.
      """,
    operands: [.archives],
    ownFlags: ["against", "subset", "repair-ids", "time-unit", "strict"],
    isPaged: false,
    run: runVerify)
}

private func runVerify(_ options: Options, _ output: Output) throws -> ExitCode {
  if options.isSubset && options.against == nil {
    throw UsageError("--subset is for comparing; add --against with the inputs")
  }
  var worst = ExitCode.done
  var json = CompactJSON()
  json.beginArray()
  for path in options.operands {
    let name = path == "-" ? "standard input" : path
    do {
      let source = try open(path, name)
      let report = try verify(source, name)
      output.count(read: report.bytes, of: report.bytes)
      var comparison: SourceComparison?
      // What a damaged archive holds cannot be told, so there is nothing to compare.
      if let against = options.against, report.isSound {
        let reader = InputReader(options, output, paths: against)
        comparison = try reader.watching {
          try SourceComparison(
            archive: source, madeOf: reader.sources, subset: options.isSubset, observe: $0)
        }
        if let comparison { worst = max(worst, try output.sum(comparison.outcome)) }
      }
      if !report.isSound || comparison?.isEqual == false { worst = max(worst, ExitCode.negative) }
      if options.json {
        write(report, comparison, name, to: &json)
      } else {
        try print(report, comparison, name, output)
        if options.against != nil && comparison == nil {
          try output.say("\(name): not compared with its source, since it is damaged")
        }
      }
    } catch let failure as UnopenedArchive {
      // The others are checked all the same.
      worst = .error
      output.fail(failure.error)
      if options.json { write(failure, name, to: &json) }
    }
  }
  if options.json {
    json.endArray()
    try output.object(stats: { output.stats }, { $0.raw(json.bytes[...]) })
  }
  return worst
}

/// An archive that cannot be opened at all.
private struct UnopenedArchive: Error {
  let error: any Error
}

private func open(_ path: String, _ name: String) throws(UnopenedArchive) -> any ByteSource {
  do {
    return try openArchiveSource(path: path)
  } catch {
    throw UnopenedArchive(error: error)
  }
}

private func verify(_ source: any ByteSource, _ name: String) throws -> VerificationReport {
  do {
    return try ArchiveVerifier.verify(source)
  } catch let error as FormatError {
    throw UnopenedArchive(error: InputError(name: name, error: error, wanted: .archive))
  }
}

private func write(_ failure: UnopenedArchive, _ name: String, to json: inout CompactJSON) {
  json.beginObject()
  json.key("archive")
  json.string(Array(name.utf8))
  json.key("error")
  json.string(Array(Failure.text(for: failure.error).utf8))
  json.endObject()
}

private func print(
  _ report: VerificationReport, _ comparison: SourceComparison?, _ name: String, _ output: Output
) throws {
  for problem in report.problems {
    let place = problem.offset.map { ", offset \($0)" } ?? ""
    try output.write(Printable.text("\(name)\(place): \(problem.what)") + "\n")
  }
  if report.problemCount > report.problems.count {
    let more = report.problemCount - report.problems.count
    try output.write("\(Printable.text(name)): \(Printable.count(more, "more problem"))\n")
  }
  let verdict = report.isSound ? "sound" : "damaged"
  try output.write(
    Printable.text(name)
      + ": \(verdict); \(Printable.count(report.traces, "trace")), "
      + "\(Printable.count(report.spans, "span")), \(Printable.count(report.blocks, "block")), "
      + "\(Printable.grouped(report.bytes)) bytes checked\n")
  guard let comparison else { return }
  for line in comparison.differences { try output.write(Printable.text(line) + "\n") }
  if comparison.isEqual {
    try output.write(
      comparison.isSubset
        ? "\(Printable.text(name)): part of its source, "
          + "\(Printable.grouped(comparison.archiveSpans)) of "
          + "\(Printable.count(comparison.sourceSpans, "span"))\n"
        : "\(Printable.text(name)): equal to its source, all "
          + "\(Printable.count(comparison.sourceSpans, "span"))\n")
  } else if comparison.isSubset {
    try output.write(
      Printable.text(name)
        + ": not part of its source; \(Printable.count(comparison.onlyInArchive, "span")) only in "
        + "the archive\n")
  } else {
    try output.write(
      Printable.text(name)
        + ": not equal to its source; \(Printable.count(comparison.onlyInArchive, "span")) only in "
        + "the archive, \(Printable.grouped(comparison.onlyInSource)) only in the source\n")
  }
}

private func write(
  _ report: VerificationReport, _ comparison: SourceComparison?, _ name: String,
  to json: inout CompactJSON
) {
  json.beginObject()
  json.key("archive")
  json.string(Array(name.utf8))
  json.key("sound")
  json.bool(report.isSound)
  for (key, value) in [
    ("traces", report.traces), ("spans", report.spans), ("blocks", report.blocks),
    ("bytes", report.bytes), ("problem_count", report.problemCount),
  ] {
    json.key(key)
    json.integer(value)
  }
  json.key("problems")
  json.beginArray()
  for problem in report.problems {
    json.beginObject()
    if let offset = problem.offset {
      json.key("offset")
      json.integer(offset)
    }
    json.key("what")
    json.string(Array(problem.what.utf8))
    json.endObject()
  }
  json.endArray()
  if let comparison {
    json.key("against")
    json.beginObject()
    json.key("equal")
    json.bool(comparison.isEqual)
    if comparison.isSubset {
      json.key("subset")
      json.bool(true)
    }
    for (key, value) in [
      ("spans", comparison.sourceSpans), ("only_in_archive", comparison.onlyInArchive),
      ("only_in_source", comparison.onlyInSource),
    ] {
      json.key(key)
      json.integer(value)
    }
    json.key("differences")
    json.beginArray()
    for line in comparison.differences { json.string(Array(line.utf8)) }
    json.endArray()
    json.endObject()
  }
  json.endObject()
}
