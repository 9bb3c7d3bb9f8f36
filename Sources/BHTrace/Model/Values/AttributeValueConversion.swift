extension AttributeValue {
  /// The value of `record`, a record of a batch over `arena`. Text that is not valid UTF-8 is
  /// repaired; lists deeper than 480 come as bytes, in protobuf wire form.
  ///
  /// Throws where a nested value is not well-formed.
  public init(_ record: AttributeRecord, in arena: [UInt8]) throws(FormatError) {
    var builder = AttributeValueBuilder()
    try builder.value(of: record, in: arena)
    self = builder.value
  }

  /// Passes the value on to `sink`, without recursion.
  func pass(to sink: inout some ValueSink) {
    var open: [(list: AttributeValue, next: Int)] = []
    var current: AttributeValue? = self
    while true {
      switch current {
      case nil: break
      case .null: sink.null()
      case .bool(let value): sink.bool(value)
      case .int(let value): sink.int(value)
      case .double(let value): sink.double(value)
      case .bigInt(let digits): sink.bigInt(Array(digits.utf8), ByteRange(0, digits.utf8.count))
      case .string(let text): sink.string(Array(text.utf8), ByteRange(0, text.utf8.count))
      case .bytes(let bytes): sink.bytes(bytes, ByteRange(0, bytes.count))
      case .array:
        sink.beginArray()
        open.append((current ?? .null, 0))
      case .object:
        sink.beginObject()
        open.append((current ?? .null, 0))
      }
      guard let top = open.last else { return }
      current = nil
      open[open.count - 1].next += 1
      switch top.list {
      case .array(let elements) where top.next < elements.count: current = elements[top.next]
      case .object(let list) where top.next < list.count:
        let key = list[top.next].key
        sink.key(Array(key.utf8), ByteRange(0, key.utf8.count))
        current = list[top.next].value
      case .object:
        sink.endObject()
        open.removeLast()
      default:
        sink.endArray()
        open.removeLast()
      }
      if open.isEmpty { return }
    }
  }
}

extension SpanBatch {
  /// A record of `key` and `value`, their bytes copied to the arena. An integer beyond 64 bits
  /// becomes text.
  public mutating func record(_ key: String, _ value: AttributeValue) -> AttributeRecord {
    let key = append(key)
    switch value {
    case .null: return AttributeRecord(key: key, kind: .empty)
    case .bool(let value): return AttributeRecord(key: key, kind: .bool, bits: value ? 1 : 0)
    case .int(let value):
      return AttributeRecord(key: key, kind: .int, bits: UInt64(bitPattern: value))
    case .double(let value):
      return AttributeRecord(key: key, kind: .double, bits: value.bitPattern)
    case .string(let text), .bigInt(let text):
      return AttributeRecord(key: key, kind: .string, range: append(text))
    case .bytes(let bytes): return AttributeRecord(key: key, kind: .bytes, range: append(bytes))
    case .array, .object:
      var writer = NestedValueWriter()
      value.pass(to: &writer)
      let start = arena.count
      writer.finish(into: &arena)
      var kind = AttributeRecord.Kind.keyValueList
      if case .array = value { kind = .array }
      return AttributeRecord(key: key, kind: kind, range: ByteRange(start, arena.count - start))
    }
  }
}

/// Makes an `AttributeValue` of its parts.
struct AttributeValueBuilder: ValueSink {
  /// What was built; null before the outermost value is complete.
  private(set) var value = AttributeValue.null
  /// The containers not yet closed, each with its key in the one around it; the elements of an
  /// array are kept under whatever key came last.
  private var open: [(key: String, parts: AttributeList, isArray: Bool)] = []
  private var pendingKey = ""

  mutating func key(_ arena: [UInt8], _ range: ByteRange) { pendingKey = Self.text(arena, range) }
  mutating func null() { add(.null) }
  mutating func bool(_ value: Bool) { add(.bool(value)) }
  mutating func int(_ value: Int64) { add(.int(value)) }
  mutating func bigInt(_ arena: [UInt8], _ range: ByteRange) {
    add(.bigInt(Self.text(arena, range)))
  }
  mutating func double(_ value: Double) { add(.double(value)) }
  mutating func string(_ arena: [UInt8], _ range: ByteRange) {
    add(.string(Self.text(arena, range)))
  }
  mutating func bytes(_ arena: [UInt8], _ range: ByteRange) {
    add(.bytes(Array(arena[range.positions])))
  }
  mutating func beginArray() { open.append((pendingKey, AttributeList(), true)) }
  mutating func beginObject() { open.append((pendingKey, AttributeList(), false)) }

  mutating func endArray() {
    guard let closed = open.popLast() else { return }
    pendingKey = closed.key
    add(.array(closed.parts.map(\.value)))
  }

  mutating func endObject() {
    guard let closed = open.popLast() else { return }
    pendingKey = closed.key
    add(.object(closed.parts))
  }

  /// Ends all that is open, where no more parts will come.
  mutating func closeAll() {
    while let innermost = open.last {
      if innermost.isArray { endArray() } else { endObject() }
    }
  }

  private mutating func add(_ part: AttributeValue) {
    guard !open.isEmpty else {
      value = part
      return
    }
    open[open.count - 1].parts.append(pendingKey, part)
  }

  private static func text(_ arena: [UInt8], _ range: ByteRange) -> String {
    String(decoding: arena[range.positions], as: UTF8.self)
  }
}
