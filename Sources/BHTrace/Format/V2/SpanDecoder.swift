/// What the index and the id pages say of a span whose payload is decoded.
struct SpanFrame: Sendable {
  var operation = 0
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

/// Reads spans from the streams of a block: the other side of `SpanEncoder`, whose byte table it
/// follows.
///
/// Its batch is one of two kinds. One that is *kept* holds a trace and nothing else, and belongs to
/// whoever takes it. One that is *lent* starts with all the segment's tables hold and with the ids
/// of the chunk: of these nothing is copied for a trace, and it is only good until the next one.
struct SpanDecoder {
  let tables: FlatTables
  /// The batch the spans go to.
  var batch = SpanBatch()
  var heavy = HeavyStream()
  /// Whether the batch is lent.
  private(set) var isLending = false
  /// A lent batch: where the ids of the chunk's spans start in its arena.
  private(set) var spanIDBase: UInt32 = 0
  /// A lent batch: how much of its arena is the same for all traces of the chunk.
  private var sharedBytes = 0
  // A kept batch: where texts, resources and scopes already lie in it; good where the stamp is
  // current, so that a new batch costs nothing.
  private var textRanges: [ByteRange]
  private var textStamps: [UInt32]
  private var resourceIndexes: [UInt32]
  private var resourceStamps: [UInt32]
  private var scopeIndexes: [UInt32]
  private var scopeStamps: [UInt32]
  private var stamp: UInt32 = 1
  /// What the batches kept so far held: the next one is given room for as much.
  private var kept = (spans: 0, attributes: 0, bytes: 0)
  var inlineSlots: [FlatTables.FlatSlot] = []
  /// Where the last HEAVY value of the block ended: they lie in the order of the spans, so that a
  /// hostile block cannot take the same bytes again and again.
  var heavyEnd = 0
  /// The runs of random bytes that later ones may repeat.
  var recent: [Range<Int>] = []
  /// Bytes taken from the streams, by what they were for; nil where nobody wants to know.
  var costs: PayloadCosts?
  /// v1 texts of the trace, gathered from the fields of its first span.
  private var v1File = V1FileRecord()

  init(_ tables: FlatTables) {
    self.tables = tables
    textRanges = [ByteRange](repeating: .empty, count: tables.texts.count)
    textStamps = [UInt32](repeating: 0, count: tables.texts.count)
    resourceIndexes = [UInt32](repeating: 0, count: tables.catalog.resources.count)
    resourceStamps = resourceIndexes
    scopeIndexes = [UInt32](repeating: 0, count: tables.catalog.scopes.count)
    scopeStamps = scopeIndexes
  }

  // MARK: Batches

  /// Makes room in an empty batch for `spans` spans like those before.
  mutating func beginKept(spans: Int) {
    if isLending {
      batch = SpanBatch()
      isLending = false
    } else if !(batch.arena.isEmpty && batch.spans.isEmpty && batch.attributes.isEmpty
      && batch.events.isEmpty && batch.links.isEmpty && batch.resources.isEmpty
      && batch.scopes.isEmpty)
    {
      // A trace that could not be read to its end left something.
      _ = takeBatch()
    }
    batch.spans.reserveCapacity(spans)
    if kept.spans == 0 { return }
    // A tenth more than the average; no more than a trace can be worth.
    let share = min(Double(spans) / Double(kept.spans) * 1.1, 1)
    batch.attributes.reserveCapacity(Int(Double(kept.attributes) * share))
    batch.arena.reserveCapacity(Int(Double(kept.bytes) * share))
  }

  /// Hands out the batch and starts an empty one.
  mutating func takeBatch() -> SpanBatch {
    let full = batch
    batch = SpanBatch()
    kept.spans += full.spans.count
    kept.attributes += full.attributes.count
    kept.bytes += full.arena.count
    if stamp == UInt32.max {
      for index in textStamps.indices { textStamps[index] = 0 }
      for index in resourceStamps.indices { resourceStamps[index] = 0 }
      for index in scopeStamps.indices { scopeStamps[index] = 0 }
      stamp = 0
    }
    stamp += 1
    return full
  }

  /// Starts to lend batches that hold spans of the chunk whose span ids are `ids`.
  mutating func beginLending(_ ids: SpanIDPage) {
    if !isLending {
      // What a trace that could not be read to its end noted holds for no later batch.
      _ = takeBatch()
      batch = SpanBatch(arena: tables.arena)
      batch.resources = tables.catalog.resources
      batch.scopes = tables.catalog.scopes
      batch.attributes = tables.catalog.attributes + tables.records
      isLending = true
    }
    batch.arena.removeLast(batch.arena.count - tables.arena.count)
    spanIDBase = UInt32(batch.arena.count)
    batch.arena.append(contentsOf: ids.bytes)
    sharedBytes = batch.arena.count
    clearLent()
  }

  /// Takes the spans out of the lent batch.
  mutating func clearLent() {
    batch.arena.removeLast(batch.arena.count - sharedBytes)
    batch.attributes.removeLast(batch.attributes.count - sharedAttributes)
    batch.spans.removeAll(keepingCapacity: true)
    batch.events.removeAll(keepingCapacity: true)
    batch.links.removeAll(keepingCapacity: true)
    batch.v1Files.removeAll()
  }

  /// How many of the attributes of a lent batch are the same for all traces of the segment.
  var sharedAttributes: Int { tables.catalog.attributes.count + tables.records.count }

  /// Starts with the spans of another block.
  mutating func beginBlock() {
    heavyEnd = 0
    recent.removeAll(keepingCapacity: true)
  }

  /// Forgets what the first span of an earlier v1 trace said.
  mutating func beginTrace() { v1File = V1FileRecord() }

  /// Notes what the file of a v1 trace says beside its spans, which its first span brought.
  mutating func closeTrace(_ frame: SpanFrame, isWhole: Bool) {
    guard frame.dialect == .v1, isWhole else { return }
    v1File.traceID = frame.traceID
    batch.v1Files.append(v1File)
  }

  // MARK: Spans

  /// Reads one span into the batch.
  mutating func decode(
    _ frame: SpanFrame, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let before = costs == nil ? 0 : streams.position
    var span = SpanRecord()
    span.traceID = frame.traceID
    span.spanID = frame.spanID
    span.parentSpanID = frame.parentSpanID
    span.start = frame.start
    span.end = frame.end
    span.dialect = frame.dialect
    span.filePosition = frame.filePosition
    let operation = tables.operations[frame.operation]
    span.kind = operation.kind
    span.name = range(ofText: operation.name)
    let context = try self.context(frame)
    span.resource = isLending ? context.resource : resource(Int(context.resource))
    span.scope = isLending ? context.scope : scope(Int(context.scope))
    let shapes = tables.shapeRanges[frame.operation]
    let code = try streams.codes.count(upTo: shapes.count, "a shape's number")
    var fields = FieldValues()
    let flags: UInt8
    if code == 0 {
      flags = try streams.codes.byte()
      span.statusCode = Int32(truncatingIfNeeded: try streams.codes.signedVarint())
      span.attributes = try readInline(frame, &fields, &streams)
    } else {
      let shape = tables.spanShapes[shapes.lowerBound + code - 1]
      flags = shape.flags
      span.statusCode = shape.statusCode
      span.attributes = try read(shape, frame, &fields, &streams)
    }
    span.hasStatus = flags & 1 != 0
    if fields.set != 0 { take(fields, into: &span) }
    if flags & 2 != 0 { span.events = try readEvents(frame, &streams) }
    if flags & 4 != 0 { span.links = try readLinks(frame, &streams) }
    batch.spans.append(span)
    if costs != nil {
      costs?.add(operation: frame.operation, streams.position - before)
    }
    guard batch.arena.count <= SpanBatch.arenaLimit else {
      throw FormatError(
        .outOfBounds, at: nil,
        "the spans asked for at once hold more than \(SpanBatch.arenaLimit) bytes")
    }
  }

  private mutating func take(_ fields: FieldValues, into span: inout SpanRecord) {
    span.statusMessage = fields.statusMessage
    span.traceState = fields.traceState
    span.extra = fields.extra
    span.flags = fields.flags
    span.droppedAttributes = fields.droppedAttributes
    span.droppedEvents = fields.droppedEvents
    span.droppedLinks = fields.droppedLinks
    if fields.has(.v1Header) { v1File.header = fields.v1Header }
    if fields.has(.v1Tree) { v1File.tree = fields.v1Tree }
    if fields.has(.v1Payload) { v1File.payload = fields.v1Payload }
  }

  private func context(
    _ frame: SpanFrame
  ) throws(FormatError) -> (resource: UInt32, scope: UInt32) {
    let range = tables.contextRanges[frame.operation]
    guard frame.context < range.count else {
      throw FormatError(
        .outOfBounds, at: nil,
        "a span has context \(frame.context) of the \(range.count) of its operation")
    }
    return tables.contexts[range.lowerBound + frame.context]
  }

  // MARK: What lies in the tables

  /// Where a text of the tables lies in the batch.
  @inline(__always)
  mutating func range(ofText number: Int32) -> ByteRange {
    isLending ? tables.texts[Int(number)] : keptRange(ofText: Int(number))
  }

  private mutating func keptRange(ofText index: Int) -> ByteRange {
    if textStamps[index] == stamp { return textRanges[index] }
    let text = tables.texts[index]
    let range = ByteRange(batch.arena.count, Int(text.count))
    batch.arena.append(text.positions, of: tables.arena)
    textStamps[index] = stamp
    textRanges[index] = range
    return range
  }

  private mutating func resource(_ number: Int) -> UInt32 {
    if resourceStamps[number] != stamp {
      resourceIndexes[number] = UInt32(batch.resources.count)
      resourceStamps[number] = stamp
      tables.origins.addResource(number, to: &batch)
    }
    return resourceIndexes[number]
  }

  private mutating func scope(_ number: Int) -> UInt32 {
    if scopeStamps[number] != stamp {
      scopeIndexes[number] = UInt32(batch.scopes.count)
      scopeStamps[number] = stamp
      tables.origins.addScope(number, to: &batch)
    }
    return scopeIndexes[number]
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
}
