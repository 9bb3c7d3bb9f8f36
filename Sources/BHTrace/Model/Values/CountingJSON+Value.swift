/// Attribute values as plain JSON.
extension CountingJSON {
  /// Writes a value: lists as arrays, lists of pairs as objects, bytes as base64, none as null.
  mutating func value(_ attribute: AttributeRecord, of arena: [UInt8]) {
    switch attribute.kind {
    case .absent, .empty: null()
    case .string: string(attribute.range, of: arena)
    case .bool: bool(attribute.bits != 0)
    case .int: number(Int64(bitPattern: attribute.bits))
    case .double: number(Double(bitPattern: attribute.bits))
    case .bytes: base64(attribute.range, of: arena)
    case .array, .keyValueList, .rawValue, .rawKeyValue:
      var nested = CompactJSON()
      nested.value(of: attribute, in: arena)
      separate()
      raw(nested.bytes)
    }
  }
}
