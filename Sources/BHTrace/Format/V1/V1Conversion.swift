/// Makes v1 spans of spans of the OpenTelemetry model, and counts what v1 has no place for.
///
/// Ids become hexadecimal text, times microseconds from the start of the trace, the status error
/// or ok, the attributes the resource's overlaid by the span's.
struct V1Conversion {
  /// The v1 spans, in the order they were added.
  private(set) var batch = SpanBatch()
  /// What was lost.
  private(set) var losses = V1Losses()

  private let source: SpanBatch
  private let traceStart: UInt64
  private var services = ByteInterner()
  private let serviceKey: ByteRange

  /// The v1 form of `spans` of `source`, which are all of one trace. `traceStart` is the start of
  /// the trace, where these are not all its spans.
  static func convert(
    _ source: SpanBatch, spans: [Int], traceStart: UInt64? = nil
  ) throws(FormatError) -> (batch: SpanBatch, losses: V1Losses) {
    let earliest = spans.map { source.spans[$0].start }.min() ?? 0
    var conversion = V1Conversion(source, traceStart: min(traceStart ?? earliest, earliest))
    for span in spans { try conversion.add(source.spans[span]) }
    return (conversion.batch, conversion.losses)
  }

  /// A conversion with nothing added; times will count from `traceStart`.
  private init(_ source: SpanBatch, traceStart: UInt64) {
    self.source = source
    self.traceStart = traceStart
    serviceKey = batch.append("service.name")
    batch.scopes = [ScopeRecord()]
  }

  private mutating func add(_ span: SpanRecord) throws(FormatError) {
    var made = SpanRecord()
    made.dialect = .v1
    made.hasStatus = true
    made.statusCode = span.statusCode == 2 ? 2 : 1
    made.filePosition = UInt32(batch.spans.count)
    made.traceID = hex(span.traceID)
    made.spanID = hex(span.spanID)
    // A parent id of zeros is none, and v1 has a word for that.
    let hasParent = !ByteComparison.isZero(source.arena, span.parentSpanID)
    made.parentSpanID = hasParent ? hex(span.parentSpanID) : .empty
    made.name = copy(span.name)
    made.resource = resource(source.serviceName(of: Int(span.resource)))
    made.start = microseconds(span.start) * 1000
    let isCut = span.start % 1000 != traceStart % 1000 || span.end % 1000 != traceStart % 1000
    if isCut { losses.submicrosecondTimes += 1 }
    let duration = V1Time.microseconds(from: span.start, to: span.end)
    made.end = V1Time.shifted(made.start, by: V1Time.nanoseconds(duration))

    let resource = source.resources[Int(span.resource)]
    made.attributes = try attributes([resource.attributes, span.attributes], isEvent: false)
    let firstEvent = batch.events.count
    for event in source.events[span.events.indices] {
      var madeEvent = EventRecord()
      let offset = V1Time.microseconds(from: span.start, to: event.time)
      madeEvent.time = V1Time.shifted(made.start, by: V1Time.nanoseconds(offset))
      if event.time % 1000 != span.start % 1000 { losses.submicrosecondTimes += 1 }
      madeEvent.name = copy(event.name)
      madeEvent.attributes = try attributes([event.attributes], isEvent: true)
      if event.droppedAttributes > 0 { losses.droppedCounts += 1 }
      if !event.extra.isEmpty { losses.unknownFields += 1 }
      batch.events.append(madeEvent)
    }
    made.events = RecordRange(firstEvent, batch.events.count - firstEvent)
    batch.spans.append(made)
    guard batch.arena.count <= SpanBatch.arenaLimit else {
      throw FormatError(
        .unsupported, at: nil, "a trace of more than \(SpanBatch.arenaLimit) bytes is too large")
    }
    count(span, resource, source.scopes[Int(span.scope)])
  }

  private mutating func count(_ span: SpanRecord, _ resource: ResourceRecord, _ scope: ScopeRecord)
  {
    losses.links += Int(span.links.count)
    if !span.traceState.isEmpty { losses.traceStates += 1 }
    if span.kind != 0 { losses.kinds += 1 }
    if span.flags != 0 { losses.flags += 1 }
    if !span.statusMessage.isEmpty || !(0...2).contains(span.statusCode) { losses.statuses += 1 }
    if !scope.name.isEmpty || !scope.version.isEmpty || scope.attributes.count > 0 {
      losses.scopes += 1
    }
    if !resource.schemaURL.isEmpty || !scope.schemaURL.isEmpty { losses.schemaURLs += 1 }
    let dropped = [
      span.droppedAttributes, span.droppedEvents, span.droppedLinks, resource.droppedAttributes,
      scope.droppedAttributes,
    ]
    if dropped.contains(where: { $0 > 0 }) { losses.droppedCounts += 1 }
    let unknown = [
      span.extra, resource.extra, resource.outerExtra, scope.extra, scope.outerExtra,
    ]
    if unknown.contains(where: { !$0.isEmpty }) { losses.unknownFields += 1 }
  }

  // MARK: Parts

  /// The runs laid over each other: a key keeps its first place and takes its last value.
  private mutating func attributes(
    _ runs: [RecordRange], isEvent: Bool
  ) throws(FormatError) -> RecordRange {
    let first = batch.attributes.count
    if runs.allSatisfy({ $0.count == 0 }) { return RecordRange(first, 0) }
    var keys = ByteInterner()
    for run in runs {
      for attribute in source.attributes[run.indices] {
        let key = try key(of: attribute)
        let isReserved =
          isEvent && (source.equals(key, "ts_us") || source.equals(key, "name"))
        if isReserved {
          losses.reservedEventKeys += 1
          continue
        }
        let place = first + keys.intern(source.arena, key)
        let isNew = place == batch.attributes.count
        if !isNew { losses.overriddenAttributes += 1 }
        let made = copy(attribute, key: isNew ? copy(key) : batch.attributes[place].key)
        if isNew { batch.attributes.append(made) } else { batch.attributes[place] = made }
      }
    }
    return RecordRange(first, batch.attributes.count - first)
  }

  private mutating func key(of attribute: AttributeRecord) throws(FormatError) -> ByteRange {
    if attribute.kind == .rawKeyValue || attribute.kind == .rawValue { losses.unknownFields += 1 }
    guard attribute.kind == .rawKeyValue else { return attribute.key }
    return try NestedValueReader(attribute, in: source.arena).rawKey()
  }

  /// The record in this batch.
  private mutating func copy(_ attribute: AttributeRecord, key: ByteRange) -> AttributeRecord {
    guard attribute.kind.hasRange else {
      return AttributeRecord(key: key, kind: attribute.kind, bits: attribute.bits)
    }
    return AttributeRecord(key: key, kind: attribute.kind, range: copy(attribute.range))
  }

  private func microseconds(_ time: UInt64) -> UInt64 { (time - traceStart) / 1000 }

  private mutating func resource(_ service: ByteRange) -> UInt32 {
    let number = services.intern(source.arena, service)
    if number == batch.resources.count {
      var made = ResourceRecord()
      made.isPresent = true
      made.attributes = RecordRange(batch.attributes.count, 1)
      batch.attributes.append(
        AttributeRecord(key: serviceKey, kind: .string, range: copy(service)))
      batch.resources.append(made)
    }
    return UInt32(number)
  }

  private mutating func copy(_ range: ByteRange) -> ByteRange {
    batch.append(source.arena[range.positions])
  }

  private mutating func hex(_ id: ByteRange) -> ByteRange {
    batch.append(HexText.encode(source.arena[id.positions]))
  }
}

extension V1Encoder {
  /// The v1 file that holds `spans` of `batch`, spans of the OpenTelemetry model: all of one
  /// trace. They lie in the file in the pre-order of their tree. Adds what v1 has no place for to
  /// `losses`.
  static func encodeConverted(
    _ batch: SpanBatch, spans: [Int], losses: inout V1Losses
  ) throws(FormatError) -> [UInt8] {
    let references = spans.map { SpanReference(batch: 0, span: $0) }
    let order = TraceTreeBuilder.build(references, in: [batch]).order
    let (converted, lost) = try V1Conversion.convert(batch, spans: order.map { spans[$0] })
    losses += lost
    var writer = V1TextWriter()
    let file = try encode(converted, spans: Array(converted.spans.indices), &writer)
    losses.bytesValues += writer.bytesValues
    losses.repairedTexts += writer.repairedTexts
    return file
  }
}
