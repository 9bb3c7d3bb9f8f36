extension Sniffer.Format {
  /// A line of the table for a format of JSON documents: `isTelling` says of one of the first
  /// documents, the last of which may be cut off, whether only this format has such. Where none of the
  /// keys of `mentioning` occurs at the start of the input, no document is looked at.
  static func documents(
    _ name: String, wrappers: [JSONElements.Wrapper] = [], mentioning keys: [StaticString] = [],
    holdsSpans: Bool = true, isTelling: @escaping @Sendable (AttributeList) -> Bool,
    decoder: @escaping @Sendable () -> any DocumentDecoder
  ) -> Sniffer.Format {
    let search = keys.isEmpty ? nil : QuotedKeys(keys)
    return Sniffer.Format(
      name: name,
      recognise: { head in
        guard search.map({ $0.occurs(in: head.bytes) }) ?? true else { return nil }
        let first = JSONDocuments.first(sampledDocuments, of: head, wrappers: wrappers)
        return first.contains { isTelling($0.fields) } ? .documents : nil
      },
      open: { stream, _ in
        DocumentInput(JSONDocuments(stream, wrappers: wrappers), decoder())
      }, isText: true, holdsSpans: holdsSpans)
  }

  /// So many documents are looked at.
  private static var sampledDocuments: Int { 4 }
}
