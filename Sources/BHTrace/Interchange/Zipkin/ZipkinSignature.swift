/// Recognises Zipkin JSON by its keys.
enum ZipkinSignature {
  /// `.zipkinJSON` where the keys of `head` are those of a Zipkin span, of either version.
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    var (hasTrace, hasSpan) = (false, false)
    for key in JSONKeys(head.bytes) {
      if key.elementsEqual("traceId".utf8) { hasTrace = true }
      if key.elementsEqual("id".utf8) { hasSpan = true }
      if hasTrace && hasSpan { return .zipkinJSON }
      // What OTLP and Jaeger have.
      let others: [StaticString] = [
        "traceID", "resourceSpans", "resource_spans", "scopeSpans", "spanId", "batches",
      ]
      if others.contains(where: { $0.description.utf8.elementsEqual(key) }) { return nil }
    }
    return nil
  }
}
