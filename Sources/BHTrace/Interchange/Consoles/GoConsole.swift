/// Spans as `stdouttrace` of OpenTelemetry's Go SDK prints them: an object a span, on one line or
/// on many.
///
/// | printed | span |
/// |---|---|
/// | `SpanContext`, `Parent` | ids, trace state, flags (with whether the parent is remote) |
/// | `SpanKind` | kind, in OTLP's numbers |
/// | `StartTime`, `EndTime`, `Events[].Time` | calendar times; year 1 where the exporter prints none |
/// | `Status.Code`, `Status.Description` | status |
/// | `Attributes[]` (`Key`, `Value.Type`, `Value.Value`) | attributes with their types |
/// | `Resource[]`, `InstrumentationScope` (older: `InstrumentationLibrary`) | resource and scope |
/// | `DroppedAttributes`, `DroppedEvents`, `DroppedLinks` | counts of what was dropped |
/// | `ChildSpanCount` | counted: the children say it |
struct GoConsole: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "OpenTelemetry's Go console", mentioning: ["SpanContext"],
    isTelling: { document in
      document.text("SpanContext", "TraceID") != nil
        && document.text("SpanContext", "SpanID") != nil
    },
    decoder: { GoConsole() })

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let fields = document.fields
    guard let context = fields.object("SpanContext"), context.has("TraceID") else {
      notes.leaveOut(document, "an object without a SpanContext is no span of Go's console")
      return
    }
    var span = SpanDraft()
    span.traceID = DocumentID.bytes(context.text("TraceID"), width: 16)
    span.spanID = DocumentID.bytes(context.text("SpanID"), width: 8)
    span.parentSpanID = DocumentID.bytes(fields.text("Parent", "SpanID"), width: 8)
    span.traceState = context.text("TraceState") ?? ""
    span.flags = Self.flags(context)
    if let isRemote = fields.value("Parent", "Remote") {
      span.flags |= isRemote.isTrue ? 0x300 : 0x100
    }
    span.name = fields.text("Name") ?? ""
    span.kind = Int32(clamping: fields.integer("SpanKind") ?? 0)
    span.start = Self.time(fields["StartTime"], &notes)
    span.end = Self.time(fields["EndTime"], &notes)
    span.statusCode = OTLPNames.statusCode(fields.text("Status", "Code") ?? "")
    if let message = fields.text("Status", "Description"), !message.isEmpty {
      span.statusMessage = message
    }
    span.attributes = Self.attributes(fields["Attributes"])
    for case .object(let event) in fields.array("Events") ?? [] {
      span.events.append(
        SpanDraft.Event(
          name: event.text("Name") ?? "", time: Self.time(event["Time"], &notes),
          attributes: Self.attributes(event["Attributes"]),
          droppedAttributes: UInt32(clamping: event.integer("DroppedAttributeCount") ?? 0)))
    }
    for case .object(let link) in fields.array("Links") ?? [] {
      let other = link.object("SpanContext") ?? [:]
      span.links.append(
        SpanDraft.Link(
          traceID: DocumentID.bytes(other.text("TraceID"), width: 16),
          spanID: DocumentID.bytes(other.text("SpanID"), width: 8),
          traceState: other.text("TraceState") ?? "",
          attributes: Self.attributes(link["Attributes"]),
          droppedAttributes: UInt32(clamping: link.integer("DroppedAttributeCount") ?? 0),
          flags: Self.flags(other)))
    }
    span.droppedAttributes = UInt32(clamping: fields.integer("DroppedAttributes") ?? 0)
    span.droppedEvents = UInt32(clamping: fields.integer("DroppedEvents") ?? 0)
    span.droppedLinks = UInt32(clamping: fields.integer("DroppedLinks") ?? 0)
    span.resource = Self.attributes(fields["Resource"])
    let scope = fields.object("InstrumentationScope") ?? fields.object("InstrumentationLibrary")
    span.scopeName = scope?.text("Name") ?? ""
    span.scopeVersion = scope?.text("Version") ?? ""
    span.scopeSchemaURL = scope?.text("SchemaURL") ?? ""
    span.scopeAttributes = Self.attributes(scope?["Attributes"])
    let hasCount = fields.integer("ChildSpanCount").map { $0 != 0 } ?? false
    notes.count("counts of children left out", hasCount ? 1 : 0)
    let rest = fields.without(
      "Name", "SpanContext", "Parent", "SpanKind", "StartTime", "EndTime", "Attributes", "Events",
      "Links", "Status", "DroppedAttributes", "DroppedEvents", "DroppedLinks", "ChildSpanCount",
      "Resource", "InstrumentationScope", "InstrumentationLibrary")
    for (key, value) in rest { span.attributes.append(key, ifAny: value) }
    spans.add(span)
  }

  private static func flags(_ context: AttributeList) -> UInt32 {
    context.text("TraceFlags").flatMap { UInt32($0, radix: 16) } ?? 0
  }

  /// The time, none where it is Go's zero: the first of January of year 1.
  private static func time(_ value: AttributeValue?, _ notes: inout DocumentNotes) -> UInt64 {
    notes.time(value?.text?.hasPrefix("0001-") == true ? nil : value, .nanoseconds)
  }

  /// `[{Key, Value: {Type, Value}}]`.
  private static func attributes(_ value: AttributeValue?) -> AttributeList {
    var list = AttributeList()
    for case .object(let pair) in value?.array ?? [] {
      let isDouble = pair.text("Value", "Type")?.hasPrefix("FLOAT64") ?? false
      let value = pair.value("Value", "Value") ?? pair["Value"] ?? .null
      list.append(pair.text("Key") ?? "", isDouble ? doubles(value) : value)
    }
    return list
  }

  /// Go prints 1.0 as 1.
  private static func doubles(_ value: AttributeValue) -> AttributeValue {
    switch value {
    case .int(let number): .double(Double(number))
    case .array(let elements):
      .array(
        elements.map { element in
          if case .int(let number) = element { .double(Double(number)) } else { element }
        })
    default: value
    }
  }
}
