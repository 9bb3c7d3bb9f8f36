/// Writes spans as JSON objects made for eyes and `jq`: ids as text, names for numbers, each
/// span with the resource and scope it belongs to. Not a way to keep spans: text that is not
/// UTF-8 is repaired and counters of dropped parts are left out.
///
/// A key that an object has already gets `#2` after it, then `#3`; bytes are base64; doubles JSON
/// has no number for are strings.
package struct SpanObjectWriter: Sendable {
  private var v1 = V1TextWriter()

  /// A writer.
  package init() {}

  /// An id as it is printed: lower-case hexadecimal, for v1 the text it is.
  package static func idText(_ id: [UInt8], _ dialect: Dialect) -> String {
    String(decoding: printed(id[...], dialect), as: UTF8.self)
  }

  /// Writes the span at `index` of `batch` as one object. Throws `FormatError` where a v1 payload
  /// is no JSON.
  package mutating func write(
    _ index: Int, of batch: SpanBatch, to json: inout CompactJSON
  ) throws(FormatError) {
    let span = batch.spans[index]
    json.beginObject()
    json.key("trace_id")
    id(span.traceID, span.dialect, batch, &json)
    json.key("span_id")
    id(span.spanID, span.dialect, batch, &json)
    json.key("parent_span_id")
    if span.parentSpanID.isEmpty {
      json.null()
    } else {
      id(span.parentSpanID, span.dialect, batch, &json)
    }
    json.key("service")
    text(batch.serviceName(of: Int(span.resource)), batch, &json)
    json.key("operation")
    text(span.name, batch, &json)
    json.key("kind")
    word(span.kind, ["unspecified", "internal", "server", "client", "producer", "consumer"], &json)
    json.key("start_ns")
    json.integer(span.start)
    json.key("duration_ns")
    // An end before its start is kept as it came, and shows as a negative duration.
    json.integer(Int128(span.end) - Int128(span.start))
    json.key("status")
    word(span.statusCode, ["unset", "ok", "error"], &json)
    json.key("status_message")
    text(span.statusMessage, batch, &json)
    if span.dialect == .v1 {
      let payload = try V1PayloadObject(of: index, in: batch, &v1)
      json.key("attributes")
      try json.passing { (sink) throws(FormatError) in try payload.writeAttributes(to: &sink) }
      json.key("events")
      try json.passing { (sink) throws(FormatError) in try payload.writeEvents(to: &sink) }
    } else {
      json.key("attributes")
      attributes(span.attributes, batch, &json)
      json.key("events")
      json.beginArray()
      for index in span.events.indices { event(batch.events[index], batch, &json) }
      json.endArray()
    }
    json.key("links")
    json.beginArray()
    for index in span.links.indices { link(batch.links[index], span.dialect, batch, &json) }
    json.endArray()
    json.key("resource")
    attributes(batch.resources[Int(span.resource)].attributes, batch, &json)
    json.key("scope")
    scope(batch.scopes[Int(span.scope)], batch, &json)
    json.endObject()
  }

  private func event(_ event: EventRecord, _ batch: SpanBatch, _ json: inout CompactJSON) {
    json.beginObject()
    json.key("time_ns")
    json.integer(event.time)
    json.key("name")
    text(event.name, batch, &json)
    json.key("attributes")
    attributes(event.attributes, batch, &json)
    json.endObject()
  }

  private func link(
    _ link: LinkRecord, _ dialect: Dialect, _ batch: SpanBatch, _ json: inout CompactJSON
  ) {
    json.beginObject()
    json.key("trace_id")
    id(link.traceID, dialect, batch, &json)
    json.key("span_id")
    id(link.spanID, dialect, batch, &json)
    json.key("attributes")
    attributes(link.attributes, batch, &json)
    json.endObject()
  }

  private func scope(_ scope: ScopeRecord, _ batch: SpanBatch, _ json: inout CompactJSON) {
    json.beginObject()
    if scope.isPresent {
      json.key("name")
      text(scope.name, batch, &json)
      json.key("version")
      text(scope.version, batch, &json)
      json.key("attributes")
      attributes(scope.attributes, batch, &json)
    }
    json.endObject()
  }

  private func attributes(
    _ run: RecordRange, _ batch: SpanBatch, _ json: inout CompactJSON
  ) {
    var keys = ObjectKeys()
    json.beginObject()
    for index in run.indices {
      let attribute = batch.attributes[index]
      json.key(batch.arena[attribute.key.positions], in: &keys)
      json.value(of: attribute, in: batch.arena)
    }
    json.endObject()
  }

  private func id(
    _ range: ByteRange, _ dialect: Dialect, _ batch: SpanBatch, _ json: inout CompactJSON
  ) {
    json.string(Self.printed(batch.arena[range.positions], dialect)[...])
  }

  private func text(_ range: ByteRange, _ batch: SpanBatch, _ json: inout CompactJSON) {
    json.string(batch.arena[range.positions])
  }

  /// A number as the word for it, or as it is where there is none.
  private func word(_ number: Int32, _ words: [String], _ json: inout CompactJSON) {
    if let index = Int(exactly: number), words.indices.contains(index) {
      json.string(words[index])
    } else {
      json.integer(number)
    }
  }

  private static func printed(_ id: ArraySlice<UInt8>, _ dialect: Dialect) -> [UInt8] {
    dialect == .v1 ? Array(id) : HexText.encode(id)
  }
}
