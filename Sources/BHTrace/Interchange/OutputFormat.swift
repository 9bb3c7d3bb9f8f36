/// The formats that can be written, by the names of the command line.
public enum OutputFormat: String, Sendable, CaseIterable {
  /// A `.bht` archive of version 2.
  case bht = "bht"
  /// A `.bht` file of version 1.
  case bht1 = "bht1"
  /// OTLP JSON lines.
  case otlpJSON = "otlp-json"
  /// OTLP protobuf.
  case otlpProtobuf = "otlp-proto"
  /// Jaeger JSON.
  case jaeger = "jaeger"
  /// Zipkin JSON, version 2.
  case zipkin = "zipkin"
  /// Chrome's trace events, which Perfetto reads.
  case chrome = "chrome"

  /// The format that goes by `name`, or nil.
  public init?(name: String) {
    guard let format = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name.utf8) })
    else { return nil }
    self = format
  }

  // Longer endings come before those they end in.
  private static let endings: [(ending: String, format: OutputFormat)] = [
    (".v1.bht", .bht1), (".bht1", .bht1), (".bht", .bht), (".jaeger.json", .jaeger),
    (".zipkin.json", .zipkin), (".chrome.json", .chrome), (".perfetto.json", .chrome),
    (".chrometrace", .chrome), (".jsonl", .otlpJSON), (".ndjson", .otlpJSON), (".json", .otlpJSON),
    (".pb", .otlpProtobuf), (".binpb", .otlpProtobuf), (".otlp", .otlpProtobuf),
    (".proto", .otlpProtobuf),
  ]

  /// The format that a file's name stands for by its ending, in any case; nil where it says nothing.
  public static func guess(fileName: String) -> OutputFormat? {
    let name = fileName.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    return endings.first { name.suffix($0.ending.utf8.count).elementsEqual($0.ending.utf8) }?.format
  }

  /// A writer of this format; `framed` puts a length before each protobuf message. Nil for
  /// archives, which are not written trace by trace.
  public func makeWriter(framed: Bool = false) -> (any TraceWriter)? {
    switch self {
    case .bht, .bht1: nil
    case .otlpJSON: OTLPJSONLinesWriter()
    case .otlpProtobuf: OTLPProtobufTraceWriter(framing: framed ? .lengthPrefixed : .bare)
    case .jaeger: JaegerWriter()
    case .zipkin: ZipkinWriter()
    case .chrome: ChromeWriter()
    }
  }
}
