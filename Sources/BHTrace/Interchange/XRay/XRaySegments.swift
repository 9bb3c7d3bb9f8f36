/// Makes spans of a segment and the subsegments in it.
enum XRaySegments {
  /// A segment that waits to be read, and what it has of the one around it.
  private struct Waiting {
    var fields: AttributeList
    var traceID: [UInt8] = []
    var parentID: [UInt8] = []
    var isInner = false
  }

  // Each subsegment has the ids of the one around it: long ones would be there often.
  private static let longestID = 256

  /// Adds the spans of `segment`, each before those in it.
  static func decode(
    _ segment: AttributeList, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    var waiting = [Waiting(fields: segment)]
    var resource: AttributeList?
    while let next = waiting.popLast() {
      var left = FieldsLeft(next.fields)
      var span = SpanDraft()
      let traceID = XRayID.bytes(left.text("trace_id"))
      span.traceID = traceID.isEmpty ? next.traceID : traceID
      span.spanID = left.id("id", width: 8)
      let parentID = left.id("parent_id", width: 8)
      span.parentSpanID = parentID.isEmpty ? next.parentID : parentID
      if max(span.traceID.count, span.spanID.count) > longestID {
        notes.count("segments with ids of more than 256 bytes left out")
        continue
      }
      let isSubsegment = left.text("type") == "subsegment" || next.isInner
      span.name = left.text("name") ?? ""
      readTimes(&left, into: &span, &notes)
      readKind(&left, isSubsegment: isSubsegment, into: &span)
      let subsegments = left.array("subsegments") ?? []
      readStatus(&left, into: &span)
      readLinks(&left, into: &span)
      readAnnotations(&left, into: &span)
      var own = AttributeList()
      // Only a segment of its own has the name of its service.
      if !isSubsegment { own.append("service.name", .string(span.name)) }
      if next.fields.has("aws") && !next.isInner { own.append("cloud.provider", "aws") }
      readRest(left, into: &span, resource: &own)
      // What a subsegment says of a resource is that of its segment and its own.
      if let outer = resource { own = merged(outer, own) } else { resource = own }
      span.resource = own
      spans.add(span)
      for value in subsegments.reversed() {
        guard let inner = value.object else {
          notes.count("subsegments that are no objects left out")
          continue
        }
        waiting.append(
          Waiting(
            fields: inner, traceID: span.traceID, parentID: span.spanID, isInner: true))
      }
    }
  }

  private static func merged(_ outer: AttributeList, _ own: AttributeList) -> AttributeList {
    if own.isEmpty { return outer }
    var merged = AttributeList(
      outer.filter { own[$0.key] == nil }.map { ($0.key, $0.value) })
    merged.append(contentsOf: own)
    return merged
  }

  private static func readTimes(
    _ left: inout FieldsLeft, into span: inout SpanDraft, _ notes: inout DocumentNotes
  ) {
    if let start = left.time("start_time", .seconds) {
      span.start = start
    } else {
      notes.count("times that are not there taken as 0")
    }
    if let end = left.time("end_time", .seconds) {
      span.end = end
    } else {
      span.end = span.start
      notes.count("spans without an end given none")
    }
  }

  private static func readKind(
    _ left: inout FieldsLeft, isSubsegment: Bool, into span: inout SpanDraft
  ) {
    let namespace = left.text("namespace")
    span.kind = namespace != nil ? 3 : isSubsegment ? 1 : 2
    if let namespace { span.attributes.append("aws.xray.namespace", .string(namespace)) }
    if namespace == "aws" { span.attributes.append("aws.service", .string(span.name)) }
  }

  private static func readStatus(_ left: inout FieldsLeft, into span: inout SpanDraft) {
    for key in ["fault", "error", "throttle"] {
      guard let isSo = left.take(key, { if case .bool(let isSo) = $0 { isSo } else { nil } })
      else { continue }
      if isSo { span.statusCode = 2 }
      span.attributes.append("aws.xray." + key, .bool(isSo))
    }
    guard let cause = left.take("cause", { $0 == .null ? nil : $0 }) else { return }
    span.statusCode = 2
    // The id of an exception that another span has.
    guard let object = cause.object else {
      span.attributes.append("aws.xray.cause", cause)
      return
    }
    var rest = FieldsLeft(object)
    for value in rest.array("exceptions") ?? [] {
      span.events.append(exception(value, at: span.end))
    }
    for (key, value) in rest.rest { span.attributes.append("aws.xray.cause." + key, value) }
  }

  private static func exception(_ value: AttributeValue, at time: UInt64) -> SpanDraft.Event {
    var event = SpanDraft.Event(name: "exception", time: time)
    var left = FieldsLeft(value.object ?? ["value": value])
    let (type, message) = (left.text("type"), left.text("message"))
    event.attributes.append("exception.type", ifAny: type.map { .string($0) })
    event.attributes.append("exception.message", ifAny: message.map { .string($0) })
    if let frames = left.array("stack") {
      var text = "\(type ?? ""): \(message ?? "")\n"
      for frame in frames {
        let frame = frame.object ?? [:]
        let line = frame.integer("line").map { "\($0)" } ?? "<unknown>"
        text += "\tat \(frame.text("label") ?? "")(\(frame.text("path") ?? ""): \(line))\n"
      }
      event.attributes.append("exception.stacktrace", .string(text))
    }
    for (key, value) in left.rest { event.attributes.append("aws.xray.exception." + key, value) }
    return event
  }

  private static func readLinks(_ left: inout FieldsLeft, into span: inout SpanDraft) {
    for value in left.array("links") ?? [] {
      var link = FieldsLeft(value.object ?? ["value": value])
      let traceID = XRayID.bytes(link.text("trace_id"))
      let spanID = link.id("id", width: 8)
      var attributes = link.object("attributes") ?? [:]
      attributes.append(contentsOf: link.rest)
      span.links.append(
        SpanDraft.Link(traceID: traceID, spanID: spanID, attributes: attributes))
    }
  }

  private static func readAnnotations(_ left: inout FieldsLeft, into span: inout SpanDraft) {
    if let annotations = left.object("annotations"), !annotations.isEmpty {
      span.attributes.append(contentsOf: annotations)
      span.attributes.append(
        "aws.xray.annotations", .array(annotations.map { .string($0.key) }))
    }
    for (key, value) in left.object("metadata") ?? [:] {
      span.attributes.append("aws.xray.metadata." + key, value)
    }
  }

  private static func readRest(
    _ left: FieldsLeft, into span: inout SpanDraft, resource: inout AttributeList
  ) {
    for (key, value) in left.rest.flattened() {
      if let name = XRayNames.resource[key], resource[name] == nil {
        resource.append(name, value)
      } else {
        span.attributes.append(XRayNames.attributes[key] ?? XRayNames.other(key), value)
      }
    }
  }
}
