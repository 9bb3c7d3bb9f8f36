/// Writes traces as the JSON of Jaeger's query API, `{"data":[…]}`, a line a trace.
///
/// What `JaegerInput` makes of it is what it made of the file the spans came from: see
/// `JaegerDecoder` for the mapping. Times are whole microseconds.
package struct JaegerWriter: TraceWriter {
  private var traces = 0
  private var lost = LossCounts()

  package init() {}

  package func begin() -> [UInt8] { Array("{\"data\":[".utf8) }

  package mutating func write(_ batch: SpanBatch) -> [UInt8] {
    let batch = batch.convertedToOTLP()
    if batch.spans.isEmpty { return [] }
    var output = JaegerOutput(batch: batch, losses: lost)
    output.writeTrace()
    lost = output.losses
    traces += 1
    return Array((traces == 1 ? "\n" : ",\n").utf8) + output.json.out
  }

  package func end() -> [UInt8] {
    Array("\n],\"total\":0,\"limit\":0,\"offset\":0,\"errors\":null}\n".utf8)
  }

  package var losses: [WriterLoss] { lost.list }
}

/// One trace being written.
struct JaegerOutput {
  let batch: SpanBatch
  var json = CountingJSON()
  var losses: LossCounts
  // Equal processes share a name.
  private var processes = ByteInterner()
  private var processOfResource: [Int: Int] = [:]
  private var traceWarnings: [ByteRange] = []

  init(batch: SpanBatch, losses: LossCounts) {
    self.batch = batch
    self.losses = losses
  }

  mutating func writeTrace() {
    json.open("{")
    json.key("traceID")
    writeID(batch.spans[0].traceID, width: 16)
    json.open("spans", "[")
    for span in batch.spans { write(span) }
    json.close("]")
    json.open("processes", "{")
    for number in 0..<processes.count {
      json.string(Array("p\(number + 1)".utf8))
      json.raw(Array(":".utf8) + processes.bytes(number))
    }
    json.close("}")
    json.key("warnings")
    writeWarnings(traceWarnings)
    json.close("}")
    losses.add(.invalidText, json.invalidText)
  }

  private mutating func write(_ span: SpanRecord) {
    losses.addCommon(span, of: batch)
    losses.addTimes(span, of: batch)
    json.open("{")
    json.key("traceID")
    writeID(span.traceID, width: 16)
    json.key("spanID")
    writeID(span.spanID, width: 8)
    if span.flags != 0 {
      json.key("flags")
      json.number(UInt64(span.flags))
    }
    json.key("operationName")
    json.string(span.name, of: batch.arena)
    writeReferences(span)
    json.key("startTime")
    json.number(span.start / 1_000)
    json.key("duration")
    if span.end >= span.start {
      json.number(span.end / 1_000 - span.start / 1_000)
    } else {
      json.number(-Int64(span.start / 1_000 - span.end / 1_000))
    }
    let warnings = writeTags(span)
    json.open("logs", "[")
    for index in span.events.indices { write(batch.events[index]) }
    json.close("]")
    json.key("processID")
    json.string(Array("p\(process(Int(span.resource)) + 1)".utf8))
    json.key("warnings")
    writeWarnings(warnings)
    json.close("}")
  }

  /// Writes an id: hex digits, or the text it is.
  private mutating func writeID(_ run: ByteRange, width: Int) {
    if run.count != UInt32(width) && HexID.isText(batch.arena, run, width: width) {
      json.string(run, of: batch.arena)
    } else {
      losses.add(.unusualIDs, where: Int(run.count) != width)
      json.hex(run, of: batch.arena)
    }
  }

  private mutating func writeWarnings(_ warnings: [ByteRange]) {
    if warnings.isEmpty { return json.null() }
    json.open("[")
    for warning in warnings { json.string(warning, of: batch.arena) }
    json.close("]")
  }

  // MARK: References

  private mutating func writeReferences(_ span: SpanRecord) {
    json.open("references", "[")
    let arena = batch.arena
    let links = batch.links[span.links.indices]
    let references = links.map { link in
      let isLocal =
        batch.isID(link.spanID) && ByteComparison.equal(arena, link.traceID, arena, span.traceID)
      return (kind: type(of: link).kind, isLocal: isLocal)
    }
    func isParent(_ step: Int) -> Bool {
      ByteComparison.equal(
        arena, links[links.startIndex + step].spanID, arena, span.parentSpanID)
    }
    if span.parentSpanID.isEmpty {
      losses.add(.parentLinks, where: JaegerReferences.parent(references) != nil)
    } else if !JaegerReferences.areAllLinks(references, isParent: isParent) {
      json.open("{")
      json.key("refType")
      json.string("CHILD_OF")
      json.key("traceID")
      writeID(span.traceID, width: 16)
      json.key("spanID")
      writeID(span.parentSpanID, width: 8)
      json.close("}")
    }
    for link in links { write(link) }
    json.close("]")
  }

  private mutating func write(_ link: LinkRecord) {
    let type = type(of: link)
    losses.add(.linkTraceStates, where: !link.traceState.isEmpty || link.flags != 0)
    losses.add(.linkDetails, where: Int(link.attributes.count) > (type.isStated ? 1 : 0))
    json.open("{")
    json.key("refType")
    switch type.kind {
    case .childOf: json.string("CHILD_OF")
    case .followsFrom: json.string("FOLLOWS_FROM")
    case .other: json.string(type.text, of: batch.arena)
    }
    json.key("traceID")
    writeID(link.traceID, width: 16)
    json.key("spanID")
    writeID(link.spanID, width: 8)
    json.close("}")
  }

  /// A link's type: what its attribute says, else FOLLOWS_FROM.
  private func type(
    of link: LinkRecord
  ) -> (kind: JaegerReference.Kind, text: ByteRange, isStated: Bool) {
    for attribute in batch.attributes[link.attributes.indices] {
      guard attribute.kind == .string, batch.equals(attribute.key, JaegerReferences.typeKey)
      else { continue }
      if batch.equals(attribute.range, "child_of") { return (.childOf, .empty, true) }
      if batch.equals(attribute.range, "follows_from") { return (.followsFrom, .empty, true) }
      return (.other, attribute.range, true)
    }
    return (.followsFrom, .empty, false)
  }

  // MARK: Logs and processes

  private mutating func write(_ event: EventRecord) {
    json.open("{")
    json.key("timestamp")
    json.number(event.time / 1_000)
    json.open("fields", "[")
    if !event.name.isEmpty {
      openTag()
      json.string("event")
      closeTag("string") { $0.json.string(event.name, of: $0.batch.arena) }
    }
    for attribute in batch.attributes[event.attributes.indices] {
      let isName =
        event.name.isEmpty && attribute.kind == .string && !attribute.range.isEmpty
        && batch.equals(attribute.key, "event")
      losses.add(.misreadTags, where: isName)
      writeTag(attribute)
    }
    json.close("]")
    json.close("}")
  }

  /// The number of a resource's process, which is made the first time.
  private mutating func process(_ resource: Int) -> Int {
    if let known = processOfResource[resource] { return known }
    let outer = json
    json = CountingJSON()
    json.open("{")
    json.key("serviceName")
    let attributes = batch.attributes[batch.resources[resource].attributes.indices]
    let service = attributes.firstIndex {
      $0.kind == .string && batch.equals($0.key, "service.name")
    }
    if let service, !attributes[service].range.isEmpty {
      json.string(attributes[service].range, of: batch.arena)
    } else {
      json.string("OTLPResourceNoServiceName")
    }
    json.open("tags", "[")
    for index in attributes.indices where index != service { writeTag(attributes[index]) }
    json.close("]")
    json.close("}")
    losses.add(.invalidText, json.invalidText)
    let number = processes.intern(json.out)
    json = outer
    processOfResource[resource] = number
    return number
  }

  /// Keeps warnings of the whole trace until its end.
  mutating func keepTraceWarnings(_ warnings: [ByteRange]) { traceWarnings += warnings }
}
