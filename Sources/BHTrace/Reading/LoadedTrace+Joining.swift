extension LoadedTrace {
  /// One trace of parts that were archived apart: all their spans, exact copies once, in one tree.
  ///
  /// Each part has to have all of its payload. The trace keeps the handle of the first.
  package init(joining parts: [LoadedTrace]) {
    let batches = parts.map(\.batch)
    var places: [SpanReference] = []
    for (number, batch) in batches.enumerated() {
      places += batch.spans.indices.map { SpanReference(batch: number, span: $0) }
    }
    var built = TraceTreeBuilder.build(places, in: batches)
    if let isCopy = ExactCopies.find(places, built, in: batches) {
      places = places.indices.filter { !isCopy[$0] }.map { places[$0] }
      built = TraceTreeBuilder.build(places, in: batches)
    }
    var tree = built.tree
    var names = NameTable()
    var merged = OperationMerger()
    // The spans of a part lie in the order of its tree.
    let operations = parts.enumerated().map { number, part in
      let numbers = merged.numbers(of: part.names, segment: number, in: &names)
      return part.tree.operations.map { numbers[Int($0)] }
    }
    var ids: [[UInt8]] = []
    var ordered = SpanBatch(joining: batches)
    // Joined, the spans lie one batch after the other.
    var firsts: [Int] = []
    var total = 0
    for batch in batches {
      firsts.append(total)
      total += batch.spans.count
    }
    var spans: [SpanRecord] = []
    for (position, index) in built.order.enumerated() {
      let place = places[index]
      let span = ordered.spans[firsts[place.batch] + place.span]
      tree.operations[position] = operations[place.batch][place.span]
      ids.append(ordered.bytes(span.spanID))
      spans.append(span)
    }
    ordered.spans = spans
    if let dialect = spans.first?.dialect { tree.dialect = dialect }
    self.init(
      handle: parts.first?.handle ?? TraceHandle(segment: 0, chunk: 0, slot: 0), tree: tree,
      names: names)
    traceID = parts.first?.traceID ?? []
    spanIDs = ids
    batch = ordered
  }
}
