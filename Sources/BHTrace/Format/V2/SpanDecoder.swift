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
/// Its batch holds the spans of one chunk. It starts with all that the segment's tables hold and with
/// the ids of the chunk: of these nothing is copied for a span, and a resource that many traces share
/// is there once.
struct SpanDecoder {
  let tables: FlatTables
  /// The batch the spans go to.
  var batch = SpanBatch()
  /// The HEAVY bytes of the block that is read.
  var heavy: [UInt8] = []
  /// Whether the batch starts with what the tables hold.
  private var hasTables = false
  var inlineSlots: [FlatTables.FlatSlot] = []
  /// Where the last HEAVY value of the block ended: they lie in the order of the spans, so that a
  /// hostile block cannot take the same bytes again and again.
  var heavyEnd = 0
  /// The runs of random bytes that later ones may repeat.
  var recent: [Range<Int>] = []
  /// Bytes taken from the streams, by what they were for; nil where nobody wants to know.
  var costs: PayloadCosts?
  /// What is wanted of the spans; nil for everything.
  var projection: PayloadProjection?
  /// The places of the batch whose spans were stepped over, since their shapes are not wanted.
  var passedOver: [Int] = []
  /// v1 texts, gathered from the fields of the span that was read last.
  var v1File = V1FileRecord()

  init(_ tables: FlatTables) { self.tables = tables }

  // MARK: Batches

  /// Starts a batch of `count` spans, which are read in any order.
  mutating func beginBatch(spans count: Int) {
    passedOver.removeAll(keepingCapacity: true)
    if hasTables {
      batch.arena.removeLast(batch.arena.count - tables.arena.count)
      batch.attributes.removeLast(batch.attributes.count - sharedAttributes)
    } else {
      batch = SpanBatch(arena: tables.arena)
      batch.resources = tables.catalog.resources
      batch.scopes = tables.catalog.scopes
      batch.attributes = tables.catalog.attributes + tables.records
      hasTables = true
    }
    batch.events.removeAll(keepingCapacity: true)
    batch.links.removeAll(keepingCapacity: true)
    batch.v1Files.removeAll()
    batch.spans.removeAll(keepingCapacity: true)
    batch.spans.append(contentsOf: repeatElement(SpanRecord(), count: count))
  }

  /// Hands out the batch; the next one is made anew.
  mutating func takeBatch() -> SpanBatch {
    hasTables = false
    let full = batch
    batch = SpanBatch()
    return full
  }

  /// How many of the attributes of a batch are the same for all chunks of the segment.
  var sharedAttributes: Int { tables.catalog.attributes.count + tables.records.count }

  /// Starts with the spans of another block, or of another chunk in the same block.
  mutating func beginPart() {
    heavyEnd = 0
    recent.removeAll(keepingCapacity: true)
  }

  // MARK: Spans

  /// Reads one span into the place `index` of the batch.
  mutating func decode(
    _ frame: SpanFrame, at index: Int, _ streams: inout PayloadCursors
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
    span.resource = context.resource
    span.scope = context.scope
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
    if let projection {
      try readProjected(projection, frame, flags: flags, &span, &streams)
    } else {
      if flags & 2 != 0 { span.events = try readEvents(frame, &streams) }
      if flags & 4 != 0 { span.links = try readLinks(frame, &streams) }
    }
    batch.spans[index] = span
    if costs != nil {
      costs?.add(operation: frame.operation, streams.position - before)
    }
    guard batch.arena.count <= SpanBatch.arenaLimit else {
      throw FormatError(
        .outOfBounds, at: nil,
        "the spans asked for at once hold more than \(SpanBatch.arenaLimit) bytes")
    }
  }

  /// Reads events and links where they are wanted, else steps over them.
  private mutating func readProjected(
    _ projection: PayloadProjection, _ frame: SpanFrame, flags: UInt8, _ span: inout SpanRecord,
    _ streams: inout PayloadCursors
  ) throws(FormatError) {
    if flags & 2 != 0 {
      if projection.events {
        span.events = try readEvents(frame, &streams)
      } else {
        try skipEvents(&streams)
      }
    }
    if flags & 4 != 0 {
      if projection.links {
        span.links = try readLinks(frame, &streams)
      } else {
        try skipLinks(&streams)
      }
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
  func range(ofText number: Int32) -> ByteRange { tables.texts[Int(number)] }

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

  /// The name of the key of `word`, fields of the model in angle brackets. Throws where there is no
  /// such key.
  func name(of word: SlotWord) throws(FormatError) -> [UInt8] {
    guard Int(word.key) < tables.keyCount + Int(FieldKey.attributeBase) else {
      throw FormatError(
        .outOfBounds, at: nil, "an indexed word has key \(word.key), there are \(tables.keyCount)")
    }
    return name(ofKey: Int32(word.key) - Int32(FieldKey.attributeBase))
  }
}
