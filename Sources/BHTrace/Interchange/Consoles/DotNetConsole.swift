/// Spans as the console exporter of OpenTelemetry's .NET SDK prints them: activities, a field a
/// line.
///
/// | printed | span |
/// |---|---|
/// | `Activity.TraceId`, `.SpanId`, `.ParentSpanId`, `.TraceState` | ids and trace state |
/// | `Activity.TraceFlags` | flags: `Recorded` is 1 |
/// | `Activity.StartTime`, `.Duration` (`[d.]hh:mm:ss.fffffff`) | times |
/// | `Activity.DisplayName`, `.Kind` | name and kind |
/// | `StatusCode`, `Activity.StatusDescription` | status |
/// | `Activity.Tags`, `.Events`, `.Links` | attributes, events, links |
/// | `Instrumentation scope (ActivitySource)` (older: `Activity.ActivitySourceName`) | scope |
/// | `Resource associated with Activity` | resource |
/// | other `Activity.…` fields | attributes of that name |
///
/// The exporter prints all values as text, so text they are. A value's further lines are kept where
/// they do not look like fields.
struct DotNetConsole: LineDecoder {
  static let format = Sniffer.Format(
    name: "OpenTelemetry's .NET console",
    recognise: { head in
      let lines = TextLines.first(of: head).map { String(decoding: $0, as: UTF8.self) }
      let fields = Set(lines.compactMap { field($0)?.name })
      return fields.isSuperset(of: ["TraceId", "SpanId", "Kind", "StartTime"]) ? .documents : nil
    },
    open: { stream, _ in LineInput(stream, DotNetConsole()) })

  /// The line that an event or a link starts with.
  private enum Part {
    case event(name: String, time: String)
    case link(SpanDraft.Link)

    /// `name [time]` of an event, `trace span` of a link; nil for other lines.
    init?(_ text: String, _ isEvent: Bool) {
      if isEvent {
        guard text.hasSuffix("]"), let bracket = text.lastIndex(of: "[") else { return nil }
        self = .event(
          name: String(text[..<bracket].dropLast()),
          time: String(text[bracket...].dropFirst().dropLast()))
      } else {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].utf8.count == 32, words[1].utf8.count == 16 else {
          return nil
        }
        self = .link(
          SpanDraft.Link(
            traceID: DocumentID.bytes(String(words[0]), width: 16),
            spanID: DocumentID.bytes(String(words[1]), width: 8)))
      }
    }
  }

  private enum Section { case fields, tags, events, links, scope, scopeTags, resource }

  private var span: SpanDraft?
  private var section = Section.fields
  private var duration: String?
  /// A value that further lines may belong to: its key, and the lines so far.
  private var open: (key: String, value: String)?

  /// A value over lines is no longer than this (bytes).
  private static let longestValue = 1 << 24

  mutating func decode(
    _ line: TextLine, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let text = line.text
    if let (name, value) = Self.field(text) {
      keep()
      if name == "TraceId" {
        finish(into: &spans, &notes)
        span = SpanDraft()
      }
      field(name, value, &notes)
    } else if span == nil {
      return
    } else if let next = Self.headings[text] {
      keep()
      section = next
    } else if text.hasPrefix("StatusCode: ") || text.hasPrefix("    StatusCode: ") {
      keep()
      span?.statusCode = OTLPNames.statusCode(String(text.drop { $0 == " " }.dropFirst(12)))
    } else if text.isEmpty {
      // One between activities, or one inside a value.
      if section == .resource || open == nil { finish(into: &spans, &notes) } else { more(text) }
    } else {
      detail(text, &notes)
    }
  }

  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes) {
    keep()
    guard var whole = span else { return }
    span = nil
    section = .fields
    if let length = duration.flatMap(Self.nanoseconds) {
      let (end, overflow) = whole.start.addingReportingOverflow(length)
      whole.end = overflow ? UInt64.max : end
    } else {
      whole.end = whole.start
      notes.count("durations that are not there taken as 0")
    }
    duration = nil
    spans.add(whole)
  }

  private static let headings: [String: Section] = [
    "Activity.Tags:": .tags, "Activity.TagObjects:": .tags, "Activity.Events:": .events,
    "Activity.Links:": .links,
    "Instrumentation scope (ActivitySource):": .scope,
    "Resource associated with Activity:": .resource, "    Tags:": .scopeTags,
  ]

  /// `Activity.Name:   value`.
  private static func field(_ line: String) -> (name: String, value: String)? {
    let trimmed = line.drop { $0 == " " }
    guard trimmed.hasPrefix("Activity."), let colon = trimmed.firstIndex(of: ":") else {
      return nil
    }
    let name = trimmed[..<colon].dropFirst(9)
    let value = trimmed[colon...].dropFirst().drop { $0 == " " }
    if headings[line] != nil { return nil }
    return name.allSatisfy { $0.isLetter } ? (String(name), String(value)) : nil
  }

  private mutating func field(_ name: String, _ value: String, _ notes: inout DocumentNotes) {
    switch name {
    case "TraceId": span?.traceID = DocumentID.bytes(value, width: 16)
    case "SpanId": span?.spanID = DocumentID.bytes(value, width: 8)
    case "ParentSpanId": span?.parentSpanID = DocumentID.bytes(value, width: 8)
    case "TraceFlags": span?.flags = value == "Recorded" ? 1 : 0
    case "TraceState": span?.traceState = value
    case "ActivitySourceName": span?.scopeName = value
    case "ActivitySourceVersion": span?.scopeVersion = value
    case "DisplayName": span?.name = value
    case "Kind": span?.kind = OTLPNames.kind(value)
    case "StartTime": span?.start = notes.time(.string(value), .nanoseconds)
    case "Duration": duration = value
    case "StatusDescription": span?.statusMessage = value
    default: span?.attributes.append("Activity." + name, .string(value))
    }
  }

  /// A line of what a heading stands over.
  private mutating func detail(_ text: String, _ notes: inout DocumentNotes) {
    let indent = text.prefix { $0 == " " }.count
    let rest = String(text.dropFirst(indent))
    let isPart = section == .events || section == .links
    if isPart && indent == 4, let next = Part(rest, section == .events) {
      keep()
      add(next, &notes)
    } else if indent == 4 || (isPart || section == .scopeTags) && indent == 8,
      let colon = CollectorLine.find(": ", in: Array(rest.utf8))
    {
      keep()
      let bytes = Array(rest.utf8)
      open = (
        String(decoding: bytes[..<colon], as: UTF8.self),
        String(decoding: bytes[(colon + 2)...], as: UTF8.self)
      )
    } else if open != nil {
      more(text)
    } else {
      notes.count("lines between those of a span left out")
    }
  }

  private mutating func more(_ text: String) {
    if (open?.value.utf8.count ?? 0) + text.utf8.count >= Self.longestValue { return keep() }
    open?.value.append("\n")
    open?.value.append(text)
  }

  private mutating func add(_ part: Part, _ notes: inout DocumentNotes) {
    switch part {
    case .link(let link): span?.links.append(link)
    case .event(let name, let time):
      var event = SpanDraft.Event(name: name, time: 0)
      if let known = DocumentTime.nanoseconds(.string(time), .nanoseconds) {
        event.time = known
      } else {
        // Written as the machine's language does, which no one can tell from the text.
        event.attributes.append("Timestamp", .string(time))
        notes.count("times of events in a language's own form kept as attributes")
      }
      span?.events.append(event)
    }
  }

  /// Puts the value that is open where it belongs.
  private mutating func keep() {
    guard let (key, value) = open else { return }
    open = nil
    // Without the empty line between activities.
    let text = value.hasSuffix("\n") ? String(value.dropLast()) : value
    switch section {
    case .fields, .tags: span?.attributes.append(key, .string(text))
    case .events:
      let last = span?.events.indices.last
      if let last { span?.events[last].attributes.append(key, .string(text)) }
    case .links:
      let last = span?.links.indices.last
      if let last { span?.links[last].attributes.append(key, .string(text)) }
    case .scope where key == "Name": span?.scopeName = text
    case .scope where key == "Version": span?.scopeVersion = text
    case .scope where key.lowercased() == "schema url": span?.scopeSchemaURL = text
    case .scope, .scopeTags: span?.scopeAttributes.append(key, .string(text))
    case .resource: span?.resource.append(key, .string(text))
    }
  }

  /// `[d.]hh:mm:ss[.fffffff]`.
  private static func nanoseconds(_ text: String) -> UInt64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let minutes = UInt64(parts[1]), minutes < 60,
      let seconds = DocumentTime.nanoseconds(.string(String(parts[2])), .seconds)
    else { return nil }
    let first = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard first.count <= 2, let hours = first.last.flatMap({ UInt64($0) }), hours < 24,
      let days = first.count == 2 ? UInt64(first[0]) : 0, days < 200_000
    else { return nil }
    return ((days * 24 + hours) * 60 + minutes) * 60_000_000_000 + min(seconds, 60_000_000_000)
  }
}
