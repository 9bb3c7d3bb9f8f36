/// Resources and scopes of a segment, the bytes and attributes of each in one piece: so they are
/// copied to the batches of traces, which all have their own.
struct OriginImages: Sendable {
  private var batch = SpanBatch()
  private var resourceBytes: [Range<Int>] = []
  private var scopeBytes: [Range<Int>] = []

  /// The resources and scopes of `catalog`.
  init(_ catalog: SpanBatch) {
    for resource in catalog.resources {
      let start = batch.arena.count
      let copied = batch.copy(resource, from: catalog)
      batch.resources.append(copied)
      resourceBytes.append(start..<batch.arena.count)
    }
    for scope in catalog.scopes {
      let start = batch.arena.count
      let copied = batch.copy(scope, from: catalog)
      batch.scopes.append(copied)
      scopeBytes.append(start..<batch.arena.count)
    }
  }

  /// Adds resource `number` to `target`.
  func addResource(_ number: Int, to target: inout SpanBatch) {
    var record = batch.resources[number]
    let distance = target.arena.count - resourceBytes[number].lowerBound
    target.arena.append(resourceBytes[number], of: batch.arena)
    record.attributes = copy(record.attributes, by: distance, to: &target)
    record.schemaURL = record.schemaURL.moved(by: distance)
    record.extra = record.extra.moved(by: distance)
    record.outerExtra = record.outerExtra.moved(by: distance)
    target.resources.append(record)
  }

  /// Adds scope `number` to `target`.
  func addScope(_ number: Int, to target: inout SpanBatch) {
    var record = batch.scopes[number]
    let distance = target.arena.count - scopeBytes[number].lowerBound
    target.arena.append(scopeBytes[number], of: batch.arena)
    record.attributes = copy(record.attributes, by: distance, to: &target)
    record.name = record.name.moved(by: distance)
    record.version = record.version.moved(by: distance)
    record.schemaURL = record.schemaURL.moved(by: distance)
    record.extra = record.extra.moved(by: distance)
    record.outerExtra = record.outerExtra.moved(by: distance)
    target.scopes.append(record)
  }

  private func copy(
    _ range: RecordRange, by distance: Int, to target: inout SpanBatch
  ) -> RecordRange {
    let first = target.attributes.count
    for index in range.indices {
      var attribute = batch.attributes[index]
      attribute.key = attribute.key.moved(by: distance)
      if attribute.kind.hasRange {
        attribute = AttributeRecord(
          key: attribute.key, kind: attribute.kind, range: attribute.range.moved(by: distance))
      }
      target.attributes.append(attribute)
    }
    return RecordRange(first, Int(range.count))
  }
}

extension ByteRange {
  /// The range of the same bytes where they lie `distance` further on; of none there is but one.
  fileprivate func moved(by distance: Int) -> ByteRange {
    isEmpty ? .empty : ByteRange(Int(offset) + distance, Int(count))
  }
}
