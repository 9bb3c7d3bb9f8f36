/// Events and links of spans, read from the streams of a block.
extension SpanDecoder {
  mutating func readEvents(
    _ frame: SpanFrame, _ streams: inout PayloadCursors
  ) throws(FormatError) -> RecordRange {
    let count = try streams.codes.count(
      upTo: streams.codes.remaining, "a span's number of events")
    let first = batch.events.count
    for _ in 0..<count {
      var event = EventRecord()
      var fields = FieldValues()
      let code = try streams.codes.count(
        upTo: tables.eventShapes.count, "an event shape's number")
      if code == 0 {
        let length = try streams.codes.count(
          upTo: streams.text.remaining, "the length of an event's name")
        event.name = try take(length, from: &streams.text)
        try readInlineSlots(&streams.codes)
        event.time =
          frame.start &+ UInt64(bitPattern: try streams.codes.signedVarint())
        event.attributes = try readInlineValues(frame, &fields, &streams)
      } else {
        let shape = tables.eventShapes[code - 1]
        event.name = range(ofText: shape.name)
        event.time =
          frame.start
          &+ UInt64(bitPattern: try streams.codes.signedVarint() &* shape.unit)
        event.attributes = try read(shape, frame, &fields, &streams)
      }
      try fields.require(only: [.droppedAttributes, .extra])
      event.droppedAttributes = fields.droppedAttributes
      event.extra = fields.extra
      batch.events.append(event)
    }
    return RecordRange(first, count)
  }

  mutating func readLinks(
    _ frame: SpanFrame, _ streams: inout PayloadCursors
  ) throws(FormatError) -> RecordRange {
    let count = try streams.codes.count(
      upTo: streams.codes.remaining, "a span's number of links")
    let first = batch.links.count
    for _ in 0..<count {
      var link = LinkRecord()
      var fields = FieldValues()
      let code = try streams.codes.count(
        upTo: tables.linkShapes.count, "a link shape's number")
      if code == 0 { try readInlineSlots(&streams.codes) }
      let ids = try readLinkedIDCounts(&streams)
      if let count = ids.trace {
        link.traceID = try take(count, from: &streams.random)
      } else {
        link.traceID = frame.traceID
      }
      link.spanID = try take(ids.span, from: &streams.random)
      link.attributes =
        code == 0
        ? try readInlineValues(frame, &fields, &streams)
        : try read(tables.linkShapes[code - 1], frame, &fields, &streams)
      try fields.require(only: [.traceState, .flags, .droppedAttributes, .extra])
      link.traceState = fields.traceState
      link.flags = fields.flags
      link.droppedAttributes = fields.droppedAttributes
      link.extra = fields.extra
      batch.links.append(link)
    }
    return RecordRange(first, count)
  }
}
