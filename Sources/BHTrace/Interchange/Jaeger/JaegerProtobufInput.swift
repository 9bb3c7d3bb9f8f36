/// Reads Jaeger's protobuf, api_v2, from a stream: spans as they come from Kafka, one, end to end or
/// each behind its length, and the messages of its gRPC services that have spans in them
/// (`SpansResponseChunk`, `Batch`, `PostSpansRequest`).
///
/// A span that cannot be read is reported, and the rest is still read.
final class JaegerProtobufInput: BatchReader {
  private let stream: BufferedStream
  private var signature: JaegerProtobufSignature?
  private var records: JaegerProtobufRecords?
  private var decoder = JaegerDecoder()
  private var isAtEnd = false
  // The first span of the message being read, and whether one of its spans has no process yet.
  private var first = 0
  private var isWaiting = false

  /// A batch is handed out when it holds so much.
  private static let batchSpans = 1 << 13
  private static let batchBytes = 1 << 22
  // So many times more are kept while a process may still come.
  private static let patience = 16

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream) { self.stream = stream }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while !isAtEnd && !isFull {
      do {
        let records = try self.records ?? open(&report)
        if let record = try records.next() {
          try read(record, &report)
        } else {
          isAtEnd = true
        }
      } catch let error as FormatError {
        if report.isStrict { throw error }
        // The stream is damaged: what came before is still handed out.
        isAtEnd = true
        try report.note(error)
      }
    }
    endMessage()
    try decoder.notes.move(to: &report)
    if decoder.batch.spans.isEmpty { return nil }
    let batch = decoder.takeBatch()
    first = decoder.beginMessage()
    return batch
  }

  private var isFull: Bool {
    let factor = isWaiting ? Self.patience : 1
    return decoder.batch.spans.count >= Self.batchSpans * factor
      || decoder.batch.arena.count >= Self.batchBytes * factor
  }

  private func open(_ report: inout InputReport) throws -> JaegerProtobufRecords {
    let head = Array(try stream.peek(Sniffer.headSize))
    guard
      let signature = JaegerProtobufSignature(
        Sniffer.Head(bytes: head, isWhole: head.count < Sniffer.headSize))
    else {
      throw FormatError(
        .notRecognized, at: stream.offset, "no span of Jaeger's protobuf starts here")
    }
    if signature.framing == .fields { report.messages += 1 }
    let records = JaegerProtobufRecords(stream, signature.framing)
    self.signature = signature
    self.records = records
    return records
  }

  private func read(_ record: JaegerProtobufRecords.Record, _ report: inout InputReport) throws {
    let bytes = record.bytes
    let cursor = WindowCursor(bytes, base: record.offset)
    var failures: [FormatError] = []
    do throws(FormatError) {
      switch signature?.message {
      case .span, nil: try decoder.readSpan(cursor)
      case .batch: try readBatch(cursor, &failures)
      case .postedBatch:
        var fields = cursor
        while !fields.isAtEnd {
          let start = fields.position
          let tag = try fields.varint()
          if tag == JaegerProtobufTag.Request.batch {
            try readBatch(fields.window(try fields.delimited()), &failures)
            endMessage()
          } else {
            decoder.notes.count(.unknownFields)
            try fields.skip(tag, from: start)
          }
        }
      }
    } catch { failures.append(error) }
    if signature?.framing != .fields {
      report.messages += 1
      endMessage()
    }
    try decoder.notes.move(to: &report)
    for failure in failures { try report.note(failure) }
  }

  /// Reads the spans of a batch; its process holds for those of them that have none.
  private func readBatch(
    _ window: borrowing WindowCursor, _ failures: inout [FormatError]
  ) throws(FormatError) {
    var cursor = window.window(window.rest)
    var process: UInt32 = 0
    defer { if process != 0 { endMessage(process: process) } }
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case JaegerProtobufTag.Batch.spans:
        let run = try cursor.delimited()
        do throws(FormatError) { try decoder.readSpan(cursor.window(run)) } catch {
          failures.append(error)
        }
        if decoder.batch.spans.last?.resource == 0 { isWaiting = true }
      case JaegerProtobufTag.Batch.process:
        process = try decoder.readProcess(cursor, try cursor.delimited())
      default:
        decoder.notes.count(.unknownFields)
        try cursor.skip(tag, from: start)
      }
    }
  }

  private func endMessage(process: UInt32 = 0) {
    decoder.endMessage(from: first, process: process)
    first = decoder.beginMessage()
    isWaiting = false
  }
}
