/// Writes spans into payload streams by the shapes and tables of a mined segment.
///
/// ```
/// Span  := shape varint     0: Inline follows; 1 + n: shape n of the span's operation
///          value*           of the slots that are not constants (`ValueCode`)
///          events varint    only where the shape has events: their number, then Event*
///          links varint     only where the shape has links: their number, then Link*
/// Inline := flags (1)  status signed varint  InlineSlots
/// Event := shape varint     0: name length varint (name in text), InlineSlots; 1 + n: event shape n
///          time signed varint   distance to the span's start, in the shape's unit (inline: 1 ns)
///          value*
/// Link  := shape varint     0: InlineSlots; 1 + n: link shape n
///          trace id varint  0: the span's own; 1: 16 bytes in random; 2 + n: n bytes in random
///          span id varint   0: 8 bytes in random; 1 + n: n bytes in random
///          value*
/// InlineSlots := slots varint  (word varint)*     words as in TABLES
/// ```
/// Everything but what is said to be in text or random lies in codes.
struct SpanEncoder {
  private let batches: [SpanBatch]
  private let mined: MinedSegment
  private let heavyValueBytes: Int
  /// The streams of the spans written so far.
  var streams = PayloadStreams()
  /// The chunk's HEAVY stream.
  var heavy = ByteWriter()
  private var scanner = TemplateScanner()
  private var recent = RecentBytes()

  init(_ batches: [SpanBatch], _ mined: MinedSegment, heavyValueBytes: Int) {
    self.heavyValueBytes = heavyValueBytes
    self.batches = batches
    self.mined = mined
  }

  /// What is written from here on does not refer to random bytes before.
  mutating func beginBlock() { recent.removeAll() }

  /// Appends span number `index` of the segment, which lies at `reference`.
  mutating func encode(_ index: Int, at reference: SpanReference) {
    var slot = mined.firstSlots[index]
    let shape = Int(mined.spanShapes[index])
    let batch = batches[reference.batch]
    let span = batch.spans[reference.span]
    let code = mined.spanShapeCodes[shape]
    streams.codes.varint(UInt64(code))
    if code == 0 {
      streams.codes.byte(
        (span.hasStatus ? 1 : 0) | (span.events.count > 0 ? 2 : 0)
          | (span.links.count > 0 ? 4 : 0))
      streams.codes.signedVarint(Int64(span.statusCode))
      encodeInlineSlots(slot, count: mined.spanShapeStats.slotCounts[shape])
    }
    encodeValues(shape, mined.spanShapeStats, inTable: code > 0, batch, slot: &slot)
    if span.events.count > 0 {
      streams.codes.varint(UInt64(span.events.count))
      for (number, event) in span.events.indices.enumerated() {
        encodeEvent(
          batch.events[event], of: span,
          shape: Int(mined.eventShapes[mined.firstEvents[index] + number]), batch, slot: &slot)
      }
    }
    if span.links.count > 0 {
      streams.codes.varint(UInt64(span.links.count))
      for (number, link) in span.links.indices.enumerated() {
        encodeLink(
          batch.links[link], of: span,
          shape: Int(mined.linkShapes[mined.firstLinks[index] + number]), batch, slot: &slot)
      }
    }
  }

  private mutating func encodeEvent(
    _ event: EventRecord, of span: SpanRecord, shape: Int, _ batch: SpanBatch, slot: inout Int
  ) {
    let code = mined.eventShapeCodes[shape]
    streams.codes.varint(UInt64(code))
    if code == 0 {
      streams.codes.varint(Int(event.name.count))
      streams.text.append(event.name, of: batch.arena)
      encodeInlineSlots(slot, count: mined.eventShapeStats.slotCounts[shape])
    }
    let unit = code == 0 ? 1 : EventTime.units[Int(mined.eventUnits[shape])]
    streams.codes.signedVarint(Int64(bitPattern: event.time &- span.start) / unit)
    encodeValues(shape, mined.eventShapeStats, inTable: code > 0, batch, slot: &slot)
  }

  private mutating func encodeLink(
    _ link: LinkRecord, of span: SpanRecord, shape: Int, _ batch: SpanBatch, slot: inout Int
  ) {
    let code = mined.linkShapeCodes[shape]
    streams.codes.varint(UInt64(code))
    if code == 0 { encodeInlineSlots(slot, count: mined.linkShapeStats.slotCounts[shape]) }
    if ByteComparison.equal(batch.arena, link.traceID, batch.arena, span.traceID) {
      streams.codes.varint(0)
    } else {
      streams.codes.varint(link.traceID.count == 16 ? 1 : 2 + UInt64(link.traceID.count))
      streams.random.append(link.traceID, of: batch.arena)
    }
    streams.codes.varint(link.spanID.count == 8 ? 0 : 1 + UInt64(link.spanID.count))
    streams.random.append(link.spanID, of: batch.arena)
    encodeValues(shape, mined.linkShapeStats, inTable: code > 0, batch, slot: &slot)
  }

  private mutating func encodeInlineSlots(_ first: Int, count: Int) {
    streams.codes.varint(count)
    for index in first..<(first + count) {
      streams.codes.varint(UInt64(mined.slots.words[index].rawValue))
    }
  }

  private mutating func encodeValues(
    _ shape: Int, _ stats: ShapeStats, inTable: Bool, _ batch: SpanBatch, slot: inout Int
  ) {
    for index in 0..<stats.slotCounts[shape] {
      if !(inTable && stats.isConstant(shape, index)) { encodeValue(slot, batch) }
      slot += 1
    }
  }

  private mutating func encodeValue(_ slot: Int, _ batch: SpanBatch) {
    let bits = mined.slots.bits[slot]
    switch mined.slots.words[slot].kind ?? .absent {
    case .absent, .empty: break
    case .bool: streams.codes.byte(UInt8(truncatingIfNeeded: bits))
    case .int: streams.codes.signedVarint(Int64(bitPattern: bits))
    case .double:
      if let scaled = ValueCode.scaled(bits) {
        streams.codes.varint(1 + scaled.scale)
        streams.codes.signedVarint(scaled.mantissa)
      } else {
        streams.codes.varint(0)
        streams.random.uint64(bits)
      }
    case .string: encodeRange(slot, batch, isText: true)
    default: encodeRange(slot, batch, isText: false)
    }
  }

  private mutating func encodeRange(_ slot: Int, _ batch: SpanBatch, isText: Bool) {
    let range = mined.slots.range(slot)
    let value = mined.slots.values[slot]
    switch value {
    case MinedSlots.traceID: return streams.codes.varint(ValueCode.traceID)
    case MinedSlots.spanID: return streams.codes.varint(ValueCode.spanID)
    case MinedSlots.parentID: return streams.codes.varint(ValueCode.parentID)
    case MinedSlots.none: break
    default:
      let code = mined.valueCodes[Int(value)]
      if code != MinedSlots.none {
        return streams.codes.varint(ValueCode.tableBase + UInt64(code))
      }
    }
    if isText && encodeForm(range, batch.arena) { return }
    if encodeTemplate(range, batch.arena, mined.slots.words[slot]) { return }
    if Int(range.count) > heavyValueBytes {
      streams.codes.varint(ValueCode.heavy)
      streams.codes.varint(heavy.count)
      streams.codes.varint(Int(range.count))
      heavy.append(range, of: batch.arena)
      return
    }
    streams.codes.varint(ValueCode.literal)
    streams.codes.varint(Int(range.count))
    streams.text.append(range, of: batch.arena)
  }

  /// Writes text that has a shorter binary form; false where it has none.
  private mutating func encodeForm(_ range: ByteRange, _ arena: [UInt8]) -> Bool {
    let before = streams.random.count
    if let number = TextForm.decimal(arena, range) {
      streams.codes.varint(ValueCode.decimal)
      streams.codes.varint(number)
    } else if let address = TextForm.ipv4(arena, range) {
      streams.codes.varint(ValueCode.ipv4)
      streams.random.uint32(address.byteSwapped)
    } else if TextForm.uuid(arena, range, to: &streams.random) {
      streams.codes.varint(ValueCode.uuid)
      recent.settle(from: before, &streams)
    } else if TextForm.hex(arena, range, to: &streams.random) {
      streams.codes.varint(ValueCode.hex)
      streams.codes.varint(Int(range.count) / 2)
      recent.settle(from: before, &streams)
    } else {
      return false
    }
    return true
  }

  /// Writes text by its template; false where it has none.
  private mutating func encodeTemplate(
    _ range: ByteRange, _ arena: [UInt8], _ word: SlotWord
  ) -> Bool {
    guard
      word.mayHaveTemplates, Int(range.count) >= TemplateMiner.shortestText,
      Int(range.count) <= TemplateMiner.longestText,
      let (code, kept) = mined.templates.find(arena, range, word, &scanner)
    else { return false }
    streams.codes.varint(ValueCode.tableBase + UInt64(code))
    for (index, found) in scanner.found.enumerated() where kept[index] {
      let part = ByteRange(found.range.lowerBound, found.range.count)
      switch found.variable {
      case .decimal, .padded: streams.codes.varint(TextForm.number(arena, part))
      case .hex:
        let before = streams.random.count
        TextForm.appendNibbles(arena, found.range, to: &streams.random)
        recent.settle(from: before, &streams)
      case .text:
        streams.codes.varint(found.range.count)
        streams.text.append(part, of: arena)
      }
    }
    return true
  }
}

/// The random bytes written last, for repeating them.
private struct RecentBytes {
  private var entries: [(hash: UInt64, start: Int, count: Int)] = []
  /// How far back a repetition is looked for.
  private static let window = 48

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  /// Decides about the bytes of the random stream from `start` on, where there are as many
  /// as may repeat: notes in codes that they are new, or takes them back and notes which earlier
  /// ones they are.
  mutating func settle(from start: Int, _ streams: inout PayloadStreams) {
    let count = streams.random.count - start
    guard ValueCode.recentCounts.contains(count) else { return }
    let written = ByteRange(start, count)
    let hash = ByteComparison.hash(streams.random.bytes, written, seed: 0)
    for (back, entry) in entries.suffix(Self.window).reversed().enumerated()
    where entry.hash == hash && entry.count == count
      && ByteComparison.equal(
        streams.random.bytes, ByteRange(entry.start, count), streams.random.bytes, written)
    {
      streams.random.truncate(to: start)
      streams.codes.varint(back + 1)
      return
    }
    streams.codes.varint(0)
    entries.append((hash, start, count))
  }
}
