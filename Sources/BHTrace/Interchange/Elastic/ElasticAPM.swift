/// Spans of documents of Elastic APM: transactions and spans, and errors as events of theirs.
///
/// | document | span |
/// |---|---|
/// | `trace.id`, `parent.id`; `transaction.id` or `span.id` | ids |
/// | `transaction.name` or `span.name` | name |
/// | `timestamp.us`, else `@timestamp` | start |
/// | `event.duration` (ns), else `transaction.duration.us` or `span.duration.us` | end |
/// | `span.kind`; a transaction's type `request` or `messaging` | kind; server or consumer, as Elastic has it for those kinds |
/// | `event.outcome`: `failure` | status error; the outcome stays as an attribute |
/// | `span.links` | links |
/// | fields of `ElasticAPMResource` | resource |
/// | `service.framework` of an OpenTelemetry agent | scope |
/// | errors: `parent.id`, else `transaction.id` | event of that span, `ElasticAPMErrors` |
/// | `labels.*`, `numeric_labels.*`, all else | attributes under their own keys |
///
/// Objects and keys with points say the same. Metrics are counted.
struct ElasticAPM: DocumentDecoder {
  private var pending = ElasticAPMErrors()

  /// The number of spans that wait for their errors.
  var pendingCount: Int { pending.count }

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    var left = FieldsLeft(document.fields.flattened())
    switch Self.sort(&left) {
    case "transaction": add(&left, "transaction", document, into: &spans, &notes)
    case "span": add(&left, "span", document, into: &spans, &notes)
    case "error":
      pending.add(error: &left, byteCount: document.byteCount, into: &spans, &notes)
    case "metric": notes.count("metric documents passed over")
    default: notes.count("documents of another sort passed over")
    }
  }

  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes) {
    pending.finish(into: &spans, &notes)
  }

  /// What a document describes; told by its fields where it does not say.
  private static func sort(_ left: inout FieldsLeft) -> String? {
    let said = left.text("processor.event")
    _ = left.text("processor.name")
    if let said { return said }
    if left.has("metricset.name") { return "metric" }
    if left.has("error.id") { return "error" }
    if left.has("span.id") && left.has("span.name") { return "span" }
    // Lines of logs name the transaction they belong to as well, but not how long it took.
    return left.has("transaction.id") && left.has("transaction.duration.us") ? "transaction" : nil
  }

  private mutating func add(
    _ left: inout FieldsLeft, _ sort: String, _ document: Document,
    into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    var span = SpanDraft()
    span.traceID = left.id("trace.id", width: 16)
    let id = left.text(sort + ".id")
    span.spanID = DocumentID.bytes(id, width: 8)
    if let id, sort == "transaction" { left.drop("span.id", ifEqualTo: .string(id)) }
    span.parentSpanID = left.id("parent.id", width: 8)
    span.name = left.text(sort + ".name") ?? ""
    span.start = Self.time(&left, &notes)
    span.end = Self.end(&left, sort, after: span.start, &notes)
    span.kind = Self.kind(&left, sort)
    for value in left.array("span.links") ?? [] {
      var link = FieldsLeft((value.object ?? [:]).flattened())
      span.links.append(
        SpanDraft.Link(
          traceID: link.id("trace.id", width: 16), spanID: link.id("span.id", width: 8),
          attributes: link.rest))
    }
    Self.readRest(&left, into: &span)
    pending.add(span, byteCount: document.byteCount, into: &spans, &notes)
  }

  /// The time of a document, in the finer of its two forms.
  static func time(_ left: inout FieldsLeft, _ notes: inout DocumentNotes) -> UInt64 {
    if let time = left.time("timestamp.us", .microseconds) {
      left.drop("@timestamp", ifTime: time)
      return time
    }
    if let time = left.time("@timestamp", .milliseconds) { return time }
    notes.count("times that are not there taken as 0")
    return 0
  }

  private static func end(
    _ left: inout FieldsLeft, _ sort: String, after start: UInt64, _ notes: inout DocumentNotes
  ) -> UInt64 {
    let rough = left.take(sort + ".duration.us") { DocumentTime.nanoseconds($0, .microseconds) }
    let fine = left.take("event.duration") { DocumentTime.nanoseconds($0, .nanoseconds) }
    guard let length = fine ?? rough else {
      notes.count("spans without an end given none")
      return start
    }
    let (end, overflow) = start.addingReportingOverflow(length)
    return overflow ? .max : end
  }

  private static func kind(_ left: inout FieldsLeft, _ sort: String) -> Int32 {
    let said = left.take("span.kind") { value -> Int32? in
      let kind = OTLPNames.kind(value.text ?? "")
      return kind == 0 ? nil : kind
    }
    if let said { return said }
    if sort != "transaction" { return 0 }
    // The type stays: it says more.
    return switch left.value(of: "transaction.type")?.text {
    case "request": 2
    case "messaging": 5
    default: 0
    }
  }

  /// Reads what documents of all sorts have.
  static func readRest(_ left: inout FieldsLeft, into span: inout SpanDraft) {
    if left.value(of: "event.outcome")?.text == "failure" { span.statusCode = 2 }
    let agentName = left.value(of: "agent.name")?.text ?? ""
    if agentName.hasPrefix("opentelemetry") || agentName.hasPrefix("otlp") {
      span.scopeName = left.text("service.framework.name") ?? ""
      span.scopeVersion = left.text("service.framework.version") ?? ""
    }
    readHost(&left, into: &span)
    for (key, value) in left.rest {
      if let name = ElasticAPMResource.name(of: key) {
        span.resource.append(name, value)
      } else {
        span.attributes.append(key, value)
      }
    }
  }

  /// A host's name, which is often written twice.
  private static func readHost(_ left: inout FieldsLeft, into span: inout SpanDraft) {
    guard let detected = left.value(of: "host.hostname")?.text else { return }
    if let name = left.value(of: "host.name")?.text {
      if name == detected { left.drop("host.hostname", ifEqualTo: .string(detected)) }
    } else {
      span.resource.append("host.name", .string(detected))
      left.drop("host.hostname", ifEqualTo: .string(detected))
    }
  }
}
