/// Single spans.
extension JaegerDecoder {
  /// The fields of a span as they are found.
  struct Fields {
    var span = SpanRecord()
    /// Nanoseconds since the Unix epoch.
    var start: Int128?
    /// Nanoseconds.
    var duration: Int128 = 0
    var formerParent = ByteRange.empty
    var process = JaegerDecoder.settled
    var warnings: [[UInt8]] = []
    var unknown = 0
    var namesService = false
  }

  /// Reads a span and adds it to the batch; takes back what belongs to it where it is no JSON.
  @_lifetime(json: copy json)
  mutating func readSpan(_ json: inout JSONTokenizer) throws(FormatError) {
    guard try json.peek() == .object else {
      let range = try json.skipValue()
      notes.leaveOut(at: json.base + range.lowerBound, "a value stands where a span has to")
      return
    }
    let offset = json.base + json.position
    let start = beginSpan()
    var fields = Fields()
    fields.span.events.first = UInt32(batch.events.count)
    do throws(FormatError) {
      try json.beginObject()
      while let key = try json.nextKey() { try readField(key, of: &fields, &json) }
    } catch {
      takeBack(to: start)
      throw error
    }
    endSpan(fields, at: offset)
  }

  /// How much was in the batch before a span.
  struct Start {
    fileprivate var arena, attributes, events, resources: Int
  }

  /// Gets ready for the fields of a span.
  mutating func beginSpan() -> Start {
    tags.removeAll(keepingCapacity: true)
    references.removeAll(keepingCapacity: true)
    isOfAPI = false
    return Start(
      arena: batch.arena.count, attributes: batch.attributes.count, events: batch.events.count,
      resources: batch.resources.count)
  }

  /// Takes back what belongs to a span that cannot be read.
  mutating func takeBack(to start: Start) {
    // Resources that were made on the way may be in use; their bytes have to stay then.
    if batch.resources.count == start.resources {
      batch.arena.removeLast(batch.arena.count - start.arena)
      batch.attributes.removeLast(batch.attributes.count - start.attributes)
    }
    batch.events.removeLast(batch.events.count - start.events)
  }

  /// Adds the span that was read at `offset` to the batch.
  mutating func endSpan(_ fields: Fields, at offset: Int) {
    if fields.namesService && fields.start == nil && fields.span.spanID.isEmpty {
      // What Jaeger's index of services and their operations holds.
      notes.count(.serviceDocuments)
      return
    }
    for _ in 0..<fields.unknown { notes.count(.unknownFields) }
    if fields.start == nil {
      notes.leaveOut(at: offset, "a span without a start time")
    } else {
      add(fields)
    }
  }

  @_lifetime(json: copy json)
  private mutating func readField(
    _ key: JSONString, of fields: inout Fields, _ json: inout JSONTokenizer
  ) throws(FormatError) {
    let kind = try json.peek()
    if json.equals(key, "traceID"), kind == .string {
      fields.span.traceID = batch.appendID(try json.string(), width: 16, of: json, &notes)
    } else if json.equals(key, "spanID"), kind == .string {
      fields.span.spanID = batch.appendID(try json.string(), width: 8, of: json, &notes)
    } else if json.equals(key, "operationName"), kind == .string {
      fields.span.name = batch.append(try json.string(), of: json)
    } else if json.equals(key, "startTime") {
      fields.start = try time(&json)
    } else if json.equals(key, "duration") {
      fields.duration = try duration(&json) ?? 0
    } else if json.equals(key, "tags") || json.equals(key, "tag") {
      try readTags(&json)
    } else if json.equals(key, "references"), kind == .array {
      try json.beginArray()
      while try json.nextElement() { try readReference(&json) }
    } else if json.equals(key, "logs"), kind == .array {
      try json.beginArray()
      while try json.nextElement() { try readLog(&json) }
      fields.span.events.count = UInt32(batch.events.count) - fields.span.events.first
    } else if json.equals(key, "processID"), kind == .string {
      let process = UInt32(processIDs.intern(Self.text(try json.string(), json)))
      // A process of the span's own takes precedence.
      if fields.span.resource == 0 { fields.process = process }
    } else if json.equals(key, "process"), kind == .object {
      fields.span.resource = try readProcess(&json)
      if fields.span.resource != 0 { fields.process = Self.settled }
    } else if json.equals(key, "parentSpanID"), kind == .string {
      fields.formerParent = batch.appendID(try json.string(), width: 8, of: json, &notes)
    } else if json.equals(key, "flags"), kind == .number {
      let number = try json.number()
      fields.span.flags = UInt32(truncatingIfNeeded: number.int64(in: json.bytes) ?? 0)
    } else if json.equals(key, "warnings"), kind == .array {
      fields.warnings = try readWarnings(&json)
    } else if try !readAPIField(key, of: &fields, &json) {
      if json.equals(key, "serviceName") { fields.namesService = true }
      if kind != .null && !Self.isDerived(key, json) { fields.unknown += 1 }
      _ = try json.skipValue()
    }
  }

  /// Whether a field says what others say already: storages and the UI add such.
  private static func isDerived(_ key: JSONString, _ json: borrowing JSONTokenizer) -> Bool {
    let derived: [StaticString] = [
      "startTimeMillis", "relativeStartTime", "depth", "hasChildren", "childSpanIds",
      "childSpanCount", "subsidiarilyReferencedBy",
    ]
    for name in derived where json.equals(key, name) { return true }
    return false
  }

  /// Puts the span that `fields` describe into the batch.
  private mutating func add(_ fields: Fields) {
    var span = fields.span
    span.start = notes.nanoseconds(fields.start ?? 0)
    span.end = notes.end(span.start, fields.duration)
    let said = SpanTags(tags, batch.arena, .jaeger)
    span.kind = said.kind
    span.statusCode = said.statusCode
    span.statusMessage = said.statusMessage
    span.hasStatus = said.hasStatus
    span.traceState = said.traceState
    span.scope = scope(said.scopeName, said.scopeVersion)
    addLinks(to: &span, formerParent: fields.formerParent)
    let first = batch.attributes.count
    for (index, tag) in tags.enumerated() where !said.isSuperfluous(index) {
      batch.attributes.append(tag)
    }
    if !fields.warnings.isEmpty { appendWarnings(fields.warnings, WarningList.spanKey) }
    span.attributes = RecordRange(first, batch.attributes.count - first)
    batch.spans.append(span)
    processOfSpan.append(fields.process)
  }

  private mutating func addLinks(to span: inout SpanRecord, formerParent: ByteRange) {
    let arena = batch.arena
    let kinds = references.map { reference in
      (
        kind: reference.kind,
        isLocal: batch.isID(reference.spanID)
          && (reference.traceID.isEmpty || span.traceID.isEmpty
            || ByteComparison.equal(arena, reference.traceID, arena, span.traceID))
      )
    }
    var left: Int?
    if let parent = JaegerReferences.parent(kinds) {
      span.parentSpanID = references[parent].spanID
      let parentID = span.parentSpanID
      let areAllLinks = JaegerReferences.areAllLinks(kinds) {
        ByteComparison.equal(arena, references[$0].spanID, arena, parentID)
      }
      if !areAllLinks { left = parent }
    }
    if !formerParent.isEmpty && batch.isID(formerParent) {
      if span.parentSpanID.isEmpty {
        span.parentSpanID = formerParent
      } else if !ByteComparison.equal(arena, formerParent, arena, span.parentSpanID) {
        notes.count(.otherParents)
      }
    }
    let first = batch.links.count
    for (index, reference) in references.enumerated() where index != left {
      var link = LinkRecord()
      link.traceID = reference.traceID.isEmpty ? span.traceID : reference.traceID
      link.spanID = reference.spanID
      let type =
        switch reference.kind {
        case .childOf: batch.append("child_of")
        case .followsFrom: batch.append("follows_from")
        case .other: reference.type
        }
      link.attributes = RecordRange(batch.attributes.count, 1)
      let key = batch.append(JaegerReferences.typeKey.description)
      batch.attributes.append(AttributeRecord(key: key, kind: .string, range: type))
      batch.links.append(link)
    }
    span.links = RecordRange(first, batch.links.count - first)
  }

  @_lifetime(json: copy json)
  private mutating func readReference(_ json: inout JSONTokenizer) throws(FormatError) {
    guard try json.peek() == .object else {
      let range = try json.skipValue()
      notes.leaveOut(at: json.base + range.lowerBound, "a value stands where a reference has to")
      return
    }
    var reference = JaegerReference(
      kind: .childOf, type: .empty, traceID: .empty, spanID: .empty)
    try json.beginObject()
    while let key = try json.nextKey() {
      let isText = try json.peek() == .string
      if json.equals(key, "traceID"), isText {
        reference.traceID = batch.appendID(try json.string(), width: 16, of: json, &notes)
      } else if json.equals(key, "spanID"), isText {
        reference.spanID = batch.appendID(try json.string(), width: 8, of: json, &notes)
      } else if json.equals(key, "refType"), isText {
        let type = try json.string()
        if json.equals(type, "CHILD_OF") {
          reference.kind = .childOf
        } else if json.equals(type, "FOLLOWS_FROM") {
          reference.kind = .followsFrom
        } else {
          reference.kind = .other
          reference.type = batch.append(type, of: json)
        }
      } else if try !readAPIField(key, of: &reference, &json) {
        _ = try json.skipValue()
      }
    }
    references.append(reference)
  }

  @_lifetime(json: copy json)
  private mutating func readLog(_ json: inout JSONTokenizer) throws(FormatError) {
    guard try json.peek() == .object else {
      let range = try json.skipValue()
      notes.leaveOut(at: json.base + range.lowerBound, "a value stands where a log has to")
      return
    }
    var event = EventRecord()
    var hasTime = false
    let mark = tags.count
    defer { tags.removeLast(tags.count - mark) }
    try json.beginObject()
    while let key = try json.nextKey() {
      if json.equals(key, "timestamp") {
        if let time = try time(&json) {
          event.time = notes.nanoseconds(time)
          hasTime = true
        }
      } else if json.equals(key, "fields") {
        try readTags(&json)
      } else {
        _ = try json.skipValue()
      }
    }
    if !hasTime { notes.count(.missingTimes) }
    addEvent(event, fieldsFrom: mark)
  }

  /// Adds an event with the tags from `mark` on to the batch.
  mutating func addEvent(_ event: EventRecord, fieldsFrom mark: Int) {
    var event = event
    let name = tags[mark...].firstIndex {
      $0.kind == .string && !$0.range.isEmpty && batch.equals($0.key, "event")
    }
    let first = batch.attributes.count
    for index in mark..<tags.count where index != name { batch.attributes.append(tags[index]) }
    if let name { event.name = tags[name].range }
    event.attributes = RecordRange(first, batch.attributes.count - first)
    batch.events.append(event)
  }
}
