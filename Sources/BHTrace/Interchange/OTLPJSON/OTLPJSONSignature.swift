/// Tells OTLP JSON from other JSON by its keys: a document may be broken, and all the same it is
/// its reader that has to say so.
enum OTLPJSONSignature {
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    let bytes = head.bytes.rawSpan
    guard let start = startOfText(bytes) else { return nil }
    if isDocument(bytes.extracting(start..<bytes.byteCount)) { return .otlpJSON }
    var json = JSONTokenizer(bytes.extracting(start..<bytes.byteCount))
    if head.isWhole, isEmptyRecord(&json) { return .otlpJSON }
    var at = start
    while let quote = bytes.firstIndex(of: UInt8(ascii: "\""), from: at) {
      at = quote + 1
      if isGroupKey(bytes, at) { return .otlpJSON }
    }
    return nil
  }

  /// The place of the bracket that a JSON text starts with, behind what may come before it.
  private static func startOfText(_ bytes: RawSpan) -> Int? {
    for at in 0..<bytes.byteCount {
      switch bytes.byte(at: at) {
      case UInt8(ascii: "{"), UInt8(ascii: "["): return at
      case 0, UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"),
        0xEF, 0xBB, 0xBF:
        continue
      default: return nil
      }
    }
    return nil
  }

  /// Whether `{` and one of the keys come first that only a whole document has.
  static func isDocument(_ bytes: RawSpan) -> Bool {
    var json = JSONTokenizer(bytes)
    do throws(FormatError) {
      try json.beginObject()
      guard let name = try json.nextKey() else { return false }
      switch OTLPJSONKey.find(bytes, name.contents) {
      case .resourceSpans, .batches: return true
      case .trace, .result:
        // Other APIs have these as well: what is in them decides.
        try json.beginObject()
        guard let inner = try json.nextKey() else { return false }
        let key = OTLPJSONKey.find(bytes, inner.contents)
        return key == .resourceSpans || key == .batches
      // Logs and metrics, which may lie between traces in one file.
      default: return OtherSignal.of(bytes, name.contents) != nil
      }
    } catch { return false }
  }

  private static func isEmptyRecord(_ json: inout JSONTokenizer) -> Bool {
    do throws(FormatError) {
      if try json.peek() == .object {
        try json.beginObject()
        return try json.nextKey() == nil && json.isAtEnd()
      }
      try json.beginArray()
      return try !json.nextElement() && json.isAtEnd()
    } catch { return false }
  }

  /// Whether one of the keys of groups, the quote behind it included, comes at `start`.
  private static func isGroupKey(_ bytes: RawSpan, _ start: Int) -> Bool {
    let keys: [StaticString] = [
      "resourceSpans\"", "resource_spans\"", "scopeSpans\"", "scope_spans\"",
      "instrumentationLibrarySpans\"", "instrumentation_library_spans\"",
      "ResourceSpans\"", "ScopeSpans\"", "InstrumentationLibrarySpans\"",
    ]
    let first = start < bytes.byteCount ? bytes.byte(at: start) : 0
    guard "rsiRSI".utf8.contains(first) else { return false }
    return keys.contains {
      let end = start + $0.utf8CodeUnitCount
      return end <= bytes.byteCount && bytes.equals(start..<end, $0)
    }
  }
}
