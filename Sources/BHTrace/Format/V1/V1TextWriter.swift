/// Writes the JSON texts of a v1 file as the seed prototype would.
///
/// What JSON has no form for is written as near as it gets, and counted: bytes become base64,
/// and bytes of a text that are not UTF-8 become U+FFFD.
package struct V1TextWriter: ValueSink {
  private var json = JSONTextWriter()
  /// How many values were bytes.
  private(set) var bytesValues = 0
  /// How many texts were not valid UTF-8.
  private(set) var repairedTexts = 0

  /// Nothing written yet.
  package init() {}

  /// What has been written.
  package var bytes: [UInt8] { json.output.bytes }
  /// The number of bytes written.
  var count: Int { json.output.count }

  /// Forgets what was written, not what was counted.
  mutating func removeAll() { json.removeAll() }

  // MARK: The three texts

  /// Writes the header of a trace of `spans` spans; `root` is the first without a parent.
  mutating func header(
    traceID: ByteRange, spans: Int, root: (id: ByteRange, duration: Int64)?, in arena: [UInt8]
  ) {
    json.beginObject()
    json.key("trace_id")
    string(arena, traceID)
    json.key("n_spans")
    json.int(Int64(spans))
    json.key("root_id")
    if let root { string(arena, root.id) } else { json.null() }
    json.key("total_us")
    json.int(root?.duration ?? 0)
    json.endObject()
  }

  /// The status of a span of the tree.
  enum Status {
    case ok
    case error
    case text(ByteRange)
  }

  /// One span of the tree; texts are ranges of an arena, times are microseconds.
  struct TreeEntry {
    var id: ByteRange
    /// Nil for null.
    var parent: ByteRange?
    var service: ByteRange
    var operation: ByteRange
    var start: Int64
    var duration: Int64
    var status: Status
    var offset: Int
    var size: Int
  }

  /// Writes one object of the tree, whose array has to be open.
  mutating func treeEntry(_ entry: TreeEntry, in arena: [UInt8]) {
    json.beginObject()
    json.key("id")
    string(arena, entry.id)
    json.key("parent")
    if let parent = entry.parent { string(arena, parent) } else { json.null() }
    json.key("service")
    string(arena, entry.service)
    json.key("op")
    string(arena, entry.operation)
    json.key("start_us")
    json.int(entry.start)
    json.key("dur_us")
    json.int(entry.duration)
    json.key("status")
    switch entry.status {
    case .ok: json.string(Array("ok".utf8))
    case .error: json.string(Array("error".utf8))
    case .text(let text): string(arena, text)
    }
    json.key("off")
    json.int(Int64(entry.offset))
    json.key("size")
    json.int(Int64(entry.size))
    json.endObject()
  }

  /// Writes the payload object of span `span` of `batch` from its records.
  package mutating func payload(of span: Int, in batch: SpanBatch) throws(FormatError) {
    let record = batch.spans[span]
    json.beginObject()
    json.key("attributes")
    json.beginObject()
    try attributes(record.attributes, of: batch)
    json.endObject()
    json.key("events")
    json.beginArray()
    for event in batch.events[record.events.indices] {
      json.beginObject()
      json.key("ts_us")
      json.int(V1Time.microseconds(from: record.start, to: event.time))
      json.key("name")
      string(batch.arena, event.name)
      try attributes(event.attributes, of: batch)
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  private mutating func attributes(
    _ run: RecordRange, of batch: SpanBatch
  ) throws(FormatError) {
    for attribute in batch.attributes[run.indices] {
      if attribute.kind == .rawKeyValue {
        key(batch.arena, try NestedValueReader(attribute, in: batch.arena).rawKey())
      } else {
        key(batch.arena, attribute.key)
      }
      try value(of: attribute, in: batch.arena)
    }
  }

  // MARK: Values

  mutating func key(_ arena: [UInt8], _ range: ByteRange) {
    if UTF8Check.isValid(arena, range) { return json.key(arena, range) }
    let repaired = repair(arena, range)
    json.key(repaired, ByteRange(0, repaired.count))
  }

  /// Writes the key of the next value, which must not need escapes.
  mutating func key(_ text: StaticString) { json.key(text) }

  mutating func string(_ arena: [UInt8], _ range: ByteRange) {
    if UTF8Check.isValid(arena, range) { return json.string(arena, range) }
    json.string(repair(arena, range))
  }

  mutating func bytes(_ arena: [UInt8], _ range: ByteRange) {
    bytesValues += 1
    json.string(Base64.encode(arena, range))
  }

  mutating func bigInt(_ arena: [UInt8], _ range: ByteRange) {
    json.raw(Array(arena[range.positions]))
  }

  mutating func null() { json.null() }
  mutating func bool(_ value: Bool) { json.bool(value) }
  mutating func int(_ value: Int64) { json.int(value) }
  mutating func double(_ value: Double) { json.double(value) }
  mutating func beginArray() { json.beginArray() }
  mutating func endArray() { json.endArray() }
  mutating func beginObject() { json.beginObject() }
  mutating func endObject() { json.endObject() }

  private mutating func repair(_ arena: [UInt8], _ range: ByteRange) -> [UInt8] {
    repairedTexts += 1
    return Array(String(decoding: arena[range.positions], as: UTF8.self).utf8)
  }
}
