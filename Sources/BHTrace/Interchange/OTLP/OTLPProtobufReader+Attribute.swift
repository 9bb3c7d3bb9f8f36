/// Attributes and their values.
extension OTLPProtobufReader {
  /// Reads one `KeyValue` and appends it to the batch's attributes.
  @inline(__always)
  mutating func readAttribute(_ body: borrowing WindowCursor) throws(FormatError) {
    var cursor = body.window(body.rest)
    var (key, value) = (ByteRange.empty, ByteRange.empty)
    var values = 0
    var isPlain = true
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.KeyValue.key: key = try cursor.delimited()
      case OTLPTag.KeyValue.value:
        value = try cursor.delimited()
        values += 1
      default:
        try cursor.skip(tag, from: start)
        isPlain = false
      }
    }
    if isPlain && values == 1 {
      batch.attributes.append(try readValue(cursor.window(value), key: key))
    } else if isPlain && values == 0 {
      batch.attributes.append(AttributeRecord(key: key, kind: .absent))
    } else {
      batch.attributes.append(AttributeRecord(key: key, kind: .rawKeyValue, range: body.rest))
    }
  }

  /// Reads one `AnyValue`: exactly one known field, or nothing; all else is kept as it came.
  @inline(__always)
  private mutating func readValue(
    _ body: borrowing WindowCursor, key: ByteRange
  ) throws(FormatError) -> AttributeRecord {
    var cursor = body.window(body.rest)
    if cursor.isAtEnd { return AttributeRecord(key: key, kind: .empty) }
    let start = cursor.position
    let tag = try cursor.varint()
    let attribute: AttributeRecord
    switch tag {
    case OTLPTag.AnyValue.string:
      attribute = AttributeRecord(key: key, kind: .string, range: try cursor.delimited())
    case OTLPTag.AnyValue.bool:
      attribute = AttributeRecord(
        key: key, kind: .bool, bits: try cursor.varint() == 0 ? 0 : 1)
    case OTLPTag.AnyValue.int:
      attribute = AttributeRecord(key: key, kind: .int, bits: try cursor.varint())
    case OTLPTag.AnyValue.double:
      attribute = AttributeRecord(key: key, kind: .double, bits: try cursor.fixed64())
    case OTLPTag.AnyValue.bytes:
      attribute = AttributeRecord(key: key, kind: .bytes, range: try cursor.delimited())
    case OTLPTag.AnyValue.array:
      let run = try cursor.delimited()
      attribute = AttributeRecord(
        key: key, kind: .array, range: try normalised(cursor.window(run), ofPairs: false))
    case OTLPTag.AnyValue.keyValueList:
      let run = try cursor.delimited()
      attribute = AttributeRecord(
        key: key, kind: .keyValueList, range: try normalised(cursor.window(run), ofPairs: true))
    default:
      try cursor.skip(tag, from: start)
      attribute = AttributeRecord(key: key, kind: .rawValue, range: body.rest)
    }
    if cursor.isAtEnd { return attribute }
    while !cursor.isAtEnd {
      let start = cursor.position
      try cursor.skip(try cursor.varint(), from: start)
    }
    return AttributeRecord(key: key, kind: .rawValue, range: body.rest)
  }

  /// A nested list: where it lies if its form is the canonical one (or cannot be made so),
  /// otherwise its canonical form after the message.
  @inline(never)
  private mutating func normalised(
    _ list: borrowing WindowCursor, ofPairs: Bool
  ) throws(FormatError) -> ByteRange {
    guard try NestedValueForm.ofList(list, ofPairs: ofPairs, depth: 1) == .understood else {
      return list.rest
    }
    var canonical: [UInt8] = []
    try NestedValueForm.appendList(list, ofPairs: ofPairs, to: &canonical)
    return append(canonical)
  }
}
