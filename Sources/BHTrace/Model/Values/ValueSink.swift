/// What takes an attribute value part by part: the way values pass between JSON text, the
/// protobuf wire form in a batch and `AttributeValue`, without recursion.
///
/// A container is opened and closed; between, an object gets a key before each value.
protocol ValueSink {
  /// The key of the next value: the bytes at `range` of `arena`.
  mutating func key(_ arena: [UInt8], _ range: ByteRange)
  /// JSON's null, OTLP's empty value.
  mutating func null()
  mutating func bool(_ value: Bool)
  mutating func int(_ value: Int64)
  /// An integer beyond 64 bits: the decimal digits at `range` of `arena`.
  mutating func bigInt(_ arena: [UInt8], _ range: ByteRange)
  mutating func double(_ value: Double)
  /// Text: the bytes at `range` of `arena`.
  mutating func string(_ arena: [UInt8], _ range: ByteRange)
  /// Bytes that are no text, at `range` of `arena`.
  mutating func bytes(_ arena: [UInt8], _ range: ByteRange)
  mutating func beginArray()
  mutating func endArray()
  mutating func beginObject()
  mutating func endObject()
}

extension ValueSink {
  /// Takes the value of `record`, a record of a batch over `arena`. A key without a value counts
  /// as null; of a raw `KeyValue` only the value is taken.
  mutating func value(
    of record: AttributeRecord, in arena: [UInt8]
  ) throws(FormatError) {
    switch record.kind {
    case .absent, .empty: null()
    case .string: string(arena, record.range)
    case .bool: bool(record.bits != 0)
    case .int: int(Int64(bitPattern: record.bits))
    case .double: double(Double(bitPattern: record.bits))
    case .bytes: bytes(arena, record.range)
    case .array, .keyValueList, .rawValue, .rawKeyValue:
      var reader = try NestedValueReader(record, in: arena)
      try reader.passAll(to: &self)
    }
  }
}
