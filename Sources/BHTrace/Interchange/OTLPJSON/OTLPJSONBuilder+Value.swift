/// Attributes and their values.
extension OTLPJSONBuilder {
  /// Lists inside lists are read this deep; the text of deeper ones is a problem.
  static let deepest = 100

  /// Reads a list of attributes and appends it to those at `run`.
  @_lifetime(json: copy json)
  mutating func readAttributes(
    _ json: inout JSONTokenizer, into run: inout RecordRange
  ) throws(FormatError) {
    var first = batch.attributes.count
    if run.count > 0 {
      // A list for the second time: all of it has to lie together.
      if run.indices.upperBound == first {
        first = Int(run.first)
      } else {
        batch.attributes.append(contentsOf: Array(batch.attributes[run.indices]))
      }
    }
    try json.beginArray()
    while try json.nextElement() {
      let place = json.place
      let count = batch.attributes.count
      do throws(FormatError) {
        if try json.takeNull() { repairs.note(.nullItem) } else { try readAttribute(&json) }
      } catch {
        batch.attributes.removeLast(batch.attributes.count - count)
        try stepOver(&json, from: place, error)
      }
    }
    run = RecordRange(first, batch.attributes.count - first)
  }

  /// Reads a `KeyValue`.
  @_lifetime(json: copy json)
  @inline(__always)
  private mutating func readAttribute(_ json: inout JSONTokenizer) throws(FormatError) {
    var key = ByteRange.empty
    var value = AttributeRecord(key: .empty, kind: .absent)
    try json.beginObject()
    while let name = try json.nextKey() {
      switch known(name, json) {
      case .key:
        if try json.takeNull() { continue }
        if !key.isEmpty { repairs.note(.repeatedKey) }
        key = try text(&json)
      case .value:
        if try json.takeNull() { continue }
        if value.kind != .absent { repairs.note(.repeatedKey) }
        value = try readValue(&json, depth: 1)
      default: try skipUnknown(&json, name)
      }
    }
    value.key = key
    batch.attributes.append(value)
  }

  /// Reads an `AnyValue`: one value, or nothing; where there are several, the wire form of all.
  ///
  /// A Go struct holds its value in an object under `Value`.
  @_lifetime(json: copy json)
  @inline(__always)
  private mutating func readValue(
    _ json: inout JSONTokenizer, depth: Int
  ) throws(FormatError) -> AttributeRecord {
    let place = json.place
    var value = AttributeRecord(key: .empty, kind: .empty)
    try json.beginObject()
    while let name = try json.nextKey() {
      let member = known(name, json)
      if member == .unknown {
        try skipUnknown(&json, name)
        continue
      }
      if try json.takeNull() { continue }
      if value.kind != .empty { return try severalValues(&json, from: place) }
      switch member {
      case .string:
        value = AttributeRecord(key: .empty, kind: .string, range: try text(&json))
      case .int:
        value.bits = UInt64(bitPattern: try int64(&json))
        value.kind = .int
      case .bool:
        value.bits = try bool(&json) ? 1 : 0
        value.kind = .bool
      case .double:
        value.bits = try double(&json).bitPattern
        value.kind = .double
      case .bytes:
        let start = batch.arena.count
        try Self.base64(&json, to: &batch.arena)
        value = AttributeRecord(
          key: .empty, kind: .bytes, range: ByteRange(start, batch.arena.count - start))
      case .array, .keyValueList:
        value = try readList(&json, ofPairs: member == .keyValueList)
      case .value: value = try readInnerValue(&json, depth: depth + 1)
      default: try skipUnknown(&json, name)
      }
    }
    return value
  }

  @_lifetime(json: copy json)
  @inline(never)
  private mutating func readInnerValue(
    _ json: inout JSONTokenizer, depth: Int
  ) throws(FormatError) -> AttributeRecord {
    try Self.check(depth, json)
    return try readValue(&json, depth: depth)
  }

  /// Throws where so many lists or values in each other are too many.
  private static func check(_ depth: Int, _ json: borrowing JSONTokenizer) throws(FormatError) {
    if depth > deepest {
      throw FormatError(
        .outOfBounds, at: json.base + json.position,
        "more than \(deepest) lists lie in each other")
    }
  }

  @_lifetime(json: copy json)
  private mutating func readList(
    _ json: inout JSONTokenizer, ofPairs: Bool
  ) throws(FormatError) -> AttributeRecord {
    var list: [UInt8] = []
    try appendList(&json, ofPairs: ofPairs, depth: 1, to: &list)
    return AttributeRecord(
      key: .empty, kind: ofPairs ? .keyValueList : .array, range: batch.append(list))
  }

  @_lifetime(json: copy json)
  @inline(never)
  private mutating func severalValues(
    _ json: inout JSONTokenizer, from place: JSONTokenizer.Place
  ) throws(FormatError) -> AttributeRecord {
    json.goBack(to: place)
    repairs.note(.severalValues)
    var wire: [UInt8] = []
    try appendValue(&json, depth: 1, to: &wire)
    return AttributeRecord(key: .empty, kind: .rawValue, range: batch.append(wire))
  }
}

/// Nested values, which a batch holds in protobuf wire form: the canonical one.
extension OTLPJSONBuilder {
  /// Reads the object of an `ArrayValue`, or of a `KeyValueList` where it is of pairs.
  @_lifetime(json: copy json)
  private mutating func appendList(
    _ json: inout JSONTokenizer, ofPairs: Bool, depth: Int, to out: inout [UInt8]
  ) throws(FormatError) {
    try Self.check(depth, json)
    try json.beginObject()
    while let name = try json.nextKey() {
      guard known(name, json) == .values else {
        try skipUnknown(&json, name)
        continue
      }
      if try json.takeNull() { continue }
      try json.beginArray()
      while try json.nextElement() {
        var item: [UInt8] = []
        if try json.takeNull() {
          repairs.note(.nullItem)
        } else if ofPairs {
          try appendPair(&json, depth: depth, to: &item)
        } else {
          try appendValue(&json, depth: depth + 1, to: &item)
        }
        out.appendField(OTLPTag.List.values, item)
      }
    }
  }

  @_lifetime(json: copy json)
  private mutating func appendPair(
    _ json: inout JSONTokenizer, depth: Int, to out: inout [UInt8]
  ) throws(FormatError) {
    var key: [UInt8] = []
    var value: [UInt8]?
    try json.beginObject()
    while let name = try json.nextKey() {
      switch known(name, json) {
      case .key:
        if try json.takeNull() { continue }
        key.removeAll()
        let string = try json.string()
        if !json.decode(string, into: &key) { repairs.note(.halfSurrogate) }
      case .value:
        if try json.takeNull() { continue }
        if value != nil { repairs.note(.repeatedKey) }
        var bytes: [UInt8] = []
        try appendValue(&json, depth: depth + 1, to: &bytes)
        value = bytes
      default: try skipUnknown(&json, name)
      }
    }
    if !key.isEmpty { out.appendField(OTLPTag.KeyValue.key, key) }
    if let value { out.appendField(OTLPTag.KeyValue.value, value) }
  }

  /// Reads the object of an `AnyValue`. Calls itself only after a look at the depth.
  @_lifetime(json: copy json)
  private mutating func appendValue(
    _ json: inout JSONTokenizer, depth: Int, to out: inout [UInt8]
  ) throws(FormatError) {
    try json.beginObject()
    while let name = try json.nextKey() {
      let member = known(name, json)
      if member != .unknown, try json.takeNull() { continue }
      var content: [UInt8] = []
      switch member {
      case .string:
        let string = try json.string()
        if !json.decode(string, into: &content) { repairs.note(.halfSurrogate) }
        out.appendField(OTLPTag.AnyValue.string, content)
      case .bytes:
        try Self.base64(&json, to: &content)
        out.appendField(OTLPTag.AnyValue.bytes, content)
      case .bool:
        out.appendVarint(OTLPTag.AnyValue.bool)
        out.appendVarint(try bool(&json) ? 1 : 0)
      case .int:
        out.appendVarint(OTLPTag.AnyValue.int)
        out.appendVarint(UInt64(bitPattern: try int64(&json)))
      case .double:
        out.appendVarint(OTLPTag.AnyValue.double)
        var bits = try double(&json).bitPattern
        for _ in 0..<8 {
          out.append(UInt8(truncatingIfNeeded: bits))
          bits >>= 8
        }
      case .array:
        try appendList(&json, ofPairs: false, depth: depth, to: &content)
        out.appendField(OTLPTag.AnyValue.array, content)
      case .keyValueList:
        try appendList(&json, ofPairs: true, depth: depth, to: &content)
        out.appendField(OTLPTag.AnyValue.keyValueList, content)
      case .value:
        try Self.check(depth + 1, json)
        try appendValue(&json, depth: depth + 1, to: &out)
      default: try skipUnknown(&json, name)
      }
    }
  }
}
