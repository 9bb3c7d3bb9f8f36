/// Brings spans together trace by trace, for outputs that want whole traces.
package struct TraceCollector {
  private var grouper: TraceGrouper

  /// A collector that holds about `memory` bytes; the rest goes to a scratch file on the file
  /// system of `scratchFolder`.
  package init(memory: Int = 512 << 20, scratchFolder: String = "/tmp") {
    grouper = TraceGrouper(memory: memory, scratchFolder: scratchFolder)
  }

  /// Takes all spans of `batch` in. Throws `StorageError` where the scratch file cannot be
  /// written.
  package mutating func add(_ batch: SpanBatch) throws { try grouper.add(batch) }

  /// Hands every trace to `body` as a batch of its own, its spans in pre-order (of a v1 file: in
  /// the file's order), in the order of (start, id).
  package consuming func finish(threads: Int = 1, _ body: (SpanBatch) throws -> Void) throws {
    let extras = grouper.metadata()
    if !extras.isEmpty {
      var batch = SpanBatch()
      for extra in extras { batch.messageExtras.append(batch.append(extra)) }
      try body(batch)
    }
    try grouper.forEachSegment(FormatOptions(), threads: threads) { traces, batches in
      for trace in traces { try body(trace.batch(from: batches)) }
    }
  }
}

extension SegmentTrace {
  /// The trace's spans as a batch of their own.
  fileprivate func batch(from batches: [SpanBatch]) -> SpanBatch {
    var result = SpanBatch()
    var copies = OriginCopies(batches)
    var order = spans
    if !tree.filePositions.isEmpty {
      for (position, place) in tree.filePositions.enumerated() {
        order[Int(place)] = spans[position]
      }
    }
    for reference in order {
      let source = batches[reference.batch]
      let span = source.spans[reference.span]
      let resource = copies.resource(Int(span.resource), of: reference.batch, in: &result)
      let scope = copies.scope(Int(span.scope), of: reference.batch, in: &result)
      result.add(span, from: source, resource: resource, scope: scope)
    }
    if let file = v1File {
      result.add(
        batches[file.batch].v1Files[file.span], from: batches[file.batch])
    }
    return result
  }
}
