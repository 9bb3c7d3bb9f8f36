/// Reads a value that lies in a batch in protobuf wire form, without recursion.
///
/// Lenient as protobuf readers are: unknown fields are stepped over, of several values the last
/// one counts. Containers that lie deeper than `maximumDepth` in each other come out as bytes.
struct NestedValueReader {
  /// A container that is being read.
  private struct Container {
    var isObject: Bool
    var position: Int
    var end: Int
  }

  /// What was found in a field.
  private enum Field {
    case number(UInt64)
    case fixed(UInt64)
    case run(Range<Int>)
  }

  private let arena: [UInt8]
  private var open: [Container] = []

  /// How many containers are read inside each other; less than a JSON reader takes, since the
  /// value may stand inside others.
  static let maximumDepth = 480

  private let record: AttributeRecord

  /// A reader of the value of `record`, whose kind has to be a nested or a raw one.
  init(_ record: AttributeRecord, in arena: [UInt8]) throws(FormatError) {
    guard record.range.positions.upperBound <= arena.count else {
      throw FormatError(.outOfBounds, at: nil, "a nested value lies outside its batch")
    }
    self.record = record
    self.arena = arena
  }

  /// The key of a raw `KeyValue` message.
  func rawKey() throws(FormatError) -> ByteRange { try keyValue(record.range.positions).key }

  /// Passes the whole value on to `sink`.
  mutating func passAll(to sink: inout some ValueSink) throws(FormatError) {
    let whole = record.range.positions
    switch record.kind {
    case .array, .keyValueList: begin(whole, isObject: record.kind == .keyValueList, &sink)
    case .rawKeyValue: try value(try keyValue(whole).value, &sink)
    default: try value(whole, &sink)
    }
    while let container = open.last {
      var at = container.position
      let element = try nextRun(field: 1, from: &at, to: container.end)
      open[open.count - 1].position = at
      guard let element else {
        open.removeLast()
        if container.isObject { sink.endObject() } else { sink.endArray() }
        continue
      }
      if container.isObject {
        let (key, found) = try keyValue(element)
        sink.key(arena, key)
        try value(found, &sink)
      } else {
        try value(element, &sink)
      }
    }
  }

  private mutating func begin(
    _ content: Range<Int>, isObject: Bool, _ sink: inout some ValueSink
  ) {
    open.append(
      Container(isObject: isObject, position: content.lowerBound, end: content.upperBound))
    if isObject { sink.beginObject() } else { sink.beginArray() }
  }

  /// Passes on the `AnyValue` at `range`, or opens it.
  private mutating func value(
    _ range: Range<Int>?, _ sink: inout some ValueSink
  ) throws(FormatError) {
    guard let range else { return sink.null() }
    var last: (number: UInt64, field: Field)?
    var at = range.lowerBound
    while let found = try nextField(from: &at, to: range.upperBound) {
      if (1...7).contains(found.number) { last = found }
    }
    switch last {
    case (1, .run(let text))?: sink.string(arena, Self.byteRange(text))
    case (2, .number(let bits))?: sink.bool(bits != 0)
    case (3, .number(let bits))?: sink.int(Int64(bitPattern: bits))
    case (4, .fixed(let bits))?: sink.double(Double(bitPattern: bits))
    case (5, .run(let content))?, (6, .run(let content))?:
      if open.count < Self.maximumDepth {
        begin(content, isObject: last?.number == 6, &sink)
      } else {
        sink.bytes(arena, Self.byteRange(range))
      }
    case (7, .run(let content))?: sink.bytes(arena, Self.byteRange(content))
    default: sink.null()
    }
  }

  private func keyValue(
    _ range: Range<Int>
  ) throws(FormatError) -> (key: ByteRange, value: Range<Int>?) {
    var key = ByteRange.empty
    var value: Range<Int>?
    var at = range.lowerBound
    while let found = try nextField(from: &at, to: range.upperBound) {
      if found.number == 1, case .run(let text) = found.field { key = Self.byteRange(text) }
      if found.number == 2, case .run(let content) = found.field { value = content }
    }
    return (key, value)
  }

  /// The next length-delimited field `field` from `at` on; nil at the end.
  private func nextRun(
    field: UInt64, from at: inout Int, to end: Int
  ) throws(FormatError) -> Range<Int>? {
    while let found = try nextField(from: &at, to: end) {
      if found.number == field, case .run(let content) = found.field { return content }
    }
    return nil
  }

  private func nextField(
    from at: inout Int, to end: Int
  ) throws(FormatError) -> (number: UInt64, field: Field)? {
    if at == end { return nil }
    do throws(FormatError) {
      var cursor = ByteCursor(arena.rawSpan.extracting(at..<end))
      let tag = try cursor.varint()
      let field: Field
      switch tag & 7 {
      case 0: field = .number(try cursor.varint())
      case 1: field = .fixed(try cursor.uint64())
      case 2:
        let count = try cursor.count(upTo: cursor.remaining, "a nested value")
        let inside = try cursor.take(count, "a nested value")
        field = .run((at + inside.lowerBound)..<(at + inside.upperBound))
      case 5: field = .number(UInt64(try cursor.uint32()))
      default: throw FormatError(.invalid, at: nil, "a field of an unknown wire type")
      }
      at += cursor.position
      return (tag >> 3, field)
    } catch {
      // Offsets in a batch's arena mean nothing to the user.
      throw FormatError(error.code, at: nil, "a nested value is no protobuf: \(error.what)")
    }
  }

  private static func byteRange(_ range: Range<Int>) -> ByteRange {
    ByteRange(range.lowerBound, range.count)
  }
}
