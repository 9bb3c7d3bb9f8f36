/// Reads an OTLP export message (`ExportTraceServiceRequest`, `TracesData`) into a batch whose
/// arena is the message itself: names and values are not copied.
///
/// Everything the message says is kept; fields the model does not know go byte for byte into the
/// `extra` of the record they were found in. Messages that occur twice where one is meant are
/// merged, as protobuf does. Malformed bytes throw with their offset.
package struct OTLPProtobufReader {
  /// What the message is made into.
  var batch = SpanBatch()
  /// Groups in the form used before OTLP 0.19, read as scope groups.
  var olderScopeGroups = 0
  // Bytes that are not in the message as they are needed; they follow it in the arena.
  private var appended: [UInt8] = []
  private let messageCount: Int
  // Unknown fields of the messages being read, innermost last: each level remembers where its
  // own begin.
  var unknown: [ByteRange] = []
  // The resource and scope messages of the groups being read, used in the same way.
  private var bodies: [ByteRange] = []
  // For some lengths the body of the last resource of that length, and its number.
  private var resourceBodies = [(body: ByteRange, resource: Int)](
    repeating: (.empty, -1), count: 64)

  private init(messageCount: Int) {
    self.messageCount = messageCount
    // Guesses from real exports; they only save regrowing.
    batch.spans.reserveCapacity(messageCount / 320)
    batch.attributes.reserveCapacity(messageCount / 40)
  }

  /// Reads a whole message, which lies at `offset` of its input (for error messages).
  ///
  /// Each `ResourceSpans` becomes one resource record and each `ScopeSpans` one scope record,
  /// those without spans as well. Refuses messages of 2 GiB and more.
  package static func decode(
    message: consuming [UInt8], offset: Int
  ) throws(FormatError) -> SpanBatch {
    var older = 0
    return try decode(message: message, offset: offset, olderScopeGroups: &older)
  }

  /// Reads a whole message and adds the number of groups in the form used before OTLP 0.19.
  static func decode(
    message: consuming [UInt8], offset: Int, olderScopeGroups: inout Int
  ) throws(FormatError) -> SpanBatch {
    guard message.count < SpanBatch.arenaLimit else {
      throw FormatError(
        .outOfBounds, at: offset, "a message of \(message.count) bytes is more than 2 GiB allow")
    }
    var reader = OTLPProtobufReader(messageCount: message.count)
    try reader.readMessage(WindowCursor(message, base: offset))
    guard message.count + reader.appended.count <= Int(UInt32.max) else {
      throw FormatError(
        .outOfBounds, at: offset, "the message's unknown fields need more than 4 GiB")
    }
    // Appending nothing would still copy bytes that someone else holds as well.
    if !reader.appended.isEmpty { message.append(contentsOf: reader.appended) }
    reader.batch.arena = message
    olderScopeGroups += reader.olderScopeGroups
    return reader.batch
  }

  private mutating func readMessage(_ body: borrowing WindowCursor) throws(FormatError) {
    var cursor = body.window(body.rest)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      if tag == OTLPTag.Message.resourceSpans {
        let run = try cursor.delimited()
        try readResourceSpans(cursor.window(run))
      } else {
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
    if !unknown.isEmpty { batch.messageExtras.append(joinUnknown(from: 0, of: cursor)) }
  }

  private mutating func readResourceSpans(_ body: borrowing WindowCursor) throws(FormatError) {
    var cursor = body.window(body.rest)
    let (firstUnknown, firstBody) = (unknown.count, bodies.count)
    let number = batch.resources.count
    var record = ResourceRecord()
    batch.resources.append(record)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.ResourceSpans.resource: bodies.append(try cursor.delimited())
      case OTLPTag.ResourceSpans.scopeSpans:
        let run = try cursor.delimited()
        try readScopeSpans(cursor.window(run), resource: number)
      case OTLPTag.ResourceSpans.schemaURL: record.schemaURL = try cursor.delimited()
      case OTLPTag.ResourceSpans.instrumentationLibrarySpans:
        let run = try cursor.delimited()
        try readScopeSpans(cursor.window(run), resource: number)
        olderScopeGroups += 1
      default:
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
    record.outerExtra = joinUnknown(from: firstUnknown, of: cursor)
    record.isPresent = bodies.count > firstBody
    if bodies.count == firstBody + 1 && isRepeated(bodies[firstBody], number, &record, of: cursor) {
      bodies.removeLast()
      batch.resources[number] = record
      return
    }
    let firstAttribute = batch.attributes.count
    for index in firstBody..<bodies.count {
      try readResource(cursor.window(bodies[index]), into: &record)
    }
    bodies.removeLast(bodies.count - firstBody)
    record.extra = joinUnknown(from: firstUnknown, of: cursor)
    record.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
    batch.resources[number] = record
  }

  /// Exporters repeat a resource with every group of spans: where `body` is that of an earlier one,
  /// gives `record` the same attributes. Else remembers it as that of resource `number`.
  private mutating func isRepeated(
    _ body: ByteRange, _ number: Int, _ record: inout ResourceRecord,
    of cursor: borrowing WindowCursor
  ) -> Bool {
    let place = Int(body.count) % resourceBodies.count
    let known = resourceBodies[place]
    guard known.resource >= 0, cursor.equal(known.body, body),
      batch.resources[known.resource].extra.isEmpty
    else {
      resourceBodies[place] = (body, number)
      return false
    }
    record.attributes = batch.resources[known.resource].attributes
    record.droppedAttributes = batch.resources[known.resource].droppedAttributes
    return true
  }

  private mutating func readResource(
    _ body: borrowing WindowCursor, into record: inout ResourceRecord
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.Resource.attributes:
        let run = try cursor.delimited()
        try readAttribute(cursor.window(run))
      case OTLPTag.Resource.droppedAttributes:
        record.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint())
      default:
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
  }

  private mutating func readScopeSpans(
    _ body: borrowing WindowCursor, resource: Int
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    let (firstUnknown, firstBody) = (unknown.count, bodies.count)
    let number = batch.scopes.count
    var record = ScopeRecord()
    batch.scopes.append(record)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.ScopeSpans.spans:
        let run = try cursor.delimited()
        try readSpan(cursor.window(run), resource: resource, scope: number)
      case OTLPTag.ScopeSpans.scope: bodies.append(try cursor.delimited())
      case OTLPTag.ScopeSpans.schemaURL: record.schemaURL = try cursor.delimited()
      default:
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
    record.outerExtra = joinUnknown(from: firstUnknown, of: cursor)
    record.isPresent = bodies.count > firstBody
    let firstAttribute = batch.attributes.count
    for index in firstBody..<bodies.count {
      try readScope(cursor.window(bodies[index]), into: &record)
    }
    bodies.removeLast(bodies.count - firstBody)
    record.extra = joinUnknown(from: firstUnknown, of: cursor)
    record.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
    batch.scopes[number] = record
  }

  private mutating func readScope(
    _ body: borrowing WindowCursor, into record: inout ScopeRecord
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.Scope.name: record.name = try cursor.delimited()
      case OTLPTag.Scope.version: record.version = try cursor.delimited()
      case OTLPTag.Scope.attributes:
        let run = try cursor.delimited()
        try readAttribute(cursor.window(run))
      case OTLPTag.Scope.droppedAttributes:
        record.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint())
      default:
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
  }
}

/// Unknown fields, and other bytes the arena needs beside the message.
extension OTLPProtobufReader {
  /// Remembers the unknown field at `start..<end` for the message being read.
  @inline(never)
  mutating func noteUnknown(_ start: Int, _ end: Int) {
    unknown.append(ByteRange(start, end - start))
  }

  /// Forgets the unknown fields from number `first` on and returns them as one run: where they
  /// follow each other in the message, that part of it.
  @inline(__always)
  mutating func joinUnknown(from first: Int, of cursor: borrowing WindowCursor) -> ByteRange {
    if unknown.count == first { return .empty }
    return joinSome(from: first, of: cursor)
  }

  @inline(never)
  private mutating func joinSome(from first: Int, of cursor: borrowing WindowCursor) -> ByteRange {
    let (start, end) = (unknown[first].positions.lowerBound, unknown[unknown.count - 1].positions)
    var total = 0
    for run in unknown[first...] { total += Int(run.count) }
    defer { unknown.removeLast(unknown.count - first) }
    if end.upperBound - start == total { return ByteRange(start, total) }
    var joined: [UInt8] = []
    joined.reserveCapacity(total)
    for run in unknown[first...] { cursor.copy(run, to: &joined) }
    return append(joined)
  }

  /// Puts `bytes` after the message and returns where they will lie in the arena.
  mutating func append(_ bytes: [UInt8]) -> ByteRange {
    let run = ByteRange(messageCount + appended.count, bytes.count)
    appended.append(contentsOf: bytes)
    return run
  }
}
