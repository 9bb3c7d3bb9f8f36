/// Attribute values as plain JSON: lists become arrays, lists of pairs objects.
extension CompactJSON {
  /// Lists inside lists are written this deep, below it as null.
  private static let deepest = 100

  /// Writes the value of `attribute`; returns false where it is more than JSON can say (bytes become
  /// base64, a missing value null, what is malformed null).
  @discardableResult
  mutating func value(_ attribute: AttributeRecord, of arena: [UInt8], depth: Int = 0) -> Bool {
    switch attribute.kind {
    case .absent, .empty: null()
    case .string: string(attribute.range, of: arena)
    case .bool: bool(attribute.bits != 0)
    case .int: number(Int64(bitPattern: attribute.bits))
    case .double: number(Double(bitPattern: attribute.bits))
    case .bytes: base64(attribute.range, of: arena)
    case .array, .keyValueList:
      return list(attribute.range, ofPairs: attribute.kind == .keyValueList, of: arena, depth)
    case .rawValue: return wire(attribute.range, of: arena, depth)
    case .rawKeyValue:
      guard let value = try? WireValue.pair(attribute.range, of: arena).value else {
        null()
        return false
      }
      return wire(value, of: arena, depth)
    }
    return attribute.kind != .absent && attribute.kind != .bytes
  }

  private mutating func wire(_ run: ByteRange, of arena: [UInt8], _ depth: Int) -> Bool {
    guard let attribute = try? WireValue.last(run, of: arena) else {
      null()
      return false
    }
    return value(attribute, of: arena, depth: depth)
  }

  private mutating func list(
    _ run: ByteRange, ofPairs: Bool, of arena: [UInt8], _ depth: Int
  ) -> Bool {
    guard depth < Self.deepest, let items = try? WireValue.items(run, of: arena) else {
      null()
      return false
    }
    var isExact = true
    open(ofPairs ? "{" : "[")
    for item in items {
      if !ofPairs {
        isExact = wire(item, of: arena, depth + 1) && isExact
        continue
      }
      guard let pair = try? WireValue.pair(item, of: arena) else {
        isExact = false
        continue
      }
      key(pair.key, of: arena)
      if let value = pair.value {
        isExact = wire(value, of: arena, depth + 1) && isExact
      } else {
        null()
      }
    }
    close(ofPairs ? "}" : "]")
    return isExact
  }
}

/// Values that are kept in protobuf wire form.
enum WireValue {
  /// The items of an `ArrayValue` or `KeyValueList` message.
  static func items(_ run: ByteRange, of arena: [UInt8]) throws(FormatError) -> [ByteRange] {
    var cursor = WindowCursor(arena, base: 0).window(run)
    var items: [ByteRange] = []
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      if tag == OTLPTag.List.values {
        items.append(try cursor.delimited())
      } else {
        try cursor.skip(tag, from: start)
      }
    }
    return items
  }

  /// Key and value of a `KeyValue` message, the last ones where there are several.
  static func pair(
    _ run: ByteRange, of arena: [UInt8]
  ) throws(FormatError) -> (key: ByteRange, value: ByteRange?) {
    var cursor = WindowCursor(arena, base: 0).window(run)
    var result: (key: ByteRange, value: ByteRange?) = (.empty, nil)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.KeyValue.key: result.key = try cursor.delimited()
      case OTLPTag.KeyValue.value: result.value = try cursor.delimited()
      default: try cursor.skip(tag, from: start)
      }
    }
    return result
  }

  /// The value of an `AnyValue` message, the last one where there are several, without a key.
  static func last(_ run: ByteRange, of arena: [UInt8]) throws(FormatError) -> AttributeRecord {
    var cursor = WindowCursor(arena, base: 0).window(run)
    var result = AttributeRecord(key: .empty, kind: .empty)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.AnyValue.string: result = record(.string, try cursor.delimited())
      case OTLPTag.AnyValue.bytes: result = record(.bytes, try cursor.delimited())
      case OTLPTag.AnyValue.array: result = record(.array, try cursor.delimited())
      case OTLPTag.AnyValue.keyValueList: result = record(.keyValueList, try cursor.delimited())
      case OTLPTag.AnyValue.bool:
        result = AttributeRecord(key: .empty, kind: .bool, bits: try cursor.varint() == 0 ? 0 : 1)
      case OTLPTag.AnyValue.int:
        result = AttributeRecord(key: .empty, kind: .int, bits: try cursor.varint())
      case OTLPTag.AnyValue.double:
        result = AttributeRecord(key: .empty, kind: .double, bits: try cursor.fixed64())
      default: try cursor.skip(tag, from: start)
      }
    }
    return result
  }

  private static func record(_ kind: AttributeRecord.Kind, _ run: ByteRange) -> AttributeRecord {
    AttributeRecord(key: .empty, kind: kind, range: run)
  }

  /// The strings of an `ArrayValue` message; nil where it holds anything else.
  static func strings(_ run: ByteRange, of arena: [UInt8]) -> [ByteRange]? {
    guard let items = try? items(run, of: arena) else { return nil }
    var strings: [ByteRange] = []
    for item in items {
      guard let value = try? last(item, of: arena), value.kind == .string else { return nil }
      strings.append(value.range)
    }
    return strings
  }

  /// The `ArrayValue` message of `strings`.
  static func array(ofStrings strings: [[UInt8]]) -> [UInt8] {
    var list: [UInt8] = []
    for string in strings {
      var value: [UInt8] = []
      value.appendField(OTLPTag.AnyValue.string, string)
      list.appendField(OTLPTag.List.values, value)
    }
    return list
  }
}
