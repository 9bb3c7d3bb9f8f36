internal import Synchronization

extension ArchiveSession {
  /// Writes all spans as OTLP protobuf, in messages that `OTLPMessageGroups` makes of them in the
  /// order of the traces, and hands `put` message by message. Spans of v1 traces are made OTLP's, in
  /// the order of their file.
  ///
  /// What the archive knows of whole messages (`metadataBatch`) is not among them. Returns how many
  /// traces and spans there were.
  @discardableResult
  package func writeOTLPProtobuf(
    framing: ProtobufFraming = .bare, _ put: ([UInt8]) throws -> Void
  ) throws -> (traces: Int, spans: Int) {
    let pool = PiecePool()
    var groups = OTLPMessageGroups()
    var message: [UInt8] = []
    func write(_ groups: borrowing OTLPMessageGroups) throws {
      message.removeAll(keepingCapacity: true)
      groups.appendProtobuf(framing: framing, to: &message)
      try put(message)
    }
    var (traces, spans) = (0, 0)
    try forEachRunOfChunks(
      state: { OTLPChunkWorker() }, { try $1.encode($0, in: pool.take()) },
      { piece in
        traces += piece.traces
        spans += piece.spans.count
        try groups.add(piece, write)
        pool.give(groups.takeSpares())
      })
    try groups.flush(write)
    return (traces, spans)
  }
}

/// What one thread needs to write runs of chunks as OTLP protobuf.
private struct OTLPChunkWorker: ~Copyable {
  private var worker = ChunkWorker()
  private var encoder = OTLPProtobufEncoder()
  private var segment = -1

  init() {}

  /// The spans of a run, in the memory of `buffer`.
  mutating func encode(
    _ job: ChunkRunJob, in buffer: consuming EncodedSpans
  ) throws -> EncodedSpans {
    var piece = buffer
    piece.clear()
    let isNew = segment != job.segment
    segment = job.segment
    // Taken out while it is lent, so that nothing of it is copied.
    var encoder = OTLPProtobufEncoder()
    swap(&encoder, &self.encoder)
    defer { swap(&encoder, &self.encoder) }
    try worker.withDecoder(job) { decoder in
      if isNew {
        encoder = OTLPProtobufEncoder(sharedAttributes: decoder.spans.sharedAttributes)
      }
      encoder.beginPiece()
      for chunk in job.chunks {
        let pages = try job.pages(chunk)
        try decoder.decode(pages, wanted: nil, counting: job.source)
        piece.traces += job.map.head.chunks[chunk].traces
        encoder.append(decoder.spans.batch, pages.index, to: &piece)
      }
    }
    return piece
  }
}

extension OTLPProtobufEncoder {
  /// Appends the spans of a chunk, `batch`, whose structure is `index`: v1 traces in the order of their
  /// file.
  fileprivate mutating func append(
    _ batch: SpanBatch, _ index: IndexPage, to piece: inout EncodedSpans
  ) {
    guard index.traces.contains(where: { $0.dialect == .v1 }) else {
      return append(batch, to: &piece)
    }
    var order: [Int] = []
    for trace in index.traces {
      let spans = trace.firstSpan..<(trace.firstSpan + trace.spans)
      order +=
        trace.dialect == .v1
        ? spans.sorted { batch.spans[$0].filePosition < batch.spans[$1].filePosition }
        : Array(spans)
    }
    append(batch.convertedToOTLP(), spans: order, to: &piece)
  }
}

/// Pieces that were used and may be used again: memory the system gave is not given back and
/// cleared anew for every run.
private final class PiecePool: Sendable {
  private let pieces = Mutex<[EncodedSpans]>([])

  /// A piece that was given back, or a new one.
  func take() -> EncodedSpans { pieces.withLock { $0.popLast() } ?? EncodedSpans() }

  /// Gives pieces back.
  func give(_ used: [EncodedSpans]) { pieces.withLock { $0 += used } }
}
