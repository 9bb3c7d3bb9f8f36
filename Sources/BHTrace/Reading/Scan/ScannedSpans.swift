/// Spans as a search looks at them, those of a chunk or of one trace: what INDEX says of each, and what
/// else was read.
package struct ScannedSpans: Sendable {
  /// One of their traces.
  package struct Trace: Sendable {
    /// Names the trace for further loads.
    package var handle: TraceHandle
    /// Its spans, in pre-order.
    package var spans: Range<Int>
    /// Whether its ids are bytes or text.
    package var dialect: Dialect
  }

  /// What the numbers of operations mean.
  package let names: NameTable
  /// For each span its operation.
  package let operations: [UInt32]
  /// For each span which of its operation's pairs of resource and scope it has (`SegmentFacts`); empty
  /// where only the payload says it.
  package let contexts: [UInt32]
  /// Starts in nanoseconds since the Unix epoch (v1: since the start of the trace).
  package let starts: [UInt64]
  /// Ends, as they came.
  package let ends: [UInt64]
  /// Status and findings.
  package let marks: [SpanMarks]
  /// For each span the position of its parent in its trace, -1 for a root.
  package let parents: [Int32]
  /// The traces, in order.
  package let traces: [Trace]
  /// The payload that was read.
  package internal(set) var batch = SpanBatch()
  /// For each span its place among the spans of `batch`, -1 where it was not read, -2 where it was
  /// passed over, since its shape cannot match; empty where all of them were read, in order.
  package internal(set) var places: [Int32] = []
  /// The pages of the chunk; nil for spans of one trace.
  var pages: ChunkPages?
  private var traceID: [UInt8] = []
  private var spanIDs: [[UInt8]] = []

  /// The number of spans.
  package var count: Int { operations.count }

  /// The spans of a chunk of whole traces.
  init(_ pages: ChunkPages) {
    let index = pages.index
    names = pages.names.names
    operations = index.operations
    contexts = index.contexts
    starts = index.starts
    ends = index.ends
    marks = index.marks
    parents = index.parents
    var traces: [Trace] = []
    traces.reserveCapacity(index.traces.count)
    for (slot, trace) in index.traces.enumerated() {
      traces.append(
        Trace(
          handle: TraceHandle(segment: pages.segment, chunk: pages.chunk, slot: slot),
          spans: trace.firstSpan..<(trace.firstSpan + trace.spans), dialect: trace.dialect))
    }
    self.traces = traces
    self.pages = pages
  }

  /// The spans of one trace, whose batch holds none of them, or all.
  package init(_ trace: LoadedTrace) {
    names = trace.names
    operations = trace.tree.operations
    contexts = []
    starts = trace.tree.starts
    ends = trace.tree.ends
    marks = trace.tree.marks
    parents = trace.tree.parents
    traces = [
      Trace(
        handle: trace.handle, spans: 0..<trace.tree.count, dialect: trace.tree.dialect)
    ]
    batch = trace.batch
    traceID = trace.traceID
    spanIDs = trace.spanIDs
  }

  /// Takes in the payload of those spans that `wanted` says, in order.
  /// Those at `passedOver` in the batch were seen and cannot match.
  package mutating func take(_ batch: SpanBatch, wanted: [Bool], passedOver: [Int] = []) {
    self.batch = batch
    places.removeAll()
    places.reserveCapacity(wanted.count)
    var spans: [Int32] = []
    for isWanted in wanted {
      if isWanted { spans.append(Int32(truncatingIfNeeded: places.count)) }
      places.append(isWanted ? Int32(truncatingIfNeeded: spans.count - 1) : -1)
    }
    for place in passedOver { places[Int(spans[place])] = -2 }
  }

  /// End minus start of a span (ns); 0 where it ends before it starts.
  @inline(__always)
  package func duration(_ span: Int) -> Int64 {
    ends[span] > starts[span] ? Int64(clamping: ends[span] - starts[span]) : 0
  }

  /// From the earliest start of a span of `trace` to the latest end, of a span that ends before it
  /// starts its start (ns); 0 without spans.
  package func times(of trace: Trace) -> ClosedRange<UInt64> {
    var (first, last): (UInt64, UInt64) = (.max, 0)
    for span in trace.spans {
      first = min(first, starts[span])
      last = max(last, starts[span], ends[span])
    }
    return trace.spans.isEmpty ? 0...0 : first...last
  }

  /// The id of trace number `trace`; empty where it was not read.
  package func traceID(_ trace: Int) -> [UInt8] {
    guard let pages else { return traceID }
    return trace < pages.traceIDs.count ? pages.traceIDs[trace] : []
  }

  /// The id of a span; empty where it was not read.
  package func spanID(_ span: Int) -> [UInt8] {
    if let ids = pages?.ids { return ids.id(span) }
    return span < spanIDs.count ? spanIDs[span] : []
  }
}

extension ScannedSpans {
  /// The parent's id that a span of trace number `trace` says, ids being read; empty where it says none
  /// or zeros, nil where only its payload tells.
  package func parentSpanID(_ span: Int, ofTrace trace: Int) -> [UInt8]? {
    if marks[span].contains(.zeroParent) { return [] }
    if marks[span].statesParent {
      if let ids = pages?.ids { return ids.statedParent(span) }
      let place = places.isEmpty ? span : Int(places[span])
      guard batch.spans.indices.contains(place) else { return nil }
      return batch.bytes(batch.spans[place].parentSpanID)
    }
    guard marks[span].hasParentAbove, parents[span] >= 0 else { return [] }
    return spanID(traces[trace].spans.lowerBound + Int(parents[span]))
  }
}
