/// Spans, their events, links and status.
extension OTLPProtobufReader {
  mutating func readSpan(
    _ body: borrowing WindowCursor, resource: Int, scope: Int
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    var span = SpanRecord()
    span.resource = UInt32(truncatingIfNeeded: resource)
    span.scope = UInt32(truncatingIfNeeded: scope)
    let firstUnknown = unknown.count
    let firstAttribute = batch.attributes.count
    let (firstEvent, firstLink) = (batch.events.count, batch.links.count)
    var statusExtra: [UInt8] = []
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.Span.attributes:
        let run = try cursor.delimited()
        try readAttribute(cursor.window(run))
      case OTLPTag.Span.traceID: span.traceID = try cursor.delimited()
      case OTLPTag.Span.spanID: span.spanID = try cursor.delimited()
      case OTLPTag.Span.traceState: span.traceState = try cursor.delimited()
      case OTLPTag.Span.parentSpanID: span.parentSpanID = try cursor.delimited()
      case OTLPTag.Span.name: span.name = try cursor.delimited()
      case OTLPTag.Span.kind: span.kind = Int32(truncatingIfNeeded: try cursor.varint())
      case OTLPTag.Span.start: span.start = try cursor.fixed64()
      case OTLPTag.Span.end: span.end = try cursor.fixed64()
      case OTLPTag.Span.droppedAttributes:
        span.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint())
      // The attributes of a record lie together, whatever the order of the fields: events and
      // links are only noted here (in `extra`) and read when the span's own attributes are.
      case OTLPTag.Span.events:
        var event = EventRecord()
        event.extra = try cursor.delimited()
        batch.events.append(event)
      case OTLPTag.Span.droppedEvents:
        span.droppedEvents = UInt32(truncatingIfNeeded: try cursor.varint())
      case OTLPTag.Span.links:
        var link = LinkRecord()
        link.extra = try cursor.delimited()
        batch.links.append(link)
      case OTLPTag.Span.droppedLinks:
        span.droppedLinks = UInt32(truncatingIfNeeded: try cursor.varint())
      case OTLPTag.Span.status:
        let run = try cursor.delimited()
        try readStatus(cursor.window(run), into: &span, &statusExtra)
      case OTLPTag.Span.flags: span.flags = try cursor.fixed32()
      default:
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
    span.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
    if !statusExtra.isEmpty {
      span.extra = joinUnknown(from: firstUnknown, statusExtra, of: cursor)
    } else {
      span.extra = joinUnknown(from: firstUnknown, of: cursor)
    }
    if batch.events.count > firstEvent {
      span.events = RecordRange(firstEvent, batch.events.count - firstEvent)
      for index in firstEvent..<batch.events.count {
        try readEvent(cursor.window(batch.events[index].extra), index)
      }
    }
    if batch.links.count > firstLink {
      span.links = RecordRange(firstLink, batch.links.count - firstLink)
      for index in firstLink..<batch.links.count {
        try readLink(cursor.window(batch.links[index].extra), index)
      }
    }
    batch.spans.append(span)
  }

  /// The unknown fields of a span, then those of its status as a status message of their own.
  private mutating func joinUnknown(
    from first: Int, _ statusExtra: [UInt8], of cursor: borrowing WindowCursor
  ) -> ByteRange {
    var joined: [UInt8] = []
    for run in unknown[first...] { cursor.copy(run, to: &joined) }
    unknown.removeLast(unknown.count - first)
    joined.appendField(OTLPTag.Span.status, statusExtra)
    return append(joined)
  }

  private func readStatus(
    _ body: borrowing WindowCursor, into span: inout SpanRecord, _ extra: inout [UInt8]
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    span.hasStatus = true
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.Status.message: span.statusMessage = try cursor.delimited()
      case OTLPTag.Status.code:
        span.statusCode = Int32(truncatingIfNeeded: try cursor.varint())
      default:
        try cursor.skip(tag, from: start)
        cursor.copy(ByteRange(start, cursor.position - start), to: &extra)
      }
    }
  }

  private mutating func readEvent(
    _ body: borrowing WindowCursor, _ number: Int
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    var event = EventRecord()
    let (firstUnknown, firstAttribute) = (unknown.count, batch.attributes.count)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.Event.time: event.time = try cursor.fixed64()
      case OTLPTag.Event.name: event.name = try cursor.delimited()
      case OTLPTag.Event.attributes:
        let run = try cursor.delimited()
        try readAttribute(cursor.window(run))
      case OTLPTag.Event.droppedAttributes:
        event.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint())
      default:
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
    event.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
    event.extra = joinUnknown(from: firstUnknown, of: cursor)
    batch.events[number] = event
  }

  private mutating func readLink(
    _ body: borrowing WindowCursor, _ number: Int
  ) throws(FormatError) {
    var cursor = body.window(body.rest)
    var link = LinkRecord()
    let (firstUnknown, firstAttribute) = (unknown.count, batch.attributes.count)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case OTLPTag.Link.traceID: link.traceID = try cursor.delimited()
      case OTLPTag.Link.spanID: link.spanID = try cursor.delimited()
      case OTLPTag.Link.traceState: link.traceState = try cursor.delimited()
      case OTLPTag.Link.attributes:
        let run = try cursor.delimited()
        try readAttribute(cursor.window(run))
      case OTLPTag.Link.droppedAttributes:
        link.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint())
      case OTLPTag.Link.flags: link.flags = try cursor.fixed32()
      default:
        try cursor.skip(tag, from: start)
        noteUnknown(start, cursor.position)
      }
    }
    link.attributes = RecordRange(firstAttribute, batch.attributes.count - firstAttribute)
    link.extra = joinUnknown(from: firstUnknown, of: cursor)
    batch.links[number] = link
  }
}
