/// Encodes spans for export messages, and remembers between batches how what recurs is written.
struct OTLPProtobufEncoder {
  private var forms: OTLPProtobufForms
  private var origins = EncodedOrigins()
  private var sizes: [Int] = []
  /// Whether the resources and scopes of all batches are the same.
  private let isShared: Bool

  /// An encoder; of the batches it will be given the first `sharedAttributes` attributes are always
  /// the same, and where there are any, resources and scopes are too.
  init(sharedAttributes: Int = 0) {
    forms = OTLPProtobufForms(sharedAttributes: sharedAttributes)
    isShared = sharedAttributes > 0
  }

  /// Starts with another piece.
  mutating func beginPiece() { origins.clear() }

  /// Appends the spans at the indices `spans`, or all there are, to `piece`, each as the field of
  /// its `ScopeSpans`.
  mutating func append(_ batch: SpanBatch, spans: [Int]? = nil, to piece: inout EncodedSpans) {
    let fields = OTLPProtobufFields(batch)
    forms.begin(fields)
    if !isShared { origins.clear() }
    sizes.removeAll(keepingCapacity: true)
    let count = spans?.count ?? batch.spans.count
    var offset = piece.bytes.count
    for step in 0..<count {
      let span = batch.spans[spans?[step] ?? step]
      let attributes =
        forms.attributes(span.attributes, fields).map { Int($0.count) }
        ?? fields.sizes.attributes(span.attributes)
      let size = fields.sizes.span(span, attributes: attributes)
      let origin =
        origins.known(span.resource, span.scope)
        ?? addOrigin(span.resource, span.scope, fields, to: &piece)
      sizes.append(size)
      let field = 1 + WireSize.delimited(size)
      piece.spans.append(EncodedSpans.Span(offset: offset, count: field, origin: origin))
      offset += field
    }
    piece.bytes.append(addingCapacity: offset - piece.bytes.count) {
      (out: inout OutputSpan<UInt8>) in
      for step in 0..<count {
        let span = batch.spans[spans?[step] ?? step]
        out.header(OTLPTag.ScopeSpans.spans, sizes[step])
        let known = forms.known(span.attributes)
        fields.write(span, attributes: known.map { (range: $0, arena: forms.arena) }, to: &out)
      }
    }
  }

  @inline(never)
  private mutating func addOrigin(
    _ resource: UInt32, _ scope: UInt32, _ fields: OTLPProtobufFields,
    to piece: inout EncodedSpans
  ) -> Int32 {
    let resourceHead = forms.resource(Int(resource), fields)
    let scopeHead = forms.scope(Int(scope), fields)
    let (resources, scopes) = (fields.batch.resources, fields.batch.scopes)
    let arena = forms.arena
    return origins.add(
      resource, scope, to: &piece,
      resourceForm: { piece in
        let record = resources[Int(resource)]
        return Self.add(
          resourceHead, of: arena, OTLPTag.ResourceSpans.schemaURL, record.schemaURL,
          record.outerExtra, fields, to: &piece.forms)
      },
      scopeForm: { piece in
        let record = scopes[Int(scope)]
        return Self.add(
          scopeHead, of: arena, OTLPTag.ScopeSpans.schemaURL, record.schemaURL,
          record.outerExtra, fields, to: &piece.forms)
      })
  }

  /// Adds a form: the field at `head` of `arena`, and what follows the spans.
  private static func add(
    _ head: ByteRange, of arena: [UInt8], _ schemaTag: UInt64, _ schemaURL: ByteRange,
    _ extra: ByteRange, _ fields: OTLPProtobufFields, to forms: inout [UInt8]
  ) -> EncodedSpans.Form {
    let form = EncodedSpans.Form(
      offset: forms.count, headCount: Int(head.count),
      tailCount: fields.sizes.field(schemaURL) + Int(extra.count))
    forms.append(addingCapacity: form.count) { (out: inout OutputSpan<UInt8>) in
      out.copy(head, of: arena)
      out.field(schemaTag, schemaURL, of: fields.batch.arena)
      out.copy(extra, of: fields.batch.arena)
    }
    return form
  }
}
