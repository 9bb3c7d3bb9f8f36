/// What OTLP JSON cannot hold of what was written, counted.
package struct OTLPJSONLosses: Sendable, Equatable {
  /// Protobuf fields the schema does not know: left out.
  package var unknownFields = 0
  /// Places in text that are not UTF-8: written as U+FFFD.
  package var invalidText = 0
  /// Values of which JSON keeps one: several values in one `AnyValue` or `KeyValue`.
  package var severalValues = 0
  /// NaNs with other bits than the usual one.
  package var unusualNaNs = 0
  /// Nested values deeper than are written, or malformed inside: written as empty values.
  package var unreadableValues = 0

  /// Nothing lost.
  package init() {}

  /// Whether the JSON says everything.
  package var isEmpty: Bool { self == OTLPJSONLosses() }
}

/// Writes spans as OTLP JSON by its rules: keys in lowerCamelCase, ids in hex, 64-bit integers as
/// strings, enums as numbers. What is zero or empty is left out, as in protobuf.
package enum OTLPJSONWriter {
  /// One `{"resourceSpans":[…]}` object without a newline, of the spans at the indices `spans`, in
  /// that order; of all where `spans` is nil. What JSON cannot hold is added to `losses`.
  package static func encode(
    _ batch: SpanBatch, spans: [Int]? = nil, losses: inout OTLPJSONLosses
  ) -> [UInt8] {
    var encoder = OTLPJSONEncoder()
    var piece = EncodedSpans()
    encoder.append(batch, spans: spans, to: &piece)
    var groups = OTLPMessageGroups(isCollecting: false)
    groups.add(piece) { _ in }
    var text: [UInt8] = []
    groups.appendJSON(to: &text, losses: &losses)
    if spans == nil { encoder.countExtras(of: batch) }
    losses.add(encoder.losses)
    return text
  }
}

extension OTLPJSONLosses {
  mutating func add(_ other: OTLPJSONLosses) {
    unknownFields += other.unknownFields
    invalidText += other.invalidText
    severalValues += other.severalValues
    unusualNaNs += other.unusualNaNs
    unreadableValues += other.unreadableValues
  }
}

/// The JSON text being made.
struct OTLPJSONOutput {
  let batch: SpanBatch
  var out: [UInt8] = []
  var losses = OTLPJSONLosses()

  init(batch: SpanBatch) { self.batch = batch }

  /// Writes what stands in front of the spans of `record`.
  mutating func writeHead(_ record: ResourceRecord) {
    countUnknown(record.outerExtra)
    if !record.isPresent { return }
    open("resource", "{")
    attributes(record.attributes)
    number("droppedAttributesCount", record.droppedAttributes)
    close("}")
    countUnknown(record.extra)
  }

  /// Writes what stands in front of the spans of `record`.
  mutating func writeHead(_ record: ScopeRecord) {
    countUnknown(record.outerExtra)
    if !record.isPresent { return }
    open("scope", "{")
    text("name", record.name)
    text("version", record.version)
    attributes(record.attributes)
    number("droppedAttributesCount", record.droppedAttributes)
    close("}")
    countUnknown(record.extra)
  }

  /// Writes what stands behind the spans of a resource or scope with this schema.
  mutating func writeTail(schemaURL: ByteRange) { text("schemaUrl", schemaURL) }

  mutating func write(_ span: SpanRecord) {
    startItem()
    hex("traceId", span.traceID)
    hex("spanId", span.spanID)
    text("traceState", span.traceState)
    hex("parentSpanId", span.parentSpanID)
    number("flags", span.flags)
    text("name", span.name)
    number("kind", span.kind)
    time("startTimeUnixNano", span.start)
    time("endTimeUnixNano", span.end)
    attributes(span.attributes)
    number("droppedAttributesCount", span.droppedAttributes)
    if span.events.count > 0 {
      open("events", "[")
      for index in span.events.indices { write(batch.events[index]) }
      close("]")
    }
    number("droppedEventsCount", span.droppedEvents)
    if span.links.count > 0 {
      open("links", "[")
      for index in span.links.indices { write(batch.links[index]) }
      close("]")
    }
    number("droppedLinksCount", span.droppedLinks)
    if span.hasStatus {
      open("status", "{")
      text("message", span.statusMessage)
      number("code", span.statusCode)
      close("}")
    }
    close("}")
    countUnknown(span.extra)
  }

  private mutating func write(_ event: EventRecord) {
    startItem()
    time("timeUnixNano", event.time)
    text("name", event.name)
    attributes(event.attributes)
    number("droppedAttributesCount", event.droppedAttributes)
    close("}")
    countUnknown(event.extra)
  }

  private mutating func write(_ link: LinkRecord) {
    startItem()
    hex("traceId", link.traceID)
    hex("spanId", link.spanID)
    text("traceState", link.traceState)
    attributes(link.attributes)
    number("droppedAttributesCount", link.droppedAttributes)
    number("flags", link.flags)
    close("}")
    countUnknown(link.extra)
  }

  private mutating func attributes(_ run: RecordRange) {
    if run.count == 0 { return }
    open("attributes", "[")
    for index in run.indices { write(batch.attributes[index]) }
    close("]")
  }

  // MARK: Members and items. What follows another one needs a comma, which shows in the last byte.

  mutating func startItem() {
    separate()
    out.append(UInt8(ascii: "{"))
  }

  mutating func separate() {
    if let last = out.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
      out.append(UInt8(ascii: ","))
    }
  }

  mutating func close(_ bracket: Unicode.Scalar) { out.append(UInt8(ascii: bracket)) }

  mutating func key(_ name: StaticString) {
    separate()
    out.append(UInt8(ascii: "\""))
    out.append(name)
    out.append("\":")
  }

  mutating func open(_ name: StaticString, _ bracket: Unicode.Scalar) {
    key(name)
    out.append(UInt8(ascii: bracket))
  }

  mutating func string(_ run: ByteRange) {
    losses.invalidText += JSONText.appendString(run, of: batch.arena, to: &out)
  }

  private mutating func text(_ name: StaticString, _ run: ByteRange) {
    if run.isEmpty { return }
    key(name)
    string(run)
  }

  private mutating func hex(_ name: StaticString, _ run: ByteRange) {
    if run.isEmpty { return }
    key(name)
    JSONText.appendHex(run, of: batch.arena, to: &out)
  }

  private mutating func number(_ name: StaticString, _ value: UInt32) {
    if value == 0 { return }
    key(name)
    JSONText.appendNumber(UInt64(value), to: &out)
  }

  private mutating func number(_ name: StaticString, _ value: Int32) {
    if value == 0 { return }
    key(name)
    JSONText.appendNumber(Int64(value), to: &out)
  }

  private mutating func time(_ name: StaticString, _ value: UInt64) {
    if value == 0 { return }
    key(name)
    out.append(UInt8(ascii: "\""))
    JSONText.appendNumber(value, to: &out)
    out.append(UInt8(ascii: "\""))
  }
}
