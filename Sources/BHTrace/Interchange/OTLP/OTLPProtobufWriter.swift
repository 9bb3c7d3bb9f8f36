/// Writes spans as OTLP export messages (`ExportTraceServiceRequest`, `TracesData`).
///
/// Fields are in the order of their numbers, zero and empty ones left out; fields the model does
/// not know follow the known ones. A span's records must be of the OTLP dialect: ids are written
/// as the bytes they are.
package enum OTLPProtobufWriter {
  /// One export message of the spans at the indices `spans`, in that order; of all spans, and the
  /// unknown fields of their messages, where `spans` is nil.
  ///
  /// Spans that follow each other with the same resource and scope share a group.
  package static func encode(_ batch: SpanBatch, spans: [Int]? = nil) -> [UInt8] {
    var encoder = OTLPProtobufEncoder()
    var piece = EncodedSpans()
    encoder.append(batch, spans: spans, to: &piece)
    var groups = OTLPMessageGroups(isCollecting: false)
    groups.add(piece) { _ in }
    var message: [UInt8] = []
    groups.appendProtobuf(
      extras: spans == nil ? batch.messageExtras : [], of: batch.arena, to: &message)
    return message
  }

  /// `message` behind its length in four big-endian bytes: a record of the file exporter's.
  package static func frame(_ message: [UInt8]) -> [UInt8] {
    var framed: [UInt8] = []
    framed.reserveCapacity(message.count + 4)
    appendLength(message.count, to: &framed)
    framed.append(contentsOf: message)
    return framed
  }

  /// Appends the length of a message, in four big-endian bytes.
  static func appendLength(_ count: Int, to output: inout [UInt8]) {
    for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: count >> shift)) }
  }
}
