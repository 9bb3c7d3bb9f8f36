/// Writes the traces of a v2 archive as they lie in it, without bringing them together first: for
/// archives in which every trace is whole and that are in the order of (start, id).
///
/// What it writes is what `TraceCollector` and the format's writer would, in the memory of a few
/// traces however many there are.
package struct ArchiveExport {
  private let archive: ArchiveSession

  /// An export of the archive at `path`; nil where there is no regular file, no v2 archive in it,
  /// or one whose traces have to be brought together. Throws `FormatError` where it is damaged.
  package init?(path: String) throws {
    guard path != "-", let source = try? FileSource(path: path),
      try source.read(0..<min(4, source.byteCount)) == FileHeader.magic
    else { return nil }
    let archive = try ArchiveSession(source)
    guard try archive.hasWholeTracesInOrder() else { return nil }
    self.archive = archive
  }

  /// What was read so far.
  package var stats: ReadStats { archive.stats }

  /// Hands `put` all spans as OTLP protobuf, a message at a time, worked out on `threads` threads;
  /// answers with how many traces and spans there were.
  package func writeOTLPProtobuf(
    framing: ProtobufFraming = .bare, threads: Int, _ put: ([UInt8]) throws -> Void
  ) throws -> (traces: Int, spans: Int) {
    archive.threads = threads
    if let metadata = try archive.metadataBatch() {
      var sorted = SpanBatch()
      for extra in metadata.messageExtras.map({ metadata.bytes($0) })
        .sorted(by: { ByteComparison.order($0, $1) < 0 })
      {
        sorted.messageExtras.append(sorted.append(extra))
      }
      var writer = OTLPProtobufTraceWriter(framing: framing)
      try put(writer.write(sorted))
    }
    return try archive.writeOTLPProtobuf(framing: framing, put)
  }

  /// Hands `put` all spans as `writer` writes them, trace by trace, decoded on `threads` threads;
  /// answers with how many traces and spans there were.
  package func write(
    with writer: inout any TraceWriter, threads: Int, _ put: ([UInt8]) throws -> Void
  ) throws -> (traces: Int, spans: Int) {
    archive.threads = threads
    var (traces, spans) = (0, 0)
    try put(writer.begin())
    func write(_ batch: SpanBatch) throws {
      traces += batch.spans.isEmpty ? 0 : 1
      spans += batch.spans.count
      try put(writer.write(batch))
    }
    if let metadata = try archive.metadataBatch() { try write(metadata) }
    // A large trace comes piece by piece.
    var pieces: [SpanBatch] = []
    func writePieces() throws {
      if !pieces.isEmpty { try write(SpanBatch(joining: pieces).inFileOrder()) }
      pieces = []
    }
    try archive.forEachTrace([.traceID, .payload]) { trace in
      if trace.firstPosition == 0 { try writePieces() }
      pieces.append(trace.batch.compacted())
    }
    try writePieces()
    try put(writer.end())
    return (traces, spans)
  }
}

extension ArchiveSession {
  /// Whether no trace has parts in several places, and each segment starts behind the last one.
  fileprivate func hasWholeTracesInOrder() throws -> Bool {
    let segments = try summaries().segments.filter { $0.traces > 0 }
    if zip(segments, segments.dropFirst()).contains(where: { $1.firstStart <= $0.lastStart }) {
      return false
    }
    var hashes: [UInt64] = []
    hashes.reserveCapacity(traceCount)
    try forEachTraceID { hashes.append(TraceHash.hash($0)) }
    hashes.sort()
    return zip(hashes, hashes.dropFirst()).allSatisfy { $0 != $1 }
  }
}
