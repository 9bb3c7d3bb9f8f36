/// Spans as Data Prepper puts them into its index `otel-v1-apm-span`, and as the collector's
/// exporter to OpenSearch does: a document a span.
///
/// | document | span |
/// |---|---|
/// | `traceId`, `spanId`, `parentSpanId`, `traceState`, `name` | as they are; ids in hex, in older ones also base64 |
/// | `kind` (`SPAN_KIND_SERVER`, `Server`) | kind |
/// | `startTime`, `endTime` | calendar times; without an end, the start and `durationInNanos` |
/// | `status.code` (a number or a name), `status.message` | status |
/// | `span.attributes.*`, `resource.attributes.*` (first generation, `@` in keys stands for `.`) | attributes, resource |
/// | `attributes`, `resource.attributes`, `resource.schemaUrl`, `resource.*` (second generation) | attributes, resource |
/// | `instrumentationScope` or `scope`: `name`, `version`, `schemaUrl`, `attributes` | scope |
/// | `events` (`time` or `@timestamp`), `links`, `dropped…Count` | as they are |
/// | `serviceName` | `service.name` of the resource where that has none; else it says the same |
/// | `durationInNanos`, `@timestamp`, `time` | nothing where the times say the same |
/// | `traceGroup`, `traceGroupFields.*`, all else | attributes under their own keys |
///
/// Objects may be taken apart at the point: `status.code` is a member of `status` and a key.
struct DataPrepper: DocumentDecoder {
  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    var left = FieldsLeft(document.fields)
    var span = SpanDraft()
    span.traceID = Self.id(&left, "traceId", width: 16, &notes)
    span.spanID = Self.id(&left, "spanId", width: 8, &notes)
    span.parentSpanID = Self.id(&left, "parentSpanId", width: 8, &notes)
    span.name = left.text("name") ?? ""
    span.traceState = left.text("traceState") ?? ""
    span.kind = Self.kind(&left)
    span.droppedAttributes = left.count("droppedAttributesCount")
    span.droppedEvents = left.count("droppedEventsCount")
    span.droppedLinks = left.count("droppedLinksCount")
    readTimes(&left, into: &span, &notes)
    var status = FieldsLeft(left.members(of: "status"))
    span.statusCode = status.take("code", Self.statusCode) ?? 0
    span.statusMessage = status.text("message").flatMap { $0.isEmpty ? nil : $0 }
    var older = FieldsLeft(left.members(of: "span"))
    span.attributes = Self.pointed(older.members(of: "attributes"))
    let isOlder = !span.attributes.isEmpty
    span.attributes.append(contentsOf: left.members(of: "attributes"))
    span.attributes.append(contentsOf: status.rest.flattened(under: "status"))
    span.attributes.append(contentsOf: older.rest.flattened(under: "span"))
    readResource(&left, isOlder: isOlder || span.attributes.isEmpty, into: &span, &notes)
    readScope(&left, into: &span, &notes)
    for value in left.array("events") ?? [] { readEvent(value, into: &span, &notes) }
    for value in left.array("links") ?? [] { readLink(value, into: &span, &notes) }
    span.attributes.append(contentsOf: left.rest.flattened())
    spans.add(span)
  }

  private static func id(
    _ left: inout FieldsLeft, _ key: String, width: Int, _ notes: inout DocumentNotes
  ) -> [UInt8] {
    guard let text = left.text(key) else { return [] }
    if let id = DocumentID.bytes(base64: text, width: width) {
      notes.count("ids in base64 read as their bytes")
      return id
    }
    return DocumentID.bytes(text, width: width)
  }

  /// The kind, taken where it is one.
  private static func kind(_ left: inout FieldsLeft) -> Int32 {
    left.take("kind") { value in
      guard let name = value.text else {
        return value.integer.flatMap { (0...5).contains($0) ? Int32($0) : nil }
      }
      let kind = OTLPNames.kind(name)
      let saysNone = name.isEmpty || name.uppercased().hasSuffix("UNSPECIFIED")
      return kind != 0 || saysNone ? kind : nil
    } ?? 0
  }

  private static func statusCode(_ value: AttributeValue) -> Int32? {
    guard let name = value.text else {
      return value.integer.flatMap { (0...2).contains($0) ? Int32($0) : nil }
    }
    let code = OTLPNames.statusCode(name)
    return code != 0 || name.isEmpty || name.uppercased().hasSuffix("UNSET") ? code : nil
  }

  private func readTimes(
    _ left: inout FieldsLeft, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    if let start = left.time("startTime", .nanoseconds) {
      span.start = start
    } else {
      notes.count("times that are not there taken as 0")
    }
    let length = left.take("durationInNanos") { DocumentTime.nanoseconds($0, .nanoseconds) }
    let (sum, overflow) = span.start.addingReportingOverflow(length ?? 0)
    if let end = left.time("endTime", .nanoseconds) {
      span.end = end
      if let length, overflow || sum != end {
        span.attributes.append("durationInNanos", .int(Int64(clamping: length)))
      }
    } else {
      span.end = overflow ? .max : sum
      if length == nil { notes.count("spans without an end given none") }
    }
    for key in ["@timestamp", "time"] {
      left.drop(key, ifTime: span.start)
      left.drop(key, ifTime: span.end)
    }
  }

  private func readResource(
    _ left: inout FieldsLeft, isOlder: Bool, into span: inout SpanDraft,
    _ notes: inout DocumentNotes
  ) {
    var resource = FieldsLeft(left.members(of: "resource"))
    let attributes = resource.members(of: "attributes")
    span.resource = isOlder ? Self.pointed(attributes) : attributes
    span.resourceSchemaURL = resource.text("schemaUrl") ?? ""
    if resource.count("droppedAttributesCount") > 0 {
      notes.count("counts of dropped attributes of resources left out")
    }
    span.resource.append(contentsOf: resource.rest)
    guard let service = left.text("serviceName"), !service.isEmpty else { return }
    guard let known = span.resource["service.name"] else {
      span.resource.append("service.name", .string(service))
      return
    }
    if known != .string(service) { span.attributes.append("serviceName", .string(service)) }
  }

  private func readScope(
    _ left: inout FieldsLeft, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    var members = left.members(of: "instrumentationScope")
    members.append(contentsOf: left.members(of: "scope"))
    var scope = FieldsLeft(members)
    span.scopeName = scope.text("name") ?? ""
    span.scopeVersion = scope.text("version") ?? ""
    span.scopeSchemaURL = scope.text("schemaUrl") ?? ""
    span.scopeAttributes = scope.members(of: "attributes")
    if scope.count("droppedAttributesCount") > 0 {
      notes.count("counts of dropped attributes of scopes left out")
    }
    span.scopeAttributes.append(contentsOf: scope.rest)
  }

  private func readEvent(
    _ value: AttributeValue, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    guard let object = value.object else {
      notes.count("events that are no objects left out")
      return
    }
    var left = FieldsLeft(object)
    var event = SpanDraft.Event(name: left.text("name") ?? "", time: 0)
    if let time = left.time("time", .nanoseconds) ?? left.time("@timestamp", .nanoseconds) {
      event.time = time
    } else {
      notes.count("times that are not there taken as 0")
    }
    event.attributes = left.members(of: "attributes")
    event.droppedAttributes = left.count("droppedAttributesCount")
    event.attributes.append(contentsOf: left.rest)
    span.events.append(event)
  }

  private func readLink(
    _ value: AttributeValue, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    guard let object = value.object else {
      notes.count("links that are no objects left out")
      return
    }
    var left = FieldsLeft(object)
    var link = SpanDraft.Link(
      traceID: Self.id(&left, "traceId", width: 16, &notes),
      spanID: Self.id(&left, "spanId", width: 8, &notes))
    link.traceState = left.text("traceState") ?? ""
    link.attributes = left.members(of: "attributes")
    link.droppedAttributes = left.count("droppedAttributesCount")
    link.attributes.append(contentsOf: left.rest)
    span.links.append(link)
  }

  /// The same attributes with `.` for `@` in their keys.
  private static func pointed(_ attributes: AttributeList) -> AttributeList {
    AttributeList(
      attributes.map { field in
        let key = field.key.utf8.map { $0 == UInt8(ascii: "@") ? UInt8(ascii: ".") : $0 }
        return (String(decoding: key, as: UTF8.self), field.value)
      })
  }
}
