/// The fields of OTLP messages on the wire, of the records of one batch.
struct OTLPProtobufFields {
  let batch: SpanBatch
  let sizes: OTLPProtobufSizes

  init(_ batch: SpanBatch) {
    self.batch = batch
    sizes = OTLPProtobufSizes(batch: batch)
  }

  /// A resource with its tag and length.
  func write(_ record: ResourceRecord, to out: inout OutputSpan<UInt8>) {
    out.header(OTLPTag.ResourceSpans.resource, sizes.resource(record))
    write(record.attributes, OTLPTag.Resource.attributes, to: &out)
    out.field(OTLPTag.Resource.droppedAttributes, record.droppedAttributes)
    out.copy(record.extra, of: batch.arena)
  }

  /// A scope with its tag and length.
  func write(_ record: ScopeRecord, to out: inout OutputSpan<UInt8>) {
    out.header(OTLPTag.ScopeSpans.scope, sizes.scope(record))
    out.field(OTLPTag.Scope.name, record.name, of: batch.arena)
    out.field(OTLPTag.Scope.version, record.version, of: batch.arena)
    write(record.attributes, OTLPTag.Scope.attributes, to: &out)
    out.field(OTLPTag.Scope.droppedAttributes, record.droppedAttributes)
    out.copy(record.extra, of: batch.arena)
  }

  /// The fields of a span; `attributes` are its attributes where they are written already.
  func write(
    _ span: SpanRecord, attributes: (range: ByteRange, arena: [UInt8])?,
    to out: inout OutputSpan<UInt8>
  ) {
    out.field(OTLPTag.Span.traceID, span.traceID, of: batch.arena)
    out.field(OTLPTag.Span.spanID, span.spanID, of: batch.arena)
    out.field(OTLPTag.Span.traceState, span.traceState, of: batch.arena)
    out.field(OTLPTag.Span.parentSpanID, span.parentSpanID, of: batch.arena)
    out.field(OTLPTag.Span.name, span.name, of: batch.arena)
    out.field(OTLPTag.Span.kind, span.kind)
    out.fixedField(OTLPTag.Span.start, span.start)
    out.fixedField(OTLPTag.Span.end, span.end)
    if let attributes {
      out.copy(attributes.range, of: attributes.arena)
    } else {
      write(span.attributes, OTLPTag.Span.attributes, to: &out)
    }
    out.field(OTLPTag.Span.droppedAttributes, span.droppedAttributes)
    for index in span.events.indices {
      let event = batch.events[index]
      out.header(OTLPTag.Span.events, sizes.event(event))
      out.fixedField(OTLPTag.Event.time, event.time)
      out.field(OTLPTag.Event.name, event.name, of: batch.arena)
      write(event.attributes, OTLPTag.Event.attributes, to: &out)
      out.field(OTLPTag.Event.droppedAttributes, event.droppedAttributes)
      out.copy(event.extra, of: batch.arena)
    }
    out.field(OTLPTag.Span.droppedEvents, span.droppedEvents)
    for index in span.links.indices { write(batch.links[index], to: &out) }
    out.field(OTLPTag.Span.droppedLinks, span.droppedLinks)
    if span.hasStatus {
      out.header(OTLPTag.Span.status, sizes.status(span))
      out.field(OTLPTag.Status.message, span.statusMessage, of: batch.arena)
      out.field(OTLPTag.Status.code, span.statusCode)
    }
    out.fixedField(OTLPTag.Span.flags, span.flags)
    out.copy(span.extra, of: batch.arena)
  }

  private func write(_ link: LinkRecord, to out: inout OutputSpan<UInt8>) {
    out.header(OTLPTag.Span.links, sizes.link(link))
    out.field(OTLPTag.Link.traceID, link.traceID, of: batch.arena)
    out.field(OTLPTag.Link.spanID, link.spanID, of: batch.arena)
    out.field(OTLPTag.Link.traceState, link.traceState, of: batch.arena)
    write(link.attributes, OTLPTag.Link.attributes, to: &out)
    out.field(OTLPTag.Link.droppedAttributes, link.droppedAttributes)
    out.fixedField(OTLPTag.Link.flags, link.flags)
    out.copy(link.extra, of: batch.arena)
  }

  /// The attributes of a run, as fields of the message they belong to.
  @inline(__always)
  func write(_ run: RecordRange, _ tag: UInt64, to out: inout OutputSpan<UInt8>) {
    for index in run.indices {
      let attribute = batch.attributes[index]
      out.header(tag, sizes.attribute(attribute))
      if attribute.kind == .rawKeyValue {
        out.copy(attribute.range, of: batch.arena)
        continue
      }
      out.field(OTLPTag.KeyValue.key, attribute.key, of: batch.arena)
      if attribute.kind == .absent { continue }
      out.header(OTLPTag.KeyValue.value, sizes.value(attribute))
      writeValue(attribute, to: &out)
    }
  }

  @inline(__always)
  private func writeValue(_ attribute: AttributeRecord, to out: inout OutputSpan<UInt8>) {
    let tag: UInt64
    switch attribute.kind {
    case .absent, .empty, .rawKeyValue: return
    case .rawValue:
      out.copy(attribute.range, of: batch.arena)
      return
    case .bool, .int:
      out.varint(attribute.kind == .bool ? OTLPTag.AnyValue.bool : OTLPTag.AnyValue.int)
      out.varint(attribute.bits)
      return
    case .double:
      out.varint(OTLPTag.AnyValue.double)
      out.fixed64(attribute.bits)
      return
    case .string: tag = OTLPTag.AnyValue.string
    case .bytes: tag = OTLPTag.AnyValue.bytes
    case .array: tag = OTLPTag.AnyValue.array
    case .keyValueList: tag = OTLPTag.AnyValue.keyValueList
    }
    out.header(tag, Int(attribute.range.count))
    out.copy(attribute.range, of: batch.arena)
  }
}

/// Fields of a message.
extension OutputSpan where Element == UInt8 {
  /// A tag and the length of what follows.
  @_lifetime(self: copy self)
  @inline(__always)
  mutating func header(_ tag: UInt64, _ count: Int) {
    varint(tag)
    varint(UInt64(count))
  }

  @_lifetime(self: copy self)
  @inline(__always)
  mutating func field(_ tag: UInt64, _ run: ByteRange, of arena: [UInt8]) {
    if run.isEmpty { return }
    header(tag, Int(run.count))
    copy(run, of: arena)
  }

  @_lifetime(self: copy self)
  @inline(__always)
  mutating func field(_ tag: UInt64, _ value: UInt32) {
    if value == 0 { return }
    varint(tag)
    varint(UInt64(value))
  }

  @_lifetime(self: copy self)
  @inline(__always)
  mutating func field(_ tag: UInt64, _ value: Int32) {
    if value == 0 { return }
    varint(tag)
    varint(UInt64(bitPattern: Int64(value)))
  }

  @_lifetime(self: copy self)
  @inline(__always)
  mutating func fixedField(_ tag: UInt64, _ value: UInt64) {
    if value == 0 { return }
    varint(tag)
    fixed64(value)
  }

  @_lifetime(self: copy self)
  @inline(__always)
  mutating func fixedField(_ tag: UInt64, _ value: UInt32) {
    if value == 0 { return }
    varint(tag)
    fixed32(value)
  }
}
