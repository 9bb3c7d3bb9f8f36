/// The sizes of OTLP messages on the wire: what a writer has to know before it can write a
/// length in front of them.
struct OTLPProtobufSizes {
  let batch: SpanBatch

  /// A bytes or text field, left out where it is empty.
  @inline(__always)
  func field(_ run: ByteRange, tagSize: Int = 1) -> Int {
    run.isEmpty ? 0 : tagSize + WireSize.delimited(Int(run.count))
  }

  /// An unsigned integer field, left out where it is zero.
  @inline(__always)
  func field(_ value: UInt32) -> Int { value == 0 ? 0 : 1 + WireSize.varint(UInt64(value)) }

  /// An enum field: sign-extended to 64 bits, left out where it is zero.
  @inline(__always)
  func field(_ value: Int32) -> Int {
    value == 0 ? 0 : 1 + WireSize.varint(UInt64(bitPattern: Int64(value)))
  }

  /// An `AnyValue`.
  @inline(__always)
  func value(_ attribute: AttributeRecord) -> Int {
    switch attribute.kind {
    case .absent, .empty, .rawKeyValue: 0
    case .bool: 2
    case .int: 1 + WireSize.varint(attribute.bits)
    case .double: 9
    case .string, .bytes, .array, .keyValueList:
      1 + WireSize.delimited(Int(attribute.range.count))
    case .rawValue: Int(attribute.range.count)
    }
  }

  /// A `KeyValue`.
  @inline(__always)
  func attribute(_ attribute: AttributeRecord) -> Int {
    if attribute.kind == .rawKeyValue { return Int(attribute.range.count) }
    let key = field(attribute.key)
    return attribute.kind == .absent ? key : key + 1 + WireSize.delimited(value(attribute))
  }

  /// All attributes of a run as fields of the message they belong to.
  @inline(__always)
  func attributes(_ run: RecordRange) -> Int {
    var size = Int(run.count)
    for index in run.indices { size += WireSize.delimited(attribute(batch.attributes[index])) }
    return size
  }

  func event(_ event: EventRecord) -> Int {
    (event.time == 0 ? 0 : 9) + field(event.name) + attributes(event.attributes)
      + field(event.droppedAttributes) + Int(event.extra.count)
  }

  func link(_ link: LinkRecord) -> Int {
    field(link.traceID) + field(link.spanID) + field(link.traceState)
      + attributes(link.attributes) + field(link.droppedAttributes)
      + (link.flags == 0 ? 0 : 5) + Int(link.extra.count)
  }

  func status(_ span: SpanRecord) -> Int { field(span.statusMessage) + field(span.statusCode) }

  /// A span whose attributes take `attributes` bytes.
  func span(_ span: SpanRecord, attributes: Int) -> Int {
    var size = field(span.traceID) + field(span.spanID) + field(span.traceState)
    size += field(span.parentSpanID) + field(span.name) + field(span.kind)
    size += (span.start == 0 ? 0 : 9) + (span.end == 0 ? 0 : 9)
    size += attributes + field(span.droppedAttributes)
    for index in span.events.indices { size += 1 + WireSize.delimited(event(batch.events[index])) }
    size += field(span.droppedEvents)
    for index in span.links.indices { size += 1 + WireSize.delimited(link(batch.links[index])) }
    size += field(span.droppedLinks)
    if span.hasStatus { size += 1 + WireSize.delimited(status(span)) }
    return size + (span.flags == 0 ? 0 : 6) + Int(span.extra.count)
  }

  func resource(_ record: ResourceRecord) -> Int {
    attributes(record.attributes) + field(record.droppedAttributes) + Int(record.extra.count)
  }

  func scope(_ record: ScopeRecord) -> Int {
    field(record.name) + field(record.version) + attributes(record.attributes)
      + field(record.droppedAttributes) + Int(record.extra.count)
  }
}
