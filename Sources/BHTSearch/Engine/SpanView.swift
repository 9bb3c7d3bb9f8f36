package import BHTrace

/// One span as terms see it: what INDEX says, and its payload where that was read.
struct SpanView: FieldSource {
  let spans: ScannedSpans
  let plan: SearchPlan
  let figures: TraceFigures
  let fields: [TermFields.Field]
  /// The span, and the number of its trace.
  var span: Int
  var trace: Int
  /// Whether payload was read.
  let hasPayload: Bool
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

  /// The span's record, where it was read.
  var record: SpanRecord? {
    guard hasPayload else { return nil }
    return Self.record(span, spans)
  }

  private static func record(_ span: Int, _ spans: ScannedSpans) -> SpanRecord? {
    let place = spans.places.isEmpty ? span : Int(spans.places[span])
    return place >= 0 && place < spans.batch.spans.count ? spans.batch.spans[place] : nil
  }

  func value(_ field: Int) -> SearchValue? {
    switch fields[field] {
    case .isError: .bool(spans.marks[span].contains(.error))
    case .bareTraceID: .text(idText(spans.traceID(trace)).withoutZeros)
    case .named(.intrinsic(let intrinsic)): value(intrinsic)
    case .named(.attribute(let name)): attribute(field, name)
    }
  }

  func holds(_ field: Int, _ comparison: ComparisonOperator, _ literal: SearchValue) -> Bool? {
    guard case .named(.attribute(let name)) = fields[field], name.scope == .span,
      comparison != .notEqualOrMissing, let record
    else { return nil }
    guard let found = attribute(record.attributes, spans.batch, plan.key(field, name.key)) else {
      return false
    }
    guard found.kind == .string else { return nil }
    guard case .text(let text) = literal, comparison == .equal || comparison == .notEqual else {
      return nil
    }
    let isEqual = spans.batch.arena[found.range.positions].elementsEqual(text)
    return isEqual == (comparison == .equal)
  }

  // MARK: Intrinsic fields

  private func value(_ intrinsic: Intrinsic) -> SearchValue? {
    switch intrinsic {
    case .name: return .text(operation.name)
    case .kind: return .kind(operation.kind)
    case .duration: return .duration(duration(span))
    case .status:
      if let record { return .status(record.statusCode) }
      return spans.marks[span].contains(.error) ? .status(2) : nil
    case .statusMessage: return record.map { .text(spans.batch.bytes($0.statusMessage)) }
    case .rootName: return .text(figures.rootName(trace))
    case .rootServiceName: return .text(figures.rootService(trace))
    case .traceDuration: return .duration(figures.duration(trace))
    case .nestedSetLeft: return .int(figures.left(span))
    case .nestedSetRight: return .int(figures.right(span))
    case .nestedSetParent: return .int(figures.parent(span))
    case .childCount: return .int(figures.children(span))
    case .traceID: return .text(idText(spans.traceID(trace)))
    case .spanID: return .text(idText(spans.spanID(span)))
    case .parentID: return spans.parentSpanID(span, ofTrace: trace).map { .text(idText($0)) }
    case .eventName:
      return ofEvent { .text(spans.batch.bytes($0.name)) }
    case .eventTimeSinceStart:
      return ofEvent { .duration(Int64(bitPattern: $0.time &- spans.starts[span])) }
    case .linkTraceID: return ofLink { .text(idText(spans.batch.bytes($0.traceID))) }
    case .linkSpanID: return ofLink { .text(idText(spans.batch.bytes($0.spanID))) }
    case .instrumentationName, .instrumentationVersion:
      guard let (scope, batch) = scope else { return nil }
      return .text(
        batch.bytes(intrinsic == .instrumentationName ? scope.name : scope.version))
    }
  }

  private var operation: NameTable.Operation { spans.names.operations[operationNumber] }
  private var operationNumber: Int { Int(spans.operations[span]) }

  /// An id as queries write it: lower-case hex; the text that it is where it comes from v1.
  private func idText(_ bytes: [UInt8]) -> [UInt8] {
    if spans.traces[trace].dialect == .v1 { return bytes }
    return Array(SpanObjectWriter.idText(bytes, .otlp).utf8)
  }

  /// End minus start; 0 where it ends before it starts.
  func duration(_ span: Int) -> Int64 {
    let (start, end) = (spans.starts[span], spans.ends[span])
    return end > start ? Int64(clamping: end - start) : 0
  }

  // MARK: Events and links

  private func ofEvent(_ value: (EventRecord) -> SearchValue) -> SearchValue? {
    record.map { Self.pick(event, $0.events.indices, { value(spans.batch.events[$0]) }) }
  }

  private func ofLink(_ value: (LinkRecord) -> SearchValue) -> SearchValue? {
    record.map { Self.pick(link, $0.links.indices, { value(spans.batch.links[$0]) }) }
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

  func isMissing(_ field: Int) -> Bool? {
    // No event has it: not only the one that is looked at.
    var all = self
    (all.event, all.link) = (.first, .first)
    return all.value(field)?.isMissing
  }

  // MARK: Attributes

  private func attribute(_ field: Int, _ name: AttributeName) -> SearchValue? {
    let key = plan.key(field, name.key)
    switch name.scope {
    case .span: return spanAttribute(span, key)
    case .resource: return resourceAttribute(span, key)
    case .any:
      guard let own = spanAttribute(span, key) else { return nil }
      return own.isMissing ? resourceAttribute(span, key) : own
    case .event: return ofEvent { value($0.attributes, spans.batch, key) }
    case .link: return ofLink { value($0.attributes, spans.batch, key) }
    case .instrumentation:
      guard let (scope, batch) = scope else { return nil }
      return value(scope.attributes, batch, key)
    case .parentSpan, .parentResource, .parent:
      let above = Int(spans.parents[span])
      if above < 0 { return .missing }
      let parent = spans.traces[trace].spans.lowerBound + above
      if name.scope == .parentResource { return resourceAttribute(parent, key) }
      guard let own = spanAttribute(parent, key) else { return nil }
      return own.isMissing && name.scope == .parent ? resourceAttribute(parent, key) : own
    }
  }

  private func spanAttribute(_ span: Int, _ key: SearchPlan.Key) -> SearchValue? {
    if plan.neverHas(key, operation: Int(spans.operations[span])) { return .missing }
    guard hasPayload, let record = Self.record(span, spans) else { return nil }
    return value(record.attributes, spans.batch, key)
  }

  private func resourceAttribute(_ span: Int, _ key: SearchPlan.Key) -> SearchValue? {
    if key.isServiceName {
      return .text(spans.names.service(ofOperation: spans.operations[span]))
    }
    if let (resource, batch) = resource(of: span) {
      return value(resource.attributes, batch, key)
    }
    return nil
  }

  private func resource(of span: Int) -> (ResourceRecord, SpanBatch)? {
    if let catalog = plan.catalog, let context = context(of: span) {
      return (catalog.resources[Int(context.resource)], catalog)
    }
    guard hasPayload, let record = Self.record(span, spans) else { return nil }
    return (spans.batch.resources[Int(record.resource)], spans.batch)
  }

  private var scope: (ScopeRecord, SpanBatch)? {
    if let catalog = plan.catalog, let context = context(of: span) {
      return (catalog.scopes[Int(context.scope)], catalog)
    }
    return record.map { (spans.batch.scopes[Int($0.scope)], spans.batch) }
  }

  private func context(of span: Int) -> (resource: UInt32, scope: UInt32)? {
    if spans.contexts.isEmpty { return nil }
    let contexts = plan.contexts[Int(spans.operations[span])]
    let number = Int(spans.contexts[span])
    return number < contexts.count ? contexts[number] : nil
  }

  private func value(
    _ range: RecordRange, _ batch: SpanBatch, _ key: SearchPlan.Key
  ) -> SearchValue {
    attribute(range, batch, key).map { SearchValue($0, in: batch.arena) } ?? .missing
  }

  /// The last attribute of `range` with `key`.
  private func attribute(
    _ range: RecordRange, _ batch: SpanBatch, _ key: SearchPlan.Key
  ) -> AttributeRecord? {
    for index in range.indices.reversed()
    where key.fits(batch.attributes[index].key, batch.arena) {
      return batch.attributes[index]
    }
    return nil
  }
}

extension [UInt8] {
  /// Without the zeros (as digits) at its start.
  var withoutZeros: [UInt8] { Array(drop { $0 == UInt8(ascii: "0") }) }
}

extension SearchValue {
  /// The value of `record`, whose bytes lie in `arena`: what queries do not know (bytes, lists of
  /// keys and values, mixed and empty arrays) counts as missing.
  package init(_ record: AttributeRecord, in arena: [UInt8]) {
    switch record.kind {
    case .string: self = .text(Array(arena[record.range.positions]))
    case .bool: self = .bool(record.bits != 0)
    case .int: self = .int(Int64(bitPattern: record.bits))
    case .double: self = .float(Double(bitPattern: record.bits))
    case .array: self = Self.array(record, in: arena)
    default: self = .missing
    }
  }

  private static func array(_ record: AttributeRecord, in arena: [UInt8]) -> SearchValue {
    guard let value = try? AttributeValue(record, in: arena), case .array(let elements) = value
    else { return .missing }
    switch elements.first {
    case .string:
      let texts: [[UInt8]] = elements.compactMap {
        if case .string(let text) = $0 { Array(text.utf8) } else { nil }
      }
      return texts.count == elements.count ? .texts(texts) : .missing
    case .int:
      let ints: [Int64] = elements.compactMap { if case .int(let int) = $0 { int } else { nil } }
      return ints.count == elements.count ? .ints(ints) : .missing
    case .double:
      let floats: [Double] = elements.compactMap {
        if case .double(let float) = $0 { float } else { nil }
      }
      return floats.count == elements.count ? .floats(floats) : .missing
    case .bool:
      let bools: [Bool] = elements.compactMap {
        if case .bool(let bool) = $0 { bool } else { nil }
      }
      return bools.count == elements.count ? .bools(bools) : .missing
    default: return .missing
    }
  }
}
