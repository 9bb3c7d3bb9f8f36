/// Makes batches of drafted spans. Equal resources and scopes of a batch share a record.
struct DraftedBatch {
  private var batch = SpanBatch()
  private var resources = ByteInterner()
  private var scopes = ByteInterner()

  /// A batch is full when it holds so much.
  private static let fullSpans = 1 << 13
  private static let fullBytes = 1 << 22

  /// The number of spans.
  var count: Int { batch.spans.count }

  /// Whether it is time to hand out the batch.
  var isFull: Bool {
    batch.spans.count >= Self.fullSpans || batch.arena.count >= Self.fullBytes
  }

  /// Hands out the batch and starts a new one.
  mutating func take() -> SpanBatch {
    let taken = batch
    self = DraftedBatch()
    return taken
  }

  /// Puts a span at the end.
  mutating func add(_ draft: SpanDraft) {
    var span = SpanRecord()
    span.traceID = batch.append(draft.traceID)
    span.spanID = batch.append(draft.spanID)
    span.parentSpanID = batch.append(draft.parentSpanID)
    span.name = batch.append(draft.name)
    span.traceState = batch.append(draft.traceState)
    span.hasStatus = draft.statusMessage != nil || draft.statusCode != 0
    span.statusMessage = batch.append(draft.statusMessage ?? "")
    span.statusCode = draft.statusCode
    span.kind = draft.kind
    span.start = draft.start
    span.end = draft.end
    span.flags = draft.flags
    span.droppedAttributes = draft.droppedAttributes
    span.droppedEvents = draft.droppedEvents
    span.droppedLinks = draft.droppedLinks
    if draft.sharesOrigin, let last = batch.spans.last {
      (span.resource, span.scope) = (last.resource, last.scope)
    } else {
      (span.resource, span.scope) = (resource(draft), scope(draft))
    }
    span.attributes = append(draft.attributes)
    let events = draft.events.map { event in
      var record = EventRecord()
      record.name = batch.append(event.name)
      record.time = event.time
      record.attributes = append(event.attributes)
      record.droppedAttributes = event.droppedAttributes
      return record
    }
    span.events = RecordRange(batch.events.count, events.count)
    batch.events += events
    let links = draft.links.map { link in
      var record = LinkRecord()
      record.traceID = batch.append(link.traceID)
      record.spanID = batch.append(link.spanID)
      record.traceState = batch.append(link.traceState)
      record.attributes = append(link.attributes)
      record.droppedAttributes = link.droppedAttributes
      record.flags = link.flags
      return record
    }
    span.links = RecordRange(batch.links.count, links.count)
    batch.links += links
    batch.spans.append(span)
  }

  private mutating func append(_ list: AttributeList) -> RecordRange {
    let records = list.map { batch.record($0.key, $0.value) }
    let range = RecordRange(batch.attributes.count, records.count)
    batch.attributes += records
    return range
  }

  private mutating func resource(_ draft: SpanDraft) -> UInt32 {
    var identity = Self.identity(.object(draft.resource))
    identity.append(contentsOf: draft.resourceSchemaURL.utf8)
    let number = resources.intern(identity)
    if number == batch.resources.count {
      var record = ResourceRecord()
      record.isPresent = !draft.resource.isEmpty
      record.attributes = append(draft.resource)
      record.schemaURL = batch.append(draft.resourceSchemaURL)
      batch.resources.append(record)
    }
    return UInt32(number)
  }

  private mutating func scope(_ draft: SpanDraft) -> UInt32 {
    let identity = Self.identity(
      .object([
        "name": .string(draft.scopeName), "version": .string(draft.scopeVersion),
        "schema": .string(draft.scopeSchemaURL), "attributes": .object(draft.scopeAttributes),
      ]))
    let number = scopes.intern(identity)
    if number == batch.scopes.count {
      var record = ScopeRecord()
      record.isPresent =
        !draft.scopeName.isEmpty || !draft.scopeVersion.isEmpty || !draft.scopeAttributes.isEmpty
      record.name = batch.append(draft.scopeName)
      record.version = batch.append(draft.scopeVersion)
      record.schemaURL = batch.append(draft.scopeSchemaURL)
      record.attributes = append(draft.scopeAttributes)
      batch.scopes.append(record)
    }
    return UInt32(number)
  }

  /// Bytes that are equal where values are.
  private static func identity(_ value: AttributeValue) -> [UInt8] {
    var writer = NestedValueWriter()
    value.pass(to: &writer)
    var bytes: [UInt8] = []
    writer.finish(into: &bytes)
    return bytes
  }
}
