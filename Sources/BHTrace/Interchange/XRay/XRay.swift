/// Segments of AWS X-Ray: the answer of `BatchGetTraces`, in which each is a text of its own, and
/// segment documents, with or without the header line that the daemon is sent before them.
///
/// A segment is a span, and so is each subsegment, however deep.
///
/// | segment | span |
/// |---|---|
/// | `trace_id` (`1-5759e988-bd862e3fe1be46a994272793`) | trace id, without what is between the digits |
/// | `id`, `parent_id`; the segment around it | ids |
/// | `start_time`, `end_time` | seconds; one that is in progress has no end, and is given none |
/// | `fault`, `error`, `throttle`, `cause` | status error |
/// | none; `namespace`; subsegments without one | kind server; client; internal |
/// | `cause.exceptions` | events `exception` at the span's end, since they have no time |
/// | `links` | links |
/// | `annotations` | attributes under their own keys, which `aws.xray.annotations` lists |
/// | `metadata` | attributes `aws.xray.metadata.*` |
/// | fields of `XRayNames` | attributes and resource under OpenTelemetry's names |
/// | all else | attributes `aws.*` of `aws`, and `aws.xray.*` |
struct XRay: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "AWS X-Ray segments", isTelling: XRay.isTelling, decoder: { XRay() })

  private static func isTelling(_ fields: AttributeList) -> Bool {
    if fields.has("TraceSummaries") { return true }
    if let traces = fields.array("Traces") {
      return traces.first?.object?.array("Segments") != nil || fields.has("UnprocessedTraceIds")
    }
    guard let traceID = fields.text("trace_id"), fields.text("id") != nil,
      fields.has("start_time")
    else { return false }
    let own = ["subsegments", "in_progress", "annotations", "origin"]
    let isHex = traceID.utf8.count == 32 && DocumentID.bytes(traceID, width: 16).count == 16
    return XRayID.isOwn(traceID) || isHex && own.contains { fields.has($0) }
  }

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let fields = document.fields
    if let traces = fields.array("Traces") {
      for trace in traces { decode(trace: trace, document, into: &spans, &notes) }
      let left = fields.array("UnprocessedTraceIds") ?? []
      notes.count("traces that the answer names and does not hold", left.count)
    } else if fields.has("Segments") {
      decode(trace: .object(fields), document, into: &spans, &notes)
    } else if fields.has("TraceSummaries") {
      notes.leaveOut(
        document,
        "the content is X-Ray's trace summaries, which hold no spans; fetch the traces "
          + "with BatchGetTraces", code: .noSpans)
    } else if fields.has("format") && !fields.has("id") {
      // The daemon's header: what comes next is a segment.
    } else if fields.has("id") && fields.has("start_time") {
      XRaySegments.decode(fields, into: &spans, &notes)
    } else {
      notes.leaveOut(document, "an object without an id and a start time is no segment of X-Ray's")
    }
  }

  /// Decodes one trace of an answer.
  private func decode(
    trace: AttributeValue, _ document: Document, into spans: inout DraftedBatch,
    _ notes: inout DocumentNotes
  ) {
    let trace = trace.object ?? [:]
    if trace.value("LimitExceeded")?.isTrue == true {
      notes.count("traces that are larger than X-Ray keeps, of which segments are missing")
    }
    for segment in trace.array("Segments") ?? [] {
      guard let text = segment.object?.text("Document") else {
        notes.leaveOut(document, "a segment of the answer comes without its document")
        continue
      }
      let bytes = Array(text.utf8)
      do throws(FormatError) {
        let inner = try JSONDocuments.document(
          JSONElement(bytes: bytes, isWhole: true, offset: 0, line: 0))
        XRaySegments.decode(inner.fields, into: &spans, &notes)
      } catch {
        notes.leaveOut(
          document,
          "the document of a segment is no JSON: \(error.what) (its byte "
            + "\(error.offset ?? 0))")
      }
    }
  }
}

/// Ids of traces as X-Ray writes them.
enum XRayID {
  /// Whether `text` is one in X-Ray's own form: a version, the seconds and the rest.
  static func isOwn(_ text: String) -> Bool {
    text.hasPrefix("1-") && text.utf8.count == 35
  }

  /// The 16 bytes of `text`, in X-Ray's form or without what is between the digits.
  static func bytes(_ text: String?) -> [UInt8] {
    guard let text, isOwn(text) else { return DocumentID.bytes(text, width: 16) }
    return DocumentID.bytes(String(text.dropFirst(2)), width: 16)
  }
}
