/// Reads the payload object of one span: `{"attributes": {…}, "events": […]}`.
enum V1PayloadReader {
  /// Reads `block` into attributes and events of span `span` of `batch`, and keeps its text where
  /// the writer would make another one of them.
  ///
  /// - Parameters:
  ///   - block: the JSON text; the arena of `batch` holds it too, from `arenaOffset` on.
  ///   - base: its offset in the file, for error messages.
  ///   - writer: used for the comparison; may be used again.
  static func read(
    _ block: RawSpan, arenaOffset: Int, base: Int, span: Int, into batch: inout SpanBatch,
    _ writer: inout V1TextWriter
  ) throws(FormatError) {
    var reader = V1FieldReader(block, base: base, arenaOffset: arenaOffset)
    if try reader.json.peek() == .object {
      try reader.json.beginObject()
      while let key = try reader.json.nextKey() {
        let kind = try reader.json.peek()
        if kind == .object && reader.json.equals(key, "attributes") {
          batch.spans[span].attributes = try attributes(&reader, &batch)
        } else if kind == .array && reader.json.equals(key, "events") {
          batch.spans[span].events = try events(&reader, batch.spans[span].start, &batch)
        } else {
          _ = try reader.json.skipValue()
        }
      }
    } else {
      _ = try reader.json.skipValue()
    }
    try reader.json.requireEnd("a payload block")
    guard batch.arena.count <= Int(UInt32.max) else {
      throw FormatError(.unsupported, at: base, "the file unfolds to more than 4 GiB")
    }
    writer.removeAll()
    try writer.payload(of: span, in: batch)
    let text = ByteRange(arenaOffset, block.byteCount)
    let canonical = writer.bytes
    if !ByteComparison.equal(canonical, ByteRange(0, canonical.count), batch.arena, text) {
      batch.spans[span].extra = text
    }
  }

  private static func attributes(
    _ reader: inout V1FieldReader, _ batch: inout SpanBatch
  ) throws(FormatError) -> RecordRange {
    let first = batch.attributes.count
    try reader.json.beginObject()
    while let key = try reader.json.nextKey() {
      batch.attributes.append(try reader.attribute(key, in: &batch))
    }
    return RecordRange(first, batch.attributes.count - first)
  }

  private static func events(
    _ reader: inout V1FieldReader, _ spanStart: UInt64, _ batch: inout SpanBatch
  ) throws(FormatError) -> RecordRange {
    let first = batch.events.count
    try reader.json.beginArray()
    while try reader.json.nextElement() {
      var event = EventRecord()
      event.time = spanStart
      if try reader.json.peek() == .object {
        let attributes = batch.attributes.count
        try reader.json.beginObject()
        while let key = try reader.json.nextKey() {
          if reader.json.equals(key, "ts_us") {
            event.time = V1Time.shifted(spanStart, by: try reader.time())
          } else if reader.json.equals(key, "name") {
            event.name = try reader.text(in: &batch)
          } else {
            batch.attributes.append(try reader.attribute(key, in: &batch))
          }
        }
        event.attributes = RecordRange(attributes, batch.attributes.count - attributes)
      } else {
        event.name = try reader.text(in: &batch)
      }
      batch.events.append(event)
    }
    return RecordRange(first, batch.events.count - first)
  }
}
