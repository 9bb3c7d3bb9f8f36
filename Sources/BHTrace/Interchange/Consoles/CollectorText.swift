/// Spans in the text that the collector's `debug` exporter (formerly `logging`) prints at
/// `verbosity: detailed`, with log lines between and prefixes in front.
///
/// | printed | span |
/// |---|---|
/// | `Resource attributes:`, `InstrumentationScope name version` | resource and scope |
/// | `Trace ID`, `Parent ID`, `ID`, `TraceState` | ids and trace state |
/// | `Start time`, `End time`, `Timestamp` of events | calendar times in UTC |
/// | `Kind`, `Status code`, `Status message` | kind and status |
/// | `     -> key: Str(value)`, `Int`, `Double`, `Bool`, `Slice`, `Map`, `Bytes`, `Empty` | attributes with their types; older: `STRING(value)` |
///
/// A value with line breaks goes on to the line that ends with `)`, unless another shape comes
/// before; lines that belong to nothing are counted. The last word behind a scope's name is its
/// version where it has a digit. At other verbosities there are no spans in
/// the text, which is said.
struct CollectorText: LineDecoder {
  static let format = Sniffer.Format(
    name: "the collector's debug text",
    recognise: { head in
      let lines = TextLines.first(of: head)
      for (line, next) in zip(lines, lines.dropFirst()) {
        if case .part(.span) = CollectorLine(line), case .field("Trace ID", _) = CollectorLine(next)
        {
          return .documents
        }
      }
      return lines.contains(where: isSummary) ? .documents : nil
    },
    open: { stream, _ in LineInput(stream, CollectorText()) })

  private var resource = AttributeList()
  private var resourceSchemaURL = ""
  private var scope = SpanDraft()
  private var span: SpanDraft?
  /// Whether resource or scope changed since the span before.
  private var hasNewOrigin = true
  private var section = Section.outside
  /// An attribute whose value has no end yet.
  private var pending: String?
  /// Lines behind a bracket that may be its end, and how many of them say anything.
  private var behind = ""
  private var linesBehind = 0
  private var spanCount = 0
  private var summary: TextLine?

  private enum Section { case outside, resource, scope, span, event, link, otherSignal }
  private enum InPart { case fields, attributes }
  private var inPart = InPart.fields

  /// A value over lines is no longer than this (bytes).
  private static let longestValue = 1 << 24

  /// Whether `line` only tells how many spans there were.
  private static func isSummary(_ line: [UInt8]) -> Bool {
    CollectorLine.find("\"resource spans\": ", in: line) != nil
      && CollectorLine.find("\"spans\": ", in: line) != nil
      && (CollectorLine.find("Traces\t{", in: line) != nil
        || CollectorLine.find("TracesExporter\t{", in: line) != nil)
  }

  mutating func decode(
    _ line: TextLine, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let shape = CollectorLine(line.bytes)
    if pending != nil, goesOn(line, shape, &notes) { return }
    switch shape {
    case .part(let part): begin(part, &spans, &notes)
    case .field(let name, let value):
      if span == nil { break }
      if section == .span { field(name, value, &notes) } else { stray(&notes) }
    case .arrow(let text): arrow(text, &notes)
    case .attributes(.part): inPart = .attributes
    case .attributes(.span): if span != nil { section = .span }
    case .attributes: break
    case .schemaURL(let owner, let text):
      hasNewOrigin = true
      if case .resource = owner { resourceSchemaURL = text } else { scope.scopeSchemaURL = text }
    case .scope(let text): name(text)
    case .end:
      if Self.isSummary(line.bytes) { summary = summary ?? line }
      close(&spans)
      section = .outside
    case .other:
      if !line.bytes.allSatisfy({ $0 <= 0x20 }) {
        stray(&notes)
      }
    }
  }

  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes) {
    endValue(&notes)
    close(&spans)
    if spanCount == 0, let line = summary {
      notes.leaveOut(
        line.place,
        "the collector's debug exporter printed how many spans there were and not the spans; "
          + "set its verbosity to detailed, or let the file exporter write them",
        code: .noSpans)
    }
  }

  /// A line inside a span that is nothing of it.
  private func stray(_ notes: inout DocumentNotes) {
    if span != nil { notes.count("lines between those of a span left out") }
  }

  // MARK: Parts

  private mutating func begin(
    _ part: CollectorLine.Part, _ spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    inPart = .fields
    switch part {
    case .event, .link:
      guard span != nil else { return }
      section = part == .event ? .event : .link
      if part == .event {
        span?.events.append(SpanDraft.Event(name: "", time: 0))
      } else {
        span?.links.append(SpanDraft.Link(traceID: [], spanID: []))
      }
      return
    default: close(&spans)
    }
    switch part {
    case .resource:
      section = .resource
      hasNewOrigin = true
      resource = [:]
      resourceSchemaURL = ""
      scope = SpanDraft()
    case .scope:
      section = .scope
      hasNewOrigin = true
      scope = SpanDraft()
    case .span:
      section = .span
      var draft = scope
      draft.resource = resource
      draft.resourceSchemaURL = resourceSchemaURL
      draft.sharesOrigin = !hasNewOrigin
      hasNewOrigin = false
      span = draft
    default:
      if section != .otherSignal {
        notes.count("blocks of metrics, logs or profiles left out")
      }
      section = .otherSignal
    }
  }

  private mutating func close(_ spans: inout DraftedBatch) {
    guard let whole = span else { return }
    spans.add(whole)
    spanCount += 1
    span = nil
  }

  /// `name version`; either may be missing.
  private mutating func name(_ text: String) {
    if section == .otherSignal { return }
    hasNewOrigin = true
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    let hasVersion = words.count > 1 && words.last?.contains { $0.isNumber } ?? false
    scope.scopeName = hasVersion ? words.dropLast().joined(separator: " ") : text
    scope.scopeVersion = hasVersion ? words.last.map(String.init) ?? "" : ""
  }

  private mutating func field(_ name: String, _ value: String, _ notes: inout DocumentNotes) {
    switch name {
    case "Trace ID": span?.traceID = DocumentID.bytes(value, width: 16)
    case "Parent ID": span?.parentSpanID = DocumentID.bytes(value, width: 8)
    case "ID": span?.spanID = DocumentID.bytes(value, width: 8)
    case "Name": span?.name = value
    case "Kind": span?.kind = OTLPNames.kind(value)
    case "TraceState": span?.traceState = value
    case "Start time": span?.start = notes.time(.string(value), .nanoseconds)
    case "End time": span?.end = notes.time(.string(value), .nanoseconds)
    case "Status code": span?.statusCode = OTLPNames.statusCode(value)
    default: if !value.isEmpty { span?.statusMessage = value }
    }
  }

  // MARK: Arrows

  private mutating func arrow(_ text: String, _ notes: inout DocumentNotes) {
    switch section {
    case .event where inPart == .fields: event(text, &notes)
    case .link where inPart == .fields: link(text, &notes)
    case .outside, .otherSignal: break
    default:
      pending = text
    }
  }

  private mutating func event(_ text: String, _ notes: inout DocumentNotes) {
    guard let at = span?.events.indices.last, let (key, value) = Self.pair(text) else {
      return stray(&notes)
    }
    switch key {
    case "Name": span?.events[at].name = value
    case "Timestamp": span?.events[at].time = notes.time(.string(value), .nanoseconds)
    case "DroppedAttributesCount": span?.events[at].droppedAttributes = UInt32(value) ?? 0
    default: stray(&notes)
    }
  }

  private mutating func link(_ text: String, _ notes: inout DocumentNotes) {
    guard let at = span?.links.indices.last, let (key, value) = Self.pair(text) else {
      return stray(&notes)
    }
    switch key {
    case "Trace ID": span?.links[at].traceID = DocumentID.bytes(value, width: 16)
    case "ID", "Span ID": span?.links[at].spanID = DocumentID.bytes(value, width: 8)
    case "TraceState": span?.links[at].traceState = value
    case "DroppedAttributesCount": span?.links[at].droppedAttributes = UInt32(value) ?? 0
    default: stray(&notes)
    }
  }

  /// Takes `line` as more of the value before it; false where it is something else.
  ///
  /// A value ends with a bracket, and so may its lines (each of a stack trace's does): it goes on to
  /// the last such line before the next thing that is printed. Lines behind that are none of it.
  private mutating func goesOn(
    _ line: TextLine, _ shape: CollectorLine, _ notes: inout DocumentNotes
  ) -> Bool {
    let size = (pending?.utf8.count ?? 0) + behind.utf8.count + line.bytes.count
    guard case .other = shape, size < Self.longestValue else {
      endValue(&notes)
      return false
    }
    // In place: copied for each line, a long value would take time without end.
    behind.append("\n")
    behind.append(line.text)
    if !line.bytes.allSatisfy({ $0 <= 0x20 }) { linesBehind += 1 }
    if pending?.utf8.last != UInt8(ascii: ")") || line.bytes.last == UInt8(ascii: ")") {
      pending?.append(behind)
      (behind, linesBehind) = ("", 0)
    }
    return true
  }

  private mutating func endValue(_ notes: inout DocumentNotes) {
    guard let text = pending else { return }
    attribute(text, &notes)
    for _ in 0..<linesBehind { stray(&notes) }
    (behind, linesBehind) = ("", 0)
  }

  private mutating func attribute(_ text: String, _ notes: inout DocumentNotes) {
    pending = nil
    guard let (key, printed) = Self.pair(text), let value = CollectorValue.value(printed, &notes)
    else { return stray(&notes) }
    switch section {
    case .resource:
      hasNewOrigin = true
      resource.append(key, value)
    case .scope:
      hasNewOrigin = true
      scope.scopeAttributes.append(key, value)
    case .event:
      if let at = span?.events.indices.last { span?.events[at].attributes.append(key, value) }
    case .link:
      if let at = span?.links.indices.last { span?.links[at].attributes.append(key, value) }
    default: span?.attributes.append(key, value)
    }
  }

  /// `key: value`; the key may hold colons, but none before a space.
  private static func pair(_ text: String) -> (key: String, value: String)? {
    let bytes = Array(text.utf8)
    if let at = CollectorLine.find(": ", in: bytes) {
      return (
        String(decoding: bytes[..<at], as: UTF8.self),
        String(decoding: bytes[(at + 2)...], as: UTF8.self)
      )
    }
    guard bytes.last == UInt8(ascii: ":") else { return nil }
    return (String(decoding: bytes.dropLast(), as: UTF8.self), "")
  }
}
