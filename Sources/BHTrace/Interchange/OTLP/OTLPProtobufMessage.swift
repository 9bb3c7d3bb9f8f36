/// Export messages (`ExportTraceServiceRequest`, `TracesData`) of encoded spans.
extension OTLPMessageGroups {
  /// Appends the message of the groups, and of the fields at `extras` of `arena`; nothing where it
  /// would be empty.
  borrowing func appendProtobuf(
    framing: ProtobufFraming = .bare, extras: [ByteRange] = [], of arena: [UInt8] = [],
    to message: inout [UInt8]
  ) {
    var resourceSizes = resources.map { pieces[Int($0.piece)].resources[Int($0.form)].count }
    for scope in scopes {
      resourceSizes[Int(scope.resource)] += 1 + WireSize.delimited(protobufSize(scope))
    }
    var size = extras.reduce(0) { $0 + Int($1.count) }
    for count in resourceSizes { size += 1 + WireSize.delimited(count) }
    if size == 0 { return }
    framing.appendHeader(size, to: &message)
    message.append(addingCapacity: size) { (out: inout OutputSpan<UInt8>) in
      for (resource, count) in zip(resources, resourceSizes) {
        out.header(OTLPTag.Message.resourceSpans, count)
        let form = pieces[Int(resource.piece)].resources[Int(resource.form)]
        out.copy(form.head, of: pieces[Int(resource.piece)].forms)
        var next = Int(resource.firstScope)
        while next >= 0 {
          writeProtobuf(scopes[next], to: &out)
          next = Int(scopes[next].next)
        }
        out.copy(form.tail, of: pieces[Int(resource.piece)].forms)
      }
      for run in extras { out.copy(run, of: arena) }
    }
  }

  /// The length of `ScopeSpans`.
  private borrowing func protobufSize(_ scope: Scope) -> Int {
    pieces[Int(scope.piece)].scopes[Int(scope.form)].count + scope.spanBytes
  }

  private borrowing func writeProtobuf(_ scope: Scope, to out: inout OutputSpan<UInt8>) {
    let form = pieces[Int(scope.piece)].scopes[Int(scope.form)]
    out.header(OTLPTag.ResourceSpans.scopeSpans, protobufSize(scope))
    out.copy(form.head, of: pieces[Int(scope.piece)].forms)
    var next = Int(scope.firstSpan)
    while next >= 0 {
      let span = spans[next]
      out.copy(span.offset..<(span.offset + span.count), of: pieces[Int(span.piece)].bytes)
      next = Int(span.next)
    }
    out.copy(form.tail, of: pieces[Int(scope.piece)].forms)
  }
}
