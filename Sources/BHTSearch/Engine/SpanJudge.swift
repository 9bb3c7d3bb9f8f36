internal import BHTrace

/// Judges the spans of a chunk, or of a trace, by a query: which pass which filter, and what is left of
/// each trace.
struct SpanJudge {
  /// Whether a span passes a filter.
  enum Verdict: UInt8 {
    case no
    case yes
    /// Only payload tells.
    case open
  }

  let query: SpanQuery
  private let traits: SpanQuery.Traits
  private let all: JudgedSpans
  private let fields: [TermFields.Field]
  /// For each filter the verdict on each span.
  private(set) var verdicts: [[Verdict]] = []

  /// The spans that are judged.
  var spans: ScannedSpans { all.spans }

  /// Judges `spans`, whose payload was read where `hasPayload` is true.
  init(
    _ query: SpanQuery, _ traits: SpanQuery.Traits, _ plan: SearchPlan, _ spans: ScannedSpans,
    hasPayload: Bool
  ) {
    self.query = query
    self.traits = traits
    fields = query.fields.fields
    all = JudgedSpans(
      spans, plan, TraceFigures(spans, traits.figures, skipsOrphans: query.skipsOrphans), fields,
      hasPayload: hasPayload)
    for number in query.filters.indices { verdicts.append(judge(number)) }
  }

  /// The verdicts of filter number `filter` on all spans.
  private func judge(_ filter: Int) -> [Verdict] {
    let checks = all.plan.checks[filter]
    var verdicts = [Verdict](repeating: .no, count: all.operations.count)
    let (usesEvents, usesLinks) = (traits.usesEvents[filter], traits.usesLinks[filter])
    let decided = all.plan.decided[filter]
    for (number, trace) in spans.traces.enumerated() {
      for span in trace.spans {
        let operation = Int(all.operations[span])
        if let verdict = decided[operation] {
          verdicts[span] = verdict
          continue
        }
        if all.isPassedOver(span) { continue }
        switch checks[operation] {
        case .no: break
        case .yes: verdicts[span] = .yes
        case .isError(let wanted):
          if all.marks[span].contains(.error) == wanted { verdicts[span] = .yes }
        case .duration(let comparison, let nanoseconds):
          if SearchValue.compare(all.duration(span), comparison, nanoseconds) {
            verdicts[span] = .yes
          }
        case .attribute(let check):
          guard let place = all.place(span) else {
            verdicts[span] = .open
            break
          }
          if let found = all.attribute(all.records[place].attributes, check.field),
            check.holds(all.attributes[found], all.arena)
          {
            verdicts[span] = .yes
          }
        case .term(let term):
          var view = SpanView(all, span, trace: number)
          verdicts[span] =
            usesEvents || usesLinks
            ? verdict(term, &view, events: usesEvents, links: usesLinks)
            : Self.verdict(term.value(of: view))
        }
      }
    }
    return verdicts
  }

  private static func verdict(_ value: SearchValue?) -> Verdict {
    value.map { $0.isTrue ? .yes : .no } ?? .open
  }

  /// Whether the term holds for some event and link of the span: all that a filter says of them is
  /// meant of the same one.
  private func verdict(
    _ term: Term, _ view: inout SpanView, events: Bool, links: Bool
  ) -> Verdict {
    guard let (eventCount, linkCount) = view.counts else {
      return Self.verdict(term.value(of: view))
    }
    func choices(_ isUsed: Bool, _ count: Int) -> [SpanView.Bound] {
      if !isUsed { return [.first] }
      return count == 0 ? [.none] : (0..<count).map { .number($0) }
    }
    for event in choices(events, eventCount) {
      view.event = event
      for link in choices(links, linkCount) {
        view.link = link
        if term.value(of: view)?.isTrue ?? false { return .yes }
      }
    }
    return .no
  }

  /// The value of field number `field` of a span of trace number `trace`; missing where it is not
  /// known. Of several events (links) the first that has it counts.
  func value(ofField field: Int, _ span: Int, trace: Int) -> SearchValue {
    value(of: .field(field), span, trace: trace)
  }

  /// The value of a term.
  private func value(of term: Term, _ span: Int, trace: Int) -> SearchValue {
    term.value(of: SpanView(all, span, trace: trace)) ?? .missing
  }

  /// Hands `body` what a span says and is compared by, each with its name as queries write it, every
  /// value once: attributes of all owners, and the intrinsic fields that many spans share.
  func forEachValue(
    _ span: Int, trace: Int, _ body: (_ name: String, SearchValue) -> Void
  ) {
    guard let place = all.place(span) else { return }
    let record = all.records[place]
    let batch = spans.batch
    var seen: Set<SeriesLabel> = []
    func add(_ name: FieldName, _ value: SearchValue) {
      if value.isMissing || value == SearchValue("") { return }
      let label = SeriesLabel("\(name)", value)
      if seen.insert(label).inserted { body(label.name, value) }
    }
    func add(_ scope: AttributeName.Scope, _ range: RecordRange) {
      // Of several attributes with one key the last one counts.
      var keys: Set<[UInt8]> = []
      for index in range.indices.reversed() {
        let key = batch.bytes(batch.attributes[index].key)
        if key.isEmpty || !keys.insert(key).inserted { continue }
        add(
          .attribute(AttributeName(scope, key)),
          SearchValue(batch.attributes[index], in: batch.arena))
      }
    }
    add(.span, record.attributes)
    add(.resource, batch.resources[Int(record.resource)].attributes)
    add(.instrumentation, batch.scopes[Int(record.scope)].attributes)
    for event in batch.events[record.events.indices] {
      add(.event, event.attributes)
      add(.intrinsic(.eventName), .text(batch.bytes(event.name)))
    }
    for link in batch.links[record.links.indices] { add(.link, link.attributes) }
    let view = SpanView(all, span, trace: trace)
    for intrinsic: Intrinsic in [
      .name, .kind, .status, .statusMessage, .rootName, .rootServiceName, .instrumentationName,
      .instrumentationVersion,
    ] {
      add(.intrinsic(intrinsic), view.value(intrinsic) ?? .missing)
    }
  }

  // MARK: What payload is needed for

  /// Those spans whose payload decides; nil where none does. Payload of traces that cannot be found
  /// is not wanted. With `ofAllFound` that of all spans that may be found is.
  /// Of traces for which `goesOn` is true it is enough that some filter may pass.
  func wantedPayload(
    ofAllFound: Bool = false, goesOn: (ScannedSpans.Trace) -> Bool = { _ in false }
  ) -> [Bool]? {
    let needsValues =
      ofAllFound || traits.valuesNeedPayload
      || (traits.valuesNeedOrigins && spans.contexts.isEmpty)
    // What no filter keeps may be in a set all the same.
    let needsAll = needsValues && traits.findsWithoutMatch
    var wanted = [Bool](repeating: false, count: spans.count)
    var isAny = false
    for trace in spans.traces {
      if !mayMatch(trace) && !goesOn(trace) { continue }
      for span in trace.spans {
        var isWanted = needsAll
        for filter in verdicts.indices {
          if verdicts[filter][span] == .open || (needsValues && verdicts[filter][span] == .yes) {
            isWanted = true
          }
        }
        if !isWanted { continue }
        isAny = true
        wanted[span] = true
        let above = Int(spans.parents[span])
        if traits.wantsParents && above >= 0 { wanted[trace.spans.lowerBound + above] = true }
      }
    }
    return isAny ? wanted : nil
  }

  /// Whether a span of trace number `trace` passes some filter, or the whole trace may be found without.
  func hasMatch(inTrace trace: Int) -> Bool {
    traits.asksForWholeTraces
      || spans.traces[trace].spans.contains { span in verdicts.contains { $0[span] == .yes } }
  }

  private func mayMatch(_ trace: ScannedSpans.Trace) -> Bool {
    mayMatch(query.steps, trace.spans)
  }

  private func mayMatch(_ steps: [SpanQuery.Step], _ range: Range<Int>) -> Bool {
    steps.allSatisfy { step in
      if case .spansets(let spanset) = step { mayMatch(spanset, range) } else { true }
    }
  }

  private func mayMatch(_ spanset: SpanQuery.Spanset, _ range: Range<Int>) -> Bool {
    switch spanset {
    case .filter(let number): return range.contains { verdicts[number][$0] != .no }
    case .without: return true
    case .pipeline(let steps): return mayMatch(steps, range)
    case .operation(let operation, let left, let right):
      if operation.isNegated { return mayMatch(right, range) }
      if operation == .or { return mayMatch(left, range) || mayMatch(right, range) }
      return mayMatch(left, range) && mayMatch(right, range)
    }
  }

  // MARK: What is left of traces

  /// The sets of spans that the query leaves of trace number `trace`.
  func spansets(ofTrace trace: Int) -> [Spanset] {
    if !mayMatch(spans.traces[trace]) { return [] }
    let evaluation = SpansetEvaluation(
      query: query, spans: spans, trace: trace,
      passes: { filter, span in verdicts[filter][span] == .yes },
      value: { term, span in value(of: query.terms[term], span, trace: trace) })
    return evaluation.run()
  }
}

extension Term {
  /// Whether it asks for one of the fields that `isMeant` says.
  func uses(_ fields: [TermFields.Field], _ isMeant: (TermFields.Field) -> Bool) -> Bool {
    var isUsed = false
    forEachField { if isMeant(fields[$0]) { isUsed = true } }
    return isUsed
  }
}
