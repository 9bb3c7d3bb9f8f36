/// Spans in Grafana's data frames of a trace: an answer of its data source API, what its inspector
/// downloads, or a single frame.
///
/// | field | span |
/// |---|---|
/// | `traceID`, `spanID`, `parentSpanID`, `traceState` | ids and trace state |
/// | `operationName`, `kind`, `statusCode`, `statusMessage` | name, kind, status |
/// | `startTime`, `duration` | milliseconds, fractions to the nanosecond as far as a double tells |
/// | `serviceTags`, `serviceName` | resource; the service's name where it is not among them |
/// | `tags` | attributes |
/// | `logs` (`timestamp`, `name`, `fields`) | events; older ones have the name as a field `message` |
/// | `references` | links |
/// | `instrumentationLibraryName`, `…Version` | scope |
/// | any other field | an attribute of that name |
///
/// Frames of other things hold no spans, which is said.
struct GrafanaFrames: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "Grafana data frames", mentioning: ["fields"],
    isTelling: { !frames($0).isEmpty },
    decoder: { GrafanaFrames() })

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let frames = Self.frames(document.fields)
    if frames.isEmpty { notes.leaveOut(document, "an object is no data frame of Grafana") }
    for frame in frames {
      let columns = Self.columns(frame)
      let names = Set(columns.map(\.name))
      guard names.isSuperset(of: ["traceID", "spanID", "operationName"]) else {
        let shown = columns.prefix(6).map(\.name).joined(separator: ", ")
        notes.leaveOut(
          document,
          "a data frame of Grafana (fields: \(shown)) holds no whole spans; open the trace and "
            + "export it as JSON",
          code: .noSpans)
        continue
      }
      if columns.count > Self.mostFields {
        notes.leaveOut(document, "a data frame has more than 1,000 fields")
        continue
      }
      for row in 0..<(columns.map(\.values.count).max() ?? 0) {
        let fields = AttributeList(
          columns.lazy.filter { row < $0.values.count }.map { ($0.name, $0.values[row]) })
        spans.add(Self.span(fields, &notes))
      }
    }
  }

  /// A row costs as much as there are fields, so there may not be any number.
  private static let mostFields = 1_000

  /// The frames in a document: itself, or those of an answer's results.
  private static func frames(_ document: AttributeList) -> [AttributeList] {
    if isFrame(document) { return [document] }
    let answers = (document.object("results") ?? [:]).compactMap { $0.value.object }
    return answers.flatMap { $0.array("frames") ?? [] }.compactMap(\.object).filter(isFrame)
  }

  private static func isFrame(_ object: AttributeList) -> Bool {
    let fields = object.array("schema", "fields") ?? object.array("fields") ?? []
    return fields.first?.object?.text("name") != nil
      && (object.array("schema", "fields") != nil || fields.first?.object?.array("values") != nil)
  }

  private static func columns(
    _ frame: AttributeList
  ) -> [(name: String, values: [AttributeValue])] {
    let values = frame.array("data", "values") ?? []
    let fields = frame.array("schema", "fields") ?? frame.array("fields") ?? []
    return fields.enumerated().map { index, field in
      let own = field.object?.array("values")
      return (
        field.object?.text("name") ?? "",
        own ?? (index < values.count ? values[index].array ?? [] : [])
      )
    }
  }

  private static func span(_ fields: AttributeList, _ notes: inout DocumentNotes) -> SpanDraft {
    var span = SpanDraft()
    span.traceID = DocumentID.bytes(fields.text("traceID"), width: 16)
    span.spanID = DocumentID.bytes(fields.text("spanID"), width: 8)
    span.parentSpanID = DocumentID.bytes(fields.text("parentSpanID"), width: 8)
    span.traceState = fields.text("traceState") ?? ""
    span.name = fields.text("operationName") ?? ""
    span.kind = OTLPNames.kind(fields.text("kind") ?? "")
    span.start = notes.time(fields["startTime"], .milliseconds)
    span.end = notes.end(of: span.start, after: fields["duration"], .milliseconds)
    span.statusCode = Int32(clamping: fields.integer("statusCode") ?? 0)
    if let message = fields.text("statusMessage"), !message.isEmpty { span.statusMessage = message }
    span.resource = pairs(fields["serviceTags"])
    if let service = fields.text("serviceName"), !service.isEmpty,
      !span.resource.has("service.name")
    {
      span.resource.append("service.name", .string(service))
    }
    span.scopeName = fields.text("instrumentationLibraryName") ?? ""
    span.scopeVersion = fields.text("instrumentationLibraryVersion") ?? ""
    span.attributes = pairs(fields["tags"])
    for case .object(let log) in fields.array("logs") ?? [] {
      let attributes = pairs(log["fields"])
      let name = log.text("name")
      span.events.append(
        SpanDraft.Event(
          name: name ?? attributes.text("message") ?? "",
          time: notes.time(log["timestamp"], .milliseconds),
          attributes: name == nil ? attributes.without("message") : attributes))
    }
    for case .object(let link) in fields.array("references") ?? [] {
      span.links.append(
        SpanDraft.Link(
          traceID: DocumentID.bytes(link.text("traceID"), width: 16),
          spanID: DocumentID.bytes(link.text("spanID"), width: 8),
          attributes: pairs(link["tags"])))
    }
    for (key, value) in fields where !known.contains(key) && value != .string("") {
      span.attributes.append(key, ifAny: value)
    }
    return span
  }

  private static let known: Set<String> = [
    "traceID", "spanID", "parentSpanID", "traceState", "operationName", "kind", "startTime",
    "duration", "statusCode", "statusMessage", "serviceTags", "serviceName",
    "instrumentationLibraryName", "instrumentationLibraryVersion", "tags", "logs", "references",
  ]

  /// `[{key, value}]`.
  private static func pairs(_ value: AttributeValue?) -> AttributeList {
    AttributeList(
      (value?.array ?? []).compactMap { pair in
        pair.object.map { ($0.text("key") ?? "", $0["value"] ?? .null) }
      })
  }
}
