internal import BHTrace

/// What a search makes of a segment: each filter with all put in that holds for all spans of an
/// operation, and where keys and resources lie.
struct SearchPlan: Sendable {
  /// A key of attributes.
  struct Key: Sendable {
    /// Its number among the fields of the query.
    let field: Int
    let bytes: [UInt8]
    /// Where it lies in the arena of the segment's batches; nil where that is not known, or nowhere.
    let range: ByteRange?
    let isServiceName: Bool

    /// Whether the key at `range` of `arena` is this one.
    @inline(__always)
    func fits(_ range: ByteRange, _ arena: [UInt8]) -> Bool {
      if let own = self.range { return own.offset == range.offset && own.count == range.count }
      return Int(range.count) == bytes.count && arena[range.positions].elementsEqual(bytes)
    }
  }

  /// What is left to ask of a span of an operation.
  enum Check: Sendable {
    case no
    case yes
    case isError(Bool)
    /// Duration against nanoseconds.
    case duration(ComparisonOperator, Int64)
    case term(Term)
  }

  /// For each filter and each operation what is left of it.
  let checks: [[Check]]
  /// Resources and scopes; nil where only payload has them.
  let catalog: SpanBatch?
  /// For each operation the resources and scopes of its spans.
  let contexts: [[(resource: UInt32, scope: UInt32)]]
  private let keys: [Key?]
  /// For each field and operation whether spans never have it; empty where that is not known.
  private let never: [[Bool]]

  /// The plan for spans of which no more is known than what `names` mean.
  init(_ query: SpanQuery, names: NameTable) {
    catalog = nil
    contexts = []
    never = []
    let keys = Self.keys(query) { _ in nil }
    self.keys = keys
    checks = Self.checks(query, names) { operation in
      OperationView(
        fields: query.fields.fields, names: names, operation: operation, keys: keys, facts: nil,
        contexts: [], never: [])
    }
  }

  /// The plan for a segment.
  init(_ query: SpanQuery, _ facts: SegmentFacts) {
    catalog = facts.catalog
    let operations = facts.names.operations.indices
    let contexts = operations.map { facts.contexts(ofOperation: $0) }
    self.contexts = contexts
    let keys = Self.keys(query) { facts.range(ofKey: $0) }
    self.keys = keys
    let never =
      facts.catalog == nil
      ? []
      : keys.map { key in
        key.map { key in operations.map { facts.neverHas(key.bytes, operation: $0) } } ?? []
      }
    self.never = never
    checks = Self.checks(query, facts.names) { operation in
      OperationView(
        fields: query.fields.fields, names: facts.names, operation: operation, keys: keys,
        facts: facts, contexts: contexts[operation], never: never)
    }
  }

  /// The key of attribute field number `field`.
  func key(_ field: Int, _ bytes: [UInt8]) -> Key {
    keys[field] ?? Key(field: field, bytes: bytes, range: nil, isServiceName: false)
  }

  /// Whether no span of `operation` has an attribute `key` of its own.
  func neverHas(_ key: Key, operation: Int) -> Bool {
    never.isEmpty ? false : never[key.field][operation]
  }

  private static func keys(
    _ query: SpanQuery, _ range: ([UInt8]) -> ByteRange?
  ) -> [Key?] {
    query.fields.fields.enumerated().map { number, field in
      field.attribute.map {
        Key(
          field: number, bytes: $0.key, range: range($0.key),
          isServiceName: $0.key == TermFields.Field.serviceName)
      }
    }
  }

  private static func checks(
    _ query: SpanQuery, _ names: NameTable, _ view: (Int) -> OperationView
  ) -> [[Check]] {
    let views = names.operations.indices.map(view)
    return query.filters.map { filter in
      guard let filter else { return [Check](repeating: .yes, count: views.count) }
      return views.map { Check(filter.simplified(by: $0), query.fields.fields) }
    }
  }
}

extension SearchPlan.Check {
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
    default: self = .term(term)
    }
  }
}

/// What holds for all spans of an operation.
struct OperationView: FieldSource {
  let fields: [TermFields.Field]
  let names: NameTable
  let operation: Int
  let keys: [SearchPlan.Key?]
  let facts: SegmentFacts?
  let contexts: [(resource: UInt32, scope: UInt32)]
  let never: [[Bool]]

  func value(_ field: Int) -> SearchValue? {
    switch fields[field] {
    case .isError:
      guard let codes = facts?.statusCodes(ofOperation: operation) else { return nil }
      if !codes.contains(2) { return .bool(false) }
      return codes == [2] ? .bool(true) : nil
    case .bareTraceID: return nil
    case .named(.intrinsic(let intrinsic)): return value(intrinsic)
    case .named(.attribute(let name)):
      switch name.scope {
      case .resource: return resource(field)
      case .instrumentation:
        return same { catalog, context in
          catalog.value(of: catalog.scopes[Int(context.scope)].attributes, keys[field])
        }
      case .span: return neverHas(field) ? .missing : nil
      case .any: return neverHas(field) ? resource(field) : nil
      case .event, .link, .parent, .parentSpan, .parentResource: return nil
      }
    }
  }

  private func neverHas(_ field: Int) -> Bool { never.isEmpty ? false : never[field][operation] }

  private func value(_ intrinsic: Intrinsic) -> SearchValue? {
    switch intrinsic {
    case .name: .text(names.operations[operation].name)
    case .kind: .kind(names.operations[operation].kind)
    case .status:
      facts?.statusCodes(ofOperation: operation).flatMap { $0.count == 1 ? .status($0[0]) : nil }
    case .instrumentationName:
      same { catalog, context in .text(catalog.bytes(catalog.scopes[Int(context.scope)].name)) }
    case .instrumentationVersion:
      same { catalog, context in .text(catalog.bytes(catalog.scopes[Int(context.scope)].version)) }
    default: nil
    }
  }

  private func resource(_ field: Int) -> SearchValue? {
    if keys[field]?.isServiceName ?? false {
      return .text(names.service(ofOperation: UInt32(operation)))
    }
    return same { catalog, context in
      catalog.value(of: catalog.resources[Int(context.resource)].attributes, keys[field])
    }
  }

  /// What `value` is for every resource and scope of the operation's spans; nil where they differ.
  private func same(
    _ value: (SpanBatch, (resource: UInt32, scope: UInt32)) -> SearchValue
  ) -> SearchValue? {
    guard let catalog = facts?.catalog, let first = contexts.first else { return nil }
    let known = value(catalog, first)
    return contexts.dropFirst().allSatisfy { value(catalog, $0) == known } ? known : nil
  }
}

extension SpanBatch {
  /// The value of the last attribute of `range` that has `key`.
  fileprivate func value(of range: RecordRange, _ key: SearchPlan.Key?) -> SearchValue {
    guard let key else { return .missing }
    for index in range.indices.reversed() where key.fits(attributes[index].key, arena) {
      return SearchValue(attributes[index], in: arena)
    }
    return .missing
  }
}
