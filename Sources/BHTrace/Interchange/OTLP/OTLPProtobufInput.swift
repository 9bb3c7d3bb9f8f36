/// Reads OTLP protobuf from a stream: a bare message (or several end to end), or the file
/// exporter's records of a big-endian length and a message, which may be one zstd frame each.
///
/// A bad `ResourceSpans` or record is reported and the rest is still read. With several threads
/// the next pieces are decoded while a batch is in use; what is handed out and reported does not
/// depend on that.
final class OTLPProtobufInput: BatchReader {
  var threads = 1
  var timeUnit: InputMending.TimeUnit? = .nanoseconds
  private let stream: BufferedStream
  private let isFramed: Bool
  private var record: Record?
  private var isAtEnd = false
  /// The pieces read ahead, and what is due when they are handed out.
  private var pieces: [(decoding: OTLPPieceDecoding, record: Record)] = []
  private var due: Due?

  /// What came up behind the pieces read ahead.
  private enum Due {
    case end(Record, FormatError?)
    case unreadable(FormatError)
    case failure(any Error)
  }

  /// The message being read, piece by piece.
  private struct Record {
    var splitter: OTLPMessageSplitter
    /// The bytes it lies in, where it is framed.
    var frame: LimitedStream?
    /// Where it starts.
    var offset: Int
    /// The length it says it has.
    var length = 0
    /// Whether it is compressed, so that offsets inside it are not offsets of the input.
    var isCompressed = false
  }

  /// Reads what is left of `stream`.
  init(_ stream: BufferedStream, isFramed: Bool) {
    self.stream = stream
    self.isFramed = isFramed
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
      guard let record = try record ?? openRecord(&report) else {
        isAtEnd = true
        return
      }
      do {
        if let piece = try record.splitter.next() {
          let decoding = OTLPPieceDecoding(piece)
          if threads > 1 { decoding.start() }
          pieces.append((decoding, record))
        } else if let frame = record.frame, frame.remaining == 0 && !frame.isTorn {
          self.record = nil
        } else {
          due = .end(record, nil)
        }
      } catch let error as FormatError { due = .end(record, error) }
    } catch let error as FormatError {
      due = .unreadable(error)
    } catch {
      due = .failure(error)
    }
  }

  private func settle(_ due: Due, _ report: inout InputReport) throws {
    switch due {
    case .end(let record, let error):
      if let error, report.isStrict { throw placed(error, record) }
      try close(record, after: error, &report)
    case .unreadable(let error):
      isAtEnd = true
      try report.note(error)
    case .failure(let error): throw error
    }
  }

  /// Starts the next record, or the only one of a bare input; nil at the end.
  private func openRecord(_ report: inout InputReport) throws -> Record? {
    if !isFramed {
      report.messages += 1
      let splitter = OTLPMessageSplitter(stream, room: .max)
      record = Record(splitter: splitter, offset: stream.offset)
      return record
    }
    let start = stream.offset
    var prefix: [UInt8] = []
    let taken = try stream.take(4, to: &prefix)
    if taken == 0 { return nil }
    guard taken == 4 else {
      throw FormatError(
        .truncated, at: start, "\(taken) bytes are left where a record's length needs 4")
    }
    let length = prefix.reduce(0) { $0 << 8 | Int($1) }
    guard length < SpanBatch.arenaLimit else {
      throw FormatError(
        .outOfBounds, at: start, "a record of \(length) bytes is more than 2 GiB allow")
    }
    let frame = LimitedStream(stream, count: length)
    let isCompressed = try length >= 4 && Sniffer.isZstd(stream.peek(4))
    let splitter =
      isCompressed
      ? OTLPMessageSplitter(BufferedStream(try ZstdStream(BufferedStream(frame))))
      : OTLPMessageSplitter(frame, room: length)
    report.messages += 1
    record = Record(
      splitter: splitter, frame: frame, offset: start, length: length,
      isCompressed: isCompressed)
    return record
  }

  /// Ends a record: reports what was wrong with it, and steps over what is left of it.
  private func close(
    _ record: Record, after error: FormatError?, _ report: inout InputReport
  ) throws {
    self.record = nil
    guard let frame = record.frame else {
      isAtEnd = true
      if let error { try report.note(error) }
      return
    }
    do { try frame.skipRest() } catch let failure as FormatError {
      // The stream itself is damaged: nothing can be read behind this.
      isAtEnd = true
      if let error, error != failure { try report.note(placed(error, record)) }
      try report.note(failure)
      return
    }
    if frame.isTorn {
      try report.note(
        FormatError(
          .truncated, at: record.offset,
          "the last record says it has \(record.length) bytes, but the input ends after "
            + "\(record.length - frame.remaining) of them"))
    } else if let error {
      try report.note(placed(error, record))
    }
  }

  /// The batch of a piece, without the groups that are malformed; nil where nothing is left.
  private func finish(
    _ decoding: OTLPPieceDecoding, _ record: Record, _ report: inout InputReport
  ) throws -> SpanBatch? {
    var older = 0
    defer { report.noteRepairs("instrumentation_library_spans read as scope_spans", older) }
    switch decoding.result() {
    case .success(let decoded):
      older = decoded.olderScopeGroups
      return decoded.batch
    case .failure(let error):
      if report.isStrict { throw placed(error, record) }
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
        try report.note(placed(error, record))
      }
    }
    if sound.isEmpty { return nil }
    return try OTLPProtobufReader.decode(
      message: sound, offset: piece.offset, olderScopeGroups: &older)
  }

  /// The error with its offset in the input.
  private func placed(_ error: FormatError, _ record: Record) -> FormatError {
    guard record.isCompressed else { return error }
    let place = error.offset.map { " (byte \($0) of its content)" } ?? ""
    return FormatError(
      error.code, at: record.offset,
      "in the compressed record that starts here\(place), "
        + error.what)
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
