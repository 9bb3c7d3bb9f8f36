/// Encodes spans as the objects they are in OTLP JSON.
struct OTLPJSONEncoder {
  private var origins = EncodedOrigins()
  /// What the spans said that JSON cannot hold.
  private(set) var losses = OTLPJSONLosses()

  /// Appends the spans at the indices `spans`, or all there are, to `piece`.
  mutating func append(_ batch: SpanBatch, spans: [Int]? = nil, to piece: inout EncodedSpans) {
    origins.clear()
    var output = OTLPJSONOutput(batch: batch)
    swap(&output.out, &piece.bytes)
    for step in 0..<(spans?.count ?? batch.spans.count) {
      let span = batch.spans[spans?[step] ?? step]
      let origin =
        origins.known(span.resource, span.scope)
        ?? addOrigin(span.resource, span.scope, batch, to: &piece)
      // A comma comes in front of every span but the first.
      let start = output.out.isEmpty ? 0 : output.out.count + 1
      output.write(span)
      piece.spans.append(
        EncodedSpans.Span(offset: start, count: output.out.count - start, origin: origin))
    }
    swap(&output.out, &piece.bytes)
    losses.add(output.losses)
  }

  /// Counts the unknown fields of the messages `batch` came in, which JSON has no place for.
  mutating func countExtras(of batch: SpanBatch) {
    var output = OTLPJSONOutput(batch: batch)
    for run in batch.messageExtras { output.countUnknown(run) }
    losses.add(output.losses)
  }

  private mutating func addOrigin(
    _ resource: UInt32, _ scope: UInt32, _ batch: SpanBatch, to piece: inout EncodedSpans
  ) -> Int32 {
    origins.add(
      resource, scope, to: &piece,
      resourceForm: { piece in
        let record = batch.resources[Int(resource)]
        return Self.add(batch, record.schemaURL, to: &piece.forms) { $0.writeHead(record) }
      },
      scopeForm: { piece in
        let record = batch.scopes[Int(scope)]
        return Self.add(batch, record.schemaURL, to: &piece.forms) { $0.writeHead(record) }
      })
  }

  /// Adds a form: what `head` writes, and what follows the spans.
  private static func add(
    _ batch: SpanBatch, _ schemaURL: ByteRange, to forms: inout [UInt8],
    head: (inout OTLPJSONOutput) -> Void
  ) -> EncodedSpans.Form {
    var form = EncodedSpans.Form(offset: forms.count)
    var output = OTLPJSONOutput(batch: batch)
    head(&output)
    form.headCount = output.out.count
    forms += output.out
    output.out.removeAll()
    output.writeTail(schemaURL: schemaURL)
    form.tailCount = output.out.count
    forms += output.out
    form.losses = output.losses
    return form
  }
}

/// Export messages as JSON.
extension OTLPMessageGroups {
  /// Appends the `{"resourceSpans":[…]}` of the groups; what their resources and scopes lose is added
  /// to `losses`.
  borrowing func appendJSON(to text: inout [UInt8], losses: inout OTLPJSONLosses) {
    text.append("{\"resourceSpans\":[")
    for (number, resource) in resources.enumerated() {
      let piece = pieces[Int(resource.piece)]
      let form = piece.resources[Int(resource.form)]
      text.append(number == 0 ? "{" : ",{")
      Self.append(form, "\"scopeSpans\":[", of: piece.forms, to: &text)
      var next = Int(resource.firstScope)
      while next >= 0 {
        if next != Int(resource.firstScope) { text.append(",") }
        appendJSON(scopes[next], to: &text, losses: &losses)
        next = Int(scopes[next].next)
      }
      Self.close(form, of: piece.forms, to: &text)
      losses.add(form.losses)
    }
    text.append("]}")
  }

  private borrowing func appendJSON(
    _ scope: Scope, to text: inout [UInt8], losses: inout OTLPJSONLosses
  ) {
    let piece = pieces[Int(scope.piece)]
    let form = piece.scopes[Int(scope.form)]
    text.append("{")
    Self.append(form, "\"spans\":[", of: piece.forms, to: &text)
    var next = Int(scope.firstSpan)
    while next >= 0 {
      let span = spans[next]
      if next != Int(scope.firstSpan) { text.append(",") }
      text.append(span.offset..<(span.offset + span.count), of: pieces[Int(span.piece)].bytes)
      next = Int(span.next)
    }
    Self.close(form, of: piece.forms, to: &text)
    losses.add(form.losses)
  }

  /// Appends what stands in front of the spans of a group, and `list`, which opens them.
  private static func append(
    _ form: EncodedSpans.Form, _ list: StaticString, of forms: [UInt8], to text: inout [UInt8]
  ) {
    text.append(form.head, of: forms)
    if form.headCount > 0 { text.append(",") }
    text.append(list)
  }

  private static func close(
    _ form: EncodedSpans.Form, of forms: [UInt8], to text: inout [UInt8]
  ) {
    text.append("]")
    if form.tailCount > 0 { text.append(",") }
    text.append(form.tail, of: forms)
    text.append("}")
  }
}
