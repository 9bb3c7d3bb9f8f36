/// Values of attributes as the collector prints them: `Str(a)`, `Int(1)`, `Slice(["a"])`.
enum CollectorValue {
  /// The value that `printed` stands for; nil where it has no type in front. A value of another
  /// form than its type's is kept as the text that is printed, and counted; so is one without an
  /// end.
  static func value(_ printed: String, _ notes: inout DocumentNotes) -> AttributeValue? {
    let bytes = Array(printed.utf8)
    guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
      let read = readers[String(decoding: bytes[..<open], as: UTF8.self)]
    else { return nil }
    let hasEnd = bytes.last == UInt8(ascii: ")") && bytes.count > open + 1
    notes.count("values whose end cannot be told kept as they stand", hasEnd ? 0 : 1)
    let inner = bytes[(open + 1)..<(hasEnd ? bytes.count - 1 : bytes.count)]
    let text = String(decoding: inner, as: UTF8.self)
    if let value = read(text) { return value }
    notes.count("values that are not of the type before them kept as text")
    return .string(text)
  }

  /// By the names of today and of old.
  private static let readers: [String: @Sendable (String) -> AttributeValue?] = [
    "Str": { .string($0) }, "STRING": { .string($0) },
    "Int": integer, "INT": integer,
    "Double": double, "DOUBLE": double,
    "Bool": bool, "BOOL": bool,
    "Slice": json, "ARRAY": json, "Map": json, "MAP": json,
    "Bytes": bytes, "BYTES": bytes,
    "Empty": empty, "EMPTY": empty, "NULL": empty,
  ]

  @Sendable private static func integer(_ text: String) -> AttributeValue? {
    Int64(text).map { .int($0) }
  }

  @Sendable private static func double(_ text: String) -> AttributeValue? {
    Double(text).map { .double($0) }
  }

  @Sendable private static func bool(_ text: String) -> AttributeValue? {
    switch text {
    case "true": true
    case "false": false
    default: nil
    }
  }

  @Sendable private static func empty(_ text: String) -> AttributeValue? {
    text.isEmpty ? .null : nil
  }

  /// Base64.
  @Sendable private static func bytes(_ text: String) -> AttributeValue? {
    let digits = Array(text.utf8)
    var bytes: [UInt8] = []
    return Base64.append(digits.rawSpan, 0..<digits.count, to: &bytes) ? .bytes(bytes) : nil
  }

  /// JSON.
  @Sendable private static func json(_ text: String) -> AttributeValue? {
    let bytes = Array(text.utf8)
    var json = JSONTokenizer(bytes.rawSpan, allowsNonFinite: true)
    var builder = AttributeValueBuilder()
    do throws(FormatError) {
      try json.passValue(to: &builder)
      try json.requireEnd("the value")
      return builder.value
    } catch { return nil }
  }
}
