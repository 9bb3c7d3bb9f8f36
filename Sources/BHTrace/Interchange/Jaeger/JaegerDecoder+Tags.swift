/// Tags of spans and processes, fields of logs.
extension JaegerDecoder {
  /// The types a tag can name.
  enum TagType { case none, string, bool, int64, float64, binary }

  /// A value as it stands in the text.
  enum TagValue {
    case null
    case string(JSONString)
    case number(JSONNumber)
    case bool(Bool)
    case nested(Range<Int>)
  }

  /// Reads tags of either form, `[{"key","type","value"}]` or `{"key":value}`, to the
  /// end of `tags`.
  @_lifetime(json: copy json)
  mutating func readTags(_ json: inout JSONTokenizer) throws(FormatError) {
    switch try json.peek() {
    case .array:
      try json.beginArray()
      while try json.nextElement() {
        if try json.peek() == .object {
          tags.append(try readTag(&json))
        } else {
          let range = try json.skipValue()
          notes.leaveOut(at: json.base + range.lowerBound, "a value stands where a tag has to")
        }
      }
    case .object:
      try json.beginObject()
      while let key = try json.nextKey() {
        let name = batch.append(key, of: json)
        for index in name.positions where batch.arena[index] == UInt8(ascii: "@") {
          batch.arena[index] = UInt8(ascii: ".")
        }
        let value = try readValue(&json)
        tags.append(attribute(name, .none, value, json))
      }
    case .null: try json.null()
    default:
      let range = try json.skipValue()
      notes.leaveOut(at: json.base + range.lowerBound, "a value stands where tags have to")
    }
  }

  @_lifetime(json: copy json)
  private mutating func readTag(
    _ json: inout JSONTokenizer
  ) throws(FormatError) -> AttributeRecord {
    var (name, type, value) = (ByteRange.empty, TagType.none, TagValue.null)
    var typed = APIValues()
    try json.beginObject()
    while let key = try json.nextKey() {
      if json.equals(key, "value") {
        value = try readValue(&json)
      } else if json.equals(key, "key"), try json.peek() == .string {
        name = batch.append(try json.string(), of: json)
      } else if json.equals(key, "type"), try json.peek() == .string {
        type = Self.type(try json.string(), json)
      } else if try !readAPIField(key, of: &typed, &json) {
        _ = try json.skipValue()
      }
    }
    if isOfAPI || typed.isPresent { return attribute(name, typed, json) }
    return attribute(name, type, value, json)
  }

  private static func type(_ name: JSONString, _ json: borrowing JSONTokenizer) -> TagType {
    if json.equals(name, "string") { return .string }
    if json.equals(name, "bool") { return .bool }
    if json.equals(name, "int64") { return .int64 }
    if json.equals(name, "float64") { return .float64 }
    return json.equals(name, "binary") ? .binary : .none
  }

  @_lifetime(json: copy json)
  mutating func readValue(_ json: inout JSONTokenizer) throws(FormatError) -> TagValue {
    switch try json.peek() {
    case .string: return .string(try json.string())
    case .number: return .number(try json.number())
    case .bool: return .bool(try json.bool())
    case .null:
      try json.null()
      return .null
    case .object, .array: return .nested(try json.skipValue())
    }
  }

  /// The attribute of a tag: of the type it names where the value fits, else of the value's own.
  mutating func attribute(
    _ key: ByteRange, _ type: TagType, _ value: TagValue, _ json: borrowing JSONTokenizer
  ) -> AttributeRecord {
    func scalar(_ kind: AttributeRecord.Kind, _ bits: UInt64) -> AttributeRecord {
      AttributeRecord(key: key, kind: kind, bits: bits)
    }
    switch value {
    case .null: return scalar(.empty, 0)
    case .bool(let bool):
      if type != .bool && type != .none { notes.count(.mistypedTags) }
      return scalar(.bool, bool ? 1 : 0)
    case .number(let number):
      if type == .float64 { return scalar(.double, number.double(in: json.bytes).bitPattern) }
      let exact =
        number.int64(in: json.bytes)
        ?? (type == .int64 ? Int64(exactly: number.double(in: json.bytes)) : nil)
      if type != .int64 && type != .none || type == .int64 && exact == nil {
        notes.count(.mistypedTags)
      }
      if let exact { return scalar(.int, UInt64(bitPattern: exact)) }
      return scalar(.double, number.double(in: json.bytes).bitPattern)
    case .nested(let range):
      notes.count(.nestedTags)
      return AttributeRecord(key: key, kind: .string, range: batch.append(range, of: json))
    case .string(let string):
      let text = batch.append(string, of: json)
      if let typed = Self.typed(type, text, key, &batch) { return typed }
      if type != .string && type != .none { notes.count(.mistypedTags) }
      return AttributeRecord(key: key, kind: .string, range: text)
    }
  }

  /// The value of another type than text that a tag gives as text, the last in the arena; nil
  /// where it is none.
  private static func typed(
    _ type: TagType, _ text: ByteRange, _ key: ByteRange, _ batch: inout SpanBatch
  ) -> AttributeRecord? {
    switch type {
    case .none, .string: return nil
    case .bool:
      let isTrue = batch.equals(text, "true")
      if !isTrue && !batch.equals(text, "false") { return nil }
      return AttributeRecord(key: key, kind: .bool, bits: isTrue ? 1 : 0)
    case .int64:
      let value = DecimalText.int64(batch.arena.rawSpan, text.positions)
      return value.map { AttributeRecord(key: key, kind: .int, bits: UInt64(bitPattern: $0)) }
    case .float64:
      let value = double(batch, text)
      return value.map { AttributeRecord(key: key, kind: .double, bits: $0.bitPattern) }
    case .binary:
      var bytes: [UInt8] = []
      guard Base64.append(batch.arena.rawSpan, text.positions, to: &bytes) else { return nil }
      return AttributeRecord(key: key, kind: .bytes, range: batch.append(bytes))
    }
  }

  private static func double(_ batch: SpanBatch, _ text: ByteRange) -> Double? {
    if batch.equals(text, "NaN") { return .nan }
    if batch.equals(text, "Infinity") || batch.equals(text, "+Inf") { return .infinity }
    if batch.equals(text, "-Infinity") || batch.equals(text, "-Inf") { return -.infinity }
    if text.isEmpty { return nil }
    return DecimalText.double(batch.arena.rawSpan, text.positions)
  }
}
