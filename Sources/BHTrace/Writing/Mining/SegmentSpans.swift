/// The spans of a segment in canonical order: trace by trace, each in pre-order.
struct SegmentSpans: Sendable {
  let batches: [SpanBatch]
  /// Where each span lies.
  let references: [SpanReference]
  /// For each trace, and one more, the number of its first span.
  let firstSpans: [Int]
  /// For the first span of a trace from v1 where what its file says beside the spans lies.
  let v1Files: [Int: SpanReference]

  /// The spans of `traces`, which lie in `batches`.
  init(_ traces: [SegmentTrace], in batches: [SpanBatch]) {
    self.batches = batches
    var references: [SpanReference] = []
    references.reserveCapacity(traces.reduce(0) { $0 + $1.spans.count })
    var firstSpans = [0]
    var v1Files: [Int: SpanReference] = [:]
    for trace in traces {
      if let file = trace.v1File, trace.isBegun { v1Files[references.count] = file }
      references.append(contentsOf: trace.spans)
      firstSpans.append(references.count)
    }
    self.references = references
    self.firstSpans = firstSpans
    self.v1Files = v1Files
  }

  /// The number of spans.
  var count: Int { references.count }

  /// The spans in at most `most` runs of about as many; one at least.
  func runs(_ most: Int) -> [Range<Int>] {
    let runs = max(1, min(most, count))
    return (0..<runs).map { ($0 * count / runs)..<(($0 + 1) * count / runs) }
  }
}

extension SegmentTrace {
  /// Whether the trace begins here: it is whole, or the first part.
  var isBegun: Bool { part?.position ?? 0 == 0 }

  /// The shape and times of the whole trace.
  var wholeTree: TraceTree { part?.trace.tree ?? tree }

  /// The earliest start of the whole trace.
  var start: UInt64 { part?.trace.start ?? tree.earliestStart }
}
