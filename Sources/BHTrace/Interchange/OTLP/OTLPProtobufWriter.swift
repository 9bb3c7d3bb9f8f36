/// Writes spans as OTLP export messages (`ExportTraceServiceRequest`, `TracesData`).
///
/// Fields are in the order of their numbers, zero and empty ones left out; fields the model does
/// not know follow the known ones. A span's records must be of the OTLP dialect: ids are written
/// as the bytes they are.
package enum OTLPProtobufWriter {
  /// One export message of the spans at the indices `spans`, in that order; of all spans, and the
  /// unknown fields of their messages, where `spans` is nil.
  ///
  /// Spans that follow each other with the same resource and scope share a group.
  package static func encode(_ batch: SpanBatch, spans: [Int]? = nil) -> [UInt8] {
    var encoder = OTLPProtobufEncoder()
    var message: [UInt8] = []
    encoder.append(batch, spans: spans, to: &message)
    return message
  }

  /// `message` behind its length in four big-endian bytes: a record of the file exporter's.
  package static func frame(_ message: [UInt8]) -> [UInt8] {
    var framed: [UInt8] = []
    framed.reserveCapacity(message.count + 4)
    appendLength(message.count, to: &framed)
    framed.append(contentsOf: message)
    return framed
  }

  /// Appends the length of a message, in four big-endian bytes.
  fileprivate static func appendLength(_ count: Int, to output: inout [UInt8]) {
    for shift in [24, 16, 8, 0] { output.append(UInt8(truncatingIfNeeded: count >> shift)) }
  }
}

/// Writes export messages one after the other, and remembers between them how what recurs is
/// written.
struct OTLPProtobufEncoder {
  private var groups = SpanGroups()
  private var forms: OTLPProtobufForms
  private var spanSizes: [Int] = []
  private var scopeSizes: [Int] = []
  private var resourceSizes: [Int] = []

  /// An encoder; of the batches it will be given the first `sharedAttributes` attributes are always
  /// the same, and where there are any, resources and scopes are too.
  init(sharedAttributes: Int = 0) {
    forms = OTLPProtobufForms(sharedAttributes: sharedAttributes)
  }

  /// Appends a message of the spans at the indices `spans`, or of all there are and of the unknown
  /// fields of their messages; nothing where it would be empty.
  mutating func append(
    _ batch: SpanBatch, spans: [Int]? = nil, framing: ProtobufFraming = .bare,
    to message: inout [UInt8]
  ) {
    let fields = OTLPProtobufFields(batch)
    forms.begin(fields)
    groups.group(batch, order: spans)
    let extras = spans == nil ? batch.messageExtras : []
    let size = measure(fields) + extras.reduce(0) { $0 + Int($1.count) }
    if size == 0 { return }
    if framing == .lengthPrefixed { OTLPProtobufWriter.appendLength(size, to: &message) }
    message.append(addingCapacity: size) { (out: inout OutputSpan<UInt8>) in
      for number in groups.resources.indices { writeResource(number, fields, to: &out) }
      for run in extras { out.copy(run, of: batch.arena) }
    }
  }

  /// Works out the sizes of all groups and spans; the sum of them.
  private mutating func measure(_ fields: OTLPProtobufFields) -> Int {
    let (batch, sizes) = (fields.batch, fields.sizes)
    spanSizes.removeAll(keepingCapacity: true)
    scopeSizes.removeAll(keepingCapacity: true)
    resourceSizes.removeAll(keepingCapacity: true)
    for index in groups.order {
      let span = batch.spans[index]
      let attributes =
        forms.attributes(span.attributes, fields).map { Int($0.count) }
        ?? sizes.attributes(span.attributes)
      spanSizes.append(sizes.span(span, attributes: attributes))
    }
    for group in groups.scopes {
      let record = batch.scopes[group.scope]
      var total = sizes.field(record.schemaURL) + Int(record.outerExtra.count)
      total += Int(forms.scope(group.scope, fields).count)
      for position in group.spans { total += 1 + WireSize.delimited(spanSizes[position]) }
      scopeSizes.append(total)
    }
    var size = 0
    for group in groups.resources {
      let record = batch.resources[group.resource]
      var total = sizes.field(record.schemaURL) + Int(record.outerExtra.count)
      total += Int(forms.resource(group.resource, fields).count)
      for scope in group.scopes { total += 1 + WireSize.delimited(scopeSizes[scope]) }
      resourceSizes.append(total)
      size += 1 + WireSize.delimited(total)
    }
    return size
  }

  // Changes nothing; were it not `mutating`, all of the encoder would be copied for the call.
  private mutating func writeResource(
    _ number: Int, _ fields: OTLPProtobufFields, to out: inout OutputSpan<UInt8>
  ) {
    let group = groups.resources[number]
    let record = fields.batch.resources[group.resource]
    out.header(OTLPTag.Message.resourceSpans, resourceSizes[number])
    out.copy(forms.resources[group.resource], of: forms.arena)
    for number in group.scopes { writeScope(number, fields, to: &out) }
    out.field(OTLPTag.ResourceSpans.schemaURL, record.schemaURL, of: fields.batch.arena)
    out.copy(record.outerExtra, of: fields.batch.arena)
  }

  private mutating func writeScope(
    _ number: Int, _ fields: OTLPProtobufFields, to out: inout OutputSpan<UInt8>
  ) {
    let group = groups.scopes[number]
    let record = fields.batch.scopes[group.scope]
    out.header(OTLPTag.ResourceSpans.scopeSpans, scopeSizes[number])
    out.copy(forms.scopes[group.scope], of: forms.arena)
    for position in group.spans {
      let span = fields.batch.spans[groups.order[position]]
      out.header(OTLPTag.ScopeSpans.spans, spanSizes[position])
      let known = forms.known(span.attributes)
      fields.write(
        span, attributes: known.map { (range: $0, arena: forms.arena) }, to: &out)
    }
    out.field(OTLPTag.ScopeSpans.schemaURL, record.schemaURL, of: fields.batch.arena)
    out.copy(record.outerExtra, of: fields.batch.arena)
  }
}
