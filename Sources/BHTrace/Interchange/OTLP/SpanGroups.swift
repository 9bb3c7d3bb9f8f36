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
  let order: [Int]
  /// The scope groups, in order.
  private(set) var scopes: [ScopeGroup] = []
  /// The resource groups, in order.
  private(set) var resources: [ResourceGroup] = []

  /// The groups of the spans at `order`, or of all.
  init(_ batch: SpanBatch, order chosen: [Int]?) {
    order = chosen ?? Array(batch.spans.indices)
    for (position, index) in order.enumerated() {
      let (resource, scope) = (Int(batch.spans[index].resource), Int(batch.spans[index].scope))
      if resources.last?.resource != resource {
        resources.append(ResourceGroup(resource: resource, scopes: scopes.count..<scopes.count))
      }
      let group = resources.count - 1
      if resources[group].scopes.isEmpty || scopes[scopes.count - 1].scope != scope {
        scopes.append(ScopeGroup(scope: scope, spans: position..<position))
        resources[group].scopes = resources[group].scopes.lowerBound..<scopes.count
      }
      let last = scopes.count - 1
      scopes[last].spans = scopes[last].spans.lowerBound..<(position + 1)
    }
  }
}
