/// OTLP's numbers by the names that programs print for them.
enum OTLPNames {
  /// The kind of a name such as `SERVER`, `SpanKind.SERVER`, `SPAN_KIND_SERVER` or `Server`; 0 for
  /// all else.
  static func kind(_ name: String) -> Int32 {
    switch last(of: name, after: "SPAN_KIND_") {
    case "INTERNAL": 1
    case "SERVER": 2
    case "CLIENT": 3
    case "PRODUCER": 4
    case "CONSUMER": 5
    default: 0
    }
  }

  /// The status code of a name such as `ERROR`, `StatusCode.ERROR`, `STATUS_CODE_ERROR` or `Error`;
  /// 0 for all else.
  static func statusCode(_ name: String) -> Int32 {
    switch last(of: name, after: "STATUS_CODE_") {
    case "OK": 1
    case "ERROR": 2
    default: 0
    }
  }

  /// The name in capitals, without what comes before a point, and without `prefix`.
  private static func last(of name: String, after prefix: String) -> String {
    let word = (name.split(separator: ".").last.map(String.init) ?? "").uppercased()
    return word.hasPrefix(prefix) ? String(word.dropFirst(prefix.count)) : word
  }
}
