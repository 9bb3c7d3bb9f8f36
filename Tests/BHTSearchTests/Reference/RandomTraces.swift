@testable import BHTrace

/// Makes traces with all that queries can tell apart: values of every type under few names, orphans,
/// shared and duplicate ids, cycles, spans that end before they start, several events and links.
struct RandomTraces {
  private var random: SeededNumbers
  private var batch = SpanBatch()

  /// The spans start within one hour from here (nanoseconds).
  static let start: UInt64 = 1_800_000_000_000_000_000

  init(seed: UInt64) { random = SeededNumbers(state: seed) }

  /// `count` traces of up to `spans` spans, in `batches` batches: a trace may lie in several of them.
  mutating func batches(traces count: Int, spans: Int, batches: Int = 1) -> [SpanBatch] {
    var made = (0..<batches).map { _ in emptyBatch() }
    for trace in 0..<count {
      let id = identifier(16, number(0, 3) == 0 ? 8 : 0)
      var ids: [[UInt8]] = []
      let time = Self.start + UInt64(number(0, 3_600_000)) * 1_000_000
      for _ in 0..<number(1, spans) {
        let place = chance(3) ? number(0, batches - 1) : trace % batches
        batch = made[place]
        addSpan(id, &ids, time)
        made[place] = batch
      }
    }
    return made
  }

  private mutating func emptyBatch() -> SpanBatch {
    batch = SpanBatch()
    for _ in 0..<4 {
      var resource = ResourceRecord()
      resource.isPresent = true
      var list: [(String, AttributeValue)] = []
      if !chance(6) { list.append(("service.name", .string(pick(["front", "back", "db"])))) }
      if chance(8) { list.append(("service.name", 7)) }
      list.append(("zone", .string(pick(["a", "b"]))))
      if chance(2) { list.append(("mixed", value())) }
      resource.attributes = add(list)
      batch.resources.append(resource)
      var scope = ScopeRecord()
      scope.isPresent = true
      scope.name = chance(3) ? .empty : batch.append(pick(["http", "sql"]))
      scope.version = chance(2) ? .empty : batch.append("1.2")
      scope.attributes = chance(2) ? add([("lib", value())]) : .empty
      batch.scopes.append(scope)
    }
    return batch
  }

  // MARK: Spans

  private mutating func addSpan(_ traceID: [UInt8], _ ids: inout [[UInt8]], _ time: UInt64) {
    var span = SpanRecord()
    span.traceID = batch.append(traceID)
    let id = chance(12) && !ids.isEmpty ? pick(ids) : chance(60) ? [] : identifier(8, 0)
    span.spanID = batch.append(id)
    switch number(1, 16) {
    case 1: span.parentSpanID = batch.append(identifier(8, 0))
    case 2: break
    case 3: span.parentSpanID = batch.append(id)
    case 4: span.parentSpanID = batch.append([UInt8](repeating: 0, count: 8))
    default: if !ids.isEmpty { span.parentSpanID = batch.append(pick(ids)) }
    }
    // A later span that takes the id of this one's parent may close a cycle.
    ids.append(id)
    if chance(10), span.parentSpanID.count > 0 { ids.append(batch.bytes(span.parentSpanID)) }
    span.name = batch.append(pick(["GET /a", "GET /b", "SELECT", "publish", ""]))
    span.kind = chance(15) ? 9 : Int32(number(0, 5))
    span.hasStatus = chance(2)
    if span.hasStatus {
      span.statusCode = chance(15) ? -7 : Int32(number(0, 2))
      span.statusMessage = chance(2) ? batch.append(pick(["boom", "timeout 5"])) : .empty
    }
    span.start = time + UInt64(number(0, 2_000)) * 1_000_000
    let length = UInt64(pick([0, 1, 2, 3, 1000, 1_000_000, 12_345_678, 2_000_000_000]))
    span.end = chance(15) ? span.start - 5 : span.start + length
    span.resource = UInt32(number(0, 3))
    span.scope = UInt32(number(0, 3))
    span.attributes = add(attributes(6))
    var events: [EventRecord] = []
    for _ in 0..<(chance(2) ? 0 : number(1, 3)) {
      var event = EventRecord()
      event.name = batch.append(pick(["exception", "retry", "log"]))
      event.time = chance(10) ? span.start - 7 : span.start + UInt64(number(0, 5)) * 1_000
      event.attributes = add(attributes(2))
      events.append(event)
    }
    span.events = RecordRange(batch.events.count, events.count)
    batch.events += events
    var links: [LinkRecord] = []
    for _ in 0..<(chance(4) ? number(1, 2) : 0) {
      var link = LinkRecord()
      link.traceID = batch.append(chance(2) ? traceID : identifier(16, 0))
      link.spanID = batch.append(ids.isEmpty || chance(2) ? identifier(8, 0) : pick(ids))
      link.attributes =
        chance(4) ? add([("opentracing.ref_type", "child_of")]) : add(attributes(1))
      links.append(link)
    }
    span.links = RecordRange(batch.links.count, links.count)
    batch.links += links
    batch.spans.append(span)
  }

  // MARK: Values

  private mutating func attributes(_ most: Int) -> [(String, AttributeValue)] {
    (0..<number(0, most)).map { _ in
      switch number(1, 10) {
      case 1: ("http.url", .string("/item/\(number(1, 30))"))
      case 2: ("http.status_code", .int(pick([200, 200, 404, 500])))
      case 3:
        ("float", .double(pick([0.5, 2, -0.0, 1e300, .nan, .infinity, 9_007_199_254_740_992])))
      case 4: ("bool", .bool(chance(2)))
      case 5: ("int", .int(pick([0, 1, 2, 3, -5, .max, .min, 9_007_199_254_740_993])))
      case 6: ("list", list())
      case 7: ("a b\"c\\", .string(pick(["x", "y"])))
      case 8: ("text", .string(pick(["", "line\nend", "é", "10", "foo", "foobar"])))
      default: ("mixed", value())
      }
    }
  }

  private mutating func list() -> AttributeValue {
    switch number(1, 7) {
    case 1: ["a", "foo"]
    case 2: [1, 2, 200]
    case 3: [0.5, 2.5]
    case 4: [true, false]
    case 5: [1, "a"]
    case 6: [[1]]
    default: []
    }
  }

  private mutating func value() -> AttributeValue {
    switch number(1, 9) {
    case 1: .int(Int64(number(0, 3)))
    case 2: .double(Double(number(0, 6)) / 2)
    case 3: .bool(chance(2))
    case 4: .string(pick(["a", "1", "foo"]))
    case 5: list()
    case 6: .null
    case 7: .bytes([0xFF, 1])
    case 8: ["k": 1]
    default: .int(1)
    }
  }

  private mutating func add(_ list: [(String, AttributeValue)]) -> RecordRange {
    let records = list.map { batch.record($0.0, $0.1) }
    let run = RecordRange(batch.attributes.count, records.count)
    batch.attributes += records
    return run
  }

  private mutating func identifier(_ count: Int, _ zeros: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: zeros)
      + (zeros..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 20) }
  }

  private mutating func number(_ low: Int, _ high: Int) -> Int { random.number(low...high) }
  private mutating func chance(_ n: Int) -> Bool { number(1, n) == 1 }
  private mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[number(0, choices.count - 1)]
  }
}

/// Random numbers by a seed: SplitMix64.
struct SeededNumbers {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }
}
