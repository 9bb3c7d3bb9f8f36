@testable import BHTrace

/// Makes batches of OTLP spans that use everything the model has: odd ids, duplicates, values of
/// every kind, text that is no UTF-8, fields nobody knows, things that are there but empty.
struct RandomSpans {
  /// What no strict protobuf reader keeps is left out: text that is no UTF-8, and several values
  /// in one `AnyValue` or `KeyValue`.
  var isPlain = false
  private var random: SeededGenerator
  private var batch = SpanBatch()
  private var traceIDs: [[UInt8]] = []
  private var spanIDs: [[UInt8]] = []

  init(seed: UInt64, plain: Bool = false) {
    random = SeededGenerator(seed: seed)
    isPlain = plain
  }

  /// A batch of `spans` spans, in about a fifth as many traces.
  mutating func batch(spans: Int) -> SpanBatch {
    batch = SpanBatch()
    spanIDs = []
    traceIDs = (0...(spans / 5)).map { _ in identifier(16) }
    for _ in 0..<number(1, 4) { addResource() }
    for _ in 0..<number(1, 5) { addScope() }
    if chance(5) { batch.messageExtras.append(unknownFields()) }
    var (resource, scope) = (0, 0)
    for _ in 0..<spans {
      if chance(3) { resource = number(0, batch.resources.count - 1) }
      if chance(3) { scope = number(0, batch.scopes.count - 1) }
      addSpan(resource, scope)
      if chance(12), let again = batch.spans.last { batch.spans.append(again) }
    }
    return batch
  }

  // MARK: Records

  private mutating func addResource() {
    var record = ResourceRecord()
    record.isPresent = !chance(6)
    if record.isPresent {
      record.attributes = attributes(4)
      record.droppedAttributes = count()
      record.extra = chance(6) ? unknownFields() : .empty
    }
    record.schemaURL = chance(3) ? text() : .empty
    record.outerExtra = chance(6) ? unknownFields() : .empty
    batch.resources.append(record)
  }

  private mutating func addScope() {
    var record = ScopeRecord()
    record.isPresent = !chance(6)
    if record.isPresent {
      record.name = text()
      record.version = chance(2) ? text() : .empty
      record.attributes = attributes(2)
      record.droppedAttributes = count()
      record.extra = chance(6) ? unknownFields() : .empty
    }
    record.schemaURL = chance(3) ? text() : .empty
    record.outerExtra = chance(6) ? unknownFields() : .empty
    batch.scopes.append(record)
  }

  private mutating func addSpan(_ resource: Int, _ scope: Int) {
    var span = SpanRecord()
    span.resource = UInt32(resource)
    span.scope = UInt32(scope)
    span.traceID = batch.append(pick(traceIDs))
    let id = chance(15) && !spanIDs.isEmpty ? pick(spanIDs) : identifier(8)
    span.spanID = batch.append(id)
    if !chance(5) && !spanIDs.isEmpty { span.parentSpanID = batch.append(pick(spanIDs)) }
    if chance(20) { span.parentSpanID = batch.append(identifier(8)) }
    spanIDs.append(id)
    span.name = text()
    span.traceState = chance(5) ? text() : .empty
    span.kind = chance(20) ? Int32.random(in: .min ... .max, using: &random) : Int32(number(0, 5))
    let start: UInt64 = 1_700_000_000_000_000_000
    span.start = chance(20) ? any64() : start + UInt64(number(0, 1 << 30))
    span.end = chance(20) ? any64() : span.start &+ UInt64(number(0, 1 << 28))
    span.attributes = attributes(8)
    span.droppedAttributes = count()
    span.droppedEvents = count()
    span.droppedLinks = count()
    span.flags = chance(2) ? UInt32(truncatingIfNeeded: any64()) : 0
    var ownExtra = chance(6) ? unknownBytes() : []
    span.hasStatus = chance(2)
    if span.hasStatus {
      span.statusMessage = chance(2) ? text() : .empty
      span.statusCode = chance(10) ? -7 : Int32(number(0, 2))
      if chance(10) { ownExtra.appendField(OTLPTag.Span.status, unknownBytes()) }
    }
    span.extra = batch.append(ownExtra)
    var events: [EventRecord] = []
    if chance(3) { for _ in 0..<number(1, 3) { events.append(event()) } }
    span.events = RecordRange(batch.events.count, events.count)
    batch.events += events
    var links: [LinkRecord] = []
    if chance(5) { for _ in 0..<number(1, 3) { links.append(link()) } }
    span.links = RecordRange(batch.links.count, links.count)
    batch.links += links
    batch.spans.append(span)
  }

  private mutating func event() -> EventRecord {
    var event = EventRecord()
    event.time = any64()
    event.name = text()
    event.attributes = attributes(3)
    event.droppedAttributes = count()
    event.extra = chance(6) ? unknownFields() : .empty
    return event
  }

  private mutating func link() -> LinkRecord {
    var link = LinkRecord()
    link.traceID = batch.append(identifier(16))
    link.spanID = batch.append(identifier(8))
    link.traceState = chance(3) ? text() : .empty
    link.attributes = attributes(2)
    link.droppedAttributes = count()
    link.flags = count()
    link.extra = chance(6) ? unknownFields() : .empty
    return link
  }

  private mutating func attributes(_ most: Int) -> RecordRange {
    let made = (0..<number(0, most)).map { _ in attribute() }
    let first = batch.attributes.count
    batch.attributes += made
    return RecordRange(first, made.count)
  }

  private mutating func attribute() -> AttributeRecord {
    let key = chance(3) ? text() : batch.append(pick(["http.method", "peer", "", "clé", "k"]))
    switch number(0, 10) {
    case 0: return AttributeRecord(key: key, kind: .absent)
    case 1: return AttributeRecord(key: key, kind: .empty)
    case 2: return AttributeRecord(key: key, kind: .bool, bits: UInt64(number(0, 1)))
    case 3: return AttributeRecord(key: key, kind: .int, bits: any64())
    case 4: return AttributeRecord(key: key, kind: .double, bits: any64())
    case 5: return AttributeRecord(key: key, kind: .bytes, range: batch.append(bytes(12)))
    case 6:
      return AttributeRecord(
        key: key, kind: .array, range: batch.append(list(ofPairs: false, depth: 1)))
    case 7:
      return AttributeRecord(
        key: key, kind: .keyValueList, range: batch.append(list(ofPairs: true, depth: 1)))
    case 8:
      var raw = value(depth: 1)
      if isPlain || chance(2) || raw.isEmpty {
        raw += unknownBytes()
      } else {
        raw += raw
      }
      return AttributeRecord(key: key, kind: .rawValue, range: batch.append(raw))
    case 9:
      var raw: [UInt8] = []
      if !key.isEmpty { raw.appendField(OTLPTag.KeyValue.key, batch.bytes(key)) }
      for _ in 0..<(isPlain ? 1 : 2) { raw.appendField(OTLPTag.KeyValue.value, value(depth: 1)) }
      raw += unknownBytes()
      return AttributeRecord(key: key, kind: .rawKeyValue, range: batch.append(raw))
    default: return AttributeRecord(key: key, kind: .string, range: text())
    }
  }

  // MARK: Wire forms

  /// A canonical `ArrayValue` or `KeyValueList`.
  private mutating func list(ofPairs: Bool, depth: Int) -> [UInt8] {
    var list: [UInt8] = []
    for _ in 0..<number(0, 3) {
      var item: [UInt8] = []
      if ofPairs {
        let key = textBytes()
        if !key.isEmpty { item.appendField(OTLPTag.KeyValue.key, key) }
        if !chance(6) { item.appendField(OTLPTag.KeyValue.value, value(depth: depth)) }
      } else {
        item = value(depth: depth)
      }
      list.appendField(OTLPTag.List.values, item)
    }
    return list
  }

  /// A canonical `AnyValue`.
  private mutating func value(depth: Int) -> [UInt8] {
    var value: [UInt8] = []
    switch number(0, depth < 4 ? 7 : 5) {
    case 0: break
    case 1:
      value = [UInt8(OTLPTag.AnyValue.bool), UInt8(number(0, 1))]
    case 2:
      value.appendVarint(OTLPTag.AnyValue.int)
      value.appendVarint(any64())
    case 3: value = [UInt8(OTLPTag.AnyValue.double)] + littleEndian(any64())
    case 4: value.appendField(OTLPTag.AnyValue.bytes, bytes(6))
    case 5: value.appendField(OTLPTag.AnyValue.string, textBytes())
    case 6: value.appendField(OTLPTag.AnyValue.array, list(ofPairs: false, depth: depth + 1))
    default:
      value.appendField(OTLPTag.AnyValue.keyValueList, list(ofPairs: true, depth: depth + 1))
    }
    return value
  }

  /// One to three fields with numbers no version of OTLP uses, of every wire type.
  private mutating func unknownFields() -> ByteRange {
    var fields: [UInt8] = []
    for _ in 0..<number(1, 3) {
      let number = UInt64(number(100, 40_000)) << 3
      switch self.number(0, 4) {
      case 0:
        fields.appendVarint(number)
        fields.appendVarint(any64())
      case 1:
        fields.appendVarint(number | 1)
        fields += littleEndian(any64())
      case 2: fields.appendField(number | 2, bytes(9))
      case 3:
        fields.appendVarint(number | 3)
        fields += [0x08, 0x01, 0x13, 0x10, 0x02, 0x14]
        fields.appendVarint(number | 4)
      default:
        fields.appendVarint(number | 5)
        fields += littleEndian(any64()).prefix(4)
      }
    }
    return batch.append(fields)
  }

  // MARK: Small things

  private mutating func chance(_ oneIn: Int) -> Bool { number(1, oneIn) == 1 }

  private mutating func number(_ least: Int, _ most: Int) -> Int {
    Int.random(in: least...most, using: &random)
  }

  private mutating func any64() -> UInt64 {
    // Every magnitude equally often.
    random.next() >> UInt64(number(0, 63))
  }

  private mutating func count() -> UInt32 {
    chance(8) ? UInt32(truncatingIfNeeded: any64()) : 0
  }

  private mutating func pick<T>(_ from: [T]) -> T { from[number(0, from.count - 1)] }

  private mutating func bytes(_ most: Int) -> [UInt8] {
    (0..<number(0, most)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  private mutating func identifier(_ usual: Int) -> [UInt8] {
    let length = chance(12) ? number(0, 40) : usual
    return (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  private func littleEndian(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  private mutating func textBytes() -> [UInt8] {
    let run = text()
    return batch.bytes(run)
  }

  private mutating func unknownBytes() -> [UInt8] {
    let run = unknownFields()
    return batch.bytes(run)
  }

  private mutating func text() -> ByteRange {
    if !isPlain && chance(10) { return batch.append(bytes(10)) }
    let choices = [
      "", "GET /cart", "é", "e\u{301}", "日本語", "\u{1F980}", "a\"b\\c\n\u{1}", "SELECT 1",
      String(repeating: "long ", count: 60), "oteldemo.Cart/Add",
    ]
    return batch.append(pick(choices))
  }
}
