/// Spans as rows of the table that the collector's ClickHouse exporter fills (`otel_traces`), from
/// any output format of ClickHouse that is text: `JSONEachRow`, `JSON`, `JSONCompact`, `CSV` and
/// `TabSeparated` (see `ClickHouseTable`).
///
/// | column | span |
/// |---|---|
/// | `Timestamp`, `Duration` | start, and nanoseconds to the end |
/// | `TraceId`, `SpanId`, `ParentSpanId`, `TraceState` | ids and trace state |
/// | `SpanName`, `SpanKind`, `StatusCode`, `StatusMessage` | name, kind (`Server`, `SPAN_KIND_SERVER`), status |
/// | `ResourceAttributes`, `ServiceName` | resource; the service's name where it is not among them |
/// | `ScopeName`, `ScopeVersion`, `SpanAttributes` | scope, attributes |
/// | `Events.Timestamp`, `.Name`, `.Attributes` | events: arrays side by side, or `Events` as an array of objects or tuples |
/// | `Links.TraceId`, `.SpanId`, `.TraceState`, `.Attributes` | links, in the same two forms |
/// | any other column | an attribute of that name |
///
/// The exporter made text of all attribute values, so text they are here. An answer in `JSON` or
/// `JSONCompact` is one object and held whole.
struct ClickHouseRows: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "ClickHouse rows", mentioning: ["SpanName"],
    isTelling: { document in
      isRow(document)
        || isRow(AttributeList(columns(document).map { ($0, AttributeValue.string("")) }))
    },
    decoder: { ClickHouseRows() })

  /// Whether `fields` has the columns that only this table has together.
  static func isRow(_ fields: AttributeList) -> Bool {
    ["TraceId", "SpanId", "SpanName", "Timestamp", "Duration"].allSatisfy { fields.has($0) }
  }

  /// Whether maps or arrays are in `column`.
  @Sendable static func isLiteral(_ column: String) -> Bool {
    column.hasSuffix("Attributes") || column.hasPrefix("Events") || column.hasPrefix("Links")
  }

  /// The names of the columns of an answer in `JSON` or `JSONCompact`.
  private static func columns(_ document: AttributeList) -> [String] {
    (document.array("meta") ?? []).compactMap { $0.object?.text("name") }
  }

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let names = Self.columns(document.fields)
    guard !names.isEmpty, let rows = document.fields.array("data") else {
      return row(document.fields, document, &spans, &notes)
    }
    for value in rows {
      switch value {
      case .object(let fields): row(fields, document, &spans, &notes)
      case .array(let values) where values.count == names.count:
        row(AttributeList(zip(names, values)), document, &spans, &notes)
      default: notes.leaveOut(document, "a row has other fields than there are columns")
      }
    }
  }

  private func row(
    _ fields: AttributeList, _ document: Document, _ spans: inout DraftedBatch,
    _ notes: inout DocumentNotes
  ) {
    // Behind the names, the types of the columns.
    if fields.text("Timestamp")?.hasPrefix("DateTime") ?? false { return }
    guard fields.has("TraceId"), fields.has("SpanId") else {
      notes.leaveOut(document, "a row without TraceId and SpanId is no span")
      return
    }
    var span = SpanDraft()
    span.traceID = DocumentID.bytes(fields.text("TraceId"), width: 16)
    span.spanID = DocumentID.bytes(fields.text("SpanId"), width: 8)
    span.parentSpanID = DocumentID.bytes(fields.text("ParentSpanId"), width: 8)
    span.traceState = fields.text("TraceState") ?? ""
    span.name = fields.text("SpanName") ?? ""
    span.kind = OTLPNames.kind(fields.text("SpanKind") ?? "")
    span.start = Self.time(fields["Timestamp"], &notes)
    span.end = notes.end(of: span.start, after: fields["Duration"], .nanoseconds)
    span.statusCode = OTLPNames.statusCode(fields.text("StatusCode") ?? "")
    if let message = fields.text("StatusMessage"), !message.isEmpty { span.statusMessage = message }
    span.resource = attributes(fields["ResourceAttributes"], &notes)
    if let service = fields.text("ServiceName"), !service.isEmpty,
      !span.resource.has("service.name")
    {
      span.resource.append("service.name", .string(service))
    }
    span.scopeName = fields.text("ScopeName") ?? ""
    span.scopeVersion = fields.text("ScopeVersion") ?? ""
    span.attributes = attributes(fields["SpanAttributes"], &notes)
    for event in parts("Events", ["Timestamp", "Name", "Attributes"], of: fields, &notes) {
      span.events.append(
        SpanDraft.Event(
          name: event[1].text ?? "", time: Self.time(event[0], &notes),
          attributes: attributes(event[2], &notes)))
    }
    let columns = ["TraceId", "SpanId", "TraceState", "Attributes"]
    for link in parts("Links", columns, of: fields, &notes) {
      span.links.append(
        SpanDraft.Link(
          traceID: DocumentID.bytes(link[0].text, width: 16),
          spanID: DocumentID.bytes(link[1].text, width: 8), traceState: link[2].text ?? "",
          attributes: attributes(link[3], &notes)))
    }
    for (key, value) in fields where !Self.known.contains(key) && value != .string("") {
      span.attributes.append(key, ifAny: value)
    }
    spans.add(span)
  }

  private static let known: Set<String> = [
    "Timestamp", "Duration", "TraceId", "SpanId", "ParentSpanId", "TraceState", "SpanName",
    "SpanKind", "StatusCode", "StatusMessage", "ResourceAttributes", "ServiceName", "ScopeName",
    "ScopeVersion", "SpanAttributes", "Events", "Events.Timestamp", "Events.Name",
    "Events.Attributes", "Links", "Links.TraceId", "Links.SpanId", "Links.TraceState",
    "Links.Attributes",
  ]

  /// A calendar time, or seconds since 1970; whole numbers above a million million are nanoseconds.
  private static func time(_ value: AttributeValue?, _ notes: inout DocumentNotes) -> UInt64 {
    let isNanoseconds = value?.integer.map { $0 > 1_000_000_000_000 } ?? false
    return notes.time(value, isNanoseconds ? .nanoseconds : .seconds)
  }

  /// A value that may be written as ClickHouse writes literals: `{'k':'v'}`, `['a']`.
  private func literal(_ value: AttributeValue?, _ notes: inout DocumentNotes) -> AttributeValue {
    guard case .string(let text) = value else { return value ?? .null }
    if text.isEmpty { return .null }
    do throws(FormatError) { return try PrintedValue(Array(text.utf8), at: 0).value } catch {
      notes.count("maps and arrays that are not written as ClickHouse does left out")
      return .null
    }
  }

  private func attributes(
    _ value: AttributeValue?, _ notes: inout DocumentNotes
  ) -> AttributeList {
    literal(value, &notes).object ?? [:]
  }

  /// The values of `columns` of each of the span's parts `name`, null where there is none.
  private func parts(
    _ name: String, _ columns: [String], of fields: AttributeList, _ notes: inout DocumentNotes
  ) -> [[AttributeValue]] {
    let together = literal(fields[name], &notes).array ?? []
    if !together.isEmpty {
      return together.map { part in
        columns.enumerated().map { index, column in
          if case .array(let tuple) = part { return index < tuple.count ? tuple[index] : .null }
          return part.object?[column] ?? .null
        }
      }
    }
    let arrays = columns.map { literal(fields[name + "." + $0], &notes).array ?? [] }
    let count = arrays.map(\.count).max() ?? 0
    if arrays.contains(where: { $0.count != count }) {
      notes.count("events or links whose columns are of different lengths")
    }
    return (0..<count).map { index in
      arrays.map { index < $0.count ? $0[index] : .null }
    }
  }
}
