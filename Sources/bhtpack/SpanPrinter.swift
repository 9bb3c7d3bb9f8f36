import BHTView
import BHTrace

/// Prints spans as they are found, in one of the formats for programs: a JSON object a line, the one
/// object of `--json`, or what another tool reads.
struct SpanPrinter {
  private let output: Output
  private let isWrapped: Bool
  private let isOTLP: Bool
  private var writer: (any TraceWriter)?
  private var json = CompactJSON()
  private var spans = SpanObjectWriter()
  private var losses = OTLPJSONLosses()
  /// The number of spans printed.
  private(set) var count = 0

  /// Text goes out in pieces of about this many bytes.
  private static let pieceSize = 64 << 10

  /// Prints the way `options` say.
  init(_ options: Options, _ output: Output) {
    self.output = output
    isWrapped = options.json
    isOTLP = options.otlp || options.format == .otlp
    writer = options.format?.writer
  }

  /// Opens what stands around the spans.
  mutating func begin() throws {
    if writer != nil, let bytes = writer?.begin() { try output.write(bytes) }
    guard isWrapped else { return }
    json.beginObject()
    json.key("result")
    json.beginArray()
  }

  /// Prints the spans of a trace.
  mutating func print(_ trace: LoadedTrace) throws {
    count += trace.batch.spans.count
    if writer != nil {
      if let bytes = writer?.write(trace.batch.convertedToOTLP()) { try output.write(bytes) }
      return
    }
    if isOTLP {
      json.raw(OTLPJSONWriter.encode(trace.batch.convertedToOTLP(), losses: &losses)[...])
      try endObject()
      return
    }
    for span in trace.batch.spans.indices {
      try spans.write(span, of: trace.batch, to: &json)
      try endObject()
    }
  }

  /// Closes what stands around the spans, with the figures where they belong to it.
  mutating func finish(stats: () -> ReadStats) throws {
    if writer != nil, let bytes = writer?.end() {
      try output.write(bytes)
      for loss in writer?.losses ?? [] {
        try output.sayLost(loss.what, loss.count)
      }
      return
    }
    if isWrapped {
      json.endArray()
      json.key("stats")
      json.stats(stats())
      json.endObject()
      json.endLine()
    }
    try output.write(&json)
    if let sentence = losses.sentence { try output.say(sentence) }
  }

  private mutating func endObject() throws {
    if !isWrapped { json.endLine() }
    if json.bytes.count >= Self.pieceSize { try output.write(&json) }
  }
}

extension OTLPJSONLosses {
  /// What was lost, as a sentence; nil where nothing was.
  fileprivate var sentence: String? {
    let counters: [(Int, String)] = [
      (unknownFields, "unknown field"), (invalidText, "text that is not UTF-8"),
      (severalValues, "value beside another"), (unusualNaNs, "unusual NaN"),
      (unreadableValues, "unreadable value"),
    ]
    let parts = counters.filter { $0.0 > 0 }.map { "\(Printable.grouped($0.0)) \($0.1)" }
    return parts.isEmpty
      ? nil
      : "OTLP JSON cannot hold everything these spans say; lost or repaired (count and kind): "
        + parts.joined(separator: ", ")
  }
}
