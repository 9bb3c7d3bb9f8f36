/// What the index and the id pages say of a span whose payload is decoded.
struct SpanFrame: Sendable {
  var operation = 0
  var kind: Int32 = 0
  var context = 0
  var start: UInt64 = 0
  var end: UInt64 = 0
  var dialect = Dialect.otlp
  var filePosition: UInt32 = 0
  /// Ranges of the batch the span goes to.
  var traceID = ByteRange.empty
  var spanID = ByteRange.empty
  var parentSpanID = ByteRange.empty
}

/// A part of the HEAVY stream of a chunk, and what of it was asked for in vain.
struct HeavyStream {
  /// What is at hand: parts of the stream in ascending order.
  var parts: [(offset: Int, bytes: [UInt8])] = []
  /// The length of the whole stream.
  var count = 0
  /// What was asked for and is not at hand.
  var missing: [Range<Int>] = []

  /// The bytes at `offset`; empty, and noted as missing, where they are not at hand.
  mutating func bytes(_ offset: Int, _ count: Int) throws(FormatError) -> [UInt8] {
    guard offset <= self.count, count <= self.count - offset else {
      throw FormatError(
        .outOfBounds, at: nil,
        "a value is said to lie at \(offset) of a HEAVY stream of \(self.count) bytes")
    }
    var result: [UInt8] = []
    var position = offset
    let end = offset + count
    for part in parts where part.offset <= position && position < part.offset + part.bytes.count {
      let upper = min(end, part.offset + part.bytes.count)
      result.append(contentsOf: part.bytes[(position - part.offset)..<(upper - part.offset)])
      position = upper
      if position == end { break }
    }
    if position < end {
      missing.append(offset..<end)
      return []
    }
    return result
  }
}

/// Reads spans from the streams of a block: the other side of `SpanEncoder`, whose byte table it
/// follows.
struct SpanDecoder {
  let tables: FlatTables
  private let names: NameTable
  /// The batch the spans go to.
  var batch = SpanBatch()
  var heavy = HeavyStream()
  // Where texts, resources and scopes already lie in the batch; good where the stamp is current,
  // so that a new batch costs nothing.
  private var textRanges: [ByteRange]
  private var textStamps: [UInt32]
  private var resourceIndexes: [UInt32]
  private var resourceStamps: [UInt32]
  private var scopeIndexes: [UInt32]
  private var scopeStamps: [UInt32]
  private var stamp: UInt32 = 1
  private var inlineSlots: [FlatTables.FlatSlot] = []
  /// Where the last HEAVY value of the block ended: they lie in the order of the spans, so that a
  /// hostile block cannot take the same bytes again and again.
  var heavyEnd = 0
  /// The runs of random bytes that later ones may repeat.
  var recent: [Range<Int>] = []
  /// Bytes taken from the streams, by what they were for; nil where nobody wants to know.
  var costs: PayloadCosts?
  /// v1 texts of the trace, gathered from the fields of its first span.
  private var v1File = V1FileRecord()

  init(_ tables: FlatTables, names: NameTable) {
    self.tables = tables
    self.names = names
    textRanges = [ByteRange](repeating: .empty, count: tables.texts.count)
    textStamps = [UInt32](repeating: 0, count: tables.texts.count)
    resourceIndexes = [UInt32](repeating: 0, count: tables.catalog.resources.count)
    resourceStamps = resourceIndexes
    scopeIndexes = [UInt32](repeating: 0, count: tables.catalog.scopes.count)
    scopeStamps = scopeIndexes
  }

  /// Hands out the batch and starts an empty one.
  mutating func takeBatch() -> SpanBatch {
    let full = batch
    batch = SpanBatch()
    if stamp == UInt32.max {
      for index in textStamps.indices { textStamps[index] = 0 }
      for index in resourceStamps.indices { resourceStamps[index] = 0 }
      for index in scopeStamps.indices { scopeStamps[index] = 0 }
      stamp = 0
    }
    stamp += 1
    return full
  }

  /// How many resources, scopes, attribute keys, span shapes and recurring values there are.
  var tableCounts: [Int] {
    [
      tables.catalog.resources.count, tables.catalog.scopes.count, tables.keyCount,
      tables.spanShapes.count, tables.valueCount,
    ]
  }

  /// The name of a key as `PayloadCosts` numbers it: fields of the model in angle brackets.
  func name(ofKey number: Int32) -> [UInt8] {
    if number >= 0 { return Array(tables.arena[tables.texts[Int(number)].positions]) }
    let field = FieldKey(rawValue: UInt32(number + 16)).map { "\($0)" } ?? "?"
    return Array("<\(field)>".utf8)
  }

  /// Starts with the spans of another block.
  mutating func beginBlock() {
    heavyEnd = 0
    recent.removeAll(keepingCapacity: true)
  }

  /// Copies an id to the batch.
  mutating func add(_ range: ByteRange, of bytes: [UInt8]) -> ByteRange {
    batch.append(bytes[range.positions])
  }

  /// Copies a trace id to the batch.
  mutating func add(_ bytes: [UInt8]) -> ByteRange { batch.append(bytes) }

  /// Forgets what the first span of an earlier v1 trace said.
  mutating func beginTrace() { v1File = V1FileRecord() }

  /// Notes what the file of a v1 trace says beside its spans, which its first span brought.
  mutating func closeTrace(_ frame: SpanFrame, isWhole: Bool) {
    guard frame.dialect == .v1, isWhole else { return }
    v1File.traceID = frame.traceID
    batch.v1Files.append(v1File)
  }

  /// Takes the last span out of the batch again: it was read to come to the ones after it.
  mutating func dropLast() {
    guard let span = batch.spans.popLast() else { return }
    batch.attributes.removeLast(batch.attributes.count - Int(span.attributes.first))
    batch.events.removeLast(Int(span.events.count))
    batch.links.removeLast(Int(span.links.count))
  }

  /// Reads one span into the batch.
  mutating func decode(
    _ frame: SpanFrame, codes: inout ByteCursor, text: inout ByteCursor, random: inout ByteCursor
  ) throws(FormatError) {
    let before = costs == nil ? 0 : codes.position + text.position + random.position
    var span = SpanRecord()
    span.traceID = frame.traceID
    span.spanID = frame.spanID
    span.parentSpanID = frame.parentSpanID
    span.start = frame.start
    span.end = frame.end
    span.dialect = frame.dialect
    span.filePosition = frame.filePosition
    span.kind = frame.kind
    span.name = range(ofText: tables.operationNames[frame.operation])
    let context = try self.context(frame)
    span.resource = resource(Int(context.resource))
    span.scope = scope(Int(context.scope))
    let shapes = tables.shapeRanges[frame.operation]
    let code = try codes.count(upTo: shapes.count, "a shape's number")
    var slots = 0..<0
    var flags: UInt8
    if code == 0 {
      flags = try codes.byte()
      span.statusCode = Int32(truncatingIfNeeded: try codes.signedVarint())
      try readInlineSlots(&codes)
    } else {
      let shape = tables.spanShapes[shapes.lowerBound + code - 1]
      flags = shape.flags
      span.statusCode = shape.statusCode
      slots = shape.slots
    }
    span.hasStatus = flags & 1 != 0
    let firstAttribute = batch.attributes.count
    for index in 0..<(code == 0 ? inlineSlots.count : slots.count) {
      let slot = code == 0 ? inlineSlots[index] : tables.slots[slots.lowerBound + index]
      let heavyBefore = heavyEnd
      let before = costs == nil ? 0 : codes.position + text.position + random.position
      let value = try self.value(
        slot, frame, codes: &codes, text: &text, random: &random)
      if costs != nil {
        let taken = codes.position + text.position + random.position - before
        let key = slot.field.map { Int32($0.rawValue) - 16 } ?? slot.key
        let isHeavy = heavyEnd != heavyBefore
        costs?.add(key: key, taken, heavy: isHeavy ? Int(value.range.count) : 0)
      }
      if let field = slot.field {
        set(field, value, of: &span)
      } else {
        addAttribute(slot, value)
      }
    }
    span.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
    if flags & 2 != 0 {
      span.events = try readEvents(frame, codes: &codes, text: &text, random: &random)
    }
    if flags & 4 != 0 {
      span.links = try readLinks(frame, codes: &codes, text: &text, random: &random)
    }
    batch.spans.append(span)
    if costs != nil {
      let taken = codes.position + text.position + random.position - before
      costs?.add(operation: frame.operation, taken)
    }
    guard batch.arena.count <= SpanBatch.arenaLimit else {
      throw FormatError(
        .outOfBounds, at: nil,
        "the spans asked for at once hold more than \(SpanBatch.arenaLimit) bytes")
    }
  }

  private func context(
    _ frame: SpanFrame
  ) throws(FormatError) -> (resource: UInt32, scope: UInt32) {
    let contexts = tables.contexts[frame.operation]
    guard frame.context < contexts.count else {
      throw FormatError(
        .outOfBounds, at: nil,
        "a span has context \(frame.context) of the \(contexts.count) of its operation")
    }
    return contexts[frame.context]
  }

  private mutating func readEvents(
    _ frame: SpanFrame, codes: inout ByteCursor, text: inout ByteCursor, random: inout ByteCursor
  ) throws(FormatError) -> RecordRange {
    let count = try codes.count(upTo: codes.remaining, "a span's number of events")
    let first = batch.events.count
    for _ in 0..<count {
      var event = EventRecord()
      let code = try codes.count(upTo: tables.eventShapes.count, "an event shape's number")
      var shape = FlatTables.FlatShape()
      if code == 0 {
        let length = try codes.count(upTo: text.remaining, "the length of an event's name")
        event.name = try take(length, from: &text)
        try readInlineSlots(&codes)
      } else {
        shape = tables.eventShapes[code - 1]
        event.name = range(ofText: shape.name)
      }
      event.time =
        frame.start &+ UInt64(bitPattern: try codes.signedVarint() &* shape.unit)
      let firstAttribute = batch.attributes.count
      for index in 0..<(code == 0 ? inlineSlots.count : shape.slots.count) {
        let slot = code == 0 ? inlineSlots[index] : tables.slots[shape.slots.lowerBound + index]
        let value = try self.value(
          slot, frame, codes: &codes, text: &text, random: &random)
        switch slot.field {
        case nil: addAttribute(slot, value)
        case .droppedAttributes:
          event.droppedAttributes = UInt32(truncatingIfNeeded: value.bits)
        case .extra: event.extra = value.range
        default: throw misplaced(slot)
        }
      }
      event.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
      batch.events.append(event)
    }
    return RecordRange(first, count)
  }

  private mutating func readLinks(
    _ frame: SpanFrame, codes: inout ByteCursor, text: inout ByteCursor, random: inout ByteCursor
  ) throws(FormatError) -> RecordRange {
    let count = try codes.count(upTo: codes.remaining, "a span's number of links")
    let first = batch.links.count
    for _ in 0..<count {
      var link = LinkRecord()
      let code = try codes.count(upTo: tables.linkShapes.count, "a link shape's number")
      var shape = FlatTables.FlatShape()
      if code == 0 {
        try readInlineSlots(&codes)
      } else {
        shape = tables.linkShapes[code - 1]
      }
      let traceForm = try codes.count(upTo: random.remaining + 2, "the form of a link's trace id")
      if traceForm == 0 {
        link.traceID = frame.traceID
      } else {
        link.traceID = try take(traceForm == 1 ? 16 : traceForm - 2, from: &random)
      }
      let spanForm = try codes.count(upTo: random.remaining + 1, "the form of a link's span id")
      link.spanID = try take(spanForm == 0 ? 8 : spanForm - 1, from: &random)
      let firstAttribute = batch.attributes.count
      for index in 0..<(code == 0 ? inlineSlots.count : shape.slots.count) {
        let slot = code == 0 ? inlineSlots[index] : tables.slots[shape.slots.lowerBound + index]
        let value = try self.value(
          slot, frame, codes: &codes, text: &text, random: &random)
        switch slot.field {
        case nil: addAttribute(slot, value)
        case .traceState: link.traceState = value.range
        case .flags: link.flags = UInt32(truncatingIfNeeded: value.bits)
        case .droppedAttributes:
          link.droppedAttributes = UInt32(truncatingIfNeeded: value.bits)
        case .extra: link.extra = value.range
        default: throw misplaced(slot)
        }
      }
      link.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
      batch.links.append(link)
    }
    return RecordRange(first, count)
  }

  private func misplaced(_ slot: FlatTables.FlatSlot) -> FormatError {
    FormatError(.invalid, at: nil, "an event or link has a field only spans have")
  }

  private mutating func readInlineSlots(_ codes: inout ByteCursor) throws(FormatError) {
    inlineSlots.removeAll(keepingCapacity: true)
    let count = try codes.count(upTo: codes.remaining, "a number of slots")
    for _ in 0..<count {
      let at = codes.base + codes.position
      let word = SlotWord(
        rawValue: UInt32(try codes.count(upTo: Int(UInt32.max), "a slot's word")))
      try TableSection.check(word, keys: tables.keyCount, at: at)
      inlineSlots.append(tables.flatten(word))
    }
  }

  private mutating func set(_ field: FieldKey, _ value: Value, of span: inout SpanRecord) {
    switch field {
    case .statusMessage: span.statusMessage = value.range
    case .traceState: span.traceState = value.range
    case .flags: span.flags = UInt32(truncatingIfNeeded: value.bits)
    case .droppedAttributes: span.droppedAttributes = UInt32(truncatingIfNeeded: value.bits)
    case .droppedEvents: span.droppedEvents = UInt32(truncatingIfNeeded: value.bits)
    case .droppedLinks: span.droppedLinks = UInt32(truncatingIfNeeded: value.bits)
    case .extra: span.extra = value.range
    case .v1Header: v1File.header = value.range
    case .v1Tree: v1File.tree = value.range
    case .v1Payload: v1File.payload = value.range
    }
  }

  private mutating func addAttribute(_ slot: FlatTables.FlatSlot, _ value: Value) {
    let key = range(ofText: slot.key)
    batch.attributes.append(
      slot.kind.hasRange
        ? AttributeRecord(key: key, kind: slot.kind, range: value.range)
        : AttributeRecord(key: key, kind: slot.kind, bits: value.bits))
  }

  mutating func range(ofText number: Int32) -> ByteRange {
    let index = Int(number)
    if textStamps[index] == stamp { return textRanges[index] }
    let range = batch.append(tables.arena[tables.texts[index].positions])
    textStamps[index] = stamp
    textRanges[index] = range
    return range
  }

  private mutating func resource(_ number: Int) -> UInt32 {
    if resourceStamps[number] != stamp {
      resourceIndexes[number] = UInt32(batch.resources.count)
      resourceStamps[number] = stamp
      let copied = batch.copy(tables.catalog.resources[number], from: tables.catalog)
      batch.resources.append(copied)
    }
    return resourceIndexes[number]
  }

  private mutating func scope(_ number: Int) -> UInt32 {
    if scopeStamps[number] != stamp {
      scopeIndexes[number] = UInt32(batch.scopes.count)
      scopeStamps[number] = stamp
      let copied = batch.copy(tables.catalog.scopes[number], from: tables.catalog)
      batch.scopes.append(copied)
    }
    return scopeIndexes[number]
  }
}
