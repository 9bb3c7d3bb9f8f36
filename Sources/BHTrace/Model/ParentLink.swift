/// The link that takes the place of a parent id: OpenTracing shims, and Jaeger's translation, write
/// a reference as a link with its type as an attribute.
enum ParentLink {
  /// The key of the attribute that keeps a link's type.
  static let typeKey: StaticString = "opentracing.ref_type"

  /// The id of the span that the only CHILD_OF link of `span` into its own trace names; nil where
  /// there is none, or several.
  static func parent(of span: SpanRecord, in batch: SpanBatch) -> ByteRange? {
    var found: ByteRange?
    for index in span.links.indices {
      let link = batch.links[index]
      guard !link.spanID.isEmpty, isChildOf(link, in: batch),
        ByteComparison.equal(batch.arena, link.traceID, batch.arena, span.traceID)
      else { continue }
      if found != nil { return nil }
      found = link.spanID
    }
    return found
  }

  /// Whether the link's type is CHILD_OF, in any case; of several types the last one counts.
  private static func isChildOf(_ link: LinkRecord, in batch: SpanBatch) -> Bool {
    for index in link.attributes.indices.reversed() {
      let attribute = batch.attributes[index]
      if attribute.kind == .string && batch.equals(attribute.key, typeKey) {
        return batch.arena[attribute.range.positions].lazy
          .map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }.elementsEqual("child_of".utf8)
      }
    }
    return false
  }
}
