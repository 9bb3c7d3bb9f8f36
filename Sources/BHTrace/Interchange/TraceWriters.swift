/// Something that could not be said in the format that was written.
package struct WriterLoss: Sendable, Equatable {
  /// What was left out or changed.
  package var what: String
  /// How often.
  package var count: Int
}

/// Writes spans in one of the formats other tools read, trace by trace: the output is what `begin`,
/// each `write` and `end` return, one after the other.
///
/// ```swift
/// var writer = JaegerWriter()
/// var output = writer.begin()
/// output += writer.write(trace.batch)
/// output += writer.end()
/// for loss in writer.losses { … }
/// ```
package protocol TraceWriter: Sendable {
  /// The bytes before the first trace.
  mutating func begin() -> [UInt8]

  /// The bytes of one trace: all spans of `batch`, which has to hold nothing else, in their order.
  /// Spans of v1 files are made OTLP's before (`convertedToOTLP`). A batch without spans writes
  /// nothing.
  mutating func write(_ batch: SpanBatch) -> [UInt8]

  /// The bytes after the last trace.
  mutating func end() -> [UInt8]

  /// What could not be said so far, in a fixed order, without what did not occur.
  var losses: [WriterLoss] { get }
}

extension TraceWriter {
  /// The bytes of one trace that was loaded with its payload.
  package mutating func write(_ trace: LoadedTrace) -> [UInt8] { write(trace.batch) }
}

/// OTLP JSON lines: an export message of one trace a line.
package struct OTLPJSONLinesWriter: TraceWriter {
  private var lost = OTLPJSONLosses()

  package init() {}

  package func begin() -> [UInt8] { [] }

  package mutating func write(_ batch: SpanBatch) -> [UInt8] {
    if batch.spans.isEmpty && batch.messageExtras.isEmpty { return [] }
    return OTLPJSONWriter.encode(batch.convertedToOTLP(), losses: &lost) + [0x0A]
  }

  package func end() -> [UInt8] { [] }

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

/// OTLP protobuf: an export message a trace, behind its length or one after the other (which is
/// one message as well). Nothing is lost.
package struct OTLPProtobufTraceWriter: TraceWriter {
  private let framing: ProtobufFraming

  /// A writer of bare or length-prefixed messages.
  package init(framing: ProtobufFraming = .bare) { self.framing = framing }

  package func begin() -> [UInt8] { [] }

  package func write(_ batch: SpanBatch) -> [UInt8] {
    let message = OTLPProtobufWriter.encode(batch.convertedToOTLP())
    if message.isEmpty { return [] }
    return framing == .bare ? message : OTLPProtobufWriter.frame(message)
  }

  package func end() -> [UInt8] { [] }

  package var losses: [WriterLoss] { [] }
}
