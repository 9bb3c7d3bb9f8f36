/// Reads files of every kind as batches of spans, archives included.
enum CorpusReader {
  /// What reading came across.
  struct Findings {
    /// Things that could not be read.
    var problems = 0
  }

  /// Hands `body` the spans of the file at `path`, batch by batch.
  @discardableResult
  static func forEachBatch(
    in path: String, _ body: (SpanBatch) throws -> Void
  ) throws -> Findings {
    switch try TraceInput.format(ofFileAt: path) {
    case .bht1:
      try body(V1Decoder.decode(decompressed(path)))
      return Findings()
    case .bht2:
      try SpanReadings.full(V2Archive(openSource(path: path))) { try body($0.batch) }
      return Findings()
    default:
      let input = try TraceInput(path: path)
      while let batch = try input.next() { try body(batch) }
      return Findings(problems: input.report.problemCount)
    }
  }

  /// Hands `body` the content of the file at `path` with its compression taken off.
  static func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
    let (stream, _) = try Sniffer.peel(FileByteStream(path: path))
    while case let piece = try stream.next(upTo: 1 << 18), !piece.isEmpty { try body(piece) }
  }

  /// The whole content of the file at `path` with its compression taken off.
  static func decompressed(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachPiece(of: path) { bytes += $0 }
    return bytes
  }
}
