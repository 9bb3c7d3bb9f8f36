/// Attributes and values, those nested in wire form as well.
extension OTLPJSONOutput {
  /// Lists inside lists are written this deep.
  static let deepest = 100

  /// Writes one attribute as an item of the list that is open.
  mutating func write(_ attribute: AttributeRecord) {
    startItem()
    key("key")
    string(attribute.key)
    switch attribute.kind {
    case .absent: break
    case .rawKeyValue: writeRawPair(attribute)
    case .rawValue:
      key("value")
      wire(attribute.range, depth: 1)
    default:
      key("value")
      out.append(UInt8(ascii: "{"))
      writeKnown(attribute)
      out.append(UInt8(ascii: "}"))
    }
    close("}")
  }

  /// The member of an `AnyValue` that has one.
  private mutating func writeKnown(_ attribute: AttributeRecord) {
    switch attribute.kind {
    case .absent, .empty, .rawValue, .rawKeyValue: break
    case .string:
      key("stringValue")
      string(attribute.range)
    case .bool: bool(attribute.bits != 0)
    case .int: int(attribute.bits)
    case .double: double(attribute.bits)
    case .bytes:
      key("bytesValue")
      JSONText.appendBase64(attribute.range, of: batch.arena, to: &out)
    case .array: list(attribute.range, ofPairs: false, depth: 1)
    case .keyValueList: list(attribute.range, ofPairs: true, depth: 1)
    }
  }

  private mutating func bool(_ value: Bool) {
    key("boolValue")
    out.append(value ? "true" : "false")
  }

  private mutating func int(_ bits: UInt64) {
    key("intValue")
    out.append(UInt8(ascii: "\""))
    JSONText.appendNumber(Int64(bitPattern: bits), to: &out)
    out.append(UInt8(ascii: "\""))
  }

  private mutating func double(_ bits: UInt64) {
    key("doubleValue")
    let value = Double(bitPattern: bits)
    if value.isNaN && bits != Double.nan.bitPattern { losses.unusualNaNs += 1 }
    JSONText.appendDouble(value, to: &out)
  }

  /// The members of `ArrayValue` or `KeyValueList` from their wire form.
  ///
  /// One that lies too deep becomes an empty value: an empty list would be one more than is read.
  private mutating func list(_ run: ByteRange, ofPairs: Bool, depth: Int) {
    if depth > Self.deepest {
      losses.unreadableValues += 1
      return
    }
    if ofPairs { open("kvlistValue", "{") } else { open("arrayValue", "{") }
    open("values", "[")
    let (length, before) = (out.count, losses)
    do throws(FormatError) {
      try items(run, ofPairs: ofPairs, depth: depth)
    } catch {
      out.removeLast(out.count - length)
      losses = before
      losses.unreadableValues += 1
    }
    close("]")
    close("}")
  }

  private mutating func items(
    _ run: ByteRange, ofPairs: Bool, depth: Int
  ) throws(FormatError) {
    let arena = batch.arena
    var cursor = WindowCursor(arena, base: 0).window(run)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      guard tag == OTLPTag.List.values else {
        try cursor.skip(tag, from: start)
        losses.unknownFields += 1
        continue
      }
      let item = try cursor.delimited()
      separate()
      if ofPairs {
        try pair(item, depth: depth)
      } else {
        wire(item, depth: depth + 1)
      }
    }
  }

  private mutating func pair(_ run: ByteRange, depth: Int) throws(FormatError) {
    let parts = try pairParts(run)
    out.append(UInt8(ascii: "{"))
    key("key")
    string(parts.key)
    if let value = parts.value {
      key("value")
      wire(value, depth: depth + 1)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// The value of a `KeyValue` that is kept whole in wire form.
  private mutating func writeRawPair(_ attribute: AttributeRecord) {
    do throws(FormatError) {
      guard let value = try pairParts(attribute.range).value else { return }
      key("value")
      wire(value, depth: 1)
    } catch {
      losses.unreadableValues += 1
    }
  }

  /// Key and value of a `KeyValue` in wire form, the last ones where there are several.
  private mutating func pairParts(
    _ run: ByteRange
  ) throws(FormatError) -> (key: ByteRange, value: ByteRange?) {
    let arena = batch.arena
    var cursor = WindowCursor(arena, base: 0).window(run)
    var key = ByteRange.empty
    var value: ByteRange?
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.KeyValue.key: key = try cursor.delimited()
      case OTLPTag.KeyValue.value:
        if value != nil { losses.severalValues += 1 }
        value = try cursor.delimited()
      default:
        try cursor.skip(tag, from: start)
        losses.unknownFields += 1
      }
    }
    return (key, value)
  }

  /// An `AnyValue` from its wire form: the last of its values where there are several.
  private mutating func wire(_ run: ByteRange, depth: Int) {
    out.append(UInt8(ascii: "{"))
    do throws(FormatError) {
      if let value = try lastValue(run) {
        switch value.kind {
        case .array: list(value.range, ofPairs: false, depth: depth)
        case .keyValueList: list(value.range, ofPairs: true, depth: depth)
        default: writeKnown(value)
        }
      }
    } catch {
      losses.unreadableValues += 1
    }
    out.append(UInt8(ascii: "}"))
  }

  private mutating func lastValue(_ run: ByteRange) throws(FormatError) -> AttributeRecord? {
    let arena = batch.arena
    var cursor = WindowCursor(arena, base: 0).window(run)
    var last: AttributeRecord?
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      var value = AttributeRecord(key: .empty, kind: .empty)
      switch tag {
      case OTLPTag.AnyValue.bool: value.bits = try cursor.varint() == 0 ? 0 : 1
      case OTLPTag.AnyValue.int: value.bits = try cursor.varint()
      case OTLPTag.AnyValue.double: value.bits = try cursor.fixed64()
      case OTLPTag.AnyValue.string, OTLPTag.AnyValue.bytes, OTLPTag.AnyValue.array,
        OTLPTag.AnyValue.keyValueList:
        value = AttributeRecord(key: .empty, kind: .empty, range: try cursor.delimited())
      default:
        try cursor.skip(tag, from: start)
        losses.unknownFields += 1
        continue
      }
      value.kind = Self.kind(tag)
      if last != nil { losses.severalValues += 1 }
      last = value
    }
    return last
  }

  private static func kind(_ tag: UInt64) -> AttributeRecord.Kind {
    switch tag {
    case OTLPTag.AnyValue.bool: .bool
    case OTLPTag.AnyValue.int: .int
    case OTLPTag.AnyValue.double: .double
    case OTLPTag.AnyValue.string: .string
    case OTLPTag.AnyValue.bytes: .bytes
    case OTLPTag.AnyValue.array: .array
    default: .keyValueList
    }
  }

  /// Counts the fields of a run of unknown ones.
  mutating func countUnknown(_ run: ByteRange) {
    if run.isEmpty { return }
    let arena = batch.arena
    var cursor = WindowCursor(arena, base: 0).window(run)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        try cursor.skip(try cursor.varint(), from: start)
        losses.unknownFields += 1
      }
    } catch {
      losses.unknownFields += 1
    }
  }
}
