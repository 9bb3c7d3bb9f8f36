/// Brings the spans of each trace together, over all batches, and makes the traces' trees.
struct TraceGrouper {
  private(set) var batches: [SpanBatch] = []
  private var traceIDs = ByteInterner()
  /// For each span, batch by batch, the number of its trace.
  private var traceNumbers: [UInt32] = []
  /// The v1 file of each trace that has one, by trace number.
  private var v1Files: [Int: SpanReference] = [:]

  /// Takes all spans of `batch` in.
  mutating func add(_ batch: SpanBatch) {
    let number = batches.count
    // Every v1 file holds one trace of its own, whatever other files call theirs.
    let v1Tag = UInt32(number) + 1
    for span in batch.spans {
      let tag = span.dialect == .v1 ? v1Tag : 0
      traceNumbers.append(UInt32(traceIDs.intern(batch.arena, span.traceID, tag: tag)))
    }
    for (index, file) in batch.v1Files.enumerated() {
      let trace = traceIDs.intern(batch.arena, file.traceID, tag: v1Tag)
      v1Files[trace] = SpanReference(batch: number, span: index)
    }
    batches.append(batch)
  }

  /// The number of spans taken in.
  var spanCount: Int { traceNumbers.count }

  /// All traces with their trees, in the order of (start, id). `bytes` is the size of a trace's
  /// names and values. The order of the input does not matter.
  func traces(threads: Int) -> [(trace: SegmentTrace, bytes: Int)] {
    let count = traceIDs.count
    var bounds = [Int](repeating: 0, count: count + 1)
    for number in traceNumbers { bounds[Int(number) + 1] += 1 }
    for number in 0..<count { bounds[number + 1] += bounds[number] }
    var references = [SpanReference](
      repeating: SpanReference(batch: 0, span: 0), count: traceNumbers.count)
    var next = bounds
    var position = 0
    for (batch, content) in batches.enumerated() {
      for span in content.spans.indices {
        let trace = Int(traceNumbers[position])
        references[next[trace]] = SpanReference(batch: batch, span: span)
        next[trace] += 1
        position += 1
      }
    }
    let grouped = references
    let limits = bounds
    // Small traces are many: a worker takes a run of them at a time.
    let run = 256
    let runs = Parallel.map((count + run - 1) / run, threads: threads, state: { 0 }) {
      index, _ in
      (index * run..<min(count, (index + 1) * run)).map { trace in
        make(trace, Array(grouped[limits[trace]..<limits[trace + 1]]))
      }
    }
    return runs.flatMap { $0 }.sorted { a, b in
      let (left, right) = (a.trace.tree.earliestStart, b.trace.tree.earliestStart)
      if left != right { return left < right }
      return ByteComparison.order(a.trace.id, b.trace.id) < 0
    }
  }

  private func make(
    _ number: Int, _ spans: [SpanReference]
  ) -> (trace: SegmentTrace, bytes: Int) {
    var built = TraceTreeBuilder.build(spans, in: batches)
    let ordered = built.order.map { spans[$0] }
    if built.tree.dialect == .v1 {
      let positions = ordered.map { batches[$0.batch].spans[$0.span].filePosition }
      let isPreOrder = positions.enumerated().allSatisfy { Int($0.element) == $0.offset }
      if !isPreOrder { built.tree.filePositions = positions }
    }
    let bytes = ordered.reduce(0) { $0 + batches[$1.batch].contentBytes(ofSpan: $1.span) }
    let trace = SegmentTrace(
      id: traceIDs.bytes(number), tree: built.tree, spans: ordered, v1File: v1Files[number])
    return (trace, bytes)
  }

  /// Unknown fields of whole messages, of all batches, in the order of their bytes.
  func metadata() -> [[UInt8]] {
    batches.flatMap { batch in batch.messageExtras.map { batch.bytes($0) } }
      .sorted { ByteComparison.order($0, $1) < 0 }
  }
}

extension SpanBatch {
  /// The size of a span's names and values: what a segment's size is measured by.
  fileprivate func contentBytes(ofSpan index: Int) -> Int {
    let span = spans[index]
    var bytes = 32 + Int(span.name.count) + Int(span.extra.count) + Int(span.statusMessage.count)
    func add(_ range: RecordRange) {
      for attribute in attributes[range.indices] {
        bytes += 2 + Int(attribute.key.count)
        bytes += attribute.kind.hasRange ? Int(attribute.range.count) : 8
      }
    }
    add(span.attributes)
    for event in events[span.events.indices] {
      bytes += 8 + Int(event.name.count)
      add(event.attributes)
    }
    for link in links[span.links.indices] {
      bytes += 24
      add(link.attributes)
    }
    return bytes
  }
}
