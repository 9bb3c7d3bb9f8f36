/// Traces of Google Cloud Trace: answers of its version 1 (`projects.traces.get` and `.list`), and the
/// spans that its version 2 is sent (`batchWrite`).
///
/// | version 1 | span |
/// |---|---|
/// | `traceId` of the trace; `spanId`, `parentSpanId` in decimal digits | ids |
/// | `kind` (`RPC_SERVER`, `RPC_CLIENT`) | kind |
/// | `startTime`, `endTime`, `name` | as they are |
/// | `labels` | attributes under their own keys |
/// | `projectId` | resource: `cloud.provider` gcp, `cloud.account.id` |
/// | all else | attributes under their own keys; what is said of the trace, on its first span |
///
/// Version 2: see `CloudTraceSpan`.
struct CloudTrace: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "Google Cloud Trace", wrappers: [["traces"]], isTelling: CloudTrace.isTelling,
    decoder: { CloudTrace() })

  private static func isTelling(_ fields: AttributeList) -> Bool {
    if CloudTraceSpan.isSpan(fields) { return true }
    guard let spans = fields.array("spans") else { return isBareTrace(fields) }
    let first = spans.first?.object
    if fields.text("traceId") == nil { return first.map(CloudTraceSpan.isSpan) ?? false }
    let isHex = DocumentID.bytes(fields.text("traceId"), width: 16).count == 16
    if fields.text("projectId") != nil && isHex { return true }
    return first?.value("spanId")?.decimalID != nil && first?.text("startTime") != nil
  }

  /// Whether it is a trace of a list without the spans of its traces.
  private static func isBareTrace(_ fields: AttributeList) -> Bool {
    fields.count == 2 && fields.text("projectId") != nil && fields.text("traceId") != nil
  }

  // Each span has the ids of its trace: long ones would be there often.
  private static let longestID = 256

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    var trace = FieldsLeft(document.fields)
    if CloudTraceSpan.isSpan(document.fields) {
      CloudTraceSpan.decode(document.fields, into: &spans, &notes)
    } else if let list = trace.array("spans") {
      let isOld = trace.has("traceId")
      let traceID = trace.id("traceId", width: 16)
      let project = trace.text("projectId")
      if max(traceID.count, project?.utf8.count ?? 0) > Self.longestID {
        notes.leaveOut(document, "the trace's id or project has more than 256 bytes")
        return
      }
      let resource = CloudTraceSpan.resource(project: project)
      // What else is said of the trace is said once, on its first span.
      var rest = trace.rest
      for value in list {
        guard let fields = value.object else {
          notes.leaveOut(document, "a value stands where a span has to")
          continue
        }
        if isOld {
          Self.decode(fields, traceID, resource, rest, into: &spans, &notes)
          rest = [:]
        } else {
          CloudTraceSpan.decode(fields, into: &spans, &notes)
        }
      }
    } else if Self.isBareTrace(document.fields) {
      notes.leaveOut(
        document, "a trace comes without its spans; list traces with the view COMPLETE",
        code: .noSpans)
    } else {
      notes.leaveOut(document, "an object is neither a trace nor a span of Cloud Trace's")
    }
  }

  private static func decode(
    _ fields: AttributeList, _ traceID: [UInt8], _ resource: AttributeList,
    _ ofTrace: AttributeList,
    into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    var left = FieldsLeft(fields)
    var span = SpanDraft()
    span.traceID = traceID
    span.spanID = DocumentID.bytes(left.take("spanId") { $0.decimalID }, width: 8)
    span.parentSpanID = DocumentID.bytes(left.take("parentSpanId") { $0.decimalID }, width: 8)
    span.name = left.text("name") ?? ""
    span.kind = left.take("kind", kind) ?? 0
    CloudTraceSpan.readTimes(&left, into: &span, &notes)
    span.resource = resource
    span.attributes = left.object("labels") ?? [:]
    span.attributes.append(contentsOf: left.rest)
    span.attributes.append(contentsOf: ofTrace)
    spans.add(span)
  }

  private static func kind(_ value: AttributeValue) -> Int32? {
    switch value.text {
    case "RPC_SERVER": 2
    case "RPC_CLIENT": 3
    case "SPAN_KIND_UNSPECIFIED": 0
    default: nil
    }
  }
}
