extension CompactJSON {
  /// Writes the value of `record`, a record of a batch over `arena`. A nested value that is no
  /// protobuf message is written as its bytes in base64.
  package mutating func value(of record: AttributeRecord, in arena: [UInt8]) {
    let start = mark
    do throws(FormatError) {
      try passing { (sink) throws(FormatError) in try sink.value(of: record, in: arena) }
    } catch {
      rewind(to: start)
      string(Base64.encode(arena, record.range))
    }
  }

  /// Hands `body` a sink that goes on where the text stands.
  mutating func passing(
    _ body: (inout CompactValueSink) throws(FormatError) -> Void
  ) throws(FormatError) {
    var sink = CompactValueSink(json: self)
    // The sink has the text meanwhile: two owners would copy it.
    self = CompactJSON()
    defer { self = sink.json }
    try body(&sink)
  }
}

/// Takes the parts of a value and writes them as JSON.
struct CompactValueSink: ValueSink {
  /// What is written to.
  var json: CompactJSON
  /// The keys of the open objects, the outermost first.
  private var keys: [ObjectKeys] = []

  /// A sink that goes on where `json` stands.
  init(json: CompactJSON) { self.json = json }

  mutating func key(_ arena: [UInt8], _ range: ByteRange) {
    json.key(arena[range.positions], in: &keys[keys.count - 1])
  }

  mutating func null() { json.null() }
  mutating func bool(_ value: Bool) { json.bool(value) }
  mutating func int(_ value: Int64) { json.integer(value) }

  mutating func bigInt(_ arena: [UInt8], _ range: ByteRange) { json.raw(arena[range.positions]) }

  mutating func double(_ value: Double) { json.double(value) }

  mutating func string(_ arena: [UInt8], _ range: ByteRange) {
    json.string(arena[range.positions])
  }

  mutating func bytes(_ arena: [UInt8], _ range: ByteRange) {
    json.string(Base64.encode(arena, range))
  }

  mutating func beginArray() { json.beginArray() }
  mutating func endArray() { json.endArray() }

  mutating func beginObject() {
    keys.append(ObjectKeys())
    json.beginObject()
  }

  mutating func endObject() {
    keys.removeLast()
    json.endObject()
  }
}
