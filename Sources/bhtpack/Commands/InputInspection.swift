import BHTrace

/// Whether `source` is an archive, sound or not, rather than a file of another format.
func isArchive(_ source: any ByteSource) throws -> Bool {
  do {
    _ = try openArchive(source)
  } catch let error as FormatError {
    return error.code != .notRecognized
  }
  return true
}

/// Says what a file is that is no archive: reads it whole and shows what came up.
func inspectInput(
  _ source: any ByteSource, _ options: Options, _ output: Output
) throws -> ExitCode {
  let path = options.operands[0]
  let name = path == "-" ? "standard input" : path
  do {
    let stream: any ByteStream =
      if let memory = source as? MemorySource {
        MemoryByteStream(memory.bytes)
      } else {
        try FileByteStream(path: path)
      }
    let input = try TraceInput(stream: stream)
    let progress = Progress(output, inputs: [path])
    while try input.next() != nil { progress?.update(input.report) }
    try output.clearProgress()
    var stats = ReadStats(fileSize: source.byteCount)
    stats.bytesRead = input.report.bytesIn
    if options.json {
      try output.object(stats: { stats }, { $0.inspection(input) })
    } else {
      try output.write(page(input, name))
    }
    return .done
  } catch let error as FormatError {
    throw InputError(name: name, error: error)
  }
}

extension TraceInput {
  /// Whether every message has its length before it.
  fileprivate var isFramed: Bool { format == .otlpProtobuf(.lengthPrefixed) }
}

private func page(_ input: TraceInput, _ name: String) -> String {
  let report = input.report
  var page = input.formatName
  if input.isFramed { page += ", a 4-byte length before each message" }
  if !input.layers.isEmpty {
    page += ", inside \(input.layers.reversed().joined(separator: " inside "))"
  }
  page +=
    "\n\(Printable.grouped(report.bytesIn)) bytes, \(Printable.count(report.messages, "message")), "
    + "\(Printable.count(report.spans, "span"))\n"
  for repair in report.repairs {
    page += "repaired: \(repair.what) (\(Printable.count(repair.count, "time")))\n"
  }
  for notice in report.notices { page += "noticed: \(InputReader.text(notice))\n" }
  for problem in report.problems {
    let place = problem.offset.map { "offset \($0): " } ?? ""
    page += "cannot be read: \(place)\(Printable.text(problem.what))\n"
  }
  if report.problemCount > report.problems.count {
    let more = report.problemCount - report.problems.count
    page += "cannot be read: \(Printable.count(more, "more problem"))\n"
  }
  return page
}

extension CompactJSON {
  fileprivate mutating func inspection(_ input: TraceInput) {
    let report = input.report
    beginObject()
    key("format")
    string(Array(input.formatName.utf8))
    key("layers")
    beginArray()
    for layer in input.layers { string(Array(layer.utf8)) }
    endArray()
    key("framed")
    bool(input.isFramed)
    for (name, value) in [
      ("bytes", report.bytesIn), ("messages", report.messages), ("spans", report.spans),
    ] {
      key(name)
      integer(value)
    }
    key("repairs")
    beginArray()
    for repair in report.repairs {
      beginObject()
      key("what")
      string(Array(repair.what.utf8))
      key("count")
      integer(repair.count)
      endObject()
    }
    endArray()
    key("notices")
    beginArray()
    for notice in report.notices {
      beginObject()
      key("what")
      string(Array(notice.what.utf8))
      key("count")
      integer(notice.count)
      endObject()
    }
    endArray()
    key("problem_count")
    integer(report.problemCount)
    key("problems")
    beginArray()
    for problem in report.problems {
      beginObject()
      if let offset = problem.offset {
        key("offset")
        integer(offset)
      }
      key("what")
      string(Array(problem.what.utf8))
      endObject()
    }
    endArray()
    endObject()
  }
}
