/// The fields of one of Datadog's spans, on their way to a draft; see `DatadogTraces`.
struct DatadogSpan {
  private let fields: AttributeList
  private var meta: AttributeList

  init(_ fields: AttributeList) {
    self.fields = fields
    meta = fields.object("meta") ?? [:]
  }

  /// Takes the upper half of the trace's id out of `meta`.
  mutating func takeUpperHalf() -> UInt64? {
    guard let text = meta.text("_dd.p.tid"), text.utf8.count == 16,
      let half = UInt64(text, radix: 16)
    else { return nil }
    meta = meta.without("_dd.p.tid")
    return half == 0 ? nil : half
  }

  /// The span, without the id of its trace.
  mutating func span(_ notes: inout DocumentNotes) -> SpanDraft {
    var span = SpanDraft()
    span.spanID = DatadogID.spanID(fields["span_id"])
    span.parentSpanID = DatadogID.spanID(fields["parent_id"])
    span.name = fields.text("name") ?? ""
    takeTimes(&span, &notes)
    takeResource(&span)
    takeKind(&span)
    takeStatus(&span)
    takeLinks(&span)
    takeEvents(&span, &notes)
    takeAttributes(&span)
    return span
  }

  private func takeTimes(_ span: inout SpanDraft, _ notes: inout DocumentNotes) {
    guard let start = fields.integer("start"), start >= 0 else {
      notes.count("times that are not there taken as 0")
      return
    }
    span.start = UInt64(start)
    let (end, overflow) = start.addingReportingOverflow(fields.integer("duration") ?? 0)
    if overflow || end < 0 {
      notes.count("times before 1970 or after 2554 cut to that")
    }
    span.end = overflow ? UInt64(Int64.max) : UInt64(max(0, end))
  }

  private mutating func takeResource(_ span: inout SpanDraft) {
    if let service = fields.text("service"), !service.isEmpty {
      span.resource.append("service.name", .string(service))
    }
    for (key, name) in [
      ("env", "deployment.environment.name"), ("version", "service.version"),
      ("language", "telemetry.sdk.language"),
    ] {
      guard let value = meta[key] else { continue }
      span.resource.append(name, value)
      meta = meta.without(key)
    }
  }

  private mutating func takeKind(_ span: inout SpanDraft) {
    if let kind = meta.text("span.kind") {
      span.kind = OTLPNames.kind(kind)
      if span.kind != 0 { meta = meta.without("span.kind") }
    } else {
      switch fields.text("type") {
      case "web": span.kind = 2
      case "http": span.kind = 3
      default: break
      }
    }
  }

  private func takeStatus(_ span: inout SpanDraft) {
    let error = fields["error"]?.integer ?? (fields["error"]?.isTrue == true ? 1 : 0)
    if error == 0 { return }
    span.statusCode = 2
    span.statusMessage = meta.text("error.message") ?? meta.text("error.msg")
    if error != 1 { span.attributes.append("error", .int(error)) }
  }

  private mutating func takeLinks(_ span: inout SpanDraft) {
    for value in fields.array("span_links") ?? [] {
      guard case .object(let link) = value else { continue }
      span.links.append(Self.link(link))
    }
    guard let links = objects("_dd.span_links", each: { $0.has("trace_id") && $0.has("span_id") })
    else { return }
    for link in links {
      var read = Self.link(link)
      // Here ids are hex, whatever their length.
      read.traceID = DocumentID.bytes(link.text("trace_id"), width: 16)
      read.spanID = DocumentID.bytes(link.text("span_id"), width: 8)
      span.links.append(read)
    }
    meta = meta.without("_dd.span_links")
  }

  private static func link(_ fields: AttributeList) -> SpanDraft.Link {
    var link = SpanDraft.Link(
      traceID: DatadogID.traceID(fields["trace_id"], high: fields["trace_id_high"]),
      spanID: DatadogID.spanID(fields["span_id"]))
    link.traceState = fields.text("tracestate") ?? ""
    link.attributes = fields.object("attributes") ?? [:]
    link.droppedAttributes = UInt32(clamping: fields.integer("dropped_attributes_count") ?? 0)
    // The highest bit only says that there are flags.
    link.flags = UInt32(truncatingIfNeeded: fields.integer("flags") ?? 0) & 0x7FFF_FFFF
    return link
  }

  private mutating func takeEvents(_ span: inout SpanDraft, _ notes: inout DocumentNotes) {
    var events = (fields.array("span_events") ?? []).compactMap(\.object)
    if let more = objects("events", each: { $0.has("time_unix_nano") && $0.has("name") }) {
      events += more
      meta = meta.without("events")
    }
    for fields in events {
      let time = DocumentTime.nanoseconds(fields["time_unix_nano"], .nanoseconds)
      if time == nil { notes.count("times that are not there taken as 0") }
      var event = SpanDraft.Event(name: fields.text("name") ?? "", time: time ?? 0)
      event.attributes = AttributeList(
        (fields.object("attributes") ?? [:]).map { ($0.key, Self.typed($0.value)) })
      event.droppedAttributes = UInt32(clamping: fields.integer("dropped_attributes_count") ?? 0)
      span.events.append(event)
    }
  }

  /// The value of an event's attribute, which may come with its type: `{"type":0,"string_value":…}`.
  private static func typed(_ value: AttributeValue) -> AttributeValue {
    guard let fields = value.object, let type = fields.integer("type") else { return value }
    switch type {
    case 0: return fields["string_value"] ?? .string("")
    case 1: return fields["bool_value"] ?? .bool(false)
    case 2: return fields["int_value"] ?? .int(0)
    case 3: return fields["double_value"] ?? .double(0)
    case 4:
      let elements = fields.array("array_value", "values") ?? fields.array("array_value") ?? []
      // Arrays have no arrays in them.
      return .array(elements.map { $0.object?.has("array_value") == true ? $0 : typed($0) })
    default: return value
    }
  }

  /// The objects of the array that the text under `key` of `meta` writes in JSON, where all of them
  /// are as they have to be.
  private func objects(
    _ key: String, each isRight: (AttributeList) -> Bool
  ) -> [AttributeList]? {
    guard let text = meta.text(key) else { return nil }
    let bytes = Array(text.utf8)
    var builder = AttributeValueBuilder()
    var json = JSONTokenizer(bytes.rawSpan)
    do throws(FormatError) {
      try json.passValue(to: &builder)
      try json.requireEnd("the list")
    } catch { return nil }
    guard let elements = builder.value.array else { return nil }
    let objects = elements.compactMap(\.object)
    return objects.count == elements.count && objects.allSatisfy(isRight) ? objects : nil
  }

  private func takeAttributes(_ span: inout SpanDraft) {
    span.attributes.append("dd.span.Resource", ifAny: fields["resource"])
    if fields.text("type") != "" { span.attributes.append("span.type", ifAny: fields["type"]) }
    span.attributes.append(contentsOf: meta)
    for (key, value) in fields.object("metrics") ?? [:] {
      // JSON does not tell 1.0 from 1; a metric is a double.
      if case .int(let whole) = value, let double = Double(exactly: whole) {
        span.attributes.append(key, .double(double))
      } else {
        span.attributes.append(key, value)
      }
    }
    for (key, value) in fields.object("meta_struct") ?? [:] {
      span.attributes.append("meta_struct." + key, Self.bytes(value))
    }
    for key in ["meta", "metrics", "meta_struct"] where fields.object(key) == nil {
      span.attributes.append(key, ifAny: fields[key])
    }
    for (key, value) in fields where !Self.known.contains(key) {
      span.attributes.append(key, ifAny: value)
    }
  }

  private static let known: Set<String> = [
    "trace_id", "span_id", "parent_id", "name", "start", "duration", "service", "error",
    "resource", "type", "meta", "metrics", "meta_struct", "span_links", "span_events",
  ]

  /// Bytes, which JSON has in base64.
  private static func bytes(_ value: AttributeValue) -> AttributeValue {
    guard case .string(let text) = value else { return value }
    let digits = Array(text.utf8)
    var bytes: [UInt8] = []
    return Base64.append(digits.rawSpan, 0..<digits.count, to: &bytes) ? .bytes(bytes) : value
  }
}
