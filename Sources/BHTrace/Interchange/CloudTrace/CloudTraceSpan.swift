/// A span of version 2 of Google Cloud Trace.
///
/// | version 2 | span |
/// |---|---|
/// | `name` (`projects/P/traces/T/spans/S`) | trace id, span id; resource `cloud.provider` gcp, `cloud.account.id` |
/// | `spanId`, `parentSpanId` in hex, `spanKind`, `startTime`, `endTime` | as they are |
/// | `displayName` | name |
/// | `attributes.attributeMap` | attributes |
/// | `timeEvents.timeEvent`: annotations | events; the description is the name |
/// | … messages | events `message` with `message.type`, `message.id`, `message.uncompressed_size`, `message.compressed_size` |
/// | `links.link` | links; their `type` is an attribute |
/// | `status` | ok for code 0, else error with `rpc.grpc.status_code` |
/// | counts of what was dropped | counts of dropped attributes, events, links |
/// | all else (`stackTrace`, `childSpanCount`, …) | attributes under their own keys |
enum CloudTraceSpan {
  /// Whether `fields` are those of a span: a resource name and a name to show.
  static func isSpan(_ fields: AttributeList) -> Bool {
    guard let name = fields.text("name"), fields.has("displayName") else { return false }
    return name.hasPrefix("projects/") && name.contains("/spans/")
  }

  /// Adds the span that `fields` describe.
  static func decode(
    _ fields: AttributeList, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    var left = FieldsLeft(fields)
    var span = SpanDraft()
    let path = (left.text("name") ?? "").split(separator: "/").map(String.init)
    let isPath = path.count == 6
    span.traceID = DocumentID.bytes(isPath ? path[3] : nil, width: 16)
    span.spanID = left.id("spanId", width: 8)
    if span.spanID.isEmpty && isPath { span.spanID = DocumentID.bytes(path[5], width: 8) }
    span.parentSpanID = left.id("parentSpanId", width: 8)
    span.resource = resource(project: isPath ? path[1] : nil)
    span.name = left.take("displayName") { text($0, &notes) } ?? ""
    span.kind =
      left.take("spanKind") { value -> Int32? in
        let kind = OTLPNames.kind(value.text ?? "")
        return kind != 0 || value.text == "SPAN_KIND_UNSPECIFIED" ? kind : nil
      } ?? 0
    readTimes(&left, into: &span, &notes)
    (span.attributes, span.droppedAttributes) = attributes(&left, &notes)
    readStatus(&left, into: &span)
    readEvents(&left, into: &span, &notes)
    readLinks(&left, into: &span, &notes)
    span.attributes.append(contentsOf: left.rest)
    spans.add(span)
  }

  /// The resource of what belongs to a project.
  static func resource(project: String?) -> AttributeList {
    guard let project, !project.isEmpty else { return [:] }
    return ["cloud.provider": "gcp", "cloud.account.id": .string(project)]
  }

  /// Takes the times of a span.
  static func readTimes(
    _ left: inout FieldsLeft, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    if let start = left.time("startTime", .nanoseconds) {
      span.start = start
    } else {
      notes.count("times that are not there taken as 0")
    }
    if let end = left.time("endTime", .nanoseconds) {
      span.end = end
    } else {
      span.end = span.start
      notes.count("spans without an end given none")
    }
  }

  private static func readStatus(_ left: inout FieldsLeft, into span: inout SpanDraft) {
    guard let object = left.object("status") else { return }
    var status = FieldsLeft(object)
    let code = status.take("code") { $0.integer } ?? 0
    span.statusCode = code == 0 ? 1 : 2
    span.statusMessage = status.text("message").flatMap { $0.isEmpty ? nil : $0 }
    if code != 0 { span.attributes.append("rpc.grpc.status_code", .int(code)) }
    for (key, value) in status.rest { span.attributes.append("status." + key, value) }
  }

  private static func readEvents(
    _ left: inout FieldsLeft, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    var events = FieldsLeft(left.object("timeEvents") ?? [:])
    for value in events.array("timeEvent") ?? [] {
      var event = FieldsLeft(value.object ?? ["value": value])
      var draft = SpanDraft.Event(name: "", time: event.time("time", .nanoseconds) ?? 0)
      if draft.time == 0 { notes.count("times that are not there taken as 0") }
      if let object = event.object("annotation") {
        var annotation = FieldsLeft(object)
        draft.name = annotation.take("description") { text($0, &notes) } ?? ""
        (draft.attributes, draft.droppedAttributes) = attributes(&annotation, &notes)
        draft.attributes.append(contentsOf: annotation.rest)
      } else if let object = event.object("messageEvent") {
        var message = FieldsLeft(object)
        draft.name = "message"
        for (key, name) in messageNames {
          draft.attributes.append(name, ifAny: message.take(key) { number($0) })
        }
        draft.attributes.append(contentsOf: message.rest)
      }
      draft.attributes.append(contentsOf: event.rest)
      span.events.append(draft)
    }
    let annotations = events.count("droppedAnnotationsCount")
    let messages = events.count("droppedMessageEventsCount")
    span.droppedEvents = UInt32(clamping: UInt64(annotations) + UInt64(messages))
    span.attributes.append(contentsOf: events.rest.flattened(under: "timeEvents"))
  }

  private static let messageNames: [(String, String)] = [
    ("type", "message.type"), ("id", "message.id"),
    ("uncompressedSizeBytes", "message.uncompressed_size"),
    ("compressedSizeBytes", "message.compressed_size"),
  ]

  private static func readLinks(
    _ left: inout FieldsLeft, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    var links = FieldsLeft(left.object("links") ?? [:])
    for value in links.array("link") ?? [] {
      var link = FieldsLeft(value.object ?? ["value": value])
      var draft = SpanDraft.Link(
        traceID: link.id("traceId", width: 16), spanID: link.id("spanId", width: 8))
      (draft.attributes, draft.droppedAttributes) = attributes(&link, &notes)
      draft.attributes.append(contentsOf: link.rest)
      span.links.append(draft)
    }
    span.droppedLinks = links.count("droppedLinksCount")
    span.attributes.append(contentsOf: links.rest.flattened(under: "links"))
  }

  /// Takes the attributes, and how many were dropped.
  private static func attributes(
    _ left: inout FieldsLeft, _ notes: inout DocumentNotes
  ) -> (AttributeList, UInt32) {
    var map = FieldsLeft(left.object("attributes") ?? [:])
    var list = AttributeList()
    for (key, value) in map.object("attributeMap") ?? [:] {
      let inner = value.object ?? [:]
      if let written = inner.value("stringValue"), let text = text(written, &notes) {
        list.append(key, .string(text))
      } else if let written = inner.value("intValue") {
        list.append(key, number(written) ?? written)
      } else {
        list.append(key, inner.value("boolValue") ?? value)
      }
    }
    let dropped = map.count("droppedAttributesCount")
    list.append(contentsOf: map.rest.flattened(under: "attributes"))
    return (list, dropped)
  }

  /// A text, in the object that says how much of it was cut or by itself.
  private static func text(_ value: AttributeValue, _ notes: inout DocumentNotes) -> String? {
    guard let object = value.object else { return value.text }
    if (object.integer("truncatedByteCount") ?? 0) > 0 {
      notes.count("texts that were cut before they were stored")
    }
    return object.text("value") ?? ""
  }

  /// A number that may be written as text; else the value itself.
  private static func number(_ value: AttributeValue) -> AttributeValue? {
    if value == .null { return nil }
    return value.integer.map { .int($0) } ?? value
  }
}
