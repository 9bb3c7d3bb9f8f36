extension SpanBatch {
  /// The size of a span's names and values: what a segment's size is measured by.
  func contentBytes(of span: SpanRecord) -> Int {
    var bytes = 32 + Int(span.name.count) + Int(span.extra.count) + Int(span.statusMessage.count)
    bytes += contentBytes(of: span.attributes)
    for index in span.events.indices {
      bytes += 8 + Int(events[index].name.count) + contentBytes(of: events[index].attributes)
    }
    for index in span.links.indices { bytes += 24 + contentBytes(of: links[index].attributes) }
    return bytes
  }

  /// The size of a resource's values.
  func contentBytes(of resource: ResourceRecord) -> Int {
    8 + Int(resource.schemaURL.count) + Int(resource.extra.count) + Int(resource.outerExtra.count)
      + contentBytes(of: resource.attributes)
  }

  /// The size of a scope's names and values.
  func contentBytes(of scope: ScopeRecord) -> Int {
    8 + Int(scope.name.count) + Int(scope.version.count) + Int(scope.schemaURL.count)
      + Int(scope.extra.count) + Int(scope.outerExtra.count) + contentBytes(of: scope.attributes)
  }

  private func contentBytes(of range: RecordRange) -> Int {
    var bytes = 0
    for index in range.indices {
      bytes += 2 + Int(attributes[index].key.count)
      bytes += attributes[index].kind.hasRange ? Int(attributes[index].range.count) : 8
    }
    return bytes
  }
}
