/// Finds what recurs in a run of a segment's spans: one pass over the spans, in order.
///
/// The runs of a segment are mined at the same time. Each numbers what it finds in the order of
/// first appearance; the first miner then adopts what the others found, one after the other, which
/// gives the numbers one miner of all traces would have given.
struct SegmentMiner: Sendable {
  private let batches: [SpanBatch]
  /// The slots of spans, events and links, in the order in which the blocks store them.
  private(set) var slots: [MinedSlot] = []
  /// For each span the position of its first slot; its events' and links' slots follow.
  private(set) var firstSlots: [Int] = []
  private(set) var operations: [UInt32] = []
  private(set) var contexts: [UInt32] = []
  /// For each span its shape; then, event by event and link by link, theirs.
  private(set) var spanShapes: [UInt32] = []
  private(set) var eventShapes: [UInt32] = []
  private(set) var linkShapes: [UInt32] = []
  /// For each span the position of its first event and link in the two arrays above.
  private(set) var firstEvents: [Int] = []
  private(set) var firstLinks: [Int] = []

  private(set) var keys = SequenceInterner()
  private(set) var values = ByteInterner()
  private(set) var eventNames = SequenceInterner()
  private(set) var spanShapeStats = ShapeStats()
  private(set) var eventShapeStats = ShapeStats()
  private(set) var linkShapeStats = ShapeStats()
  /// For each event shape the largest unit all its times are multiples of, 0...3.
  private(set) var eventUnits: [UInt8] = []
  private(set) var origins: OriginMiner
  /// For some words (where more share a place, for the last one) the value seen last.
  private var lastValues = [UInt32](repeating: MinedSlot.none, count: lastValueCount)

  private static let lastValueCount = 4096

  /// A miner over spans of `batches`.
  init(_ batches: [SpanBatch]) {
    self.batches = batches
    origins = OriginMiner(batches)
  }

  /// Takes the spans `run` in, the whole run.
  mutating func add(_ spans: SegmentSpans, _ run: Range<Int>) {
    firstSlots.reserveCapacity(run.count)
    operations.reserveCapacity(run.count)
    contexts.reserveCapacity(run.count)
    spanShapes.reserveCapacity(run.count)
    firstEvents.reserveCapacity(run.count)
    firstLinks.reserveCapacity(run.count)
    let sample = run.lowerBound + run.count / 16
    var number = -1
    var batch = SpanBatch()
    for span in run {
      let reference = spans.references[span]
      // The spans of a trace mostly lie in few batches.
      if reference.batch != number {
        number = reference.batch
        batch = batches[number]
      }
      add(
        batch.spans[reference.span], in: batch, number,
        v1File: spans.v1Files.isEmpty ? nil : spans.v1Files[span])
      // The rest will be like this.
      if span == sample && run.count > 64 {
        slots.reserveCapacity(slots.count * run.count / firstSlots.count * 17 / 16)
      }
    }
  }

  private mutating func add(
    _ span: SpanRecord, in batch: SpanBatch, _ number: Int, v1File: SpanReference?
  ) {
    let origin = origins.origin(of: span, in: batch, number, keys: &keys)
    operations.append(origin.operation)
    contexts.append(origin.context)
    let first = slots.count
    firstSlots.append(first)
    firstEvents.append(eventShapes.count)
    firstLinks.append(linkShapes.count)
    addFields(of: span, batch.arena)
    if let reference = v1File {
      let file = batches[reference.batch].v1Files[reference.span]
      addBytes(.v1Header, file.header, batch.arena, span)
      addBytes(.v1Tree, file.tree, batch.arena, span)
      addBytes(.v1Payload, file.payload, batch.arena, span)
    }
    addAttributes(span.attributes, of: span, in: batch)
    let head = ShapeHead(
      origin: origin.operation, statusCode: span.statusCode,
      flags: (span.hasStatus ? 1 : 0) | (span.events.count > 0 ? 2 : 0)
        | (span.links.count > 0 ? 4 : 0))
    spanShapes.append(spanShapeStats.count(head, slots, from: first))
    for event in span.events.indices { addEvent(batch.events[event], of: span, in: batch) }
    for link in span.links.indices { addLink(batch.links[link], of: span, in: batch) }
  }

  @inline(__always)
  private mutating func addFields(of span: SpanRecord, _ arena: [UInt8]) {
    addBytes(.statusMessage, span.statusMessage, arena, span)
    addBytes(.traceState, span.traceState, arena, span)
    addInteger(.flags, span.flags)
    addInteger(.droppedAttributes, span.droppedAttributes)
    addInteger(.droppedEvents, span.droppedEvents)
    addInteger(.droppedLinks, span.droppedLinks)
    addBytes(.extra, span.extra, arena, span)
  }

  private mutating func addEvent(
    _ event: EventRecord, of span: SpanRecord, in batch: SpanBatch
  ) {
    let first = slots.count
    addInteger(.droppedAttributes, event.droppedAttributes)
    addBytes(.extra, event.extra, batch.arena, span)
    addAttributes(event.attributes, of: span, in: batch)
    let head = ShapeHead(origin: UInt32(eventNames.intern(batch.arena, event.name)))
    let shape = Int(eventShapeStats.count(head, slots, from: first))
    eventShapes.append(UInt32(shape))
    let distance = Int64(bitPattern: event.time &- span.start)
    if shape == eventUnits.count { eventUnits.append(3) }
    while distance % EventTime.units[Int(eventUnits[shape])] != 0 { eventUnits[shape] -= 1 }
  }

  private mutating func addLink(_ link: LinkRecord, of span: SpanRecord, in batch: SpanBatch) {
    let first = slots.count
    addBytes(.traceState, link.traceState, batch.arena, span)
    addInteger(.flags, link.flags)
    addInteger(.droppedAttributes, link.droppedAttributes)
    addBytes(.extra, link.extra, batch.arena, span)
    addAttributes(link.attributes, of: span, in: batch)
    linkShapes.append(linkShapeStats.count(ShapeHead(), slots, from: first))
  }

  @inline(__always)
  private mutating func addInteger(_ field: FieldKey, _ value: UInt32) {
    if value == 0 { return }
    slots.append(
      MinedSlot(word: SlotWord(field), value: MinedSlot.none, bits: UInt64(value)))
  }

  @inline(__always)
  private mutating func addBytes(
    _ field: FieldKey, _ range: ByteRange, _ arena: [UInt8], _ span: SpanRecord
  ) {
    if range.isEmpty { return }
    addRange(SlotWord(field), range, arena, span)
  }

  private mutating func addAttributes(
    _ range: RecordRange, of span: SpanRecord, in batch: SpanBatch
  ) {
    for index in range.indices {
      let attribute = batch.attributes[index]
      let key = UInt32(keys.intern(batch.arena, attribute.key)) + FieldKey.attributeBase
      let word = SlotWord(key: key, kind: attribute.kind)
      if attribute.kind.hasRange {
        addRange(word, attribute.range, batch.arena, span)
      } else {
        slots.append(MinedSlot(word: word, value: MinedSlot.none, bits: attribute.bits))
      }
    }
  }

  private mutating func addRange(
    _ word: SlotWord, _ range: ByteRange, _ arena: [UInt8], _ span: SpanRecord
  ) {
    var value = MinedSlot.none
    if word.kind == .string && span.dialect == .otlp && range.count >= 16 {
      if TextForm.isHex(arena, range, of: span.traceID) {
        value = MinedSlot.traceID
      } else if TextForm.isHex(arena, range, of: span.spanID) {
        value = MinedSlot.spanID
      } else if TextForm.isHex(arena, range, of: span.parentSpanID) {
        value = MinedSlot.parentID
      }
    }
    if value == MinedSlot.none && range.count <= Limits.tableValueBytes {
      let place = Int(word.rawValue) & (Self.lastValueCount - 1)
      let last = lastValues[place]
      if last != MinedSlot.none && values.tag(Int(last)) == word.rawValue
        && values.holds(Int(last), arena, range)
      {
        value = last
      } else {
        value = UInt32(values.intern(arena, range, tag: word.rawValue))
        lastValues[place] = value
      }
    }
    slots.append(
      MinedSlot(
        word: word, value: value,
        bits: UInt64(range.offset) << 32 | UInt64(range.count)))
  }

  /// What the numbers of one miner are in those of the miner that adopted it.
  struct Translation: Sendable {
    var keys: [UInt32]
    var values: [UInt32]
    var origins: OriginMiner.Translation
    var spanShapes: [UInt32]
    var eventShapes: [UInt32]
    var linkShapes: [UInt32]

    /// The word `word` of the other miner here.
    @inline(__always)
    func word(_ word: SlotWord) -> SlotWord {
      guard word.key >= FieldKey.attributeBase else { return word }
      let key = keys[Int(word.key - FieldKey.attributeBase)] + FieldKey.attributeBase
      return SlotWord(rawValue: key << 4 | word.rawValue & 15)
    }
  }

  /// The numbers of this miner as they are.
  var ownTranslation: Translation {
    func all(_ count: Int) -> [UInt32] { Array(0..<UInt32(count)) }
    return Translation(
      keys: all(keys.count), values: all(values.count), origins: origins.ownTranslation,
      spanShapes: all(spanShapeStats.count), eventShapes: all(eventShapeStats.count),
      linkShapes: all(linkShapeStats.count))
  }

  /// Takes in what `next` found in the traces that follow, its slots left where they are.
  mutating func adopt(_ next: SegmentMiner) -> Translation {
    var numbers = Translation(
      keys: keys.adopt(next.keys), values: [], origins: OriginMiner.Translation(),
      spanShapes: [], eventShapes: [], linkShapes: [])
    numbers.values = values.adopt(next.values) {
      numbers.word(SlotWord(rawValue: $0)).rawValue
    }
    numbers.origins = origins.adopt(next.origins, keys: &keys)
    let names = eventNames.adopt(next.eventNames)
    func slot(_ slot: MinedSlot) -> MinedSlot {
      MinedSlot(
        word: numbers.word(slot.word),
        value: slot.value < MinedSlot.special ? numbers.values[Int(slot.value)] : slot.value,
        bits: slot.bits)
    }
    numbers.spanShapes = spanShapeStats.adopt(
      next.spanShapeStats,
      head: { head in
        var head = head
        head.origin = numbers.origins.operations[Int(head.origin)]
        return head
      }, slot: slot)
    numbers.eventShapes = eventShapeStats.adopt(
      next.eventShapeStats, head: { ShapeHead(origin: names[Int($0.origin)]) }, slot: slot)
    numbers.linkShapes = linkShapeStats.adopt(
      next.linkShapeStats, head: { $0 }, slot: slot)
    for (shape, number) in numbers.eventShapes.enumerated() {
      if Int(number) == eventUnits.count {
        eventUnits.append(next.eventUnits[shape])
      } else {
        eventUnits[Int(number)] = min(eventUnits[Int(number)], next.eventUnits[shape])
      }
    }
    return numbers
  }
}
