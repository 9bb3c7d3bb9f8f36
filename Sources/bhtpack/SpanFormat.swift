import BHTrace

/// How spans are printed.
enum SpanFormat: String, CaseIterable {
  /// A line a span with a bar, for eyes.
  case waterfall
  /// A JSON object a line and span.
  case jsonl
  /// OTLP JSON, a message a line.
  case otlp
  /// Jaeger JSON.
  case jaeger
  /// Zipkin JSON.
  case zipkin
  /// Chrome's trace events.
  case chrome

  /// The writer of a format of other tools that holds whole traces; nil for the others.
  var writer: (any TraceWriter)? {
    switch self {
    case .waterfall, .jsonl, .otlp: nil
    case .jaeger: OutputFormat.jaeger.makeWriter()
    case .zipkin: OutputFormat.zipkin.makeWriter()
    case .chrome: OutputFormat.chrome.makeWriter()
    }
  }
}
