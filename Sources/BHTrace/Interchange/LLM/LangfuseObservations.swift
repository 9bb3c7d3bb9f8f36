/// Observations of Langfuse: what its API answers (`{"data":[…]}`, and traces with their observations),
/// and what it exports, a document a line, with names in either spelling (`traceId`, `trace_id`).
///
/// | Langfuse | span |
/// |---|---|
/// | `traceId`, `id`, `parentObservationId` | ids: hex digits and UUIDs as their bytes, else the text |
/// | `name`, `startTime`, `endTime` | name, times; without an end it has none (an event: its start) |
/// | `level` ERROR, `statusMessage` | status error, its message |
/// | `type`, `level`, `input`, `output`, `metadata`, … | attributes with the names of Langfuse's own OpenTelemetry mapping, as far as it has one |
/// | all else that is not null | attributes under its own name |
/// | fields of a trace around its observations | attributes of those without a parent |
struct LangfuseObservations: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "Langfuse observations", wrappers: [["data"]],
    mentioning: ["parentObservationId", "parent_observation_id"], isTelling: isTelling,
    decoder: { LangfuseObservations() })

  private static func isTelling(_ fields: AttributeList) -> Bool {
    if isObservation(fields) { return true }
    return (fields.array("observations") ?? []).contains { $0.object.map(isObservation) == true }
  }

  private static func isObservation(_ fields: AttributeList) -> Bool {
    either("parentObservationId", in: fields) != nil && fields.has("id")
      && either("startTime", in: fields) != nil
  }

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let fields = document.fields
    if Self.either("startTime", in: fields) != nil, fields.has("id") {
      spans.add(span(fields, &notes))
    } else if let observations = fields.array("observations") {
      decode(observations, of: fields, into: &spans, &notes)
    } else {
      notes.leaveOut(document, "an object without id and startTime is no observation of Langfuse's")
    }
  }

  private func decode(
    _ observations: [AttributeValue], of trace: AttributeList, into spans: inout DraftedBatch,
    _ notes: inout DocumentNotes
  ) {
    var shared = AttributeList()
    for (key, value) in trace where key != "observations" && key != "id" {
      shared.append(Self.traceNames[key] ?? "langfuse.trace.\(key)", ifAny: value)
    }
    // What is said of the whole trace goes to its first root: others would repeat it.
    var isSaid = false
    for value in observations {
      guard case .object(var fields) = value else {
        notes.count("observations that are named but not given left out")
        continue
      }
      if Self.either("traceId", in: fields) == nil { fields.append("traceId", ifAny: trace["id"]) }
      var span = span(fields, &notes)
      if span.parentSpanID.isEmpty && !isSaid {
        span.attributes.append(contentsOf: shared)
        isSaid = true
      }
      spans.add(span)
    }
  }

  private func span(_ fields: AttributeList, _ notes: inout DocumentNotes) -> SpanDraft {
    var span = SpanDraft()
    span.traceID = Self.id(Self.either("traceId", in: fields), width: 16)
    span.spanID = Self.id(fields["id"], width: 8)
    span.parentSpanID = Self.id(Self.either("parentObservationId", in: fields), width: 8)
    span.name = fields.text("name") ?? ""
    if let start = DocumentTime.nanoseconds(Self.either("startTime", in: fields), .milliseconds) {
      span.start = start
    } else {
      notes.count("times that are not there taken as 0")
    }
    if let end = DocumentTime.nanoseconds(Self.either("endTime", in: fields), .milliseconds) {
      span.end = end
    } else if fields.text("type") == "EVENT" {
      span.end = span.start
    } else {
      notes.count("spans that have not ended")
    }
    let message = Self.either("statusMessage", in: fields)?.text
    if fields.text("level") == "ERROR" {
      span.statusCode = 2
      span.statusMessage = message
    } else if let message, !message.isEmpty {
      // A message of a warning is none of a status.
      span.attributes.append("langfuse.observation.status_message", .string(message))
    }
    for (key, value) in fields {
      let name = Self.camelCase(key)
      if Self.known.contains(name) { continue }
      span.attributes.append(Self.names[name] ?? key, ifAny: value)
    }
    return span
  }

  private static let known: Set<String> = [
    "traceId", "id", "parentObservationId", "name", "startTime", "endTime", "statusMessage",
  ]

  /// Fields with a name in Langfuse's OpenTelemetry mapping.
  private static let names = [
    "type": "langfuse.observation.type", "level": "langfuse.observation.level",
    "input": "langfuse.observation.input", "output": "langfuse.observation.output",
    "metadata": "langfuse.observation.metadata", "model": "langfuse.observation.model.name",
    "providedModelName": "langfuse.observation.model.name",
    "modelParameters": "langfuse.observation.model.parameters",
    "usageDetails": "langfuse.observation.usage_details",
    "costDetails": "langfuse.observation.cost_details",
    "promptName": "langfuse.observation.prompt.name",
    "promptVersion": "langfuse.observation.prompt.version",
    "completionStartTime": "langfuse.observation.completion_start_time",
    "environment": "langfuse.environment", "version": "langfuse.version",
  ]

  private static let traceNames = [
    "userId": "user.id", "sessionId": "session.id", "release": "langfuse.release",
    "version": "langfuse.version", "environment": "langfuse.environment",
  ]

  /// The value under `key`, or under the same name in snake case.
  private static func either(_ key: String, in fields: AttributeList) -> AttributeValue? {
    fields[key] ?? fields.first { $0.key.contains("_") && camelCase($0.key) == key }?.value
  }

  /// `parent_observation_id` as `parentObservationId`.
  private static func camelCase(_ key: String) -> String {
    if !key.contains("_") { return key }
    let words = key.split(separator: "_")
    return words.prefix(1).joined()
      + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// An id: the bytes of a UUID or of hex digits, else the text.
  private static func id(_ value: AttributeValue?, width: Int) -> [UInt8] {
    let text = value?.text
    let isUUID = (text ?? "").utf8.filter { $0 != UInt8(ascii: "-") }.count == 32
    return DocumentID.bytes(text, width: isUUID ? 16 : width)
  }
}
