internal import BHTrace

/// A scan for what a query says: how segments are planned and spans are judged.
protocol QueryScan: SpanScan where Plan == SearchPlan {
  var query: SpanQuery { get }
  var traits: SpanQuery.Traits { get }
}

extension QueryScan {
  func plan(_ names: NameTable) -> SearchPlan { SearchPlan(query, names: names) }

  func wantedShapes(_ facts: SegmentFacts, _ plan: SearchPlan) -> [Bool] {
    query.wantedShapes(facts, plan)
  }

  /// The verdicts on `spans`, whose payload was read where `hasPayload` is true.
  func judge(_ spans: ScannedSpans, _ plan: SearchPlan, hasPayload: Bool) -> SpanJudge {
    SpanJudge(query, traits, plan, spans, hasPayload: hasPayload)
  }
}

extension SpanQuery {
  /// What a query is like, worked out once and not for every chunk.
  struct Traits: Sendable {
    let figures: TraceFigures.Needs
    /// For each filter whether it asks about events, and about links.
    let usesEvents: [Bool]
    let usesLinks: [Bool]
    /// Whether groups, sums and columns need payload, and whether they need it where tables do not
    /// say what resources and scopes have.
    let valuesNeedPayload: Bool
    let valuesNeedOrigins: Bool
    /// Whether something is asked about the span above.
    let wantsParents: Bool
    let findsWithoutMatch: Bool
    let asksForWholeTraces: Bool

    init(_ query: SpanQuery) {
      let fields = query.fields.fields
      let values = query.valueFields.map { fields[$0] }
      figures = query.figures
      usesEvents = query.filters.map { $0?.uses(fields) { $0.isOfEvent } ?? false }
      usesLinks = query.filters.map { $0?.uses(fields) { $0.isOfLink } ?? false }
      valuesNeedPayload = values.contains { $0.isOfPayload }
      valuesNeedOrigins = values.contains { $0.needsTables }
      wantsParents = fields.contains { $0.isOfParent }
      findsWithoutMatch = query.findsWithoutMatch
      asksForWholeTraces = query.asksForWholeTraces
    }
  }
}
