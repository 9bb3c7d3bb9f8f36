/// SPAN_LOOKUP: in which chunks the spans of large traces lie, by hash of their ids.
enum SpanLookup {
  /// The spans of traces with more spans than this are listed.
  static let leastSpans = 65_536

  /// The section for `traces` in `chunks`, and its number of pages; nil where no trace is so large.
  static func encode(
    _ chunks: [ChunkPlan], _ spans: SegmentSpans
  ) -> (bytes: [UInt8], pages: Int)? {
    var entries: [HashedPages.Entry] = []
    for (number, chunk) in chunks.enumerated() {
      guard let trace = chunk.piece?.trace, trace.tree.count > leastSpans else { continue }
      for reference in spans.references[chunk.spans] {
        let batch = spans.batches[reference.batch]
        let id = batch.bytes(batch.spans[reference.span].spanID)
        entries.append(HashedPages.Entry(hash: TraceHash.hash(id), chunk: number))
      }
    }
    if entries.isEmpty { return nil }
    return HashedPages.encode(entries, bits: keyBits(entries: entries.count))
  }

  /// The bits of a key where there are so many entries: a wrong match in 256.
  private static func keyBits(entries: Int) -> Int {
    min(64, 8 + Int.bitWidth - entries.leadingZeroBitCount)
  }
}
