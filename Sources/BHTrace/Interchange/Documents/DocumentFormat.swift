extension Sniffer.Format {
  /// A line of the table for a format of JSON documents: `isTelling` says of one of the first
  /// documents, the last of which may be cut off, whether only this format has such. Where none of the
  /// keys of `mentioning` occurs at the start of the input, no document is looked at.
  static func documents(
    _ name: String, wrappers: [JSONElements.Wrapper] = [], mentioning keys: [StaticString] = [],
    holdsSpans: Bool = true, isTelling: @escaping @Sendable (AttributeList) -> Bool,
    decoder: @escaping @Sendable () -> any DocumentDecoder
  ) -> Sniffer.Format {
    Sniffer.Format(
      name: name,
      recognise: { head in
        guard keys.isEmpty || mentions(keys, head) else { return nil }
        let first = JSONDocuments.first(sampledDocuments, of: head, wrappers: wrappers)
        return first.contains { isTelling($0.fields) } ? .documents : nil
      },
      open: { stream, _ in
        DocumentInput(JSONDocuments(stream, wrappers: wrappers), decoder())
      }, isText: true, holdsSpans: holdsSpans)
  }

  /// Whether one of `keys` occurs in quotes at the start of an input.
  static func mentions(_ keys: [StaticString], _ head: Sniffer.Head) -> Bool {
    let bytes = head.bytes
    var at = 0
    while let quote = bytes.rawSpan.firstIndex(of: UInt8(ascii: "\""), from: at) {
      at = quote + 1
      for key in keys where at + key.utf8CodeUnitCount < bytes.count {
        let end = at + key.utf8CodeUnitCount
        if bytes[end] == UInt8(ascii: "\""), bytes.rawSpan.equals(at..<end, key) { return true }
      }
    }
    return false
  }

  /// So many documents are looked at.
  private static var sampledDocuments: Int { 4 }
}
