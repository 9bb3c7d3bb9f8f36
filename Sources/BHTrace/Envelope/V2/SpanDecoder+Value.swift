/// Values of slots, read from the streams of a block: `ValueCode` has the byte table.
extension SpanDecoder {
  struct Value {
    var bits: UInt64 = 0
    var range = ByteRange.empty
  }

  mutating func value(
    _ slot: FlatTables.FlatSlot, _ frame: SpanFrame, codes: inout ByteCursor,
    text: inout ByteCursor, random: inout ByteCursor
  ) throws(FormatError) -> Value {
    if slot.isConstant {
      return Value(
        bits: slot.bits, range: slot.constant < 0 ? .empty : range(ofText: slot.constant))
    }
    switch slot.kind {
    case .absent, .empty: return Value()
    case .bool: return Value(bits: UInt64(try codes.byte()))
    case .int: return Value(bits: UInt64(bitPattern: try codes.signedVarint()))
    case .double:
      let scale = try codes.count(upTo: ValueCode.largestScale + 1, "a double's scale")
      if scale == 0 { return Value(bits: try random.uint64()) }
      return Value(bits: ValueCode.unscale(try codes.signedVarint(), scale - 1))
    default:
      return Value(
        range: try longValue(slot, frame, codes: &codes, text: &text, random: &random))
    }
  }

  private mutating func longValue(
    _ slot: FlatTables.FlatSlot, _ frame: SpanFrame, codes: inout ByteCursor,
    text: inout ByteCursor, random: inout ByteCursor
  ) throws(FormatError) -> ByteRange {
    let at = codes.base + codes.position
    let code = try codes.varint()
    if code >= ValueCode.tableBase {
      let place = code - ValueCode.tableBase
      if place < UInt64(slot.templateCount) {
        return try templateText(
          tables.templates[Int(slot.firstTemplate) + Int(place)], codes: &codes, text: &text,
          random: &random)
      }
      let number = place - UInt64(slot.templateCount)
      guard number < UInt64(slot.valueCount) else {
        throw FormatError(
          .outOfBounds, at: at,
          "a value is number \(number) of a table of \(slot.valueCount) values")
      }
      return range(ofText: slot.firstValue + Int32(number))
    }
    let start = batch.arena.count
    switch code {
    case ValueCode.literal:
      return try take(try codes.count(upTo: text.remaining, "a text's length"), from: &text)
    case ValueCode.hex:
      let count = try codes.count(
        upTo: random.bytes.byteCount, "the length of a hex text")
      let bytes = try recentBytes(count, codes: &codes, random: &random)
      TextForm.appendHexText(
        random.bytes.extracting(bytes), width: count * 2, to: &batch.arena)
    case ValueCode.uuid:
      let bytes = try recentBytes(16, codes: &codes, random: &random)
      TextForm.appendUUIDText(random.bytes.array(bytes)[...], to: &batch.arena)
    case ValueCode.decimal:
      TextForm.appendDecimalText(try codes.varint(), to: &batch.arena)
    case ValueCode.ipv4:
      TextForm.appendIPv4Text(try random.array(4, "an IPv4 address")[...], to: &batch.arena)
    case ValueCode.traceID:
      TextForm.appendHexText(batch.arena[frame.traceID.positions], to: &batch.arena)
    case ValueCode.spanID:
      TextForm.appendHexText(batch.arena[frame.spanID.positions], to: &batch.arena)
    case ValueCode.parentID:
      TextForm.appendHexText(batch.arena[frame.parentSpanID.positions], to: &batch.arena)
    case ValueCode.heavy:
      let offset = try codes.count(upTo: Int(UInt32.max), "an offset in the HEAVY stream")
      let count = try codes.count(upTo: Int(UInt32.max), "the length of a HEAVY value")
      guard offset >= heavyEnd else {
        throw FormatError(.invalid, at: at, "HEAVY values of a block overlap")
      }
      heavyEnd = offset + count
      batch.arena.append(contentsOf: try heavy.bytes(offset, count))
    default:
      throw FormatError(.invalid, at: at, "a value has the unknown code \(code)")
    }
    return ByteRange(start, batch.arena.count - start)
  }

  /// Where the next `count` random bytes lie in their stream, new ones or earlier ones.
  private mutating func recentBytes(
    _ count: Int, codes: inout ByteCursor, random: inout ByteCursor
  ) throws(FormatError) -> Range<Int> {
    if !ValueCode.recentCounts.contains(count) {
      return try random.take(count, "random bytes")
    }
    let back = try codes.count(upTo: recent.count, "how far back random bytes lie")
    if back == 0 {
      let range = try random.take(count, "random bytes")
      recent.append(range)
      return range
    }
    let range = recent[recent.count - back]
    guard range.count == count else {
      throw FormatError(
        .invalid, at: codes.base + codes.position,
        "\(count) random bytes are said to repeat \(range.count)")
    }
    return range
  }

  private mutating func templateText(
    _ template: TextTemplate, codes: inout ByteCursor, text: inout ByteCursor,
    random: inout ByteCursor
  ) throws(FormatError) -> ByteRange {
    let start = batch.arena.count
    batch.arena.append(contentsOf: template.literals[0])
    for (index, variable) in template.variables.enumerated() {
      switch variable {
      case .decimal:
        TextForm.appendDecimalText(try codes.varint(), to: &batch.arena)
      case .padded(let width):
        TextForm.appendDecimalText(try codes.varint(), width: width, to: &batch.arena)
      case .hex(let width):
        let bytes = try recentBytes((width + 1) / 2, codes: &codes, random: &random)
        TextForm.appendHexText(
          random.bytes.extracting(bytes), width: width, to: &batch.arena)
      case .text:
        _ = try take(try codes.count(upTo: text.remaining, "a text's length"), from: &text)
      }
      batch.arena.append(contentsOf: template.literals[index + 1])
    }
    return ByteRange(start, batch.arena.count - start)
  }

  mutating func take(
    _ count: Int, from stream: inout ByteCursor
  ) throws(FormatError) -> ByteRange {
    let taken = try stream.take(count, "a value")
    let start = batch.arena.count
    batch.arena.append(stream.bytes, taken)
    return ByteRange(start, count)
  }
}
