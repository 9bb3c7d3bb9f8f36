/// Spans as the console exporter of OpenTelemetry's Python SDK prints them: an object a span, on
/// one line or on many.
///
/// | printed | span |
/// |---|---|
/// | `context.trace_id`, `context.span_id`, `parent_id` | ids, after `0x` |
/// | `context.trace_state` | trace state, out of the list of pairs that Python prints |
/// | `kind` (`SpanKind.SERVER`) | kind |
/// | `start_time`, `end_time`, `timestamp` of events | calendar times |
/// | `status.status_code`, `status.description` | status |
/// | `resource.attributes`, `resource.schema_url` | resource; older versions print its attributes without a frame |
struct PythonConsole: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "OpenTelemetry's Python console", mentioning: ["context"],
    isTelling: { document in
      document.text("context", "trace_id") != nil && document.text("context", "span_id") != nil
        && document.has("start_time")
    },
    decoder: { PythonConsole() })

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let fields = document.fields
    guard let context = fields.object("context"), context.has("trace_id") else {
      notes.leaveOut(document, "an object without a context is no span of Python's console")
      return
    }
    var span = SpanDraft()
    span.traceID = DocumentID.bytes(context.text("trace_id"), width: 16)
    span.spanID = DocumentID.bytes(context.text("span_id"), width: 8)
    span.parentSpanID = DocumentID.bytes(fields.text("parent_id"), width: 8)
    span.traceState = Self.traceState(context.text("trace_state") ?? "")
    span.name = fields.text("name") ?? ""
    span.kind = OTLPNames.kind(fields.text("kind") ?? "")
    span.start = notes.time(fields["start_time"], .nanoseconds)
    span.end = notes.time(fields["end_time"], .nanoseconds)
    span.statusCode = OTLPNames.statusCode(fields.text("status", "status_code") ?? "")
    span.statusMessage = fields.text("status", "description")
    span.attributes = fields.object("attributes") ?? [:]
    for case .object(let event) in fields.array("events") ?? [] {
      span.events.append(
        SpanDraft.Event(
          name: event.text("name") ?? "", time: notes.time(event["timestamp"], .nanoseconds),
          attributes: event.object("attributes") ?? [:]))
    }
    for case .object(let link) in fields.array("links") ?? [] {
      span.links.append(
        SpanDraft.Link(
          traceID: DocumentID.bytes(link.text("context", "trace_id"), width: 16),
          spanID: DocumentID.bytes(link.text("context", "span_id"), width: 8),
          traceState: Self.traceState(link.text("context", "trace_state") ?? ""),
          attributes: link.object("attributes") ?? [:]))
    }
    if let resource = fields.object("resource") {
      span.resource = resource.object("attributes") ?? resource.without("schema_url")
      span.resourceSchemaURL = resource.text("schema_url") ?? ""
    }
    spans.add(span)
  }

  /// `['{key=a, value=1}', …]` as `a=1,…`.
  private static func traceState(_ printed: String) -> String {
    var pairs: [String] = []
    for part in printed.split(separator: "{key=").dropFirst() {
      let pair = part.prefix { $0 != "}" }
      guard let comma = pair.firstRange(of: ", value=") else { continue }
      pairs.append(pair[..<comma.lowerBound] + "=" + pair[comma.upperBound...])
    }
    return pairs.joined(separator: ",")
  }
}
