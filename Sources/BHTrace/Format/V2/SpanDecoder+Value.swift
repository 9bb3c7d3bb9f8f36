/// Values of slots, read from the streams of a block: `ValueCode` has the byte table.
extension SpanDecoder {
  struct Value {
    var bits: UInt64 = 0
    var range = ByteRange.empty
  }

  /// Reads the value of a slot that is no constant.
  mutating func value(
    _ slot: FlatTables.FlatSlot, _ frame: SpanFrame, _ streams: inout PayloadCursors
  ) throws(FormatError) -> Value {
    switch slot.kind {
    case .absent, .empty: return Value()
    case .bool: return Value(bits: try streams.codes.byte() == 0 ? 0 : 1)
    case .int: return Value(bits: UInt64(bitPattern: try streams.codes.signedVarint()))
    case .double:
      let scale = try streams.codes.count(
        upTo: ValueCode.largestScale + 1, "a double's scale")
      if scale == 0 { return Value(bits: try streams.random.uint64()) }
      return Value(bits: ValueCode.unscale(try streams.codes.signedVarint(), scale - 1))
    default: return Value(range: try longValue(slot, frame, &streams))
    }
  }

  private mutating func longValue(
    _ slot: FlatTables.FlatSlot, _ frame: SpanFrame, _ streams: inout PayloadCursors
  ) throws(FormatError) -> ByteRange {
    let at = streams.codes.base + streams.codes.position
    let code = try streams.codes.varint()
    if code >= ValueCode.tableBase {
      let place = code - ValueCode.tableBase
      if place < UInt64(slot.templateCount) {
        return try templateText(
          tables.templates[Int(slot.firstTemplate) + Int(place)], &streams)
      }
      return range(ofText: try Self.text(place, of: slot, at: at))
    }
    let start = batch.arena.count
    switch code {
    case ValueCode.literal:
      return try take(
        try streams.codes.count(upTo: streams.text.remaining, "a text's length"),
        from: &streams.text)
    case ValueCode.hex:
      let count = try streams.codes.count(
        upTo: streams.random.bytes.byteCount, "the length of a hex text")
      let bytes = try recentBytes(count, &streams)
      TextForm.appendHexText(
        streams.random.bytes.extracting(bytes), width: count * 2, to: &batch.arena)
    case ValueCode.uuid:
      let bytes = try recentBytes(16, &streams)
      TextForm.appendUUIDText(streams.random.bytes.extracting(bytes), to: &batch.arena)
    case ValueCode.decimal:
      TextForm.appendDecimalText(try streams.codes.varint(), to: &batch.arena)
    case ValueCode.ipv4:
      let bytes = try streams.random.take(4, "an IPv4 address")
      TextForm.appendIPv4Text(streams.random.bytes.extracting(bytes), to: &batch.arena)
    case ValueCode.traceID: TextForm.appendHexText(of: frame.traceID, to: &batch.arena)
    case ValueCode.spanID: TextForm.appendHexText(of: frame.spanID, to: &batch.arena)
    case ValueCode.parentID: TextForm.appendHexText(of: frame.parentSpanID, to: &batch.arena)
    case ValueCode.heavy:
      let place = try heavyPlace(&streams.codes, at: at)
      let bytes = heavy
      batch.arena.append(bytes.rawSpan, place)
    default:
      throw FormatError(.invalid, at: at, "a value has the unknown code \(code)")
    }
    return ByteRange(start, batch.arena.count - start)
  }

  /// The text of value `place` of the templates and values of a slot's word.
  static func text(
    _ place: UInt64, of slot: FlatTables.FlatSlot, at offset: Int
  ) throws(FormatError) -> Int32 {
    let number = place - UInt64(slot.templateCount)
    guard number < UInt64(slot.valueCount) else {
      throw FormatError(
        .outOfBounds, at: offset,
        "a value is number \(number) of a table of \(slot.valueCount) values")
    }
    return slot.firstValue + Int32(number)
  }

  /// Where a value lies in the HEAVY bytes of the block.
  mutating func heavyPlace(
    _ codes: inout ByteCursor, at offset: Int
  ) throws(FormatError) -> Range<Int> {
    let start = try codes.count(upTo: heavy.count, "an offset in the HEAVY bytes of a block")
    let count = try codes.count(upTo: heavy.count - start, "the length of a HEAVY value")
    guard start >= heavyEnd else {
      throw FormatError(.invalid, at: offset, "HEAVY values of a block overlap")
    }
    heavyEnd = start + count
    return start..<heavyEnd
  }

  /// Where the next `count` random bytes lie in their stream, new ones or earlier ones.
  mutating func recentBytes(
    _ count: Int, _ streams: inout PayloadCursors
  ) throws(FormatError) -> Range<Int> {
    if !ValueCode.recentCounts.contains(count) {
      return try streams.random.take(count, "random bytes")
    }
    let back = try streams.codes.count(upTo: recent.count, "how far back random bytes lie")
    if back == 0 {
      let range = try streams.random.take(count, "random bytes")
      recent.append(range)
      return range
    }
    let range = recent[recent.count - back]
    guard range.count == count else {
      throw FormatError(
        .invalid, at: streams.codes.base + streams.codes.position,
        "\(count) random bytes are said to repeat \(range.count)")
    }
    return range
  }

  private mutating func templateText(
    _ template: FlatTables.FlatTemplate, _ streams: inout PayloadCursors
  ) throws(FormatError) -> ByteRange {
    let start = batch.arena.count
    appendText(template.firstLiteral)
    var literal = template.firstLiteral
    for index in template.variables {
      switch tables.templateVariables[index] {
      case .decimal:
        TextForm.appendDecimalText(try streams.codes.varint(), to: &batch.arena)
      case .padded(let width):
        TextForm.appendDecimalText(try streams.codes.varint(), width: width, to: &batch.arena)
      case .hex(let width):
        let bytes = try recentBytes((width + 1) / 2, &streams)
        TextForm.appendHexText(
          streams.random.bytes.extracting(bytes), width: width, to: &batch.arena)
      case .text:
        _ = try take(
          try streams.codes.count(upTo: streams.text.remaining, "a text's length"),
          from: &streams.text)
      }
      literal += 1
      appendText(literal)
    }
    return ByteRange(start, batch.arena.count - start)
  }

  /// Copies a text of the tables to the end of the batch's arena.
  private mutating func appendText(_ number: Int32) {
    batch.arena.append(tables.texts[Int(number)].positions, of: tables.arena)
  }

  mutating func take(
    _ count: Int, from stream: inout ByteCursor
  ) throws(FormatError) -> ByteRange {
    let taken = try stream.take(count, "a value")
    let start = batch.arena.count
    batch.arena.append(stream.bytes, taken)
    return ByteRange(start, count)
  }

  /// How many bytes the ids have that a link says; its trace's is nil where it is the span's own.
  func readLinkedIDCounts(
    _ streams: inout PayloadCursors
  ) throws(FormatError) -> (trace: Int?, span: Int) {
    let trace = try streams.codes.count(
      upTo: streams.random.remaining + 2, "the form of a link's trace id")
    let span = try streams.codes.count(
      upTo: streams.random.remaining + 1, "the form of a link's span id")
    return (trace == 0 ? nil : trace == 1 ? 16 : trace - 2, span == 0 ? 8 : span - 1)
  }
}
