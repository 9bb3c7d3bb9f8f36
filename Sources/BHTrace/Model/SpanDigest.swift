/// Digests of whole spans: equal where everything the spans say is equal, wherever and in whatever
/// order their batches hold it.
///
/// Every field goes in: attributes in their order, events, links, what is there but empty, unknown
/// fields, the content of resource and scope, and the dialect. Index numbers, the layout of the
/// arena and the grouping into messages do not. Values are compared as bits (a NaN equals itself).
package struct SpanDigester {
  let batch: SpanBatch
  /// The digests of the batch's resources.
  private(set) var resources: [Digest128] = []
  /// The digests of the batch's scopes.
  private(set) var scopes: [Digest128] = []

  /// Works out what the spans of `batch` share.
  package init(_ batch: SpanBatch) {
    self.batch = batch
    resources.reserveCapacity(batch.resources.count)
    for record in batch.resources { resources.append(digest(record)) }
    scopes.reserveCapacity(batch.scopes.count)
    for record in batch.scopes { scopes.append(digest(record)) }
  }

  /// The same for no more of the resources and scopes of `batch` than its spans refer to.
  package init(referredToIn batch: SpanBatch) {
    self.batch = batch
    resources = Array(repeating: Digest128(), count: batch.resources.count)
    scopes = Array(repeating: Digest128(), count: batch.scopes.count)
    var isResourceKnown = [Bool](repeating: false, count: batch.resources.count)
    var isScopeKnown = [Bool](repeating: false, count: batch.scopes.count)
    for span in batch.spans {
      let (resource, scope) = (Int(span.resource), Int(span.scope))
      if !isResourceKnown[resource] {
        isResourceKnown[resource] = true
        resources[resource] = digest(batch.resources[resource])
      }
      if !isScopeKnown[scope] {
        isScopeKnown[scope] = true
        scopes[scope] = digest(batch.scopes[scope])
      }
    }
  }

  /// The digest of the span at `index` of the batch.
  package func digest(_ index: Int) -> Digest128 {
    let span = batch.spans[index]
    var state = Digest128()
    state.absorb(UInt64(span.dialect.rawValue) | (span.hasStatus ? 256 : 0))
    state.absorb(span.traceID, of: batch.arena)
    state.absorb(span.spanID, of: batch.arena)
    state.absorb(span.parentSpanID, of: batch.arena)
    state.absorb(span.name, of: batch.arena)
    state.absorb(span.traceState, of: batch.arena)
    state.absorb(span.statusMessage, of: batch.arena)
    state.absorb(span.extra, of: batch.arena)
    state.absorb(span.start)
    state.absorb(span.end)
    state.absorb(pair(UInt32(bitPattern: span.kind), UInt32(bitPattern: span.statusCode)))
    state.absorb(pair(span.flags, span.droppedAttributes))
    state.absorb(pair(span.droppedEvents, span.droppedLinks))
    if span.dialect == .v1 { state.absorb(UInt64(span.filePosition)) }
    absorb(span.attributes, into: &state)
    state.absorb(pair(span.events.count, span.links.count))
    for number in span.events.indices {
      let event = batch.events[number]
      state.absorb(event.time)
      state.absorb(event.name, of: batch.arena)
      state.absorb(UInt64(event.droppedAttributes))
      state.absorb(event.extra, of: batch.arena)
      absorb(event.attributes, into: &state)
    }
    for number in span.links.indices {
      let link = batch.links[number]
      state.absorb(link.traceID, of: batch.arena)
      state.absorb(link.spanID, of: batch.arena)
      state.absorb(link.traceState, of: batch.arena)
      state.absorb(pair(link.flags, link.droppedAttributes))
      state.absorb(link.extra, of: batch.arena)
      absorb(link.attributes, into: &state)
    }
    state.absorb(resources[Int(span.resource)])
    state.absorb(scopes[Int(span.scope)])
    return state.finished
  }

  /// A digest of the bytes at `run` of the batch alone: of an id, say.
  func digest(_ run: ByteRange) -> UInt64 {
    var state = Digest128()
    state.absorb(run, of: batch.arena)
    return state.finished.high
  }

  /// The digest of a resource, the schema URL and unknown fields beside it included.
  func digest(_ record: ResourceRecord) -> Digest128 {
    var state = Digest128()
    state.absorb(pair(record.isPresent ? 1 : 0, record.droppedAttributes))
    state.absorb(record.schemaURL, of: batch.arena)
    state.absorb(record.extra, of: batch.arena)
    state.absorb(record.outerExtra, of: batch.arena)
    absorb(record.attributes, into: &state)
    return state.finished
  }

  /// The digest of a scope, the schema URL and unknown fields beside it included.
  func digest(_ record: ScopeRecord) -> Digest128 {
    var state = Digest128()
    state.absorb(pair(record.isPresent ? 1 : 0, record.droppedAttributes))
    state.absorb(record.name, of: batch.arena)
    state.absorb(record.version, of: batch.arena)
    state.absorb(record.schemaURL, of: batch.arena)
    state.absorb(record.extra, of: batch.arena)
    state.absorb(record.outerExtra, of: batch.arena)
    absorb(record.attributes, into: &state)
    return state.finished
  }

  @inline(__always)
  private func pair(_ first: UInt32, _ second: UInt32) -> UInt64 {
    UInt64(first) << 32 | UInt64(second)
  }

  @inline(__always)
  private func absorb(_ run: RecordRange, into state: inout Digest128) {
    state.absorb(UInt64(run.count))
    for index in run.indices {
      let attribute = batch.attributes[index]
      state.absorb(attribute.key, of: batch.arena)
      state.absorb(UInt64(attribute.kind.rawValue))
      if attribute.kind.hasRange {
        state.absorb(attribute.range, of: batch.arena)
      } else {
        state.absorb(attribute.bits)
      }
    }
  }
}
