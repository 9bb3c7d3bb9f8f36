/// Reading all payload, chunk by chunk, on several threads.
extension V2Archive {
  package func forEachTrace(_ parts: TraceParts, body: (LoadedTrace) throws -> Void) throws {
    guard parts.contains(.payload) else {
      return try forEachTrace(parts, choose: { _ in nil }, body: body)
    }
    func hand(_ traces: [LoadedTrace]) throws { for trace in traces { try body(trace) } }
    try forEachChunk({ try $1.traces($0, parts) }, hand)
  }

  /// Writes every trace as OTLP protobuf, a message each, and hands `put` the bytes in the order of
  /// the traces. Spans of v1 traces are made OTLP's, in the order of their file.
  ///
  /// What the archive knows of whole messages (`metadataBatch`) is not among them.
  package func writeOTLPProtobuf(
    framing: ProtobufFraming = .bare, _ put: (OTLPProtobufChunk) throws -> Void
  ) throws {
    let pool = BufferPool()
    func hand(_ chunk: OTLPProtobufChunk) throws {
      try put(chunk)
      pool.give(chunk.bytes)
    }
    try forEachChunk({ try $1.messages($0, framing, in: pool.take()) }, hand)
  }

  /// Hands `body` what `work` makes of the chunks, in their order. Sections are read by the calling
  /// thread, and pages and blocks are decoded by any.
  private func forEachChunk<Output: Sendable>(
    _ work: @escaping @Sendable (ChunkJob, inout ChunkWorker) throws -> Output,
    _ body: (Output) throws -> Void
  ) throws {
    var jobs = ChunkJobs(self)
    try OrderedWork.run(
      threads: threads, next: { try jobs.next() }, state: { ChunkWorker() }, work: work,
      body: body)
  }
}

/// The chunks of an archive, one after the other.
private struct ChunkJobs {
  private let archive: V2Archive
  private var segment = 0
  private var chunk = 0
  /// Structure and ids of the whole segment, which are a few hundred KB and lie in one run each.
  private var sections: [SectionType: [UInt8]] = [:]

  init(_ archive: V2Archive) { self.archive = archive }

  /// The next chunk; nil where there is none.
  mutating func next() throws -> ChunkJob? {
    while segment < archive.segments.count {
      let reader = archive.segments[segment]
      if chunk == 0 && reader.description.traces > 0 { try open(reader) }
      if chunk < reader.description.chunks.count && reader.description.traces > 0 {
        defer { chunk += 1 }
        return ChunkJob(
          segment: segment, layout: reader.layout, chunk: chunk, names: try reader.names(),
          times: try reader.times(),
          payload: try reader.payload(), source: archive.source, indexPage: page(.index, reader),
          traceIDPage: page(.traceIDs, reader), spanIDPage: page(.spanIDs, reader))
      }
      segment += 1
      chunk = 0
    }
    return nil
  }

  private mutating func open(_ reader: SegmentReader) throws {
    let types = reader.missing(payload: true) + [.spanIDs, .traceIDs, .index]
    let answers = try archive.source.readRound(types.map { reader.range($0) })
    for (type, bytes) in zip(types, answers) {
      sections[type] = bytes
      try reader.take(type, bytes)
    }
  }

  private func page(_ type: SectionType, _ reader: SegmentReader) -> [UInt8] {
    guard let section = sections[type] else { return [] }
    let range = reader.range(type, chunk: chunk)
    let start = reader.range(type).lowerBound
    return section.rawSpan.array((range.lowerBound - start)..<(range.upperBound - start))
  }
}
