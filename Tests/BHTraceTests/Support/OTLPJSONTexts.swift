import Testing

@testable import BHTrace

/// OTLP JSON written by hand in tests, and what reading it gives.
enum OTLPJSON {
  /// What came of an input.
  struct Outcome {
    var batches: [SpanBatch] = []
    var report: InputReport
    var largestWindow = 0

    /// All spans.
    var spans: Int { batches.reduce(0) { $0 + $1.spans.count } }

    /// How often each repair was made.
    var repairs: [String: Int] {
      Dictionary(uniqueKeysWithValues: report.repairs.map { ($0.what, $0.count) })
    }

    /// What was wrong, as it is told.
    var problems: [String] { report.problems.map(\.what) }

    /// All spans with everything they say.
    var multiset: SpanMultiset {
      var all = SpanMultiset()
      for batch in batches { all.insert(batch) }
      return all
    }

    /// The batches as canonical OTLP JSON.
    var texts: [String] {
      batches.map {
        var losses = OTLPJSONLosses()
        return String(decoding: OTLPJSONWriter.encode($0, losses: &losses), as: UTF8.self)
      }
    }
  }

  /// Reads `bytes`, of which the stream gives `piece` at a time.
  static func read(
    _ bytes: [UInt8], strict: Bool = false, piece: Int = 1 << 18,
    sizes: OTLPJSONInput.Sizes = OTLPJSONInput.Sizes()
  ) throws -> Outcome {
    try read(PiecewiseStream(bytes, piece: piece), strict: strict, sizes: sizes)
  }

  static func read(_ text: String, strict: Bool = false) throws -> Outcome {
    try read(Array(text.utf8), strict: strict)
  }

  static func read(
    _ stream: any ByteStream, strict: Bool = false,
    sizes: OTLPJSONInput.Sizes = OTLPJSONInput.Sizes(),
    each: ((SpanBatch) -> Void)? = nil
  ) throws -> Outcome {
    let input = OTLPJSONInput(BufferedStream(stream), sizes: sizes)
    var outcome = Outcome(report: InputReport(isStrict: strict))
    while let batch = try input.next(&outcome.report) {
      if let each { each(batch) } else { outcome.batches.append(batch) }
    }
    outcome.largestWindow = input.largestWindow
    return outcome
  }

  /// Sizes with which every place of a text becomes the end of the window.
  static var tiny: OTLPJSONInput.Sizes {
    OTLPJSONInput.Sizes(batch: 1, mostHeldBack: 1 << 30, record: 1, largestPiece: 1 << 30, chunk: 1)
  }

  /// A canonical span.
  static func span(_ number: Int = 1) -> String {
    let digits = String(number, radix: 16)
    let id = String(repeating: "0", count: 16 - digits.count) + digits
    return "{\"traceId\":\"0102030405060708090a0b0c0d0e0f10\",\"spanId\":\"\(id)\",\"name\":\"s\"}"
  }

  /// A canonical document of those spans.
  static func document(_ spans: [Int]) -> String {
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":["
      + spans.map { span($0) }.joined(separator: ",") + "]}]}]}"
  }

  /// A canonical document of one span with one attribute `k` of that value.
  static func attribute(_ value: String) -> String {
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"attributes\":[{\"key\":\"k\",\"value\":"
      + value + "}]}]}]}]}"
  }
}

/// Gives some bytes in pieces.
struct PiecewiseStream: ByteStream {
  private let bytes: [UInt8]
  private let piece: Int
  private var position = 0

  init(_ bytes: [UInt8], piece: Int) {
    self.bytes = bytes
    self.piece = piece
  }

  mutating func next(upTo limit: Int) -> [UInt8] {
    let count = min(limit, piece, bytes.count - position)
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }
}
