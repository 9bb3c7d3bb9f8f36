/// Writes traces as Chrome's trace events (JSON object format), which Perfetto and
/// `chrome://tracing` show, an event a line.
///
/// A service is a process, a trace a thread of each of its services. Spans that nest are complete
/// events (`X`), concurrent ones pairs of asynchronous events (`b`, `e`); see `ChromeLayout`. Span
/// events are instants, links inside the trace arrows (`s`, `f`), attributes `args`. Times are
/// microseconds with decimals since the first trace's start, which `otherData` names: viewers
/// compute with doubles, which do not hold nanoseconds since 1970.
package struct ChromeWriter: TraceWriter {
  private var state = ChromeState()

  package init() {}

  package func begin() -> [UInt8] { Array("{\"traceEvents\":[".utf8) }

  package mutating func write(_ batch: SpanBatch) -> [UInt8] {
    let batch = batch.convertedToOTLP()
    if batch.spans.isEmpty { return [] }
    var output = ChromeOutput(batch, state)
    output.write()
    state = output.state
    return output.out
  }

  package func end() -> [UInt8] {
    Array(
      ("\n],\"displayTimeUnit\":\"ms\",\"otherData\":{\"start_unix_ns\":\"\(state.origin ?? 0)\"}}\n")
        .utf8)
  }

  package var losses: [WriterLoss] { state.losses.list }
}

/// What is common to the traces of a file.
struct ChromeState: Sendable {
  /// The time that is written as 0 (nanoseconds since the Unix epoch).
  var origin: UInt64?
  var losses = LossCounts()
  /// The processes: number 0 has id 1.
  var services = ByteInterner()
  var traces = 0
  var lanes = 0
  var arrows = 0
  var hasEvents = false
}

/// One trace being written.
struct ChromeOutput {
  private let batch: SpanBatch
  private let tree: TraceTree
  /// The span at each position of the tree.
  private let spans: [SpanRecord]
  private var services: [Int] = []
  private(set) var state: ChromeState
  private(set) var out: [UInt8] = []
  private var json = CountingJSON()
  /// Arrows that start or end at a position.
  private var arrows: [Int: [(number: Int, isStart: Bool)]] = [:]

  init(_ batch: SpanBatch, _ state: ChromeState) {
    self.batch = batch
    self.state = state
    let references = batch.spans.indices.map { SpanReference(batch: 0, span: $0) }
    let built = TraceTreeBuilder.build(references, in: [batch])
    tree = built.tree
    spans = built.order.map { batch.spans[$0] }
  }

  mutating func write() {
    if state.origin == nil { state.origin = tree.earliestStart }
    state.traces += 1
    nameProcesses()
    let layout = ChromeLayout(tree, services: services)
    findArrows(layout)
    for step in layout.steps {
      switch step {
      case .begin(let position, let lane): writeBegin(position, lane)
      case .end(let position, let lane): writeEnd(position, lane)
      }
    }
    state.lanes += layout.laneCount
  }

  // MARK: Events

  /// Opens an event of a phase at a time, in the process and thread of a position.
  private mutating func open(_ phase: StaticString, _ position: Int, _ time: UInt64) {
    json.open("{")
    json.key("ph")
    json.string(phase)
    json.key("pid")
    json.number(UInt64(services[position] + 1))
    json.key("tid")
    json.number(UInt64(state.traces))
    json.key("ts")
    let (difference, _) = Int64(bitPattern: time).subtractingReportingOverflow(
      Int64(bitPattern: state.origin ?? 0))
    json.microseconds(difference)
  }

  private mutating func close() {
    json.close("}")
    out.append(contentsOf: (state.hasEvents ? ",\n" : "\n").utf8)
    out.append(contentsOf: json.out)
    state.hasEvents = true
    state.losses.add(.invalidText, json.invalidText)
    json = CountingJSON()
  }

  private mutating func name(_ run: ByteRange) {
    json.key("name")
    json.string(run, of: batch.arena)
  }

  private mutating func lane(_ lane: Int) {
    json.key("cat")
    json.string("span")
    json.key("id")
    json.number(UInt64(state.lanes + lane))
  }

  private mutating func writeBegin(_ position: Int, _ lane: Int) {
    let span = spans[position]
    count(span)
    let end = ChromeLayout.end(tree, position)
    if lane == 0 {
      open("X", position, span.start)
      json.key("dur")
      json.microseconds(Int64(clamping: end - span.start))
      json.key("cat")
      json.string("span")
    } else {
      open("b", position, span.start)
      self.lane(lane)
    }
    name(span.name)
    if span.statusCode == 2 {
      json.key("cname")
      json.string("terrible")
    }
    json.open("args", "{")
    writeArguments(of: span)
    json.close("}")
    close()
    writeArrows(position)
    for index in span.events.indices { write(batch.events[index], position, lane) }
  }

  private mutating func writeEnd(_ position: Int, _ lane: Int) {
    open("e", position, ChromeLayout.end(tree, position))
    self.lane(lane)
    name(spans[position].name)
    close()
  }

  private mutating func write(_ event: EventRecord, _ position: Int, _ lane: Int) {
    open(lane == 0 ? "i" : "n", position, event.time)
    if lane == 0 {
      json.key("s")
      json.string("t")
    } else {
      self.lane(lane)
    }
    name(event.name)
    json.open("args", "{")
    write(event.attributes, taken: [])
    json.close("}")
    close()
  }

  private mutating func count(_ span: SpanRecord) {
    let (resource, scope) = (batch.resources[Int(span.resource)], batch.scopes[Int(span.scope)])
    state.losses.addCommon(span, of: batch)
    state.losses.add(.flags, where: span.flags != 0)
    state.losses.add(.reversedTimes, where: span.end < span.start)
    state.losses.add(.traceStates, where: !span.traceState.isEmpty)
    state.losses.add(.scopes, where: !scope.name.isEmpty || !scope.version.isEmpty)
    state.losses.add(.scopeAttributes, where: scope.attributes.count > 0)
    let hasService = !batch.serviceName(of: Int(span.resource)).isEmpty
    state.losses.add(
      .resourceDetails, where: Int(resource.attributes.count) > (hasService ? 1 : 0))
  }

  // MARK: Arguments

  private mutating func writeArguments(of span: SpanRecord) {
    let own: [(StaticString, ByteRange)] = [
      ("trace_id", span.traceID), ("span_id", span.spanID), ("parent_span_id", span.parentSpanID),
    ]
    var taken: [StaticString] = []
    for (key, run) in own where !run.isEmpty {
      json.key(key)
      json.hex(run, of: batch.arena)
      taken.append(key)
    }
    if (1...5).contains(span.kind) {
      json.key("kind")
      json.string(SpanKindName.text(span.kind))
      taken.append("kind")
    }
    if (1...2).contains(span.statusCode) {
      json.key("status")
      json.string(span.statusCode == 1 ? "ok" : "error")
      taken.append("status")
    }
    if !span.statusMessage.isEmpty {
      json.key("status_message")
      json.string(span.statusMessage, of: batch.arena)
      taken.append("status_message")
    }
    write(span.attributes, taken: taken)
  }

  /// Writes attributes as members; of several with one key the last.
  private mutating func write(_ run: RecordRange, taken: [StaticString]) {
    if run.count == 0 { return }
    var keys = ByteInterner()
    for key in taken { _ = keys.intern(Array(key.description.utf8)) }
    var chosen: [Int] = []
    for index in run.indices.reversed() {
      let count = keys.count
      if keys.intern(batch.arena, batch.attributes[index].key) == count { chosen.append(index) }
    }
    state.losses.add(.repeatedKeys, Int(run.count) - chosen.count)
    for index in chosen.reversed() {
      let attribute = batch.attributes[index]
      json.key(attribute.key, of: batch.arena)
      json.value(attribute, of: batch.arena)
      switch attribute.kind {
      case .absent: state.losses.add(.missingValues)
      case .bytes: state.losses.add(.valueTypes)
      case .double:
        let isNumber = Double(bitPattern: attribute.bits).isFinite
        state.losses.add(.numberWords, where: !isNumber)
      default: break
      }
    }
  }

  // MARK: Processes and arrows

  /// Finds the service of each span; names those that are new, and the thread of the trace in each.
  private mutating func nameProcesses() {
    var seen: Set<Int> = []
    services.reserveCapacity(spans.count)
    for (position, span) in spans.enumerated() {
      let name = batch.serviceName(of: Int(span.resource))
      let count = state.services.count
      let service = state.services.intern(batch.arena, name)
      services.append(service)
      if service == count {
        writeName("process_name", position) {
          if name.isEmpty {
            $0.json.string("(no service)")
          } else {
            $0.json.string(name, of: $0.batch.arena)
          }
        }
      }
      if seen.insert(service).inserted {
        writeName("thread_name", position) { $0.json.hex(span.traceID, of: $0.batch.arena) }
      }
    }
  }

  private mutating func writeName(
    _ kind: StaticString, _ position: Int, _ value: (inout ChromeOutput) -> Void
  ) {
    open("M", position, state.origin ?? 0)
    json.key("name")
    json.string(kind)
    json.open("args", "{")
    json.key("name")
    value(&self)
    json.close("}")
    close()
  }

  /// Finds the links that can be drawn: between spans on tracks, from an earlier to a later one.
  private mutating func findArrows(_ layout: ChromeLayout) {
    if !spans.contains(where: { $0.links.count > 0 }) { return }
    var ids = ByteInterner()
    var positions: [Int] = []
    for (position, span) in spans.enumerated() {
      let count = ids.count
      if ids.intern(batch.arena, span.spanID) == count { positions.append(position) }
    }
    for (position, span) in spans.enumerated() {
      for link in batch.links[span.links.indices] {
        state.losses.add(.linkTraceStates, where: !link.traceState.isEmpty || link.flags != 0)
        state.losses.add(.linkDetails, where: link.attributes.count > 0)
        guard ByteComparison.equal(batch.arena, link.traceID, batch.arena, span.traceID) else {
          state.losses.add(.foreignLinks)
          continue
        }
        guard let source = ids.lookUp(batch.arena, link.spanID).map({ positions[$0] }),
          layout.lanes[source] == 0, layout.lanes[position] == 0,
          spans[source].start <= span.start, source != position
        else {
          state.losses.add(.undrawnLinks)
          continue
        }
        state.arrows += 1
        arrows[source, default: []].append((state.arrows, true))
        arrows[position, default: []].append((state.arrows, false))
      }
    }
  }

  private mutating func writeArrows(_ position: Int) {
    for arrow in arrows[position] ?? [] {
      open(arrow.isStart ? "s" : "f", position, spans[position].start)
      json.key("id")
      json.number(UInt64(arrow.number))
      json.key("cat")
      json.string("link")
      json.key("name")
      json.string("link")
      if !arrow.isStart {
        json.key("bp")
        json.string("e")
      }
      close()
    }
  }
}
