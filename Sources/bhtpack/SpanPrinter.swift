import BHTrace

/// Prints spans as they are found: a JSON object a line, or the one object of `--json`.
struct SpanPrinter {
  private let output: Output
  private let isWrapped: Bool
  private let isOTLP: Bool
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
    isOTLP = options.otlp
  }

  /// Opens what stands around the spans.
  mutating func begin() throws {
    guard isWrapped else { return }
    json.beginObject()
    json.key("result")
    json.beginArray()
  }

  /// Prints the spans of a trace.
  mutating func print(_ trace: LoadedTrace) throws {
    count += trace.batch.spans.count
    if isOTLP {
      json.raw(OTLPJSONWriter.encode(trace.batch, losses: &losses)[...])
      try endObject()
      return
    }
    for span in trace.batch.spans {
      spans.write(span, of: trace.batch, to: &json)
      try endObject()
    }
  }

  /// Closes what stands around the spans, and prints the figures.
  mutating func finish(_ stats: ReadStats) throws {
    if isWrapped {
      json.endArray()
      json.key("stats")
      json.stats(stats)
      json.endObject()
      json.endLine()
    }
    try output.write(&json)
    if !isWrapped { try output.figures(stats) }
  }

  private mutating func endObject() throws {
    if !isWrapped { json.endLine() }
    if json.bytes.count >= Self.pieceSize { try output.write(&json) }
  }
}
