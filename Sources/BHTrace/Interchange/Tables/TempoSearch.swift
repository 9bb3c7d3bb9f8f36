/// Answers of Tempo's search API, recognised to say that they list traces and hold none.
struct TempoSearch: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "a search answer of Tempo", mentioning: ["traces"], holdsSpans: false, isTelling: isAnswer,
    decoder: { TempoSearch() })

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let count = document.fields.array("traces")?.count ?? 0
    notes.leaveOut(
      document,
      "an answer of Tempo's search lists \(count == 1 ? "1 trace" : "\(count) traces") and does "
        + "not hold their spans; fetch each by its id (/api/traces/ID)",
      code: .noSpans)
  }

  @Sendable private static func isAnswer(_ document: AttributeList) -> Bool {
    guard let traces = document.array("traces") else { return false }
    if let first = traces.first?.object {
      return first.has("traceID") && !first.has("spans")
        && (first.has("rootServiceName") || first.has("rootTraceName")
          || first.has("startTimeUnixNano"))
    }
    return document.value("metrics", "inspectedTraces") != nil
      || document.value("metrics", "inspectedBytes") != nil
      || document.value("metrics", "totalBlocks") != nil
  }
}
