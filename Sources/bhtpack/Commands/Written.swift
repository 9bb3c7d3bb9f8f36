import BHTView
import BHTrace

/// What a command wrote.
struct Written {
  let path: String
  let format: OutputFormat
  /// The number of traces; nil where it is not known.
  var traces: Int?
  var spans = 0
  var bytes = 0
  /// What the format does not hold, and how often.
  var losses: [(what: String, count: Int)] = []

  init(path: String, format: OutputFormat) {
    self.path = path
    self.format = format
  }

  /// What `--help` says about the result of `--json`.
  static let form = """
    With --json the result is {"output", "format", "traces", "spans", "bytes", "inputs", \
    "failed_inputs", "failed_members", "copies", "missing_traces", "missing_services", "losses": \
    [{"what", "count"}], "notes"}, where "notes" are the sentences of standard error, or null where \
    nothing is written; "stats" counts bytes alone.
    """

  /// That it was written, as a sentence without its end.
  fileprivate var sentence: String {
    var things = [Printable.count(spans, "span")]
    if format == .bht1, let traces {
      things = [Printable.count(traces, "v1 file")]
    } else if let traces {
      things.insert(Printable.count(traces, "trace"), at: 0)
    }
    var sentence = "wrote \(things.joined(separator: ", ")) to \(outputName(path)): "
    sentence += "\(Printable.grouped(bytes)) bytes"
    if format == .bht && traces != nil {
      sentence += ", \(Printable.decimal(Double(bytes) / Double(max(spans, 1)))) a span"
    }
    return sentence
  }
}

extension Output {
  /// Says what was written and what the format does not hold, unless `--json` prints it.
  func say(_ written: Written, _ options: Options) throws {
    if options.json { return }
    try say(written.sentence)
    for loss in written.losses { try sayLost(loss.what, loss.count) }
  }

  /// Prints what was written, and of what, where `--json` asks for that.
  func print(_ written: Written, _ reading: InputsRead, _ options: Options) throws {
    if !options.json { return }
    let figures = stats
    try object(stats: { figures }, { write(written, reading, to: &$0) })
  }

  private func write(_ written: Written, _ reading: InputsRead, to json: inout CompactJSON) {
    json.beginObject()
    json.key("output")
    json.string(written.path)
    json.key("format")
    json.string(written.format.rawValue)
    if let traces = written.traces {
      json.key("traces")
      json.integer(traces)
    }
    for (key, value) in [
      ("spans", written.spans), ("bytes", written.bytes), ("inputs", reading.outcome.inputs),
      ("failed_inputs", reading.outcome.failed),
      ("failed_members", reading.outcome.failedMembers), ("copies", reading.copies),
    ] {
      json.key(key)
      json.integer(value)
    }
    json.key("missing_traces")
    json.texts(reading.chooser?.missingIDs ?? [])
    json.key("missing_services")
    json.texts(
      reading.chooser?.missingServices.map { String(decoding: $0, as: UTF8.self) } ?? [])
    json.key("losses")
    json.beginArray()
    for loss in written.losses {
      json.beginObject()
      json.key("what")
      json.string(loss.what)
      json.key("count")
      json.integer(loss.count)
      json.endObject()
    }
    json.endArray()
    json.key("notes")
    json.texts(said)
    json.endObject()
  }

  /// Prints that nothing was written, where `--json` asks for that.
  func printNothing(_ options: Options) throws {
    if options.json { try object(stats: { stats }, { $0.null() }) }
  }
}

extension CompactJSON {
  /// Writes an array of texts.
  mutating func texts(_ texts: [String]) {
    beginArray()
    for text in texts { string(text) }
    endArray()
  }
}
