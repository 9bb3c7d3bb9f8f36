/// Spans of one trace that say the same as another one in every field, with equal resources and scopes.
///
/// Spans without an id are never copies: nothing says that they are the same span. Of a v1 trace
/// there are none, since its spans stand at different places.
enum ExactCopies {
  /// For each of `spans` whether an equal one comes before it in canonical order; nil where none
  /// does. `tree` is the tree of these spans: where it has no duplicates, nothing is compared.
  static func find(
    _ spans: [SpanReference], _ built: BuiltTree, in batches: [SpanBatch]
  ) -> [Bool]? {
    var groups: [[UInt8]: [Int]] = [:]
    for (position, index) in built.order.enumerated()
    where built.tree.marks[position].contains(.duplicate) {
      groups[id(spans[index], batches)] = []
    }
    if groups.isEmpty { return nil }
    for index in spans.indices {
      let id = id(spans[index], batches)
      if !id.isEmpty && groups[id] != nil { groups[id]?.append(index) }
    }
    var isCopy: [Bool]?
    for (_, group) in groups {
      let sorted = group.sorted { a, b in
        let order = SpanOrder.order(spans[a], spans[b], in: batches)
        return order != 0 ? order < 0 : a < b
      }
      for (first, second) in zip(sorted, sorted.dropFirst())
      where SpanOrder.order(spans[first], spans[second], in: batches) == 0 {
        var flags = isCopy ?? Array(repeating: false, count: spans.count)
        isCopy = nil
        flags[second] = true
        isCopy = flags
      }
    }
    return isCopy
  }

  private static func id(_ place: SpanReference, _ batches: [SpanBatch]) -> [UInt8] {
    let batch = batches[place.batch]
    return batch.bytes(batch.spans[place.span].spanID)
  }
}
