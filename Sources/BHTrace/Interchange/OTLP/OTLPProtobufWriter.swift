/// Writes spans as OTLP export messages (`ExportTraceServiceRequest`, `TracesData`).
///
/// Fields are in the order of their numbers, zero and empty ones left out; fields the model does
/// not know follow the known ones. A span's records must be of the OTLP dialect: ids are written
/// as the bytes they are.
public enum OTLPProtobufWriter {
  /// One export message of the spans at the indices `spans`, in that order; of all spans, and the
  /// unknown fields of their messages, where `spans` is nil.
  ///
  /// Spans that follow each other with the same resource and scope share a group.
  public static func encode(_ batch: SpanBatch, spans: [Int]? = nil) -> [UInt8] {
    let plan = Plan(batch, SpanGroups(batch, order: spans), withMessageExtras: spans == nil)
    return [UInt8](capacity: plan.size) { (out: inout OutputSpan<UInt8>) in
      plan.write(to: &out)
    }
  }

  /// `message` behind its length in four big-endian bytes: a record of the file exporter's.
  public static func frame(_ message: [UInt8]) -> [UInt8] {
    var framed: [UInt8] = []
    framed.reserveCapacity(message.count + 4)
    for shift in [24, 16, 8, 0] {
      framed.append(UInt8(truncatingIfNeeded: message.count >> shift))
    }
    framed.append(contentsOf: message)
    return framed
  }
}

/// A message whose sizes are known.
private struct Plan {
  let batch: SpanBatch
  let sizes: OTLPProtobufSizes
  let groups: SpanGroups
  let extras: [ByteRange]
  private(set) var size = 0
  private var spanSizes: [Int] = []
  private var scopeSizes: [Int] = []
  private var resourceSizes: [Int] = []

  init(_ batch: SpanBatch, _ groups: SpanGroups, withMessageExtras: Bool) {
    self.batch = batch
    self.groups = groups
    sizes = OTLPProtobufSizes(batch: batch)
    extras = withMessageExtras ? batch.messageExtras : []
    spanSizes.reserveCapacity(groups.order.count)
    for index in groups.order { spanSizes.append(sizes.span(batch.spans[index])) }
    for group in groups.scopes {
      let record = batch.scopes[group.scope]
      var total = sizes.field(record.schemaURL) + Int(record.outerExtra.count)
      if record.isPresent { total += 1 + WireSize.delimited(sizes.scope(record)) }
      for position in group.spans { total += 1 + WireSize.delimited(spanSizes[position]) }
      scopeSizes.append(total)
    }
    for group in groups.resources {
      let record = batch.resources[group.resource]
      var total = sizes.field(record.schemaURL) + Int(record.outerExtra.count)
      if record.isPresent { total += 1 + WireSize.delimited(sizes.resource(record)) }
      for scope in group.scopes { total += 1 + WireSize.delimited(scopeSizes[scope]) }
      resourceSizes.append(total)
      size += 1 + WireSize.delimited(total)
    }
    for run in extras { size += Int(run.count) }
  }

  func write(to out: inout OutputSpan<UInt8>) {
    for (number, group) in groups.resources.enumerated() {
      let record = batch.resources[group.resource]
      out.header(OTLPTag.Message.resourceSpans, resourceSizes[number])
      if record.isPresent {
        out.header(OTLPTag.ResourceSpans.resource, sizes.resource(record))
        write(record.attributes, OTLPTag.Resource.attributes, to: &out)
        out.field(OTLPTag.Resource.droppedAttributes, record.droppedAttributes)
        out.copy(record.extra, of: batch.arena)
      }
      for number in group.scopes { writeScopeGroup(number, to: &out) }
      out.field(OTLPTag.ResourceSpans.schemaURL, record.schemaURL, of: batch.arena)
      out.copy(record.outerExtra, of: batch.arena)
    }
    for run in extras { out.copy(run, of: batch.arena) }
  }

  private func writeScopeGroup(_ number: Int, to out: inout OutputSpan<UInt8>) {
    let group = groups.scopes[number]
    let record = batch.scopes[group.scope]
    out.header(OTLPTag.ResourceSpans.scopeSpans, scopeSizes[number])
    if record.isPresent {
      out.header(OTLPTag.ScopeSpans.scope, sizes.scope(record))
      out.field(OTLPTag.Scope.name, record.name, of: batch.arena)
      out.field(OTLPTag.Scope.version, record.version, of: batch.arena)
      write(record.attributes, OTLPTag.Scope.attributes, to: &out)
      out.field(OTLPTag.Scope.droppedAttributes, record.droppedAttributes)
      out.copy(record.extra, of: batch.arena)
    }
    for position in group.spans {
      out.header(OTLPTag.ScopeSpans.spans, spanSizes[position])
      write(batch.spans[groups.order[position]], to: &out)
    }
    out.field(OTLPTag.ScopeSpans.schemaURL, record.schemaURL, of: batch.arena)
    out.copy(record.outerExtra, of: batch.arena)
  }

  private func write(_ span: SpanRecord, to out: inout OutputSpan<UInt8>) {
    out.field(OTLPTag.Span.traceID, span.traceID, of: batch.arena)
    out.field(OTLPTag.Span.spanID, span.spanID, of: batch.arena)
    out.field(OTLPTag.Span.traceState, span.traceState, of: batch.arena)
    out.field(OTLPTag.Span.parentSpanID, span.parentSpanID, of: batch.arena)
    out.field(OTLPTag.Span.name, span.name, of: batch.arena)
    out.field(OTLPTag.Span.kind, span.kind)
    out.fixedField(OTLPTag.Span.start, span.start)
    out.fixedField(OTLPTag.Span.end, span.end)
    write(span.attributes, OTLPTag.Span.attributes, to: &out)
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

  @inline(__always)
  private func write(_ run: RecordRange, _ tag: UInt64, to out: inout OutputSpan<UInt8>) {
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
  fileprivate mutating func header(_ tag: UInt64, _ count: Int) {
    varint(tag)
    varint(UInt64(count))
  }

  @_lifetime(self: copy self)
  @inline(__always)
  fileprivate mutating func field(_ tag: UInt64, _ run: ByteRange, of arena: [UInt8]) {
    if run.isEmpty { return }
    header(tag, Int(run.count))
    copy(run, of: arena)
  }

  @_lifetime(self: copy self)
  @inline(__always)
  fileprivate mutating func field(_ tag: UInt64, _ value: UInt32) {
    if value == 0 { return }
    varint(tag)
    varint(UInt64(value))
  }

  @_lifetime(self: copy self)
  @inline(__always)
  fileprivate mutating func field(_ tag: UInt64, _ value: Int32) {
    if value == 0 { return }
    varint(tag)
    varint(UInt64(bitPattern: Int64(value)))
  }

  @_lifetime(self: copy self)
  @inline(__always)
  fileprivate mutating func fixedField(_ tag: UInt64, _ value: UInt64) {
    if value == 0 { return }
    varint(tag)
    fixed64(value)
  }

  @_lifetime(self: copy self)
  @inline(__always)
  fileprivate mutating func fixedField(_ tag: UInt64, _ value: UInt32) {
    if value == 0 { return }
    varint(tag)
    fixed32(value)
  }
}
