/// Writes an array or an object as a batch holds them: the protobuf wire form of OTLP's
/// `ArrayValue` or `KeyValueList`, without tag and length of the outermost one.
///
///     ArrayValue   := (0A length AnyValue)*
///     KeyValueList := (0A length KeyValue)*
///     KeyValue     := [0A length key] 12 length AnyValue          an empty key is left out
///     AnyValue     := 0A length text | 10 bool | 18 int | 21 double | 2A length ArrayValue
///                   | 32 length KeyValueList | 3A length bytes | nothing
///
/// A length stands before what it counts, so the lengths of containers are only noted while
/// the content is written and put in at the end: linear, however deep the nesting.
struct NestedValueWriter: ValueSink {
  /// A length to be put in.
  private struct Mark {
    /// Where in `content`.
    var offset: Int
    /// The number of bytes it counts, other lengths among them.
    var length: Int
  }

  /// An open container.
  private struct Container {
    var isObject: Bool
    /// Its own lengths in `marks`, from the outermost one.
    var marks: Range<Int>
    /// How many bytes the lengths inside will take.
    var inserted = 0
  }

  private var content = ByteWriter()
  private var marks: [Mark] = []
  private var open: [Container] = []
  private var pendingKey: [UInt8] = []

  /// Forgets what was written.
  mutating func removeAll() {
    content.removeAll()
    marks.removeAll(keepingCapacity: true)
    open.removeAll(keepingCapacity: true)
  }

  /// Appends the wire form to `output`. Everything that was opened has to be closed.
  func finish(into output: inout [UInt8]) {
    var copied = 0
    var length = ByteWriter()
    for mark in marks {
      output.append(contentsOf: content.bytes[copied..<mark.offset])
      length.removeAll()
      length.varint(mark.length)
      output.append(contentsOf: length.bytes)
      copied = mark.offset
    }
    output.append(contentsOf: content.bytes[copied...])
  }

  mutating func key(_ arena: [UInt8], _ range: ByteRange) {
    pendingKey.removeAll(keepingCapacity: true)
    pendingKey.append(contentsOf: arena[range.positions])
  }

  mutating func null() { scalar(0) }

  mutating func bool(_ value: Bool) {
    scalar(2)
    content.byte(0x10)
    content.byte(value ? 1 : 0)
  }

  mutating func int(_ value: Int64) {
    let bits = UInt64(bitPattern: value)
    scalar(1 + Self.size(bits))
    content.byte(0x18)
    content.varint(bits)
  }

  /// Kept as text, since OTLP has no wider integers.
  mutating func bigInt(_ arena: [UInt8], _ range: ByteRange) { string(arena, range) }

  mutating func double(_ value: Double) {
    scalar(9)
    content.byte(0x21)
    content.uint64(value.bitPattern)
  }

  mutating func string(_ arena: [UInt8], _ range: ByteRange) { run(0x0A, arena, range) }

  mutating func bytes(_ arena: [UInt8], _ range: ByteRange) { run(0x3A, arena, range) }

  mutating func beginArray() { begin(isObject: false) }
  mutating func endArray() { end() }
  mutating func beginObject() { begin(isObject: true) }
  mutating func endObject() { end() }

  private mutating func run(_ tag: UInt8, _ arena: [UInt8], _ range: ByteRange) {
    scalar(1 + Self.size(UInt64(range.count)) + Int(range.count))
    content.byte(tag)
    content.varint(UInt64(range.count))
    content.append(range, of: arena)
  }

  /// Writes what comes before an `AnyValue` of `count` bytes.
  private mutating func scalar(_ count: Int) {
    content.byte(0x0A)
    if open.last?.isObject == true {
      content.varint(keySize + 1 + Self.size(UInt64(count)) + count)
      keyField()
      content.byte(0x12)
    }
    content.varint(count)
  }

  private mutating func begin(isObject: Bool) {
    let first = marks.count
    if let outer = open.last {
      content.byte(0x0A)
      if outer.isObject {
        mark()
        keyField()
        content.byte(0x12)
      }
      mark()
      content.byte(isObject ? 0x32 : 0x2A)
      mark()
    }
    open.append(Container(isObject: isObject, marks: first..<marks.count))
  }

  private mutating func mark() { marks.append(Mark(offset: content.count, length: 0)) }

  private mutating func end() {
    guard let closed = open.popLast() else { return }
    var inserted = closed.inserted
    for index in closed.marks.reversed() {
      marks[index].length = content.count - marks[index].offset + inserted
      inserted += Self.size(UInt64(marks[index].length))
    }
    if !open.isEmpty { open[open.count - 1].inserted += inserted }
  }

  private var keySize: Int {
    pendingKey.isEmpty ? 0 : 1 + Self.size(UInt64(pendingKey.count)) + pendingKey.count
  }

  private mutating func keyField() {
    if pendingKey.isEmpty { return }
    content.byte(0x0A)
    content.lengthPrefixed(pendingKey)
  }

  /// The length of `value` as a variable-length integer.
  private static func size(_ value: UInt64) -> Int {
    max(1, (70 - value.leadingZeroBitCount) / 7)
  }
}
