/// Spans as Datadog's API answers a search for them (v2): `{"data":[{"type":"spans","attributes":…}]}`.
///
/// | answer, inside `attributes` | span |
/// |---|---|
/// | `trace_id`, `span_id`, `parent_id` | ids: decimal, or hex in texts of 16 and 32 digits |
/// | `start_timestamp`, `end_timestamp` | times |
/// | `operation_name`, without it `resource_name` | name |
/// | `service`, `env`, `host` | resource: `service.name`, `deployment.environment.name`, `host.name` |
/// | `resource_name`, `type` | attributes `dd.span.Resource`, `span.type` |
/// | `custom`, `attributes` | attributes, objects inside as dotted names; `span.kind` is the kind |
/// | `status` error | status, with `error.message` as its message |
/// | all else, and the document's `id` | attributes under its own name |
struct DatadogSearch: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "Datadog's answers to span searches", wrappers: [["data"]], isTelling: isSpan,
    decoder: { DatadogSearch() })

  private static func isSpan(_ fields: AttributeList) -> Bool {
    guard let span = fields.object("attributes") else { return false }
    return span.has("start_timestamp") && span.has("trace_id") && span.has("span_id")
  }

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    guard let fields = document.fields.object("attributes"), Self.isSpan(document.fields) else {
      notes.leaveOut(document, "an object without a span's attributes is no span of an answer")
      return
    }
    var span = SpanDraft()
    span.traceID = DatadogID.traceID(fields["trace_id"])
    span.spanID = DatadogID.spanID(fields["span_id"])
    span.parentSpanID = DatadogID.spanID(fields["parent_id"])
    span.name = fields.text("operation_name") ?? fields.text("resource_name") ?? ""
    span.start = time(fields["start_timestamp"], &notes)
    span.end = time(fields["end_timestamp"], &notes)
    for (key, name) in [
      ("service", "service.name"), ("env", "deployment.environment.name"), ("host", "host.name"),
    ] {
      span.resource.append(name, ifAny: fields[key])
    }
    var attributes = AttributeList()
    attributes.append("dd.span.Resource", ifAny: fields["resource_name"])
    attributes.append("span.type", ifAny: fields["type"])
    for key in ["custom", "attributes"] {
      attributes.append(contentsOf: (fields.object(key) ?? [:]).flattened())
    }
    for (key, value) in fields where !Self.known.contains(key) {
      attributes.append(key, ifAny: value)
    }
    attributes.append("id", ifAny: document.fields["id"])
    if let kind = attributes.text("span.kind") {
      span.kind = OTLPNames.kind(kind)
      if span.kind != 0 { attributes = attributes.without("span.kind") }
    }
    if fields.text("status") == "error" {
      span.statusCode = 2
      span.statusMessage = attributes.text("error.message")
    }
    span.attributes = attributes
    spans.add(span)
  }

  private static let known: Set<String> = [
    "trace_id", "span_id", "parent_id", "operation_name", "resource_name", "start_timestamp",
    "end_timestamp", "service", "env", "host", "type", "custom", "attributes",
  ]

  private func time(_ value: AttributeValue?, _ notes: inout DocumentNotes) -> UInt64 {
    if let time = DocumentTime.nanoseconds(value, .milliseconds) { return time }
    notes.count("times that are not there taken as 0")
    return 0
  }
}
