/// Reads OTLP protobuf from a stream: a bare message (or several end to end), or the file
/// exporter's records of a big-endian length and a message, which may be one zstd frame each.
///
/// A bad `ResourceSpans` or record is reported and the rest is still read.
final class OTLPProtobufInput: BatchReader {
  private let stream: BufferedStream
  private let isFramed: Bool
  private var record: Record?
  private var isAtEnd = false

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
    while !isAtEnd {
      guard let record = try record ?? openRecord(&report) else { break }
      do {
        if let piece = try record.splitter.next() {
          if let batch = try decode(piece, record, &report) { return batch }
        } else {
          try close(record, after: nil, &report)
        }
      } catch let error as FormatError {
        if report.isStrict { throw placed(error, record) }
        try close(record, after: error, &report)
      }
    }
    isAtEnd = true
    return nil
  }

  /// Starts the next record, or the only one of a bare input; nil at the end.
  private func openRecord(_ report: inout InputReport) throws -> Record? {
    if !isFramed {
      report.messages += 1
      record = Record(splitter: OTLPMessageSplitter(stream), offset: stream.offset)
      return record
    }
    let start = stream.offset
    do {
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
      let inner = BufferedStream(frame, offset: start + 4)
      let isCompressed = Sniffer.isZstd(try inner.peek(4))
      let message = isCompressed ? BufferedStream(try ZstdStream(inner)) : inner
      report.messages += 1
      record = Record(
        splitter: OTLPMessageSplitter(message), frame: frame, offset: start, length: length,
        isCompressed: isCompressed)
      return record
    } catch let error as FormatError {
      try report.note(error)
      return nil
    }
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

  /// Makes a piece of a message into a batch, without the groups that are malformed; nil where
  /// nothing is left.
  private func decode(
    _ piece: OTLPMessageSplitter.Piece, _ record: Record, _ report: inout InputReport
  ) throws -> SpanBatch? {
    var older = 0
    defer { report.noteRepairs("instrumentation_library_spans read as scope_spans", older) }
    do throws(FormatError) {
      return try OTLPProtobufReader.decode(
        message: piece.bytes, offset: piece.offset, olderScopeGroups: &older)
    } catch {
      if report.isStrict { throw error }
    }
    older = 0
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
