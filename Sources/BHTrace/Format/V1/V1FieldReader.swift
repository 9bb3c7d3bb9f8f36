/// Reads JSON values of a v1 file into records of a batch: text as ranges of the arena, anything
/// odd as near as the model comes (its text is kept by others).
struct V1FieldReader: ~Escapable {
  /// The JSON text.
  var json: JSONTokenizer
  /// Where the text begins in the batch's arena, which holds it as well.
  let arenaOffset: Int
  private var nested = NestedValueWriter()

  /// A reader of `bytes`, which lie at offset `base` of the file and `arenaOffset` of the arena.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, base: Int, arenaOffset: Int) {
    json = JSONTokenizer(bytes, base: base, allowsNonFinite: true)
    self.arenaOffset = arenaOffset
  }

  /// Where the text of `string` lies in the arena, to which it is added where it has escapes.
  func text(_ string: JSONString, in batch: inout SpanBatch) -> ByteRange {
    if !string.hasEscapes { return place(string.contents) }
    let start = batch.arena.count
    json.decode(string, into: &batch.arena)
    return ByteRange(start, batch.arena.count - start)
  }

  /// Reads a value as text: a string's own, of other values the JSON text.
  @_lifetime(self: copy self)
  mutating func text(in batch: inout SpanBatch) throws(FormatError) -> ByteRange {
    if try json.peek() == .string { return text(try json.string(), in: &batch) }
    return place(try json.skipValue())
  }

  /// Reads a value as text; nil where it is null.
  @_lifetime(self: copy self)
  mutating func textOrNull(in batch: inout SpanBatch) throws(FormatError) -> ByteRange? {
    if try json.peek() == .null {
      try json.null()
      return nil
    }
    return try text(in: &batch)
  }

  /// Reads a number of microseconds and returns nanoseconds; 0 where the value is no number.
  @_lifetime(self: copy self)
  mutating func time() throws(FormatError) -> Int64 {
    guard try json.peek() == .number else {
      _ = try json.skipValue()
      return 0
    }
    let number = try json.number()
    if let value = number.int64(in: json.bytes) { return V1Time.nanoseconds(value) }
    return V1Time.nanoseconds(number.double(in: json.bytes))
  }

  /// Reads a value as that of the attribute `key`. An integer beyond 64 bits becomes text.
  @_lifetime(self: copy self)
  mutating func attribute(
    _ key: JSONString, in batch: inout SpanBatch
  ) throws(FormatError) -> AttributeRecord {
    let key = text(key, in: &batch)
    switch try json.peek() {
    case .string:
      return AttributeRecord(key: key, kind: .string, range: text(try json.string(), in: &batch))
    case .number:
      let number = try json.number()
      if number.form != .integer {
        return AttributeRecord(
          key: key, kind: .double, bits: number.double(in: json.bytes).bitPattern)
      }
      if let value = number.int64(in: json.bytes) {
        return AttributeRecord(key: key, kind: .int, bits: UInt64(bitPattern: value))
      }
      return AttributeRecord(key: key, kind: .string, range: place(number.text))
    case .bool: return AttributeRecord(key: key, kind: .bool, bits: try json.bool() ? 1 : 0)
    case .null:
      try json.null()
      return AttributeRecord(key: key, kind: .empty)
    case .array, .object:
      let kind: AttributeRecord.Kind = try json.peek() == .array ? .array : .keyValueList
      nested.removeAll()
      try json.passValue(to: &nested)
      let start = batch.arena.count
      nested.finish(into: &batch.arena)
      return AttributeRecord(
        key: key, kind: kind, range: ByteRange(start, batch.arena.count - start))
    }
  }

  private func place(_ range: Range<Int>) -> ByteRange {
    ByteRange(arenaOffset + range.lowerBound, range.count)
  }
}
