/// Spans, events, links and status.
extension OTLPJSONBuilder {
  private static let kinds: [StaticString] = [
    "unspecified", "internal", "server", "client", "producer", "consumer",
  ]
  private static let statusCodes: [StaticString] = ["unset", "ok", "error"]

  /// Reads a span into the batch.
  @_lifetime(json: copy json)
  mutating func readSpan(
    _ json: inout JSONTokenizer, resource: Int, scope: Int
  ) throws(FormatError) {
    var span = SpanRecord()
    span.resource = UInt32(truncatingIfNeeded: resource)
    span.scope = UInt32(truncatingIfNeeded: scope)
    var seen = SeenKeys()
    try json.beginObject()
    while let name = try json.nextKey() {
      let key = known(name, json)
      if key != .unknown, try json.takeNull() { continue }
      if seen.insert(key) { repairs.note(.repeatedKey) }
      let place = json.place
      do throws(FormatError) {
        switch key {
        case .traceID: span.traceID = try identifier(&json, size: 16)
        case .spanID: span.spanID = try identifier(&json, size: 8)
        case .parentSpanID: span.parentSpanID = try identifier(&json, size: 8)
        case .traceState: span.traceState = try text(&json)
        case .flags: span.flags = try uint32(&json)
        case .name: span.name = try text(&json)
        case .kind:
          span.kind = try enumeration(
            &json, prefix: "span_kind_", names: Self.kinds, "a span kind")
        case .start: span.start = try time(&json)
        case .end: span.end = try time(&json)
        case .attributes: try readAttributes(&json, into: &span.attributes)
        case .droppedAttributes: span.droppedAttributes = try uint32(&json)
        case .events: try readEvents(&json, into: &span.events)
        case .droppedEvents: span.droppedEvents = try uint32(&json)
        case .links: try readLinks(&json, into: &span.links)
        case .droppedLinks: span.droppedLinks = try uint32(&json)
        case .status: try readStatus(&json, into: &span)
        default: try skipUnknown(&json, name)
        }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
    batch.spans.append(span)
  }

  @_lifetime(json: copy json)
  private mutating func readStatus(
    _ json: inout JSONTokenizer, into span: inout SpanRecord
  ) throws(FormatError) {
    try json.beginObject()
    span.hasStatus = true
    var seen = SeenKeys()
    while let name = try json.nextKey() {
      let key = known(name, json)
      if key != .unknown, try json.takeNull() { continue }
      if seen.insert(key) { repairs.note(.repeatedKey) }
      let place = json.place
      do throws(FormatError) {
        switch key {
        case .message: span.statusMessage = try text(&json)
        case .code:
          span.statusCode = try enumeration(
            &json, prefix: "status_code_", names: Self.statusCodes, "a status code")
        default: try skipUnknown(&json, name)
        }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
  }

  /// The events or links of one span lie together, since no other span is read meanwhile.
  @_lifetime(json: copy json)
  private mutating func readEvents(
    _ json: inout JSONTokenizer, into run: inout RecordRange
  ) throws(FormatError) {
    let first = run.count > 0 ? Int(run.first) : batch.events.count
    try json.beginArray()
    while try json.nextElement() {
      let place = json.place
      do throws(FormatError) {
        if try json.takeNull() { repairs.note(.nullItem) } else { try readEvent(&json) }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
    run = RecordRange(first, batch.events.count - first)
  }

  @_lifetime(json: copy json)
  private mutating func readEvent(_ json: inout JSONTokenizer) throws(FormatError) {
    var event = EventRecord()
    var seen = SeenKeys()
    try json.beginObject()
    while let name = try json.nextKey() {
      let key = known(name, json)
      if key != .unknown, try json.takeNull() { continue }
      if seen.insert(key) { repairs.note(.repeatedKey) }
      let place = json.place
      do throws(FormatError) {
        switch key {
        case .time: event.time = try time(&json)
        case .name: event.name = try text(&json)
        case .attributes: try readAttributes(&json, into: &event.attributes)
        case .droppedAttributes: event.droppedAttributes = try uint32(&json)
        default: try skipUnknown(&json, name)
        }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
    batch.events.append(event)
  }

  @_lifetime(json: copy json)
  private mutating func readLinks(
    _ json: inout JSONTokenizer, into run: inout RecordRange
  ) throws(FormatError) {
    let first = run.count > 0 ? Int(run.first) : batch.links.count
    try json.beginArray()
    while try json.nextElement() {
      let place = json.place
      do throws(FormatError) {
        if try json.takeNull() { repairs.note(.nullItem) } else { try readLink(&json) }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
    run = RecordRange(first, batch.links.count - first)
  }

  @_lifetime(json: copy json)
  private mutating func readLink(_ json: inout JSONTokenizer) throws(FormatError) {
    var link = LinkRecord()
    var seen = SeenKeys()
    try json.beginObject()
    while let name = try json.nextKey() {
      let key = known(name, json)
      if key != .unknown, try json.takeNull() { continue }
      if seen.insert(key) { repairs.note(.repeatedKey) }
      let place = json.place
      do throws(FormatError) {
        switch key {
        case .traceID: link.traceID = try identifier(&json, size: 16)
        case .spanID: link.spanID = try identifier(&json, size: 8)
        case .traceState: link.traceState = try text(&json)
        case .attributes: try readAttributes(&json, into: &link.attributes)
        case .droppedAttributes: link.droppedAttributes = try uint32(&json)
        case .flags: link.flags = try uint32(&json)
        default: try skipUnknown(&json, name)
        }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
    batch.links.append(link)
  }
}

/// Resources and scopes.
extension OTLPJSONBuilder {
  /// Reads the object of a `Resource` into the record with that number.
  @_lifetime(json: copy json)
  mutating func readResource(
    _ json: inout JSONTokenizer, number: Int
  ) throws(FormatError) {
    var record = batch.resources[number]
    try json.beginObject()
    record.isPresent = true
    var seen = SeenKeys()
    while let name = try json.nextKey() {
      let key = known(name, json)
      if key != .unknown, try json.takeNull() { continue }
      if seen.insert(key) { repairs.note(.repeatedKey) }
      let place = json.place
      do throws(FormatError) {
        switch key {
        case .attributes: try readAttributes(&json, into: &record.attributes)
        case .droppedAttributes: record.droppedAttributes = try uint32(&json)
        default: try skipUnknown(&json, name)
        }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
    batch.resources[number] = record
  }

  /// Reads the object of an `InstrumentationScope` into the record with that number.
  @_lifetime(json: copy json)
  mutating func readScope(_ json: inout JSONTokenizer, number: Int) throws(FormatError) {
    var record = batch.scopes[number]
    try json.beginObject()
    record.isPresent = true
    var seen = SeenKeys()
    while let name = try json.nextKey() {
      let key = known(name, json)
      if key != .unknown, try json.takeNull() { continue }
      if seen.insert(key) { repairs.note(.repeatedKey) }
      let place = json.place
      do throws(FormatError) {
        switch key {
        case .name: record.name = try text(&json)
        case .version: record.version = try text(&json)
        case .attributes: try readAttributes(&json, into: &record.attributes)
        case .droppedAttributes: record.droppedAttributes = try uint32(&json)
        default: try skipUnknown(&json, name)
        }
      } catch {
        try stepOver(&json, from: place, error)
      }
    }
    batch.scopes[number] = record
  }
}

/// Which keys an object had so far.
private struct SeenKeys {
  private var bits: UInt64 = 0

  /// Adds `key`; true where it is a known one that was there before.
  @inline(__always)
  mutating func insert(_ key: OTLPJSONKey) -> Bool {
    if key == .unknown { return false }
    let bit: UInt64 = 1 << UInt64(key.rawValue)
    defer { bits |= bit }
    return bits & bit != 0
  }
}
