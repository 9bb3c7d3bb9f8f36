@testable import BHTSearch

/// One span, with perhaps one of its events and one of its links looked at.
struct ReferenceContext {
  /// What an event or a link is looked at.
  enum Bound {
    /// The one of this number.
    case number(Int)
    /// For each name the first one that has it.
    case first
    /// None: the span has none.
    case none
  }

  let trace: ReferenceTrace
  let index: Int
  var event = Bound.first
  var link = Bound.first

  var span: ReferenceSpan { trace.spans[index] }

  /// Whether `filter` names events, and whether links.
  static func boundRecords(of filter: FieldExpression) -> (events: Bool, links: Bool) {
    var result = (events: false, links: false)
    filter.forEachField { name, _ in
      result.events = result.events || name.isOfEvent
      result.links = result.links || name.isOfLink
    }
    return result
  }

  /// Whether `filter` holds for the span, with one event and one link of it, where it names such.
  static func meets(
    _ filter: FieldExpression, _ trace: ReferenceTrace, _ index: Int,
    _ bound: (events: Bool, links: Bool)
  ) -> Bool {
    if !bound.events && !bound.links {
      return ReferenceContext(trace: trace, index: index).value(of: filter).isTrue
    }
    let span = trace.spans[index]
    let events: [Bound] = !bound.events ? [.first] : choices(span.events.count)
    let links: [Bound] = !bound.links ? [.first] : choices(span.links.count)
    return events.contains { event in
      links.contains { link in
        ReferenceContext(trace: trace, index: index, event: event, link: link)
          .value(of: filter).isTrue
      }
    }
  }

  private static func choices(_ count: Int) -> [Bound] {
    count == 0 ? [.none] : (0..<count).map { .number($0) }
  }

  // MARK: Expressions

  func value(of expression: FieldExpression) -> SearchValue {
    switch expression {
    case .literal(let value, _): return value
    case .field(let name, _): return value(of: name)
    case .not(let part, _):
      guard case .bool(let value) = value(of: part) else { return .missing }
      return .bool(!value)
    case .negative(let part, _): return value(of: part).negated
    case .all(let parts, _): return .bool(parts.allSatisfy { value(of: $0).isTrue })
    case .any(let parts, _): return .bool(parts.contains { value(of: $0).isTrue })
    case .comparison(let op, let left, let right, _):
      var (a, b) = (value(of: left), value(of: right))
      if left.isTraceID || right.isTraceID { (a, b) = (a.withoutZeros, b.withoutZeros) }
      return .bool(a.holds(op, b))
    case .arithmetic(.power, let left, let right, _) where trace.rules.reversesPower:
      let (a, b) = (value(of: left), value(of: right))
      if case (.int, .int) = (a, b) { return b.combined(.power, a) }
      return a.combined(.power, b)
    case .arithmetic(let op, let left, let right, _):
      return value(of: left).combined(op, value(of: right))
    case .matches(let part, let pattern, _): return .bool(value(of: part).matches(pattern))
    case .matchesNot(let part, let pattern, _): return .bool(value(of: part).matchesNot(pattern))
    case .exists(let part, _): return .bool(!value(of: part).isMissing)
    case .missing(let part, _):
      // No event has it: not only the one that is looked at.
      var context = self
      if case .field = part { (context.event, context.link) = (.first, .first) }
      return .bool(context.value(of: part).isMissing)
    }
  }

  // MARK: Names

  func value(of name: FieldName) -> SearchValue {
    if name.isOfEvent || name.isOfLink { return read(name) }
    if let column = trace.columns[name] { return column[index] }
    let column = trace.spans.indices.map { ReferenceContext(trace: trace, index: $0).read(name) }
    trace.columns[name] = column
    return column[index]
  }

  private func read(_ name: FieldName) -> SearchValue {
    switch name {
    case .attribute(let name): attribute(name.scope, name.key)
    case .intrinsic(let intrinsic): self.intrinsic(intrinsic)
    }
  }

  private func attribute(_ scope: AttributeName.Scope, _ key: [UInt8]) -> SearchValue {
    switch scope {
    case .any:
      let own = span.attributes[key]
      return own.isMissing ? attribute(.resource, key) : own
    case .span: return span.attributes[key]
    case .resource:
      if key == Array("service.name".utf8) { return .text(span.serviceName) }
      return span.resource[key]
    case .instrumentation: return span.scope[key]
    case .event: return ofEvent { $0.attributes[key] }
    case .link: return ofLink { $0.attributes[key] }
    case .parent: return ofParent { $0.attribute(.any, key) }
    case .parentSpan: return ofParent { $0.attribute(.span, key) }
    case .parentResource: return ofParent { $0.attribute(.resource, key) }
    }
  }

  private func intrinsic(_ intrinsic: Intrinsic) -> SearchValue {
    switch intrinsic {
    case .name: return .text(span.name)
    case .status: return .status(span.status)
    case .statusMessage: return .text(span.statusMessage)
    case .kind: return .kind(span.kind)
    case .duration: return .duration(span.duration)
    case .rootName: return .text(trace.root?.name ?? [])
    case .rootServiceName: return .text(trace.root?.serviceName ?? [])
    case .traceDuration: return .duration(trace.duration)
    case .nestedSetLeft: return .int(Int64(trace.left[index]))
    case .nestedSetRight: return .int(Int64(trace.right[index]))
    case .nestedSetParent: return .int(Int64(trace.nestedSetParent(index)))
    case .traceID: return .text(trace.id)
    case .spanID: return .text(span.spanID)
    case .parentID: return .text(span.parentID)
    case .childCount: return .int(Int64(trace.children(of: index).count))
    case .eventName: return ofEvent { .text($0.name) }
    case .eventTimeSinceStart:
      return ofEvent { .duration(Int64(bitPattern: $0.time &- span.start)) }
    case .linkTraceID: return ofLink { .text($0.traceID) }
    case .linkSpanID: return ofLink { .text($0.spanID) }
    case .instrumentationName: return .text(span.scopeName)
    case .instrumentationVersion: return .text(span.scopeVersion)
    }
  }

  private func ofEvent(_ value: (ReferenceSpan.Event) -> SearchValue) -> SearchValue {
    Self.pick(event, span.events, value)
  }

  private func ofLink(_ value: (ReferenceSpan.Link) -> SearchValue) -> SearchValue {
    Self.pick(link, span.links, value)
  }

  private static func pick<Record>(
    _ bound: Bound, _ records: [Record], _ value: (Record) -> SearchValue
  ) -> SearchValue {
    switch bound {
    case .number(let number): value(records[number])
    case .first: records.map(value).first { !$0.isMissing } ?? .missing
    case .none: .missing
    }
  }

  private func ofParent(_ value: (ReferenceContext) -> SearchValue) -> SearchValue {
    let parent = trace.parents[index]
    return parent < 0 ? .missing : value(ReferenceContext(trace: trace, index: parent))
  }
}

extension FieldExpression {
  fileprivate var isTraceID: Bool {
    if case .field(.intrinsic(.traceID), _) = self { true } else { false }
  }
}

extension FieldName {
  fileprivate var isOfEvent: Bool {
    switch self {
    case .attribute(let name): name.scope == .event
    case .intrinsic(let intrinsic): intrinsic == .eventName || intrinsic == .eventTimeSinceStart
    }
  }

  fileprivate var isOfLink: Bool {
    switch self {
    case .attribute(let name): name.scope == .link
    case .intrinsic(let intrinsic): intrinsic == .linkTraceID || intrinsic == .linkSpanID
    }
  }
}

extension SearchValue {
  /// A text without the zeros at its start; all else as it is.
  fileprivate var withoutZeros: SearchValue {
    guard case .text(let text) = self else { return self }
    return .text(Array(text.drop { $0 == 0x30 }))
  }
}
