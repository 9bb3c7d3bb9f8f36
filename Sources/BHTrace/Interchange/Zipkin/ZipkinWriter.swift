/// Writes spans as Zipkin JSON of version 2: one array of spans, a line a span.
///
/// What `ZipkinInput` makes of it is what it made of the file the spans came from: see
/// `ZipkinDecoder` for the mapping. What Zipkin has no place for goes where OpenTelemetry's
/// translation puts it: resource attributes into tags, links and attributes of events into packed
/// text (`ZipkinPackedText`).
package struct ZipkinWriter: TraceWriter {
  private var spans = 0
  private var lost = LossCounts()

  package init() {}

  package func begin() -> [UInt8] { Array("[".utf8) }

  package mutating func write(_ batch: SpanBatch) -> [UInt8] {
    let batch = batch.convertedToOTLP()
    var out: [UInt8] = []
    var output = ZipkinOutput(batch: batch, losses: lost)
    for span in batch.spans {
      out.append(contentsOf: (spans == 0 ? "\n" : ",\n").utf8)
      output.write(span)
      out.append(contentsOf: output.json.take())
      spans += 1
    }
    output.losses.add(.invalidText, output.json.invalidText)
    lost = output.losses
    return out
  }

  package func end() -> [UInt8] { Array("\n]\n".utf8) }

  package var losses: [WriterLoss] { lost.list }
}

/// Spans being written.
struct ZipkinOutput {
  let batch: SpanBatch
  var json = CountingJSON()
  var losses: LossCounts

  init(batch: SpanBatch, losses: LossCounts) {
    self.batch = batch
    self.losses = losses
  }

  mutating func write(_ span: SpanRecord) {
    losses.addCommon(span, of: batch, keepsDroppedOfParts: true)
    losses.addTimes(span, of: batch)
    losses.add(.flags, where: span.flags != 0)
    losses.add(.reversedTimes, where: span.end < span.start)
    let attributes = batch.attributes[span.attributes.indices]
    let endpoints = ZipkinEndpoints(attributes, batch)
    let flags = ZipkinFlags(attributes, batch)
    json.open("{")
    json.key("traceId")
    writeTraceID(span.traceID)
    json.key("id")
    writeID(span.spanID)
    if !span.parentSpanID.isEmpty {
      json.key("parentId")
      writeID(span.parentSpanID)
    }
    if let kind = Self.kind(span.kind) {
      json.key("kind")
      json.string(kind)
    }
    if !span.name.isEmpty {
      json.key("name")
      json.string(span.name, of: batch.arena)
    }
    if flags.noTimestamp == nil {
      json.key("timestamp")
      json.number(span.start / 1_000)
    }
    if flags.noDuration == nil {
      json.key("duration")
      json.number(span.end < span.start ? 0 : span.end / 1_000 - span.start / 1_000)
    }
    let service = service(span.resource)
    write(
      "localEndpoint", service.map { attribute(at: $0).range }, endpoints.local, port: .localPort,
      endpoints)
    write(
      "remoteEndpoint", endpoints[.remoteService].map { attributes[$0].range },
      endpoints.remote, port: .remotePort, endpoints)
    writeAnnotations(span)
    writeTags(span, Array(attributes.indices).filter { !endpoints.has($0) && !flags.has($0) })
    if flags.shared != nil {
      json.key("shared")
      json.bool(true)
    }
    if flags.debug != nil {
      json.key("debug")
      json.bool(true)
    }
    json.close("}")
  }

  private static func kind(_ kind: Int32) -> StaticString? {
    switch kind {
    case 2: "SERVER"
    case 3: "CLIENT"
    case 4: "PRODUCER"
    case 5: "CONSUMER"
    default: nil
    }
  }

  func attribute(at index: Int) -> AttributeRecord { batch.attributes[index] }

  // MARK: Ids

  /// Writes a trace's id, of 64 bits where the upper half is zero.
  private mutating func writeTraceID(_ run: ByteRange) {
    var id = run
    if run.count == 16 {
      let upper = ByteRange(offset: run.offset, count: 8)
      if !batch.isID(upper) { id = ByteRange(offset: run.offset + 8, count: 8) }
      json.hex(id, of: batch.arena)
    } else {
      writeOther(run, width: 16)
    }
  }

  private mutating func writeID(_ run: ByteRange) {
    if run.count == 8 {
      json.hex(run, of: batch.arena)
    } else {
      writeOther(run, width: 8)
    }
  }

  private mutating func writeOther(_ run: ByteRange, width: Int) {
    if HexID.isText(batch.arena, run, width: width) {
      json.string(run, of: batch.arena)
    } else {
      losses.add(.unusualIDs)
      json.hex(run, of: batch.arena)
    }
  }

  // MARK: Endpoints and annotations

  /// The index of the attribute that names the service: the first, as the reader makes it.
  func service(_ resource: UInt32) -> Int? {
    batch.resources[Int(resource)].attributes.indices.first {
      let attribute = batch.attributes[$0]
      return attribute.kind == .string && batch.equals(attribute.key, "service.name")
    }
  }

  private mutating func write(
    _ key: StaticString, _ service: ByteRange?, _ addresses: [Int], port: ZipkinEndpoints.Place,
    _ endpoints: ZipkinEndpoints
  ) {
    let name = service.flatMap { $0.isEmpty ? nil : $0 }
    if name == nil && addresses.isEmpty && endpoints[port] == nil { return }
    json.open(key, "{")
    if let name {
      json.key("serviceName")
      json.string(name, of: batch.arena)
    }
    for index in addresses {
      let isNew = ZipkinEndpoints.isNew(attribute(at: index), batch)
      json.key(isNew ? "ipv6" : "ipv4")
      json.string(attribute(at: index).range, of: batch.arena)
    }
    if let index = endpoints[port] {
      json.key("port")
      json.number(Int64(bitPattern: attribute(at: index).bits))
    }
    json.close("}")
  }

  private mutating func writeAnnotations(_ span: SpanRecord) {
    if span.events.count == 0 { return }
    json.open("annotations", "[")
    for index in span.events.indices {
      let event = batch.events[index]
      json.open("{")
      json.key("timestamp")
      json.number(event.time / 1_000)
      json.key("value")
      // A name that would itself be read as packed is packed as well.
      if event.attributes.count > 0 || event.droppedAttributes > 0
        || ZipkinPackedText(batch.bytes(event.name)) != nil
      {
        json.string(
          batch.bytes(event.name) + [UInt8(ascii: "|")] + object(event.attributes)
            + Array("|\(event.droppedAttributes)".utf8))
      } else {
        json.string(event.name, of: batch.arena)
      }
      json.close("}")
    }
    json.close("]")
  }

  /// Attributes as the text of a JSON object.
  mutating func object(_ run: RecordRange) -> [UInt8] {
    var text = CountingJSON()
    text.open("{")
    for attribute in batch.attributes[run.indices] {
      text.key(attribute.key, of: batch.arena)
      let start = text.out.count
      text.value(attribute, of: batch.arena)
      countUnread(attribute, Array(text.out[start...]))
    }
    text.close("}")
    losses.add(.invalidText, text.invalidText)
    return text.out
  }

  /// Counts a value that is not read back from its JSON text as what it is.
  private mutating func countUnread(_ attribute: AttributeRecord, _ text: [UInt8]) {
    switch attribute.kind {
    case .empty, .string, .bool, .int: break
    case .double:
      losses.add(.numberWords, where: !Double(bitPattern: attribute.bits).isFinite)
    case .bytes: losses.add(.valueTypes)
    case .absent: losses.add(.missingValues)
    case .array, .keyValueList, .rawValue, .rawKeyValue:
      var json = JSONTokenizer(text.rawSpan)
      let wire = (try? SpanBatch.wireForm(&json)) ?? []
      losses.add(.nestedValues, where: wire != batch.bytes(attribute.range))
    }
  }
}
