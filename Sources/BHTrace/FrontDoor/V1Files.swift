/// Writes traces as `.bht` v1 files.
package enum V1Files {
  /// The v1 file of the one trace in `batch`: byte for byte the file a v1 trace came from;
  /// another's spans converted, what v1 has no place for added to `losses`. Throws `FormatError`
  /// where v1 cannot hold the trace.
  package static func encode(
    _ batch: SpanBatch, losses: inout V1Losses
  ) throws(FormatError) -> [UInt8] {
    let spans = batch.spans.indices.sorted {
      (batch.spans[$0].filePosition, $0) < (batch.spans[$1].filePosition, $1)
    }
    if batch.spans.first?.dialect == .otlp {
      return try V1Encoder.encodeConverted(batch, spans: spans, losses: &losses)
    }
    return try V1Encoder.encode(batch, spans: spans)
  }

  /// A file name for the one trace in `batch`: its id where that makes a name, else its hex.
  package static func name(of batch: SpanBatch) -> String {
    let id = batch.spans.first?.traceID ?? batch.v1Files.first?.traceID ?? .empty
    let bytes = batch.bytes(id)
    let isName =
      batch.spans.first?.dialect != .otlp && !bytes.isEmpty && bytes.count <= 100
      && bytes.first != UInt8(ascii: ".")
      && bytes.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x5F || byte == 0x2E
      }
    return isName
      ? String(decoding: bytes, as: UTF8.self)
      : String(decoding: HexText.encode(bytes[...]), as: UTF8.self)
  }
}
