/// Spans as the console exporter of OpenTelemetry's JavaScript SDK prints them: what Node's
/// `util.inspect` makes of an object, over lines of which the first is `{` and the last `}`.
///
/// | printed | span |
/// |---|---|
/// | `traceId`, `id`, `parentSpanContext.spanId` (older: `parentId`) | ids |
/// | `kind` | kind; JavaScript counts from 0, internal |
/// | `timestamp`, `duration` | microseconds |
/// | `status.code`, `status.message` | status |
/// | `events[].time` | seconds and nanoseconds, as a pair |
/// | `links[].context` | ids, flags and trace state of the link |
/// | `resource.attributes`, `instrumentationScope` (older: `instrumentationLibrary`) | resource and scope |
/// | all other keys | attributes of that name |
///
/// Node prints no more than so many levels and elements (`[Object]`, `... 1 more item`): what it
/// left out is counted.
struct JavaScriptConsole: LineDecoder {
  static let format = Sniffer.Format(
    name: "OpenTelemetry's JavaScript console",
    recognise: { head in
      let lines = TextLines.first(of: head)
      guard let start = lines.firstIndex(where: { isFirst($0) }) else { return nil }
      let keys = Set(lines[start...].compactMap(key))
      return keys.isSuperset(of: ["traceId", "id", "timestamp", "duration"]) ? .documents : nil
    },
    open: { stream, _ in LineInput(stream, JavaScriptConsole()) })

  private var block: [UInt8] = []
  private var first: TextLine?

  /// An object longer than this is left out (bytes).
  private static let longest = 1 << 26

  mutating func decode(
    _ line: TextLine, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    if Self.isFirst(line.bytes) {
      // The one before was broken off.
      finish(into: &spans, &notes)
      first = line
    }
    guard let start = first else { return }
    if block.count + line.bytes.count >= Self.longest {
      notes.leaveOut(start.place, "an object is longer than 64 MiB")
      close()
      return
    }
    block += line.bytes
    block.append(0x0A)
    if line.bytes.elementsEqual("}".utf8) { finish(into: &spans, &notes) }
  }

  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes) {
    guard let start = first else { return }
    defer { close() }
    do throws(FormatError) {
      let printed = try PrintedValue(block, at: start.offset)
      guard case .object(let fields) = printed.value, fields.text("traceId") != nil else {
        notes.count("printed objects that are no spans left out")
        return
      }
      notes.count("values that the console exporter did not print", printed.leftOut)
      spans.add(Self.span(fields, &notes))
    } catch {
      notes.leaveOut(
        start.place, "an object cannot be read, as \(error.what), at offset \(error.offset ?? 0)")
    }
  }

  private mutating func close() {
    first = nil
    block.removeAll()
  }

  private static func isFirst(_ line: [UInt8]) -> Bool { line.elementsEqual("{".utf8) }

  /// The key of a line of a printed object, two spaces in.
  private static func key(_ line: [UInt8]) -> String? {
    guard line.starts(with: "  ".utf8), line.dropFirst(2).first != 0x20,
      let colon = line.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    return String(decoding: line[2..<colon], as: UTF8.self)
  }

  private static func span(_ fields: AttributeList, _ notes: inout DocumentNotes) -> SpanDraft {
    var span = SpanDraft()
    span.traceID = DocumentID.bytes(fields.text("traceId"), width: 16)
    span.spanID = DocumentID.bytes(fields.text("id"), width: 8)
    span.parentSpanID = DocumentID.bytes(
      fields.text("parentSpanContext", "spanId") ?? fields.text("parentId"), width: 8)
    span.traceState = fields.text("traceState") ?? ""
    span.name = fields.text("name") ?? ""
    if let kind = fields.integer("kind"), (0...4).contains(kind) { span.kind = Int32(kind) + 1 }
    span.start = notes.time(fields["timestamp"], .microseconds)
    span.end = notes.end(of: span.start, after: fields["duration"], .microseconds)
    span.statusCode = Int32(clamping: fields.integer("status", "code") ?? 0)
    span.statusMessage = fields.text("status", "message")
    span.attributes = fields.object("attributes") ?? [:]
    for case .object(let event) in fields.array("events") ?? [] {
      span.events.append(
        SpanDraft.Event(
          name: event.text("name") ?? "", time: time(event["time"], &notes),
          attributes: event.object("attributes") ?? [:],
          droppedAttributes: UInt32(clamping: event.integer("droppedAttributesCount") ?? 0)))
    }
    for case .object(let link) in fields.array("links") ?? [] {
      span.links.append(
        SpanDraft.Link(
          traceID: DocumentID.bytes(link.text("context", "traceId"), width: 16),
          spanID: DocumentID.bytes(link.text("context", "spanId"), width: 8),
          traceState: link.text("context", "traceState") ?? "",
          attributes: link.object("attributes") ?? [:],
          droppedAttributes: UInt32(clamping: link.integer("droppedAttributesCount") ?? 0),
          flags: UInt32(clamping: link.integer("context", "traceFlags") ?? 0)))
    }
    span.resource = fields.object("resource", "attributes") ?? [:]
    let scope = fields.object("instrumentationScope") ?? fields.object("instrumentationLibrary")
    span.scopeName = scope?.text("name") ?? ""
    span.scopeVersion = scope?.text("version") ?? ""
    span.scopeSchemaURL = scope?.text("schemaUrl") ?? ""
    let rest = fields.without(
      "traceId", "id", "parentSpanContext", "parentId", "traceState", "name", "kind", "timestamp",
      "duration", "status", "attributes", "events", "links", "resource", "instrumentationScope",
      "instrumentationLibrary")
    for (key, value) in rest { span.attributes.append(key, ifAny: value) }
    return span
  }

  /// `[ seconds, nanoseconds ]`.
  private static func time(_ value: AttributeValue?, _ notes: inout DocumentNotes) -> UInt64 {
    guard let pair = value?.array, pair.count == 2,
      let seconds = DocumentTime.nanoseconds(pair[0], .seconds),
      let rest = DocumentTime.nanoseconds(pair[1], .nanoseconds)
    else { return notes.time(value, .nanoseconds) }
    let (time, overflow) = seconds.addingReportingOverflow(rest)
    return overflow ? seconds : time
  }
}
