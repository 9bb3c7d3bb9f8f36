import BHTView
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
  _ stream: any ByteStream, _ options: Options, _ output: Output
) throws -> ExitCode {
  let path = options.operands[0]
  let name = path == "-" ? "standard input" : path
  do {
    var parts = InputParts(stream)
    let progress = Progress(output, inputs: [path])
    var inspected: [InspectedPart] = []
    while let part = try parts.next() {
      if case .input(let input) = part.content {
        while try input.next() != nil { progress?.update(input.report) }
      }
      inspected.append(InspectedPart(part))
    }
    try output.clearProgress()
    var stats = ReadStats(fileSize: parts.bytesIn)
    stats.bytesRead = parts.bytesIn
    if let container = parts.containerName {
      if options.json {
        try output.object(stats: { stats }, { $0.inspection(inspected, in: container) })
      } else {
        try output.write(page(inspected, in: container))
      }
    } else if case .input(let input)? = inspected.first?.content {
      if input.format == .empty {
        throw FormatError(.notRecognized, at: nil, "this is an empty file")
      }
      if options.json {
        try output.object(stats: { stats }, { $0.inspection(input) })
      } else {
        try output.write(page(input))
      }
    } else if case .archive(let archive)? = inspected.first?.content {
      throw FormatError(
        .unsupported, at: 0,
        "the content is \(archive.formatName), inside "
          + "\(archive.layers.reversed().joined(separator: " inside ")); decompress it first")
    }
    return .done
  } catch let error as FormatError {
    throw InputError(name: name, error: error)
  }
}

/// A part of an input, and what came up while it was read.
private struct InspectedPart {
  /// Its name in the container, empty for the container itself.
  let member: String
  let content: InputParts.Content

  init(_ part: InputParts.Part) {
    member = part.member
    content = part.content
  }
}

extension TraceInput {
  /// How the messages lie in it; nil where nothing stands before them.
  fileprivate var framing: ProtobufFraming? {
    if case .otlpProtobuf(let framing) = format, framing != .bare { return framing }
    return nil
  }
}

private func page(_ parts: [InspectedPart], in container: String) -> String {
  let members = parts.count { !$0.member.isEmpty }
  var text = "\(container), \(Printable.count(members, "member"))\n"
  for part in parts {
    let name = part.member.isEmpty ? "" : "\n\(Printable.text(part.member)): "
    switch part.content {
    case .input(let input): text += name + page(input)
    case .archive(let archive): text += name + archive.formatName + "\n"
    case .noInput(let reason): text += "\(name)passed over, as \(reason)\n"
    case .failure(let error):
      let verb = "cannot be read:"
      text += "\(name)\(verb) \(Printable.text(error.what))\n"
    }
  }
  return text
}

private func page(_ input: TraceInput) -> String {
  let report = input.report
  var page = input.formatName
  if let words = input.framing?.words { page += ", \(words)" }
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
  fileprivate mutating func inspection(_ parts: [InspectedPart], in container: String) {
    beginObject()
    key("container")
    string(Array(container.utf8))
    key("members")
    beginArray()
    for part in parts where !part.member.isEmpty {
      beginObject()
      key("name")
      string(Array(part.member.utf8))
      switch part.content {
      case .input(let input): members(of: input)
      case .archive(let archive):
        key("format")
        string(Array(archive.formatName.utf8))
      case .noInput(let reason):
        key("passed_over")
        string(Array(reason.utf8))
      case .failure(let error):
        key(error.code == .notRecognized ? "passed_over" : "error")
        string(Array(error.what.utf8))
      }
      endObject()
    }
    endArray()
    // What is wrong with the container itself.
    for part in parts {
      if part.member.isEmpty, case .failure(let error) = part.content {
        key("error")
        string(Array(error.what.utf8))
      }
    }
    endObject()
  }

  fileprivate mutating func inspection(_ input: TraceInput) {
    beginObject()
    members(of: input)
    endObject()
  }

  /// What came up, and how often each.
  private mutating func counts(_ name: String, _ counted: [(what: String, count: Int)]) {
    key(name)
    beginArray()
    for (what, count) in counted {
      beginObject()
      key("what")
      string(Array(what.utf8))
      key("count")
      integer(count)
      endObject()
    }
    endArray()
  }

  private mutating func members(of input: TraceInput) {
    let report = input.report
    key("format")
    string(Array(input.formatName.utf8))
    key("layers")
    beginArray()
    for layer in input.layers { string(Array(layer.utf8)) }
    endArray()
    key("framed")
    bool(input.framing != nil)
    for (name, value) in [
      ("bytes", report.bytesIn), ("messages", report.messages), ("spans", report.spans),
    ] {
      key(name)
      integer(value)
    }
    counts("repairs", report.repairs.map { ($0.what, $0.count) })
    counts("notices", report.notices.map { ($0.what, $0.count) })
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
  }
}
