/// Recognises Jaeger JSON by its keys.
enum JaegerSignature {
  /// `.jaegerJSON` where the first telling key of `head` is one of Jaeger's.
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    // What Jaeger's answers have around traces.
    let answer: [StaticString] = ["data", "total", "limit", "offset", "errors", "code", "msg"]
    var (hasData, hasOthers) = (false, false)
    for key in JSONKeys(head.bytes) {
      if key.elementsEqual("traceID".utf8) || key.elementsEqual("spanID".utf8) {
        return .jaegerJSON
      }
      if key.elementsEqual("data".utf8) { hasData = true }
      // What OTLP and Zipkin begin with.
      let others: [StaticString] = ["traceId", "resourceSpans", "resource_spans", "scopeSpans"]
      if isOne(of: others, key) { return nil }
      if !isOne(of: answer, key) { hasOthers = true }
    }
    // An answer without traces.
    return hasData && !hasOthers && head.isWhole ? .jaegerJSON : nil
  }

  private static func isOne(of keys: [StaticString], _ key: [UInt8]) -> Bool {
    keys.contains { $0.description.utf8.elementsEqual(key) }
  }
}
