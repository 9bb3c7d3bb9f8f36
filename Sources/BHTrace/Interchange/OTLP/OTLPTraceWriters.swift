/// OTLP JSON lines: an export message of up to 8,192 spans a line.
package struct OTLPJSONLinesWriter: TraceWriter {
  private var lost = OTLPJSONLosses()
  private var groups = OTLPMessageGroups()

  package init() {}

  package func begin() -> [UInt8] { [] }

  package mutating func write(_ batch: SpanBatch) -> [UInt8] {
    var lines: [UInt8] = []
    if !batch.messageExtras.isEmpty {
      // What belongs to no span keeps its place.
      lines = end()
      var extras = batch
      extras.spans = []
      lines += OTLPJSONWriter.encode(extras, losses: &lost) + [0x0A]
    }
    if batch.spans.isEmpty { return lines }
    var encoder = OTLPJSONEncoder()
    var piece = EncodedSpans()
    encoder.append(batch.convertedToOTLP(), to: &piece)
    lost.add(encoder.losses)
    groups.add(piece) { Self.append($0, to: &lines, losses: &lost) }
    _ = groups.takeSpares()
    return lines
  }

  package mutating func end() -> [UInt8] {
    var line: [UInt8] = []
    groups.flush { Self.append($0, to: &line, losses: &lost) }
    return line
  }

  private static func append(
    _ groups: borrowing OTLPMessageGroups, to lines: inout [UInt8], losses: inout OTLPJSONLosses
  ) {
    groups.appendJSON(to: &lines, losses: &losses)
    lines.append(0x0A)
  }

  package var losses: [WriterLoss] {
    [
      WriterLoss(what: LossKind.unknownFields.words, count: lost.unknownFields),
      WriterLoss(what: LossKind.invalidText.words, count: lost.invalidText),
      WriterLoss(
        what: "further values where one is meant: only the last is written",
        count: lost.severalValues),
      WriterLoss(what: "NaNs with unusual bits: written as NaN", count: lost.unusualNaNs),
      WriterLoss(
        what: "nested values that are too deep or malformed: written as empty",
        count: lost.unreadableValues),
    ].filter { $0.count > 0 }
  }
}

/// OTLP protobuf: export messages of up to 8,192 spans, each behind its length or one after the
/// other (which is one message as well). Nothing is lost.
package struct OTLPProtobufTraceWriter: TraceWriter {
  private let framing: ProtobufFraming
  private var encoder = OTLPProtobufEncoder()
  private var groups = OTLPMessageGroups()

  /// A writer of messages in `framing`.
  package init(framing: ProtobufFraming = .bare) { self.framing = framing }

  package func begin() -> [UInt8] { [] }

  package mutating func write(_ batch: SpanBatch) -> [UInt8] {
    var messages: [UInt8] = []
    if !batch.messageExtras.isEmpty {
      // What belongs to no span is a message of its own, and keeps its place.
      messages = end()
      var extras = batch
      extras.spans = []
      let message = OTLPProtobufWriter.encode(extras)
      framing.appendHeader(message.count, to: &messages)
      messages += message
    }
    if batch.spans.isEmpty { return messages }
    var piece = EncodedSpans()
    encoder.beginPiece()
    encoder.append(batch.convertedToOTLP(), to: &piece)
    groups.add(piece) { $0.appendProtobuf(framing: framing, to: &messages) }
    _ = groups.takeSpares()
    return messages
  }

  package mutating func end() -> [UInt8] {
    var message: [UInt8] = []
    groups.flush { $0.appendProtobuf(framing: framing, to: &message) }
    return message
  }

  package var losses: [WriterLoss] { [] }
}
