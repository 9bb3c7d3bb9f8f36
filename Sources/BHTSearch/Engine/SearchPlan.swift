internal import BHTrace

/// What a search makes of a segment: each filter with all put in that holds for all spans of an
/// operation, and where keys and resources lie.
struct SearchPlan: Sendable {
  /// Where a key lies in the arena of the segment's batches.
  struct KeyPlace: Sendable {
    var offset: UInt32 = 0
    /// `UInt32.max` where that is not known.
    var count = UInt32.max
    /// What no key of a segment is.
    static let nowhere = KeyPlace(offset: .max, count: 0)
  }

  /// What is left to ask of a span of an operation.
  enum Check: Sendable {
    case no
    case yes
    case isError(Bool)
    /// Duration against nanoseconds.
    case duration(ComparisonOperator, Int64)
    case attribute(AttributeCheck)
    case term(Term)
  }

  /// For each filter and each operation what is left of it.
  let checks: [[Check]]
  /// The same where it does not depend on the span, else nil.
  let decided: [[SpanJudge.Verdict?]]
  /// Resources and scopes; nil where only payload has them.
  let catalog: SpanBatch?
  /// For each operation the resources and scopes of its spans.
  let contexts: [[(resource: UInt32, scope: UInt32)]]
  /// For each field that is an attribute where its key lies.
  let keyPlaces: [KeyPlace]
  /// For each field that is an attribute its key, else nothing.
  private let keys: [[UInt8]]
  private let isServiceName: [Bool]
  /// For each field and operation whether spans never have it; empty where that is not known.
  private let never: [[Bool]]

  /// The plan for spans of which no more is known than what `names` mean.
  init(_ query: SpanQuery, names: NameTable) {
    catalog = nil
    contexts = []
    let keys = Self.keys(query)
    let places = keys.map { _ in KeyPlace() }
    let view = OperationsView(
      fields: query.fields.fields, names: names, keys: keys, places: places, facts: nil,
      contexts: [], never: [])
    (self.keys, keyPlaces, never) = (keys, places, [])
    isServiceName = keys.map { $0 == TermFields.Field.serviceName }
    checks = Self.checks(query, view)
    decided = checks.map { $0.map(\.decided) }
  }

  /// The plan for a segment.
  init(_ query: SpanQuery, _ facts: SegmentFacts) {
    catalog = facts.catalog
    let operations = facts.names.operations.indices
    let contexts = operations.map { facts.contexts(ofOperation: $0) }
    let keys = Self.keys(query)
    var places = keys.map { _ in KeyPlace() }
    var never: [[Bool]] = []
    if facts.catalog != nil {
      for (field, key) in keys.enumerated() {
        guard query.fields.fields[field].attribute != nil else {
          never.append([])
          continue
        }
        let range = facts.range(ofKey: key)
        places[field] =
          range.map { KeyPlace(offset: $0.offset, count: $0.count) } ?? .nowhere
        never.append(facts.operationsWithout(key))
      }
    }
    let view = OperationsView(
      fields: query.fields.fields, names: facts.names, keys: keys, places: places, facts: facts,
      contexts: contexts, never: never)
    (self.keys, keyPlaces, self.never, self.contexts) = (keys, places, never, contexts)
    isServiceName = keys.map { $0 == TermFields.Field.serviceName }
    checks = Self.checks(query, view)
    decided = checks.map { $0.map(\.decided) }
  }

  /// What is known of the operations of the segment that the plan was made for.
  func operationsView(_ query: SpanQuery, _ facts: SegmentFacts) -> OperationsView {
    OperationsView(
      fields: query.fields.fields, names: facts.names, keys: keys, places: keyPlaces, facts: facts,
      contexts: contexts, never: never)
  }

  /// Whether the key at `range` of `arena` is that of field number `field`.
  @inline(__always)
  func fits(_ field: Int, _ range: ByteRange, _ arena: [UInt8]) -> Bool {
    let place = keyPlaces[field]
    if place.count != .max { return place.offset == range.offset && place.count == range.count }
    return arena[range.positions].elementsEqual(keys[field])
  }

  /// Whether field number `field` is the service's name.
  func isServiceName(_ field: Int) -> Bool { isServiceName[field] }

  /// Whether no span of `operation` has an attribute of its own with the key of field number `field`.
  @inline(__always)
  func neverHas(_ field: Int, operation: Int) -> Bool {
    never.isEmpty ? false : never[field][operation]
  }

  private static func keys(_ query: SpanQuery) -> [[UInt8]] {
    query.fields.fields.map { $0.attribute?.key ?? [] }
  }

  private static func checks(_ query: SpanQuery, _ view: OperationsView) -> [[Check]] {
    let operations = view.names.operations.indices
    return query.filters.map { filter in
      guard let filter else { return [Check](repeating: .yes, count: operations.count) }
      return operations.map {
        Check(filter.simplified(by: view.of($0)), query.fields.fields)
      }
    }
  }
}

extension SearchPlan.Check {
  /// The verdict that does not depend on the span; nil where it does.
  var decided: SpanJudge.Verdict? {
    switch self {
    case .no: .no
    case .yes: .yes
    default: nil
    }
  }

  /// What is left of a filter, in the form that is checked fastest.
  init(_ term: Term, _ fields: [TermFields.Field]) {
    switch term {
    case .literal(let value): self = value.isTrue ? .yes : .no
    case .field(let number) where fields[number] == .isError: self = .isError(true)
    case .not(.field(let number)) where fields[number] == .isError: self = .isError(false)
    case .comparison(let comparison, .field(let number), .literal(let value))
    where fields[number] == .named(.intrinsic(.duration)):
      guard let nanoseconds = value.integer else {
        self = .term(term)
        return
      }
      self = .duration(comparison, nanoseconds)
    default: self = AttributeCheck(term, fields).map { .attribute($0) } ?? .term(term)
    }
  }
}
