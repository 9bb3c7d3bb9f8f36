/// Spans of Phoenix, with OpenInference's attributes: rows of its data frames (`context.span_id`,
/// `attributes.llm.model_name`) as JSON, and what its REST API answers (`{"data":[…]}`).
///
/// | Phoenix | span |
/// |---|---|
/// | `context.trace_id`, `context.span_id`, `parent_id` | ids |
/// | `name`, `start_time`, `end_time` | name, times: a calendar's, or milliseconds |
/// | `status_code`, `status_message` | status |
/// | `span_kind` | attribute `openinference.span.kind`; the kind of OpenTelemetry is not told |
/// | `attributes`, and `attributes.` in front of a name | attributes, without that |
/// | `events` | events |
/// | all else that is not null | attributes under its own name |
struct PhoenixSpans: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "Phoenix spans", wrappers: [["data"]], mentioning: ["span_kind", "status_code"],
    isTelling: isTelling, decoder: { PhoenixSpans() })

  private static func isTelling(_ fields: AttributeList) -> Bool {
    isSpan(fields) && fields.has("start_time")
      && (fields.has("span_kind") || fields.has("status_code")
        || fields.has("attributes.openinference.span.kind"))
  }

  private static func isSpan(_ fields: AttributeList) -> Bool {
    fields.text("context", "trace_id") != nil && fields.text("context", "span_id") != nil
  }

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let fields = document.fields
    guard Self.isSpan(fields) else {
      notes.leaveOut(document, "an object without a context is no span of Phoenix's")
      return
    }
    var span = SpanDraft()
    span.traceID = DocumentID.bytes(fields.text("context", "trace_id"), width: 16)
    span.spanID = DocumentID.bytes(fields.text("context", "span_id"), width: 8)
    span.parentSpanID = DocumentID.bytes(fields.text("parent_id"), width: 8)
    span.name = fields.text("name") ?? ""
    span.start = time(fields["start_time"], &notes)
    span.end = time(fields["end_time"], &notes)
    span.statusCode = OTLPNames.statusCode(fields.text("status_code") ?? "")
    if let message = fields.text("status_message"), !message.isEmpty {
      span.statusMessage = message
    }
    for case .object(let event) in fields.array("events") ?? [] {
      span.events.append(
        SpanDraft.Event(
          name: event.text("name") ?? "", time: time(event["timestamp"], &notes),
          attributes: event.object("attributes") ?? [:]))
    }
    takeAttributes(fields, &span)
    spans.add(span)
  }

  private func takeAttributes(_ fields: AttributeList, _ span: inout SpanDraft) {
    for (key, value) in fields.object("attributes") ?? [:] {
      span.attributes.append(key, ifAny: value)
    }
    for (key, value) in fields where !Self.known.contains(key) {
      let isAttribute = key.hasPrefix("attributes.")
      span.attributes.append(
        isAttribute ? String(key.dropFirst("attributes.".count)) : key, ifAny: value)
    }
    if !span.attributes.has("openinference.span.kind"),
      span.attributes.value("openinference", "span", "kind") == nil
    {
      span.attributes.append("openinference.span.kind", ifAny: fields["span_kind"])
    }
  }

  private static let known: Set<String> = [
    "context", "context.trace_id", "context.span_id", "parent_id", "name", "start_time",
    "end_time", "status_code", "status_message", "span_kind", "events", "attributes",
  ]

  private func time(_ value: AttributeValue?, _ notes: inout DocumentNotes) -> UInt64 {
    if let time = DocumentTime.nanoseconds(value, .milliseconds) { return time }
    notes.count("times that are not there taken as 0")
    return 0
  }
}
