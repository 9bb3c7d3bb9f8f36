extension Sniffer.Format {
  /// A line of the table for a format of JSON documents: `isTelling` says of one of the first
  /// documents, the last of which may be cut off, whether only this format has such. Looking at
  /// documents takes some time, so inputs without the text `sign` near their start are passed by.
  static func documents(
    _ name: String, sign: StaticString? = nil, wrappers: [JSONElements.Wrapper] = [],
    isTelling: @escaping @Sendable (AttributeList) -> Bool,
    decoder: @escaping @Sendable () -> any DocumentDecoder
  ) -> Sniffer.Format {
    Sniffer.Format(
      name: name,
      recognise: { head in
        if let sign, !head.bytes.rawSpan.contains(sign) { return nil }
        let first = JSONDocuments.first(sampledDocuments, of: head, wrappers: wrappers)
        return first.contains { isTelling($0.fields) } ? .documents : nil
      },
      open: { stream, _ in
        DocumentInput(JSONDocuments(stream, wrappers: wrappers), decoder())
      }, isText: true)
  }

  /// So many documents are looked at.
  private static var sampledDocuments: Int { 4 }
}
