internal import BHTrace

/// Which chunks of a segment may hold something: decided by names, zones, tables, postings and values.
struct ChunkPruning {
  let query: SpanQuery
  let plan: SearchPlan
  let facts: SegmentFacts

  /// The chunks that may hold a trace which the query finds.
  func chunks() -> ChunkSet { chunks(query.steps) }

  /// The chunks with spans that pass some filter: of traces that go on elsewhere, what is missing may be
  /// there.
  func chunksWithSomeMatch() -> ChunkSet {
    if query.asksForWholeTraces { return facts.allChunks }
    var found = facts.noChunks
    for number in query.filters.indices { found.formUnion(chunks(ofFilter: number)) }
    return found
  }

  private func chunks(_ steps: [SpanQuery.Step]) -> ChunkSet {
    var found = facts.allChunks
    for step in steps {
      if case .spansets(let spanset) = step { found.formIntersection(chunks(spanset)) }
    }
    return found
  }

  private func chunks(_ spanset: SpanQuery.Spanset) -> ChunkSet {
    switch spanset {
    case .filter(let number): return chunks(ofFilter: number)
    case .without: return facts.allChunks
    case .pipeline(let steps): return chunks(steps)
    case .operation(let operation, let left, let right):
      if operation.isNegated { return chunks(right) }
      var found = chunks(left)
      if operation == .or {
        found.formUnion(chunks(right))
      } else {
        found.formIntersection(chunks(right))
      }
      return found
    }
  }

  /// The chunks with spans that may pass filter number `number`.
  private func chunks(ofFilter number: Int) -> ChunkSet {
    guard let filter = query.filters[number] else { return facts.allChunks }
    let checks = plan.checks[number]
    var found = facts.chunks(
      ofOperations: checks.map { if case .no = $0 { false } else { true } })
    // Where an operation's spans all pass, nothing else can say no.
    if !checks.contains(where: { if case .yes = $0 { true } else { false } }) {
      found.formIntersection(chunks(filter))
    }
    return found
  }

  private func chunks(_ term: Term) -> ChunkSet {
    switch term {
    case .literal(let value): return value.isTrue ? facts.allChunks : facts.noChunks
    case .all(let parts):
      var found = facts.allChunks
      for part in parts { found.formIntersection(chunks(part)) }
      return found
    case .any(let parts):
      var found = facts.noChunks
      for part in parts { found.formUnion(chunks(part)) }
      return found
    case .field(let field):
      if query.fields.fields[field] == .isError { return facts.chunksWithErrors }
      return chunks(field, ComparisonTest(comparison: .equal, literal: .bool(true)))
    case .comparison(let comparison, .field(let field), .literal(let value)):
      if comparison == .notEqualOrMissing { return facts.allChunks }
      if query.fields.fields[field].attribute != nil {
        return chunks(field, ComparisonTest(comparison: comparison, literal: value))
      }
      return chunks(query.fields.fields[field], comparison, value)
    case .matches(.field(let field), let pattern):
      return chunks(field, PatternTest(pattern: pattern, isNegated: false))
    case .matchesNot(.field(let field), let pattern):
      return chunks(field, PatternTest(pattern: pattern, isNegated: true))
    case .exists(.field(let field)): return chunks(field, ExistenceTest())
    default: return facts.allChunks
    }
  }

  /// The chunks in which an attribute, field number `field`, may have a value that passes `test`.
  private func chunks(_ field: Int, _ test: some AttributeTest) -> ChunkSet {
    guard let name = query.fields.fields[field].attribute else { return facts.allChunks }
    switch name.scope {
    case .span, .parentSpan: return facts.chunks(of: .span, name.key, test)
    case .event: return facts.chunks(of: .event, name.key, test)
    case .link: return facts.chunks(of: .link, name.key, test)
    case .any, .parent, .parentResource:
      // The resource may have it: then the operations say more.
      return facts.chunks(ofAnyResourceWith: name.key)
        .union(facts.chunks(of: .span, name.key, test))
    case .resource, .instrumentation: return facts.allChunks
    }
  }

  private func chunks(
    _ field: TermFields.Field, _ comparison: ComparisonOperator, _ value: SearchValue
  ) -> ChunkSet {
    guard case .named(.intrinsic(let intrinsic)) = field, let least = value.integer, least > 0
    else { return facts.allChunks }
    switch (intrinsic, comparison) {
    case (.duration, .equal), (.duration, .greater), (.duration, .greaterOrEqual):
      return facts.chunks(longestSpanAtLeast: UInt64(least))
    case (.traceDuration, .equal), (.traceDuration, .greater), (.traceDuration, .greaterOrEqual):
      return facts.chunks(longestTraceAtLeast: UInt64(least))
    default: return facts.allChunks
    }
  }
}
