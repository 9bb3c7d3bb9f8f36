/// A trace as a segment takes it: its tree, and where its spans lie, in pre-order.
struct SegmentTrace: Sendable {
  var id: [UInt8]
  var tree: TraceTree
  var spans: [SpanReference]
  /// What its v1 file says beside the spans: index into the `v1Files` of a batch.
  var v1File: SpanReference?
}

/// The values of all slots of a segment's spans, events and links, in the order in which the
/// blocks store them.
struct MinedSlots: Sendable {
  var words: [SlotWord] = []
  /// Scalars, or the range in the arena of the span's batch.
  var bits: [UInt64] = []
  /// The interned value's number, one of the special ones below, or `none`.
  var values: [UInt32] = []

  static let none = UInt32.max
  static let traceID = UInt32.max - 1
  static let spanID = UInt32.max - 2
  static let parentID = UInt32.max - 3
  /// Numbers from here on are special.
  static let special = UInt32.max - 3

  var count: Int { words.count }

  /// Where the value of a slot that has bytes lies in the arena of its span's batch.
  func range(_ slot: Int) -> ByteRange {
    ByteRange(
      offset: UInt32(truncatingIfNeeded: bits[slot] >> 32),
      count: UInt32(truncatingIfNeeded: bits[slot]))
  }
}

/// Finds what recurs in a segment: one pass over its spans, in order, so that the result does not
/// depend on threads.
struct SegmentMiner {
  private let batches: [SpanBatch]
  private(set) var slots = MinedSlots()
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

  private(set) var keys = ByteInterner()
  private(set) var values = ByteInterner()
  private(set) var spanShapeStats = ShapeStats()
  private(set) var eventShapeStats = ShapeStats()
  private(set) var linkShapeStats = ShapeStats()
  /// For each event shape the largest unit all its times are multiples of, 0...3.
  private(set) var eventUnits: [UInt8] = []
  private(set) var origins: OriginMiner
  private var shapeKey = ByteWriter(capacity: 256)

  /// A miner over spans of `batches`.
  init(_ batches: [SpanBatch]) {
    self.batches = batches
    origins = OriginMiner(batches)
  }

  /// Takes the spans of `trace` in.
  mutating func add(_ trace: SegmentTrace) {
    for (position, reference) in trace.spans.enumerated() {
      let batch = batches[reference.batch]
      let span = batch.spans[reference.span]
      let origin = origins.origin(of: span, in: reference.batch, keys: &keys)
      operations.append(origin.operation)
      contexts.append(origin.context)
      firstSlots.append(slots.count)
      firstEvents.append(eventShapes.count)
      firstLinks.append(linkShapes.count)
      let first = slots.count
      addFields(of: span, in: batch)
      if position == 0, let reference = trace.v1File {
        let file = batches[reference.batch].v1Files[reference.span]
        addBytes(.v1Header, file.header, in: batch, span)
        addBytes(.v1Tree, file.tree, in: batch, span)
        addBytes(.v1Payload, file.payload, in: batch, span)
      }
      addAttributes(span.attributes, of: span, in: batch)
      shapeKey.removeAll()
      shapeKey.uint32(origin.operation)
      shapeKey.uint32(UInt32(bitPattern: span.statusCode))
      shapeKey.byte(
        (span.hasStatus ? 1 : 0) | (span.events.count > 0 ? 2 : 0)
          | (span.links.count > 0 ? 4 : 0))
      spanShapes.append(spanShapeStats.count(&shapeKey, slots, from: first))
      for event in span.events.indices { addEvent(batch.events[event], of: span, in: batch) }
      for link in span.links.indices { addLink(batch.links[link], of: span, in: batch) }
    }
  }

  private mutating func addFields(of span: SpanRecord, in batch: SpanBatch) {
    addBytes(.statusMessage, span.statusMessage, in: batch, span)
    addBytes(.traceState, span.traceState, in: batch, span)
    addInteger(.flags, span.flags)
    addInteger(.droppedAttributes, span.droppedAttributes)
    addInteger(.droppedEvents, span.droppedEvents)
    addInteger(.droppedLinks, span.droppedLinks)
    addBytes(.extra, span.extra, in: batch, span)
  }

  private mutating func addEvent(
    _ event: EventRecord, of span: SpanRecord, in batch: SpanBatch
  ) {
    let first = slots.count
    addInteger(.droppedAttributes, event.droppedAttributes)
    addBytes(.extra, event.extra, in: batch, span)
    addAttributes(event.attributes, of: span, in: batch)
    shapeKey.removeAll()
    shapeKey.varint(Int(event.name.count))
    shapeKey.append(event.name, of: batch.arena)
    let shape = Int(eventShapeStats.count(&shapeKey, slots, from: first))
    eventShapes.append(UInt32(shape))
    let distance = Int64(bitPattern: event.time &- span.start)
    if shape == eventUnits.count { eventUnits.append(3) }
    while distance % EventTime.units[Int(eventUnits[shape])] != 0 { eventUnits[shape] -= 1 }
  }

  private mutating func addLink(_ link: LinkRecord, of span: SpanRecord, in batch: SpanBatch) {
    let first = slots.count
    addBytes(.traceState, link.traceState, in: batch, span)
    addInteger(.flags, link.flags)
    addInteger(.droppedAttributes, link.droppedAttributes)
    addBytes(.extra, link.extra, in: batch, span)
    addAttributes(link.attributes, of: span, in: batch)
    shapeKey.removeAll()
    linkShapes.append(linkShapeStats.count(&shapeKey, slots, from: first))
  }

  private mutating func addInteger(_ field: FieldKey, _ value: UInt32) {
    if value == 0 { return }
    slots.words.append(SlotWord(field))
    slots.bits.append(UInt64(value))
    slots.values.append(MinedSlots.none)
  }

  private mutating func addBytes(
    _ field: FieldKey, _ range: ByteRange, in batch: SpanBatch, _ span: SpanRecord
  ) {
    if range.isEmpty { return }
    addRange(SlotWord(field), range, in: batch, span)
  }

  private mutating func addAttributes(
    _ range: RecordRange, of span: SpanRecord, in batch: SpanBatch
  ) {
    for index in range.indices {
      let attribute = batch.attributes[index]
      let key = UInt32(keys.intern(batch.arena, attribute.key)) + FieldKey.attributeBase
      let word = SlotWord(key: key, kind: attribute.kind)
      if attribute.kind.hasRange {
        addRange(word, attribute.range, in: batch, span)
      } else {
        slots.words.append(word)
        slots.bits.append(attribute.bits)
        slots.values.append(MinedSlots.none)
      }
    }
  }

  private mutating func addRange(
    _ word: SlotWord, _ range: ByteRange, in batch: SpanBatch, _ span: SpanRecord
  ) {
    slots.words.append(word)
    slots.bits.append(UInt64(range.offset) << 32 | UInt64(range.count))
    var value = MinedSlots.none
    if word.kind == .string && span.dialect == .otlp && range.count >= 16 {
      if TextForm.isHex(batch.arena, range, of: span.traceID) {
        value = MinedSlots.traceID
      } else if TextForm.isHex(batch.arena, range, of: span.spanID) {
        value = MinedSlots.spanID
      } else if TextForm.isHex(batch.arena, range, of: span.parentSpanID) {
        value = MinedSlots.parentID
      }
    }
    if value == MinedSlots.none && range.count <= Limits.tableValueBytes {
      value = UInt32(values.intern(batch.arena, range, tag: word.rawValue))
    }
    slots.values.append(value)
  }
}

/// The units event times come in.
enum EventTime {
  static let units: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000]
}

/// Counts shapes, and notes which of their slots always hold the same value.
struct ShapeStats: Sendable {
  private var interner = ByteInterner()
  /// How often each shape occurs.
  private(set) var counts: [Int] = []
  /// Where the slots of a shape's first occurrence lie.
  private(set) var firstSlots: [Int] = []
  /// How many slots a shape has.
  private(set) var slotCounts: [Int] = []
  /// For each slot of each shape whether its value was the same so far, and where a shape's lie.
  private var same: [Bool] = []
  private var sameStart: [Int] = []

  /// The number of different shapes.
  var count: Int { counts.count }

  /// The bytes the shape was told apart by, slots not included, and the slots' words after them.
  func key(_ shape: Int) -> [UInt8] { interner.bytes(shape) }

  /// Whether slot number `slot` of `shape` always had the same value.
  func isConstant(_ shape: Int, _ slot: Int) -> Bool { same[sameStart[shape] + slot] }

  /// Counts the shape of head `key` and the words of the slots from `first` on; its number.
  mutating func count(
    _ key: inout ByteWriter, _ slots: MinedSlots, from first: Int
  ) -> UInt32 {
    for index in first..<slots.count { key.uint32(slots.words[index].rawValue) }
    let shape = interner.intern(key.bytes)
    if shape == counts.count {
      counts.append(1)
      firstSlots.append(first)
      slotCounts.append(slots.count - first)
      sameStart.append(same.count)
      for index in first..<slots.count {
        let isLong = slots.words[index].kind?.hasRange == true
        same.append(!isLong || slots.values[index] < MinedSlots.special)
      }
      return UInt32(shape)
    }
    counts[shape] += 1
    let reference = firstSlots[shape]
    let start = sameStart[shape]
    for slot in 0..<slotCounts[shape] where same[start + slot] {
      let (a, b) = (reference + slot, first + slot)
      let isLong = slots.values[a] != MinedSlots.none
      if isLong ? slots.values[a] != slots.values[b] : slots.bits[a] != slots.bits[b] {
        same[start + slot] = false
      }
    }
    return UInt32(shape)
  }
}
