/// Makes Zipkin JSON spans into a batch.
///
/// | Zipkin | model |
/// |---|---|
/// | `traceId`, `id`, `parentId` | 1 to 32 (16) hex digits: 16 (8) bytes, zeros in front; other text as it is |
/// | `name`, `kind` | name; CLIENT, SERVER, PRODUCER, CONSUMER: kind |
/// | `timestamp`, `duration` | microseconds to nanoseconds; a missing one is 0, and the flag `otel.zipkin.absentField.startTime` or `….duration` says so |
/// | `tags` | attributes in their order, after what `SpanTags` takes for fields |
/// | `shared`, `debug` | flags `zipkin.shared`, `zipkin.debug` after them |
/// | `localEndpoint` | resource (`service.name`); then attributes `net.host.ip`, `net.host.port` |
/// | `remoteEndpoint` | attributes `peer.service`, `net.peer.ip`, `net.peer.port`, last |
/// | `annotations` | events; the value is the name, and attributes too where it is packed (`ZipkinPackedText`) |
/// | tags `otlp.link.N` | links, where they are packed |
///
/// Spans of version 1 are first made into spans of version 2 (`ZipkinV1Span`).
struct ZipkinDecoder {
  /// What was decoded and not yet taken.
  var batch = SpanBatch()
  /// What came up since it was last asked for.
  var notes = ReadNotes()
  // Equal services and scopes of a batch share a record.
  private var services = ByteInterner()
  private var scopes = ByteInterner()

  init() { beginBatch() }

  /// Hands out the batch and starts a new one.
  mutating func takeBatch() -> SpanBatch {
    let taken = batch
    beginBatch()
    return taken
  }

  // Record 0 is that of spans without a service, or without a scope.
  private mutating func beginBatch() {
    batch = SpanBatch()
    batch.resources.append(ResourceRecord())
    batch.scopes.append(ScopeRecord())
    services = ByteInterner()
    scopes = ByteInterner()
  }

  /// Reads a span. Throws where the text is no JSON.
  mutating func decode(_ element: JSONElement) throws(FormatError) {
    let bytes = element.bytes
    var json = JSONTokenizer(bytes.rawSpan, base: element.offset)
    let arenaCount = batch.arena.count
    var span = ZipkinV1Span()
    do throws(FormatError) {
      try read(&json, into: &span)
      try json.requireEnd("the span")
    } catch {
      batch.arena.removeLast(batch.arena.count - arenaCount)
      throw error
    }
    if !span.isSpan {
      notes.leaveOut(
        .noSpans, at: element.offset, "an object without an id is no span (line \(element.line))")
      return
    }
    if span.isVersion1 {
      for part in span.converted(batch.arena) { add(part) }
    } else {
      add(span.common)
    }
  }

  // MARK: Spans to records

  /// Puts a span into the batch.
  private mutating func add(_ source: ZipkinSpan) {
    var span = SpanRecord()
    span.traceID = source.traceID
    span.spanID = source.id
    span.parentSpanID = source.parentID
    span.name = source.name
    span.start = notes.nanoseconds(source.timestamp ?? 0)
    span.end = notes.end(span.start, source.duration ?? 0)
    let said = SpanTags(source.tags, batch.arena, .zipkin)
    // A kind of the span's own is more than what a tag says, which then is a tag like others.
    span.kind = source.kind != 0 ? source.kind : said.kind
    span.statusCode = said.statusCode
    span.statusMessage = said.statusMessage
    span.hasStatus = said.hasStatus
    span.traceState = said.traceState
    span.scope = scope(said.scopeName, said.scopeVersion)
    span.resource = resource(source.local.serviceName)
    let links = source.tags.indices.filter {
      ZipkinPackedText.isLinkKey(batch.arena, source.tags[$0].key)
    }
    let linkTags = links.isEmpty ? [] : addLinks(links, of: source, to: &span)
    let first = batch.attributes.count
    for (index, tag) in source.tags.enumerated() {
      if said.isSuperfluous(index), source.kind == 0 || !batch.equals(tag.key, "span.kind") {
        continue
      }
      if !linkTags.isEmpty && linkTags.contains(index) { continue }
      batch.attributes.append(tag)
    }
    if source.isShared { appendFlag(ZipkinKey.shared) }
    if source.isDebug { appendFlag(ZipkinKey.debug) }
    if source.timestamp == nil { appendFlag(ZipkinKey.noTimestamp) }
    if source.duration == nil { appendFlag(ZipkinKey.noDuration) }
    append(source.local, ZipkinKey.localIP, ZipkinKey.localPort)
    appendText(ZipkinKey.remoteService, source.remote.serviceName)
    append(source.remote, ZipkinKey.remoteIP, ZipkinKey.remotePort)
    span.attributes = RecordRange(first, batch.attributes.count - first)
    span.events = RecordRange(batch.events.count, source.annotations.count)
    for annotation in source.annotations { add(annotation) }
    batch.spans.append(span)
  }

  private mutating func add(_ annotation: ZipkinSpan.Annotation) {
    var event = EventRecord()
    event.time = notes.nanoseconds(annotation.time)
    event.name = annotation.value
    let bar = UInt8(ascii: "|")
    if annotation.value.count > 4, batch.arena[annotation.value.positions].contains(bar),
      let packed = ZipkinPackedText(batch.bytes(annotation.value))
    {
      event.name = ByteRange(offset: annotation.value.offset, count: UInt32(packed.head.count))
      event.attributes = batch.appendAttributes(packed: packed.object)
      event.droppedAttributes = packed.dropped
      notes.count(.packedEvents)
    }
    batch.events.append(event)
  }

  /// Makes links of those of the tags at `indices` that are such; returns their indices.
  private mutating func addLinks(
    _ indices: [Int], of source: ZipkinSpan, to span: inout SpanRecord
  ) -> [Int] {
    var taken: [Int] = []
    let first = batch.links.count
    for index in indices {
      guard let packed = ZipkinPackedText(batch.bytes(source.tags[index].range)),
        let parts = packed.link
      else { continue }
      var link = LinkRecord()
      link.traceID = batch.append(parts.traceID)
      link.spanID = batch.append(parts.spanID)
      link.traceState = batch.append(Array(parts.traceState))
      link.attributes = batch.appendAttributes(packed: packed.object)
      link.droppedAttributes = packed.dropped
      batch.links.append(link)
      taken.append(index)
      notes.count(.packedLinks)
    }
    span.links = RecordRange(first, batch.links.count - first)
    return taken
  }

  private mutating func append(
    _ endpoint: ZipkinSpan.Endpoint, _ ip: StaticString, _ port: StaticString
  ) {
    appendText(ip, endpoint.ipv4)
    appendText(ip, endpoint.ipv6)
    guard let number = endpoint.port, number != 0 else { return }
    let key = batch.append(port.description)
    batch.attributes.append(
      AttributeRecord(key: key, kind: .int, bits: UInt64(bitPattern: number)))
  }

  private mutating func appendText(_ key: StaticString, _ text: ByteRange) {
    if text.isEmpty { return }
    let name = batch.append(key.description)
    batch.attributes.append(AttributeRecord(key: name, kind: .string, range: text))
  }

  private mutating func appendFlag(_ key: StaticString) {
    let name = batch.append(key.description)
    batch.attributes.append(AttributeRecord(key: name, kind: .bool, bits: 1))
  }

  private mutating func resource(_ service: ByteRange) -> UInt32 {
    if service.isEmpty { return 0 }
    let number = services.intern(batch.arena, service) + 1
    if number == batch.resources.count {
      var record = ResourceRecord()
      record.isPresent = true
      record.attributes = RecordRange(batch.attributes.count, 1)
      appendText("service.name", service)
      batch.resources.append(record)
    }
    return UInt32(number)
  }

  private mutating func scope(_ name: ByteRange, _ version: ByteRange) -> UInt32 {
    if name.isEmpty && version.isEmpty { return 0 }
    var text: [UInt8] = []
    text.appendVarint(UInt64(name.count))
    text.append(contentsOf: batch.arena[name.positions])
    text.append(contentsOf: batch.arena[version.positions])
    let number = scopes.intern(text) + 1
    if number == batch.scopes.count {
      var record = ScopeRecord()
      record.isPresent = true
      record.name = name
      record.version = version
      batch.scopes.append(record)
    }
    return UInt32(number)
  }
}
