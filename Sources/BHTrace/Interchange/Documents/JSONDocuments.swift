/// The objects of a JSON input as documents: single ones, lines, arrays, and what lies under the
/// keys that `wrappers` lead along.
final class JSONDocuments: DocumentSource {
  private let elements: JSONElements

  /// The documents of what is left of `stream`.
  init(_ stream: BufferedStream, wrappers: [JSONElements.Wrapper] = []) {
    elements = JSONElements(stream, wrappers: wrappers)
  }

  func next(_ report: inout InputReport) throws -> Document? {
    while let element = try elements.next(&report) {
      do throws(FormatError) {
        return try Self.document(element)
      } catch {
        elements.resume(after: error, in: element, wasUsed: false)
        var failure = error
        failure.what += " (in the object that starts on line \(element.line))"
        try report.note(failure)
      }
    }
    return nil
  }

  /// The document `element` is. Throws where it is no JSON.
  static func document(_ element: JSONElement) throws(FormatError) -> Document {
    let bytes = element.bytes
    var json = JSONTokenizer(bytes.rawSpan, base: element.offset, allowsNonFinite: true)
    var builder = AttributeValueBuilder()
    try json.passValue(to: &builder)
    try json.requireEnd("the object")
    return document(builder.value, element)
  }

  /// The first documents of an input that starts with `head`, which may end inside the last one:
  /// as much of that as is there.
  static func first(
    _ limit: Int, of head: Sniffer.Head, wrappers: [JSONElements.Wrapper] = []
  ) -> [Document] {
    guard JSONKeys.looksLikeJSON(head.bytes) else { return [] }
    let elements = JSONElements(
      BufferedStream(MemoryByteStream(head.bytes)), wrappers: wrappers)
    var report = InputReport(isStrict: false)
    var documents: [Document] = []
    while documents.count < limit, let element = try? elements.next(&report) {
      let bytes = element.bytes
      var json = JSONTokenizer(bytes.rawSpan, allowsNonFinite: true)
      var builder = AttributeValueBuilder()
      do throws(FormatError) { try json.passValue(to: &builder) } catch {
        builder.closeAll()
      }
      documents.append(document(builder.value, element))
    }
    return documents
  }

  private static func document(_ value: AttributeValue, _ element: JSONElement) -> Document {
    guard case .object(let fields) = value else {
      return Document(fields: [:], offset: element.offset, line: element.line)
    }
    return Document(
      fields: fields, offset: element.offset, line: element.line, byteCount: element.bytes.count)
  }
}
