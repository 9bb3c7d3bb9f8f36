internal import BHTrace

/// What is looked at while the spans of a chunk are judged: shared by all of their views.
final class JudgedSpans {
  let spans: ScannedSpans
  let plan: SearchPlan
  let figures: TraceFigures
  let fields: [TermFields.Field]
  /// Whether payload was read.
  let hasPayload: Bool
  // What is looked at for every span lies here, so that nothing is counted up and down.
  let starts: [UInt64]
  let ends: [UInt64]
  let marks: [SpanMarks]
  let operations: [UInt32]
  let places: [Int32]
  let records: [SpanRecord]
  let attributes: [AttributeRecord]
  let arena: [UInt8]

  init(
    _ spans: ScannedSpans, _ plan: SearchPlan, _ figures: TraceFigures,
    _ fields: [TermFields.Field], hasPayload: Bool
  ) {
    self.spans = spans
    self.plan = plan
    self.figures = figures
    self.fields = fields
    self.hasPayload = hasPayload
    starts = spans.starts
    ends = spans.ends
    marks = spans.marks
    operations = spans.operations
    places = spans.places
    records = spans.batch.spans
    attributes = spans.batch.attributes
    arena = spans.batch.arena
  }

  /// The place of a span among `records`; nil where it was not read.
  @inline(__always)
  func place(_ span: Int) -> Int? {
    guard hasPayload else { return nil }
    let place = places.isEmpty ? span : Int(places[span])
    return place >= 0 && place < records.count ? place : nil
  }

  /// Whether a span was passed over while payload was read: it cannot match.
  @inline(__always)
  func isPassedOver(_ span: Int) -> Bool { hasPayload && !places.isEmpty && places[span] == -2 }

  /// End minus start (ns); 0 where it ends before it starts.
  @inline(__always)
  func duration(_ span: Int) -> Int64 {
    let (start, end) = (starts[span], ends[span])
    return end > start ? Int64(clamping: end - start) : 0
  }

  /// The last attribute of `range` with key number `field` of the plan, as its place among
  /// `attributes`.
  @inline(__always)
  func attribute(_ range: RecordRange, _ field: Int) -> Int? {
    let key = plan.keyPlaces[field]
    for index in range.indices.reversed() {
      let own = attributes[index].key
      if key.count == UInt32.max {
        if plan.fits(field, own, arena) { return index }
      } else if own.offset == key.offset && own.count == key.count {
        return index
      }
    }
    return nil
  }
}

/// One span as terms see it: what INDEX says, and its payload where that was read.
struct SpanView: FieldSource {
  let all: JudgedSpans
  /// The span, and the number of its trace.
  let span: Int
  let trace: Int
  /// Which event and which link are looked at.
  var event = Bound.first
  var link = Bound.first

  /// Which of the events (links) of a span is looked at.
  enum Bound {
    /// The one of this number.
    case number(Int)
    /// For each name the first one that has it.
    case first
    /// None: the span has none.
    case none
  }

  init(_ all: JudgedSpans, _ span: Int, trace: Int) {
    self.all = all
    self.span = span
    self.trace = trace
  }

  /// How many events and links the span has; nil where that was not read.
  var counts: (events: Int, links: Int)? {
    all.place(span).map {
      (Int(all.records[$0].events.count), Int(all.records[$0].links.count))
    }
  }

  func value(_ field: Int) -> SearchValue? {
    switch all.fields[field] {
    case .isError: .bool(all.marks[span].contains(.error))
    case .bareTraceID: .text(idText(all.spans.traceID(trace)).withoutZeros)
    case .named(.intrinsic(let intrinsic)): value(intrinsic)
    case .named(.attribute(let name)): attribute(field, name.scope)
    }
  }

  func isMissing(_ field: Int) -> Bool? {
    // No event has it: not only the one that is looked at.
    var other = self
    (other.event, other.link) = (.first, .first)
    return other.value(field)?.isMissing
  }

  // MARK: Intrinsic fields

  func value(_ intrinsic: Intrinsic) -> SearchValue? {
    switch intrinsic {
    case .name: return .text(operation.name)
    case .kind: return .kind(operation.kind)
    case .duration: return .duration(all.duration(span))
    case .status:
      if let place = all.place(span) { return .status(all.records[place].statusCode) }
      return all.marks[span].contains(.error) ? .status(2) : nil
    case .statusMessage:
      return all.place(span).map { .text(all.spans.batch.bytes(all.records[$0].statusMessage)) }
    case .rootName: return .text(all.figures.rootName(trace))
    case .rootServiceName: return .text(all.figures.rootService(trace))
    case .traceDuration: return .duration(all.figures.duration(trace))
    case .nestedSetLeft: return .int(all.figures.left(span))
    case .nestedSetRight: return .int(all.figures.right(span))
    case .nestedSetParent: return .int(all.figures.parent(span))
    case .childCount: return .int(all.figures.children(span))
    case .traceID: return .text(idText(all.spans.traceID(trace)))
    case .spanID: return .text(idText(all.spans.spanID(span)))
    case .parentID: return all.spans.parentSpanID(span, ofTrace: trace).map { .text(idText($0)) }
    case .eventName: return ofEvent { .text(all.spans.batch.bytes($0.name)) }
    case .eventTimeSinceStart:
      return ofEvent { .duration(Int64(bitPattern: $0.time &- all.starts[span])) }
    case .linkTraceID: return ofLink { .text(idText(all.spans.batch.bytes($0.traceID))) }
    case .linkSpanID: return ofLink { .text(idText(all.spans.batch.bytes($0.spanID))) }
    case .instrumentationName:
      return ofScope { scope, batch in .text(batch.bytes(scope.name)) }
    case .instrumentationVersion:
      return ofScope { scope, batch in .text(batch.bytes(scope.version)) }
    }
  }

  private var operation: NameTable.Operation {
    all.spans.names.operations[Int(all.operations[span])]
  }

  /// An id as queries write it: lower-case hex; the text that it is where it comes from v1.
  private func idText(_ bytes: [UInt8]) -> [UInt8] {
    if all.spans.traces[trace].dialect == .v1 { return bytes }
    return Array(SpanObjectWriter.idText(bytes, .otlp).utf8)
  }

  // MARK: Events and links

  private func ofEvent(_ value: (EventRecord) -> SearchValue) -> SearchValue? {
    all.place(span).map {
      Self.pick(event, all.records[$0].events.indices, { value(all.spans.batch.events[$0]) })
    }
  }

  private func ofLink(_ value: (LinkRecord) -> SearchValue) -> SearchValue? {
    all.place(span).map {
      Self.pick(link, all.records[$0].links.indices, { value(all.spans.batch.links[$0]) })
    }
  }

  private static func pick(
    _ bound: Bound, _ indices: Range<Int>, _ value: (Int) -> SearchValue
  ) -> SearchValue {
    switch bound {
    case .number(let number): value(indices.lowerBound + number)
    case .first: indices.lazy.map(value).first { !$0.isMissing } ?? .missing
    case .none: .missing
    }
  }

  // MARK: Attributes

  private func attribute(_ field: Int, _ scope: AttributeName.Scope) -> SearchValue? {
    switch scope {
    case .span: return spanAttribute(span, field)
    case .resource: return resourceAttribute(span, field)
    case .any:
      guard let own = spanAttribute(span, field) else { return nil }
      return own.isMissing ? resourceAttribute(span, field) : own
    case .event: return ofEvent { value($0.attributes, field) }
    case .link: return ofLink { value($0.attributes, field) }
    case .instrumentation:
      return ofScope { scope, batch in batch.value(of: scope.attributes, field, all.plan) }
    case .parentSpan, .parentResource, .parent:
      let above = Int(all.spans.parents[span])
      if above < 0 { return .missing }
      let parent = all.spans.traces[trace].spans.lowerBound + above
      if scope == .parentResource { return resourceAttribute(parent, field) }
      guard let own = spanAttribute(parent, field) else { return nil }
      return own.isMissing && scope == .parent ? resourceAttribute(parent, field) : own
    }
  }

  private func spanAttribute(_ span: Int, _ field: Int) -> SearchValue? {
    if all.plan.neverHas(field, operation: Int(all.operations[span])) { return .missing }
    return all.place(span).map { value(all.records[$0].attributes, field) }
  }

  private func value(_ range: RecordRange, _ field: Int) -> SearchValue {
    all.attribute(range, field).map { SearchValue(all.attributes[$0], in: all.arena) } ?? .missing
  }

  private func resourceAttribute(_ span: Int, _ field: Int) -> SearchValue? {
    if all.plan.isServiceName(field) {
      return .text(all.spans.names.service(ofOperation: all.operations[span]))
    }
    if let catalog = all.plan.catalog, let context = context(of: span) {
      return catalog.value(
        of: catalog.resources[Int(context.resource)].attributes, field, all.plan)
    }
    return all.place(span).map {
      value(all.spans.batch.resources[Int(all.records[$0].resource)].attributes, field)
    }
  }

  private func ofScope(_ value: (ScopeRecord, SpanBatch) -> SearchValue) -> SearchValue? {
    if let catalog = all.plan.catalog, let context = context(of: span) {
      return value(catalog.scopes[Int(context.scope)], catalog)
    }
    return all.place(span).map {
      value(all.spans.batch.scopes[Int(all.records[$0].scope)], all.spans.batch)
    }
  }

  private func context(of span: Int) -> (resource: UInt32, scope: UInt32)? {
    if all.spans.contexts.isEmpty { return nil }
    let contexts = all.plan.contexts[Int(all.operations[span])]
    let number = Int(all.spans.contexts[span])
    return number < contexts.count ? contexts[number] : nil
  }
}

extension SpanBatch {
  /// The value of the last attribute of `range` that has the key of field number `field`.
  func value(of range: RecordRange, _ field: Int, _ plan: SearchPlan) -> SearchValue {
    value(of: range) { plan.fits(field, $0, arena) }
  }

  /// The value of the last attribute of `range` whose key, by where it lies, `isMeant`.
  func value(of range: RecordRange, where isMeant: (ByteRange) -> Bool) -> SearchValue {
    for index in range.indices.reversed() where isMeant(attributes[index].key) {
      return SearchValue(attributes[index], in: arena)
    }
    return .missing
  }
}

extension [UInt8] {
  /// Without the zeros (as digits) at its start.
  var withoutZeros: [UInt8] { Array(drop { $0 == UInt8(ascii: "0") }) }
}
