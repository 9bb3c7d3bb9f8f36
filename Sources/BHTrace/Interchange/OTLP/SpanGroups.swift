/// Spans as export messages group them: those that follow each other with the same resource, and
/// among them those with the same scope.
struct SpanGroups {
  /// Spans of one scope: a run of `order`.
  struct ScopeGroup {
    var scope: Int
    var spans: Range<Int>
  }

  /// Scope groups of one resource: a run of `scopes`.
  struct ResourceGroup {
    var resource: Int
    var scopes: Range<Int>
  }

  /// Indices of the spans in their batch.
  private(set) var order: [Int] = []
  /// The scope groups, in order.
  private(set) var scopes: [ScopeGroup] = []
  /// The resource groups, in order.
  private(set) var resources: [ResourceGroup] = []

  /// No groups.
  init() {}

  /// The groups of the spans at `order`, or of all.
  init(_ batch: SpanBatch, order chosen: [Int]?) { group(batch, order: chosen) }

  /// Makes it the groups of the spans at `order`, or of all, in the memory there is already.
  mutating func group(_ batch: SpanBatch, order chosen: [Int]?) {
    order.removeAll(keepingCapacity: true)
    scopes.removeAll(keepingCapacity: true)
    resources.removeAll(keepingCapacity: true)
    if let chosen { order = chosen } else { order.append(contentsOf: batch.spans.indices) }
    var last: (resource: Int, scope: Int)?
    for position in order.indices {
      let index = order[position]
      let (resource, scope) = (Int(batch.spans[index].resource), Int(batch.spans[index].scope))
      if last?.resource != resource {
        resources.append(ResourceGroup(resource: resource, scopes: scopes.count..<scopes.count))
      }
      if last?.resource != resource || last?.scope != scope {
        scopes.append(ScopeGroup(scope: scope, spans: position..<position))
        let first = resources[resources.count - 1].scopes.lowerBound
        resources[resources.count - 1].scopes = first..<scopes.count
      }
      last = (resource, scope)
      let first = scopes[scopes.count - 1].spans.lowerBound
      scopes[scopes.count - 1].spans = first..<(position + 1)
    }
  }
}
