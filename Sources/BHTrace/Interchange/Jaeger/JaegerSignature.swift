/// Recognises Jaeger JSON by its keys.
enum JaegerSignature {
  /// `.jaegerJSON` where the first telling key of `head` is one of Jaeger's.
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    for key in JSONKeys(head.bytes) {
      if key.elementsEqual("traceID".utf8) || key.elementsEqual("spanID".utf8) {
        return .jaegerJSON
      }
      // What OTLP and Zipkin begin with.
      let others: [StaticString] = ["traceId", "resourceSpans", "resource_spans", "scopeSpans"]
      if others.contains(where: { $0.description.utf8.elementsEqual(key) }) { return nil }
    }
    return nil
  }
}
