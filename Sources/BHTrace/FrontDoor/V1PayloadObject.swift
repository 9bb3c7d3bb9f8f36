/// What a v1 span's payload says, passed on as it was: numbers, order and all.
struct V1PayloadObject {
  private let text: [UInt8]
  private let attributes: Range<Int>?
  private let events: Range<Int>?

  /// The payload of the span at `index` of `batch`: its own text where that was kept, else what
  /// the v1 writer makes of the records. Throws `FormatError` where it is no JSON.
  init(
    of index: Int, in batch: SpanBatch, _ writer: inout V1TextWriter
  ) throws(FormatError) {
    let extra = batch.spans[index].extra
    let text: [UInt8]
    if extra.isEmpty {
      writer.removeAll()
      try writer.payload(of: index, in: batch)
      text = writer.bytes
    } else {
      text = batch.bytes(extra)
    }
    self.text = text
    (attributes, events) = try Self.parts(of: text)
  }

  /// Where attributes and events lie in `text`; the last of several counts, as for every reader
  /// of JSON objects.
  private static func parts(
    of text: [UInt8]
  ) throws(FormatError) -> (attributes: Range<Int>?, events: Range<Int>?) {
    var json = JSONTokenizer(text.rawSpan, allowsNonFinite: true)
    guard try json.peek() == .object else { return (nil, nil) }
    var attributes: Range<Int>?
    var events: Range<Int>?
    try json.beginObject()
    while let key = try json.nextKey() {
      let kind = try json.peek()
      let range = try json.skipValue()
      if kind == .object && json.equals(key, "attributes") { attributes = range }
      if kind == .array && json.equals(key, "events") { events = range }
    }
    return (attributes, events)
  }

  /// Writes the object of attributes, an empty one where there is none.
  func writeAttributes(to sink: inout CompactValueSink) throws(FormatError) {
    if let attributes { return try pass(attributes, to: &sink) }
    sink.beginObject()
    sink.endObject()
  }

  /// Writes the array of events, an empty one where there is none.
  func writeEvents(to sink: inout CompactValueSink) throws(FormatError) {
    if let events { return try pass(events, to: &sink) }
    sink.beginArray()
    sink.endArray()
  }

  private func pass(
    _ range: Range<Int>, to sink: inout CompactValueSink
  ) throws(FormatError) {
    var json = JSONTokenizer(text.rawSpan.extracting(range), allowsNonFinite: true)
    try json.passValue(to: &sink)
  }
}
