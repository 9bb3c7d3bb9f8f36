/// How OTLP protobuf messages lie in an input.
package enum ProtobufFraming: Sendable, Equatable {
  /// One message, or several end to end (which parse as one).
  case bare
  /// Each behind its length in four big-endian bytes; may be one zstd frame each.
  case lengthPrefixed
}

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
  /// A `.bht` file of version 1.
  case bht1
  /// A `.bht` archive of version 2.
  case bht2
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

  /// One sort of input: how it is recognised, and what reads it (nil: opened as an archive).
  struct Format: Sendable {
    var name: String
    var recognise: @Sendable (Head) -> InputFormat?
    var open: (@Sendable (BufferedStream, InputFormat) -> any BatchReader)?
  }

  /// In the order in which they are tried.
  static let formats: [Format] = [
    Format(
      name: "empty", recognise: { $0.bytes.isEmpty ? .empty : nil },
      open: { _, _ in NoBatches() }),
    Format(name: ".bht v1", recognise: { $0.starts(with: Array("BHT1".utf8)) ? .bht1 : nil }),
    Format(name: ".bht v2", recognise: { $0.starts(with: Array("BHT2".utf8)) ? .bht2 : nil }),
    // Before those whose spans are documents of an index too.
    ElasticSignature.wrapped, ElasticSignature.dataPrepper, ElasticSignature.elasticAPM,
    Format(
      name: "Jaeger JSON", recognise: JaegerSignature.recognise, open: { s, _ in JaegerInput(s) }),
    Format(
      name: "Zipkin JSON", recognise: ZipkinSignature.recognise, open: { s, _ in ZipkinInput(s) }),
    Format(
      name: "OTLP protobuf", recognise: OTLPProtobufSignature.recognise,
      open: { OTLPProtobufInput($0, isFramed: $1 == .otlpProtobuf(.lengthPrefixed)) }),
    Format(
      name: "OTLP JSON", recognise: OTLPJSONSignature.recognise,
      open: { stream, _ in OTLPJSONInput(stream) }),
    PythonConsole.format, XRay.format, CloudTrace.format,
  ]

  /// A compression around an input.
  struct Layer: Sendable {
    var name: String
    var isPresent: @Sendable (Head) -> Bool
    var open: @Sendable (any ByteStream) throws -> any ByteStream
  }

  static let layers: [Layer] = [
    Layer(
      name: "gzip", isPresent: { $0.starts(with: [0x1F, 0x8B, 8]) }, open: { try GzipStream($0) }),
    Layer(name: "zstd", isPresent: { isZstd($0.bytes) }, open: { try ZstdStream($0) }),
  ]

  /// As many bytes of the start are looked at.
  static let headSize = 1 << 16
  /// As many layers inside each other are taken off.
  static let deepestLayers = 3

  /// Whether a zstd frame starts here, a skippable one included.
  static func isZstd(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
      || (bytes.first ?? 0) & 0xF0 == 0x50 && bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
  }

  /// Takes the compression layers off `source`; returns what is inside, and the layers' names
  /// from the outside in.
  package static func peel(_ source: any ByteStream) throws -> (BufferedStream, layers: [String]) {
    var stream = BufferedStream(source)
    var names: [String] = []
    while true {
      let head = Head(bytes: Array(try stream.peek(16)), isWhole: false)
      guard let layer = layers.first(where: { $0.isPresent(head) }) else { return (stream, names) }
      guard names.count < deepestLayers else {
        throw FormatError(
          .unsupported, at: 0,
          "more than \(deepestLayers) layers of compression are not taken off; take the outer ones off"
        )
      }
      names.append(layer.name)
      stream = BufferedStream(try layer.open(stream))
    }
  }

  /// What `stream` holds, and the line of the table that says so.
  static func recognise(_ stream: BufferedStream) throws -> (InputFormat, Format?) {
    var bytes = Array(try stream.peek(headSize))
    // Files that were being written when a machine went down may begin with NUL bytes. (As lengths
    // of framed messages, of four bytes each, they can be left out as well.)
    while bytes.count == headSize && bytes.allSatisfy({ $0 == 0 }) {
      var zeros: [UInt8] = []
      _ = try stream.take(headSize, to: &zeros)
      bytes = Array(try stream.peek(headSize))
      if bytes.isEmpty { return (.unknown, nil) }
    }
    let head = Head(bytes: bytes, isWhole: bytes.count < headSize)
    for entry in formats {
      if let format = entry.recognise(head) { return (format, entry) }
    }
    return (.unknown, nil)
  }
}

/// Reads the batches of one input, one after the other.
protocol BatchReader: AnyObject {
  /// How many threads may decode at a time; readers that know no use for more leave it.
  var threads: Int { get set }

  /// The next batch, or nil at the end. Notes in `report` what it cannot read and goes on behind
  /// it where it can; throws what `report` throws, and what the stream throws.
  func next(_ report: inout InputReport) throws -> SpanBatch?
}

extension BatchReader {
  var threads: Int {
    get { 1 }
    set {}
  }
}

/// The reader of an input without bytes.
private final class NoBatches: BatchReader {
  func next(_ report: inout InputReport) -> SpanBatch? { nil }
}
