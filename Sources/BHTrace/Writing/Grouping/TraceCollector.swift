/// Brings spans together trace by trace, for outputs that want whole traces.
package struct TraceCollector {
  private var grouper: TraceGrouper

  /// A collector that holds about `memory` bytes; the rest goes to a scratch file on the file
  /// system of `scratchFolder`. With `dropsCopies` exact copies of spans are left out.
  package init(
    memory: Int = 512 << 20, scratchFolder: String = "/tmp", dropsCopies: Bool = false
  ) {
    grouper = TraceGrouper(
      memory: memory, scratchFolder: scratchFolder, dropsCopies: dropsCopies)
  }

  /// Takes all spans of `batch` in. Throws `StorageError` where the scratch file cannot be
  /// written.
  package mutating func add(_ batch: SpanBatch) throws { try grouper.add(batch) }

  /// Hands every trace to `body` as a batch of its own, its spans in pre-order (of a v1 file: in
  /// the file's order), in the order of (start, id). One with more bytes than an arena holds comes
  /// in several batches. Answers with how many spans are exact copies of others.
  @discardableResult
  package consuming func finish(
    threads: Int = 1, _ body: (SpanBatch) throws -> Void
  ) throws -> Int {
    let extras = grouper.metadata()
    if !extras.isEmpty {
      var batch = SpanBatch()
      for extra in extras { batch.messageExtras.append(batch.append(extra)) }
      try body(batch)
    }
    // The parts of a trace come one after the other.
    var open = SpanBatch()
    var isOpen = false
    var exactCopies = 0
    try grouper.finish().forEachSegment(threads: threads) { content in
      exactCopies += content.copies
      var copies = OriginCopies(OriginCopies.Sources(content.batches))
      for trace in content.traces {
        if isOpen && trace.part.map({ $0.position == 0 }) ?? true {
          try body(open.inFileOrder())
          open = SpanBatch()
        }
        if !isOpen || trace.part.map({ $0.position == 0 }) ?? true { copies.begin() }
        for reference in trace.spans {
          if open.arena.count > SpanBatch.arenaLimit {
            try body(open)
            open = SpanBatch()
            copies.begin()
          }
          open.add(reference, from: content.batches, &copies)
        }
        if let file = trace.v1File {
          open.add(
            content.batches[file.batch].v1Files[file.span], from: content.batches[file.batch])
        }
        isOpen = true
      }
    }
    if isOpen { try body(open.inFileOrder()) }
    return exactCopies
  }
}

extension SpanBatch {
  fileprivate mutating func add(
    _ reference: SpanReference, from batches: [SpanBatch], _ copies: inout OriginCopies
  ) {
    let span = batches[reference.batch].spans[reference.span]
    let resource = copies.resource(span.resource, of: reference.batch, in: &self)
    let scope = copies.scope(span.scope, of: reference.batch, in: &self)
    add(span, from: batches[reference.batch], resource: resource, scope: scope)
  }

  /// The batch of one trace, of a v1 trace with its spans as they stand in the file.
  func inFileOrder() -> SpanBatch {
    guard spans.first?.dialect == .v1 else { return self }
    var result = self
    result.spans.sort { $0.filePosition < $1.filePosition }
    return result
  }
}
