/// Reads OTLP protobuf from a stream, in whatever framing the messages are; each may be compressed
/// by itself.
///
/// A bad `ResourceSpans` or record is reported and the rest is still read. With several threads
/// the next pieces are decoded while a batch is in use; what is handed out and reported does not
/// depend on that.
final class OTLPProtobufInput: BatchReader {
  var threads = 1
  var timeUnit: InputMending.TimeUnit? = .nanoseconds
  private let records: ProtobufRecords
  private var message: Message?
  private var isAtEnd = false
  /// The pieces read ahead, and what is due when they are handed out.
  private var pieces: [(decoding: OTLPPieceDecoding, record: ProtobufRecords.Record)] = []
  private var due: Due?

  /// What came up behind the pieces read ahead.
  private enum Due {
    case end(ProtobufRecords.Record, FormatError?)
    case unreadable(FormatError)
    case failure(any Error)
  }

  /// The message being read, piece by piece.
  private struct Message {
    var record: ProtobufRecords.Record
    var splitter: OTLPMessageSplitter
  }

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream, _ framing: ProtobufFraming) {
    records = ProtobufRecords(stream, framing)
  }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    while true {
      let ahead = threads > 1 ? threads + 1 : 1
      while pieces.count < ahead && due == nil && !isAtEnd { readOn(&report) }
      if !pieces.isEmpty {
        let (decoding, record) = pieces.removeFirst()
        guard var batch = try finish(decoding, record, &report) else { continue }
        if let step = timeUnit?.step, step > 1 {
          report.noteRepairs("time beyond the year 2554 cut to that", batch.multiplyTimes(by: step))
        }
        return batch
      } else if let due {
        self.due = nil
        try settle(due, &report)
      } else {
        return nil
      }
    }
  }

  /// Reads the next piece, or notes what else there is.
  private func readOn(_ report: inout InputReport) {
    do {
      guard let message = try message ?? openMessage(&report) else {
        isAtEnd = true
        return
      }
      do {
        if let piece = try message.splitter.next() {
          let decoding = OTLPPieceDecoding(piece)
          if threads > 1 { decoding.start() }
          pieces.append((decoding, message.record))
        } else if message.record.isAtEnd {
          self.message = nil
        } else {
          due = .end(message.record, nil)
        }
      } catch let error as FormatError { due = .end(message.record, error) }
    } catch let error as FormatError {
      due = .unreadable(error)
    } catch {
      due = .failure(error)
    }
  }

  private func settle(_ due: Due, _ report: inout InputReport) throws {
    switch due {
    case .end(let record, let error):
      if let error, report.isStrict { throw record.placed(error) }
      message = nil
      for problem in try records.end(record, after: error) { try report.note(problem) }
    case .unreadable(let error):
      isAtEnd = true
      try report.note(error)
    case .failure(let error): throw error
    }
  }

  /// Starts the next message; nil at the end.
  private func openMessage(_ report: inout InputReport) throws -> Message? {
    guard let record = try records.next() else { return nil }
    report.messages += 1
    let room = record.isCompressed ? 0 : record.length ?? .max
    message = Message(
      record: record, splitter: OTLPMessageSplitter(record.content, room: room))
    return message
  }

  /// The batch of a piece, without the groups that are malformed; nil where nothing is left.
  private func finish(
    _ decoding: OTLPPieceDecoding, _ record: ProtobufRecords.Record, _ report: inout InputReport
  ) throws -> SpanBatch? {
    var older = 0
    defer { report.noteRepairs("instrumentation_library_spans read as scope_spans", older) }
    switch decoding.result() {
    case .success(let decoded):
      older = decoded.olderScopeGroups
      return decoded.batch
    case .failure(let error):
      if report.isStrict { throw record.placed(error) }
    }
    let piece = decoding.piece
    var sound: [UInt8] = []
    let fields = OTLPMessageSplitter(
      BufferedStream(MemoryByteStream(piece.bytes)), pieceSize: 1)
    while let field = try fields.next() {
      do throws(FormatError) {
        _ = try OTLPProtobufReader.decode(message: field.bytes, offset: piece.offset + field.offset)
        sound.append(contentsOf: field.bytes)
      } catch {
        try report.note(record.placed(error))
      }
    }
    if sound.isEmpty { return nil }
    return try OTLPProtobufReader.decode(
      message: sound, offset: piece.offset, olderScopeGroups: &older)
  }
}

extension SpanBatch {
  /// Multiplies all times; how many were too large for it and are as large as they can be.
  fileprivate mutating func multiplyTimes(by factor: UInt64) -> Int {
    var cut = 0
    func multiply(_ time: inout UInt64) {
      let (product, overflow) = time.multipliedReportingOverflow(by: factor)
      time = overflow ? .max : product
      if overflow { cut += 1 }
    }
    for index in spans.indices {
      multiply(&spans[index].start)
      multiply(&spans[index].end)
    }
    for index in events.indices { multiply(&events[index].time) }
    return cut
  }
}
