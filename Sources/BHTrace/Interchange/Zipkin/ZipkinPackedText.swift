/// The text in which OpenTelemetry's translation puts what Zipkin has no place for:
///
///     event   name|{"key":value,…}|dropped attributes        as the value of an annotation
///     link    trace id|span id|trace state|{…}|dropped       as the value of a tag `otlp.link.N`
///
/// All of it is text, so a bar can be part of a name or value: the attributes are the first thing
/// between bars that is a JSON object up to the last bar.
struct ZipkinPackedText {
  /// What stands before the attributes and their bar.
  var head: ArraySlice<UInt8>
  /// The attributes' JSON text.
  var object: ArraySlice<UInt8>
  /// How many attributes were dropped.
  var dropped: UInt32

  /// The keys of tags that are links begin so; a number follows.
  static let linkKey: StaticString = "otlp.link."
  /// So many beginnings of an object are tried.
  private static let tries = 4
  private static let bar = UInt8(ascii: "|")

  /// Takes `text` apart; nil where it is not packed.
  init?(_ text: [UInt8]) {
    guard let last = text.last, last &- UInt8(ascii: "0") < 10,
      let bar = text.lastIndex(of: Self.bar), bar > 1, text[bar - 1] == UInt8(ascii: "}"),
      let dropped = DecimalText.uint64(text.rawSpan, (bar + 1)..<text.count),
      let count = UInt32(exactly: dropped)
    else { return nil }
    var (tries, at) = (0, 0)
    while tries < Self.tries, at + 1 < bar {
      guard let start = text[at..<(bar - 1)].firstIndex(of: Self.bar) else { return nil }
      at = start + 1
      if text[at] != UInt8(ascii: "{") { continue }
      tries += 1
      if Self.isObject(text, at..<bar) {
        (head, object, self.dropped) = (text[..<start], text[at..<bar], count)
        return
      }
    }
    return nil
  }

  private static func isObject(_ text: [UInt8], _ range: Range<Int>) -> Bool {
    var json = JSONTokenizer(text.rawSpan.extracting(range))
    do throws(FormatError) {
      _ = try json.skipValue()
      try json.requireEnd("the attributes")
      return true
    } catch { return false }
  }

  /// Ids and trace state where this is the text of a link; nil where it is not.
  var link: (traceID: [UInt8], spanID: [UInt8], traceState: ArraySlice<UInt8>)? {
    let parts = head.split(separator: Self.bar, maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var (traceID, spanID) = ([UInt8](), [UInt8]())
    guard HexText.append(Array(parts[0]).rawSpan, 0..<parts[0].count, to: &traceID),
      HexText.append(Array(parts[1]).rawSpan, 0..<parts[1].count, to: &spanID)
    else { return nil }
    return (traceID, spanID, parts[2])
  }

  /// Whether the bytes at `key` of `arena` are the key of a tag that is a link.
  static func isLinkKey(_ arena: [UInt8], _ key: ByteRange) -> Bool {
    guard key.count > 10, key.count < 20,
      ByteComparison.equal(arena, ByteRange(offset: key.offset, count: 10), linkKey)
    else { return false }
    return arena[key.positions].dropFirst(10).allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
  }
}

extension SpanBatch {
  /// Appends the attributes that are written in `object`, a JSON object that was checked.
  mutating func appendAttributes(packed object: ArraySlice<UInt8>) -> RecordRange {
    let first = attributes.count
    let text = Array(object)
    var json = JSONTokenizer(text.rawSpan)
    do throws(FormatError) {
      try json.beginObject()
      while let key = try json.nextKey() {
        let name = append(key, of: json)
        attributes.append(try appendValue(of: name, &json))
      }
    } catch {
      // The text was checked; what it holds so far is kept.
    }
    return RecordRange(first, attributes.count - first)
  }

  /// Reads the value of attribute `key`.
  @_lifetime(json: copy json)
  private mutating func appendValue(
    of key: ByteRange, _ json: inout JSONTokenizer
  ) throws(FormatError) -> AttributeRecord {
    let kind = try json.peek()
    switch kind {
    case .null:
      try json.null()
      return AttributeRecord(key: key, kind: .empty)
    case .bool: return AttributeRecord(key: key, kind: .bool, bits: try json.bool() ? 1 : 0)
    case .string:
      return AttributeRecord(
        key: key, kind: .string, range: append(try json.string(), of: json))
    case .number:
      let number = try json.number()
      if let value = number.int64(in: json.bytes) {
        return AttributeRecord(key: key, kind: .int, bits: UInt64(bitPattern: value))
      }
      return AttributeRecord(
        key: key, kind: .double, bits: number.double(in: json.bytes).bitPattern)
    case .array, .object:
      return AttributeRecord(
        key: key, kind: kind == .array ? .array : .keyValueList,
        range: append(try Self.wireForm(&json)))
    }
  }

  /// The wire form of the array or object that comes next.
  @_lifetime(json: copy json)
  static func wireForm(_ json: inout JSONTokenizer) throws(FormatError) -> [UInt8] {
    var writer = NestedValueWriter()
    try json.passValue(to: &writer)
    var wire: [UInt8] = []
    writer.finish(into: &wire)
    return wire
  }
}
