/// Writes the traces of a v2 archive as they lie in it, without bringing them together first: for
/// archives in which every trace is whole and that are in the order of (start, id).
///
/// What it writes is what `TraceCollector` and `OTLPProtobufTraceWriter` would.
package struct ArchiveExport {
  private let archive: V2Archive

  /// An export of the archive at `path`; nil where there is no regular file, no v2 archive in it,
  /// or one whose traces have to be brought together. Throws `FormatError` where it is damaged.
  package init?(path: String) throws {
    guard path != "-", let source = try? FileSource(path: path),
      try source.read(0..<min(4, source.byteCount)) == FileHeader.magic
    else { return nil }
    let archive = try V2Archive(source)
    guard try archive.hasWholeTracesInOrder() else { return nil }
    self.archive = archive
  }

  /// Hands `put` every trace as OTLP protobuf, on `threads` threads, several messages at a time;
  /// answers with how many traces and spans there were.
  package func writeOTLPProtobuf(
    framing: ProtobufFraming = .bare, threads: Int, _ put: ([UInt8]) throws -> Void
  ) throws -> (traces: Int, spans: Int) {
    archive.threads = threads
    var (traces, spans) = (0, 0)
    if let metadata = try archive.metadataBatch() {
      var sorted = SpanBatch()
      for extra in metadata.messageExtras.map({ metadata.bytes($0) })
        .sorted(by: { ByteComparison.order($0, $1) < 0 })
      {
        sorted.messageExtras.append(sorted.append(extra))
      }
      try put(OTLPProtobufTraceWriter(framing: framing).write(sorted))
    }
    try archive.writeOTLPProtobuf(framing: framing) { chunk in
      traces += chunk.traces
      spans += chunk.spans
      try put(chunk.bytes)
    }
    return (traces, spans)
  }
}

extension V2Archive {
  /// Whether no trace has parts in several places, and each segment starts behind the last one.
  fileprivate func hasWholeTracesInOrder() throws -> Bool {
    var hashes: [UInt64] = []
    hashes.reserveCapacity(traceCount)
    var last: UInt64?
    for segment in segments where segment.description.traces > 0 {
      let chunks = segment.description.chunks
      if let last, let first = chunks.first?.start, first <= last { return false }
      let section = try source.read(segment.range(.traceIDs))
      let base = segment.range(.traceIDs).lowerBound
      for chunk in chunks.indices {
        let range = segment.range(.traceIDs, chunk: chunk)
        let page = section.rawSpan.array((range.lowerBound - base)..<(range.upperBound - base))
        hashes += try segment.traceIDs(chunk, page).map(TraceHash.hash)
      }
      if segment !== segments.last, let end = chunks.indices.last {
        last = try structure(segment, end).index.traces.last?.start
      }
    }
    hashes.sort()
    return zip(hashes, hashes.dropFirst()).allSatisfy { $0 != $1 }
  }
}
