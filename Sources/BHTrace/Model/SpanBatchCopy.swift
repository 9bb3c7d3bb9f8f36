extension SpanBatch {
  /// Copies the bytes at `range` of `source`'s arena to the end of this one.
  mutating func copy(_ range: ByteRange, from source: SpanBatch) -> ByteRange {
    if range.isEmpty { return .empty }
    let copied = ByteRange(arena.count, Int(range.count))
    arena.append(range.positions, of: source.arena)
    return copied
  }

  /// Copies a run of `source`'s attributes, with their bytes.
  mutating func copy(_ range: RecordRange, from source: SpanBatch) -> RecordRange {
    let first = attributes.count
    for index in range.indices {
      let attribute = source.attributes[index]
      let key = copy(attribute.key, from: source)
      attributes.append(
        attribute.kind.hasRange
          ? AttributeRecord(
            key: key, kind: attribute.kind, range: copy(attribute.range, from: source))
          : AttributeRecord(key: key, kind: attribute.kind, bits: attribute.bits))
    }
    return RecordRange(first, Int(range.count))
  }

  /// Adds a copy of `span` of `source` that belongs to resource and scope number `resource` and
  /// `scope` of this batch.
  mutating func add(
    _ span: SpanRecord, from source: SpanBatch, resource: UInt32, scope: UInt32
  ) {
    var result = span
    result.traceID = copy(span.traceID, from: source)
    result.spanID = copy(span.spanID, from: source)
    result.parentSpanID = copy(span.parentSpanID, from: source)
    result.name = copy(span.name, from: source)
    result.traceState = copy(span.traceState, from: source)
    result.statusMessage = copy(span.statusMessage, from: source)
    result.extra = copy(span.extra, from: source)
    result.attributes = copy(span.attributes, from: source)
    result.resource = resource
    result.scope = scope
    let firstEvent = events.count
    for event in source.events[span.events.indices] {
      var copied = event
      copied.name = copy(event.name, from: source)
      copied.attributes = copy(event.attributes, from: source)
      copied.extra = copy(event.extra, from: source)
      events.append(copied)
    }
    result.events = RecordRange(firstEvent, Int(span.events.count))
    let firstLink = links.count
    for link in source.links[span.links.indices] {
      var copied = link
      copied.traceID = copy(link.traceID, from: source)
      copied.spanID = copy(link.spanID, from: source)
      copied.traceState = copy(link.traceState, from: source)
      copied.attributes = copy(link.attributes, from: source)
      copied.extra = copy(link.extra, from: source)
      links.append(copied)
    }
    result.links = RecordRange(firstLink, Int(span.links.count))
    spans.append(result)
  }

  /// Adds a copy of what a v1 file of `source` says beside its spans.
  mutating func add(_ file: V1FileRecord, from source: SpanBatch) {
    var result = file
    result.traceID = copy(file.traceID, from: source)
    result.header = copy(file.header, from: source)
    result.tree = copy(file.tree, from: source)
    result.payload = copy(file.payload, from: source)
    v1Files.append(result)
  }

  /// A copy of `record` of `source` whose ranges lie in this batch; it is not added to it.
  mutating func copy(_ record: ResourceRecord, from source: SpanBatch) -> ResourceRecord {
    var result = record
    result.attributes = copy(record.attributes, from: source)
    result.schemaURL = copy(record.schemaURL, from: source)
    result.extra = copy(record.extra, from: source)
    result.outerExtra = copy(record.outerExtra, from: source)
    return result
  }

  /// A copy of `record` of `source` whose ranges lie in this batch; it is not added to it.
  mutating func copy(_ record: ScopeRecord, from source: SpanBatch) -> ScopeRecord {
    var result = record
    result.name = copy(record.name, from: source)
    result.version = copy(record.version, from: source)
    result.attributes = copy(record.attributes, from: source)
    result.schemaURL = copy(record.schemaURL, from: source)
    result.extra = copy(record.extra, from: source)
    result.outerExtra = copy(record.outerExtra, from: source)
    return result
  }
}

extension SpanBatch {
  /// The spans of `batches`, one after the other, in one batch; of resources and scopes those that
  /// spans refer to.
  init(joining batches: [SpanBatch]) {
    if batches.count == 1 {
      self = batches[0]
      return
    }
    self.init()
    for source in batches { append(spansOf: source) }
  }

  /// The same spans in a batch that holds nothing but what they refer to, and their v1 files.
  func compacted() -> SpanBatch {
    var copy = SpanBatch()
    copy.append(spansOf: self)
    return copy
  }

  /// Adds copies of all spans of `source`, of the resources and scopes they refer to, and of its v1
  /// files.
  private mutating func append(spansOf source: SpanBatch) {
    var resourceNumbers: [UInt32: UInt32] = [:]
    var scopeNumbers: [UInt32: UInt32] = [:]
    for span in source.spans {
      if resourceNumbers[span.resource] == nil {
        resourceNumbers[span.resource] = UInt32(resources.count)
        resources.append(copy(source.resources[Int(span.resource)], from: source))
      }
      if scopeNumbers[span.scope] == nil {
        scopeNumbers[span.scope] = UInt32(scopes.count)
        scopes.append(copy(source.scopes[Int(span.scope)], from: source))
      }
      add(
        span, from: source, resource: resourceNumbers[span.resource] ?? 0,
        scope: scopeNumbers[span.scope] ?? 0)
    }
    for file in source.v1Files { add(file, from: source) }
  }
}
