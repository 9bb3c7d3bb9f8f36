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
  private let mined: MinedSegment
  /// The run that the span written last belongs to.
  private var run: MinedRun
  private let heavyValueBytes: Int
  /// The streams of the spans written so far.
  var streams = PayloadStreams()
  /// The HEAVY stream of these spans.
  var heavy = ByteWriter()
  /// Where in it the values of the block begin.
  private var heavyStart = 0
  private var scanner = TemplateScanner()
  private var recent = RecentBytes()

  /// An encoder of spans of `mined`.
  init(_ mined: MinedSegment, heavyValueBytes: Int) {
    self.heavyValueBytes = heavyValueBytes
    self.mined = mined
    run = mined.runs[0]
  }

  /// What is written from here on says offsets of HEAVY values from here, and begins a part.
  mutating func beginBlock() {
    heavyStart = heavy.count
    beginPart()
  }

  /// What is written from here on does not refer to random bytes before.
  mutating func beginPart() { recent.removeAll() }

  /// Appends span number `number` of the segment, which is `span` of `batch`.
  mutating func encode(_ number: Int, _ span: SpanRecord, in batch: SpanBatch) {
    if !run.spans.contains(number) { run = mined.run(holding: number) }
    let index = number - run.spans.lowerBound
    var slot = run.firstSlots[index]
    let shape = Int(run.numbers.spanShapes[Int(run.spanShapes[index])])
    let code = mined.plans.spans.code(shape)
    streams.codes.varint(UInt64(code))
    if code == 0 {
      streams.codes.byte(
        (span.hasStatus ? 1 : 0) | (span.events.count > 0 ? 2 : 0)
          | (span.links.count > 0 ? 4 : 0))
      streams.codes.signedVarint(Int64(span.statusCode))
      encodeInlineSlots(slot, count: mined.plans.spans.slotCount(shape))
    }
    for place in mined.plans.spans.stored(shape) {
      encodeValue(slot + mined.plans.spans.offset(place), batch.arena)
    }
    slot += mined.plans.spans.slotCount(shape)
    if span.events.count > 0 {
      streams.codes.varint(UInt64(span.events.count))
      for (number, event) in span.events.indices.enumerated() {
        let shape = run.eventShapes[run.firstEvents[index] + number]
        encodeEvent(
          batch.events[event], of: span, shape: Int(run.numbers.eventShapes[Int(shape)]),
          batch.arena, slot: &slot)
      }
    }
    if span.links.count > 0 {
      streams.codes.varint(UInt64(span.links.count))
      for (number, link) in span.links.indices.enumerated() {
        let shape = run.linkShapes[run.firstLinks[index] + number]
        encodeLink(
          batch.links[link], of: span, shape: Int(run.numbers.linkShapes[Int(shape)]),
          batch.arena, slot: &slot)
      }
    }
  }

  private mutating func encodeEvent(
    _ event: EventRecord, of span: SpanRecord, shape: Int, _ arena: [UInt8], slot: inout Int
  ) {
    let code = mined.plans.events.code(shape)
    streams.codes.varint(UInt64(code))
    if code == 0 {
      streams.codes.varint(Int(event.name.count))
      streams.text.append(event.name, of: arena)
      encodeInlineSlots(slot, count: mined.plans.events.slotCount(shape))
    }
    let unit = code == 0 ? 1 : EventTime.units[Int(mined.eventUnits[shape])]
    streams.codes.signedVarint(Int64(bitPattern: event.time &- span.start) / unit)
    for place in mined.plans.events.stored(shape) {
      encodeValue(slot + mined.plans.events.offset(place), arena)
    }
    slot += mined.plans.events.slotCount(shape)
  }

  private mutating func encodeLink(
    _ link: LinkRecord, of span: SpanRecord, shape: Int, _ arena: [UInt8], slot: inout Int
  ) {
    let code = mined.plans.links.code(shape)
    streams.codes.varint(UInt64(code))
    if code == 0 { encodeInlineSlots(slot, count: mined.plans.links.slotCount(shape)) }
    if ByteComparison.equal(arena, link.traceID, arena, span.traceID) {
      streams.codes.varint(0)
    } else {
      streams.codes.varint(link.traceID.count == 16 ? 1 : 2 + UInt64(link.traceID.count))
      streams.random.append(link.traceID, of: arena)
    }
    streams.codes.varint(link.spanID.count == 8 ? 0 : 1 + UInt64(link.spanID.count))
    streams.random.append(link.spanID, of: arena)
    for place in mined.plans.links.stored(shape) {
      encodeValue(slot + mined.plans.links.offset(place), arena)
    }
    slot += mined.plans.links.slotCount(shape)
  }

  private mutating func encodeInlineSlots(_ first: Int, count: Int) {
    streams.codes.varint(count)
    for index in first..<(first + count) {
      streams.codes.varint(UInt64(run.numbers.word(run.slots[index].word).rawValue))
    }
  }

  private mutating func encodeValue(_ index: Int, _ arena: [UInt8]) {
    let slot = run.slots[index]
    switch slot.word.kind ?? .absent {
    case .absent, .empty: break
    case .bool: streams.codes.byte(UInt8(truncatingIfNeeded: slot.bits))
    case .int: streams.codes.signedVarint(Int64(bitPattern: slot.bits))
    case .double:
      if let scaled = ValueCode.scaled(slot.bits) {
        streams.codes.varint(1 + scaled.scale)
        streams.codes.signedVarint(scaled.mantissa)
      } else {
        streams.codes.varint(0)
        streams.random.uint64(slot.bits)
      }
    default: encodeRange(index, slot, arena)
    }
  }

  private mutating func encodeRange(_ index: Int, _ slot: MinedSlot, _ arena: [UInt8]) {
    switch slot.value {
    case MinedSlot.traceID: return streams.codes.varint(ValueCode.traceID)
    case MinedSlot.spanID: return streams.codes.varint(ValueCode.spanID)
    case MinedSlot.parentID: return streams.codes.varint(ValueCode.parentID)
    case MinedSlot.none: break
    default:
      let code = run.valueCodes[Int(slot.value)]
      if code != MinedSlot.none {
        return streams.codes.varint(ValueCode.tableBase + UInt64(code))
      }
    }
    let range = slot.range
    switch run.texts[index] {
    case .decimal:
      streams.codes.varint(ValueCode.decimal)
      return streams.codes.varint(TextForm.number(arena, range))
    case .ipv4:
      streams.codes.varint(ValueCode.ipv4)
      return streams.random.uint32((TextForm.ipv4(arena, range) ?? 0).byteSwapped)
    case .uuid:
      streams.codes.varint(ValueCode.uuid)
      let before = streams.random.count
      TextForm.appendUUID(arena, range, to: &streams.random)
      return recent.settle(from: before, &streams)
    case .hex:
      streams.codes.varint(ValueCode.hex)
      let before = streams.random.count
      TextForm.appendNibbles(arena, range.positions, to: &streams.random)
      streams.codes.varint(Int(range.count) / 2)
      return recent.settle(from: before, &streams)
    case let sort:
      if sort.isPattern && encodeTemplate(range, arena, run.patterns[Int(sort.rawValue)]) {
        return
      }
    }
    if Int(range.count) > heavyValueBytes {
      streams.codes.varint(ValueCode.heavy)
      streams.codes.varint(heavy.count - heavyStart)
      streams.codes.varint(Int(range.count))
      heavy.append(range, of: arena)
      return
    }
    streams.codes.varint(ValueCode.literal)
    streams.codes.varint(Int(range.count))
    streams.text.append(range, of: arena)
  }

  /// Writes text of `pattern` by its template; false where it has none.
  private mutating func encodeTemplate(
    _ range: ByteRange, _ arena: [UInt8], _ pattern: UInt32
  ) -> Bool {
    if pattern == MinedSlot.none { return false }
    let choice = mined.templates.choice(pattern)
    guard choice.code != MinedSlot.none,
      scanner.scan(arena, range, choice.grain, makesPattern: false)
    else { return false }
    streams.codes.varint(ValueCode.tableBase + UInt64(choice.code))
    for index in scanner.found.indices where mined.templates.isKept(choice, index) {
      let found = scanner.found[index]
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
    for back in 0..<min(Self.window, entries.count) {
      let entry = entries[entries.count - 1 - back]
      if entry.hash == hash && entry.count == count
        && ByteComparison.equal(
          streams.random.bytes, ByteRange(entry.start, count), streams.random.bytes, written)
      {
        streams.random.truncate(to: start)
        streams.codes.varint(back + 1)
        return
      }
    }
    streams.codes.varint(0)
    entries.append((hash, start, count))
  }
}
