/// What an input holds, told from its first bytes.
package enum InputFormat: Sendable, Equatable {
  /// OTLP export messages in protobuf.
  case otlpProtobuf(ProtobufFraming)
  /// OTLP export messages in JSON, one or many.
  case otlpJSON
  /// Traces or spans in Jaeger's JSON.
  case jaegerJSON
  /// Spans in Zipkin's JSON, version 1 or 2.
  case zipkinJSON
  /// Documents of one of the formats that come a document a span or a trace; `formatName` says
  /// which.
  case documents
  /// An answer of a query API without spans.
  case emptyAnswer
  /// A `.bht` file of version 1.
  case bht1
  /// A `.bht` archive of version 2.
  case bht2
  /// Files in a zip.
  case zip
  /// Files in a tar.
  case tar
  /// What is named, which holds no spans.
  case noSpans(String)
  /// No bytes at all: no spans.
  case empty
  /// None of the formats this library reads.
  case unknown
}

/// Recognises formats and compression layers by their first bytes.
///
/// A format is one line of `formats`, a layer one of `layers`.
package enum Sniffer {
  /// The first bytes of an input.
  struct Head {
    var bytes: [UInt8]
    /// Whether these are all bytes of the input.
    var isWhole: Bool

    func starts(with magic: [UInt8]) -> Bool { bytes.starts(with: magic) }
  }

  /// One sort of input: how it is recognised, and what reads it (nil: opened as an archive, or made
  /// of inputs).
  struct Format: Sendable {
    var name: String
    var recognise: @Sendable (Head) -> InputFormat?
    var open: (@Sendable (BufferedStream, InputFormat) -> any BatchReader)?
    /// Whether it is made of JSON records, between which other text may lie.
    var isText = false
    /// Whether it is a format of spans, not of what has none or holds other files.
    var holdsSpans = true
  }

  /// In the order in which they are tried.
  static let formats: [Format] = [
    Format(
      name: "empty", recognise: { $0.bytes.isEmpty ? .empty : nil },
      open: { _, _ in NoBatches() }, holdsSpans: false),
    Format(name: ".bht v1", recognise: { $0.starts(with: Array("BHT1".utf8)) ? .bht1 : nil }),
    Format(name: ".bht v2", recognise: { $0.starts(with: Array("BHT2".utf8)) ? .bht2 : nil }),
    // Before those whose keys they have too.
    GrafanaFrames.format, TempoSearch.format, ClickHouseRows.format,
    LangfuseObservations.format,
    ElasticSignature.wrapped, ElasticSignature.dataPrepper, ElasticSignature.elasticAPM,
    Format(
      name: "zip", recognise: { ContainerReader.kind(of: $0.bytes) == .zip ? .zip : nil },
      holdsSpans: false),
    Format(
      name: "tar", recognise: { ContainerReader.kind(of: $0.bytes) == .tar ? .tar : nil },
      holdsSpans: false),
    Format(
      name: "an answer without spans", recognise: { EmptyAnswer($0) == nil ? nil : .emptyAnswer },
      open: { s, _ in AnswerInput(s) }, holdsSpans: false),
    Format(
      name: "Jaeger JSON", recognise: JaegerSignature.recognise, open: { s, _ in JaegerInput(s) },
      isText: true),
    Format(
      name: "Zipkin JSON", recognise: ZipkinSignature.recognise, open: { s, _ in ZipkinInput(s) },
      isText: true),
    Format(
      name: "Jaeger protobuf", recognise: JaegerProtobufSignature.recognise,
      open: { stream, _ in JaegerProtobufInput(stream) }),
    Format(
      name: "OTLP protobuf", recognise: OTLPProtobufSignature.recognise,
      open: { stream, format in
        if case .otlpProtobuf(let framing) = format { return OTLPProtobufInput(stream, framing) }
        return OTLPProtobufInput(stream, .bare)
      }),
    Format(
      name: "OTLP JSON", recognise: OTLPJSONSignature.recognise,
      open: { stream, _ in OTLPJSONInput(stream) }, isText: true),
    Format(
      name: "Jaeger JSON of its gRPC API", recognise: JaegerAPISignature.recognise,
      open: { s, _ in JaegerInput(s) }, isText: true),
    DatadogTraces.format, DatadogMessagePack.format, DatadogSearch.format, PhoenixSpans.format,
    XRay.format, CloudTrace.format,
    PythonConsole.format, GoConsole.format, JavaScriptConsole.format, DotNetConsole.format,
    JavaConsole.format, CollectorText.format, ClickHouseTable.format,
  ]

  /// As many bytes of the start are looked at.
  static let headSize = 1 << 16
  /// As many NUL bytes at the start are left out.
  static let mostZeros = 16 << 20

  /// Whether a zstd frame starts here, a skippable one included.
  static func isZstd(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || (bytes.first ?? 0) & 0xF0 == 0x50 && bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
  }
}

/// Reads the batches of one input, one after the other.
protocol BatchReader: AnyObject {
  /// How many threads may decode at a time; readers that know no use for more leave it.
  var threads: Int { get set }

  /// The unit the input's times are in; nil in formats whose times say it themselves.
  var timeUnit: InputMending.TimeUnit? { get set }

  /// The next batch, or nil at the end. Notes in `report` what it cannot read and goes on behind
  /// it where it can; throws what `report` throws, and what the stream throws.
  func next(_ report: inout InputReport) throws -> SpanBatch?
}

extension BatchReader {
  var threads: Int {
    get { 1 }
    set {}
  }

  var timeUnit: InputMending.TimeUnit? {
    get { nil }
    set {}
  }
}

/// The reader of an input without bytes.
private final class NoBatches: BatchReader {
  func next(_ report: inout InputReport) -> SpanBatch? { nil }
}
