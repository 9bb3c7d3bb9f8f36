internal import BHTrace

/// What is known of the operations of a segment.
final class OperationsView {
  let fields: [TermFields.Field]
  let names: NameTable
  let keys: [[UInt8]]
  let places: [SearchPlan.KeyPlace]
  let facts: SegmentFacts?
  let contexts: [[(resource: UInt32, scope: UInt32)]]
  let never: [[Bool]]
  let catalog: SpanBatch?
  private var statusCodes: [Int: [Int32]?] = [:]

  init(
    fields: [TermFields.Field], names: NameTable, keys: [[UInt8]],
    places: [SearchPlan.KeyPlace], facts: SegmentFacts?,
    contexts: [[(resource: UInt32, scope: UInt32)]], never: [[Bool]]
  ) {
    self.fields = fields
    self.names = names
    self.keys = keys
    self.places = places
    self.facts = facts
    self.contexts = contexts
    self.never = never
    catalog = facts?.catalog
  }

  /// What all spans of `operation` have.
  func of(_ operation: Int) -> OperationView { OperationView(all: self, operation: operation) }

  /// The status codes that spans of `operation` may have; nil where that is not known.
  func statusCodes(_ operation: Int) -> [Int32]? {
    if let known = statusCodes[operation] { return known }
    let codes = facts?.statusCodes(ofOperation: operation)
    statusCodes[operation] = .some(codes)
    return codes
  }
}

/// What holds for all spans of an operation.
struct OperationView: FieldSource {
  let all: OperationsView
  let operation: Int

  func value(_ field: Int) -> SearchValue? {
    switch all.fields[field] {
    case .isError:
      guard let codes = all.statusCodes(operation) else { return nil }
      if !codes.contains(2) { return .bool(false) }
      return codes == [2] ? .bool(true) : nil
    case .bareTraceID: return nil
    case .named(.intrinsic(let intrinsic)): return value(intrinsic)
    case .named(.attribute(let name)):
      switch name.scope {
      case .resource: return resource(field)
      case .instrumentation: return same { value(field, $0.scopes[Int($1.scope)].attributes, $0) }
      case .span: return neverHas(field) ? .missing : nil
      case .any: return neverHas(field) ? resource(field) : nil
      case .event, .link, .parent, .parentSpan, .parentResource: return nil
      }
    }
  }

  private func neverHas(_ field: Int) -> Bool {
    all.never.isEmpty ? false : all.never[field][operation]
  }

  private func value(_ intrinsic: Intrinsic) -> SearchValue? {
    switch intrinsic {
    case .name: .text(all.names.operations[operation].name)
    case .kind: .kind(all.names.operations[operation].kind)
    case .status: all.statusCodes(operation).flatMap { $0.count == 1 ? .status($0[0]) : nil }
    case .instrumentationName: same { .text($0.bytes($0.scopes[Int($1.scope)].name)) }
    case .instrumentationVersion: same { .text($0.bytes($0.scopes[Int($1.scope)].version)) }
    default: nil
    }
  }

  private func resource(_ field: Int) -> SearchValue? {
    if all.keys[field] == TermFields.Field.serviceName {
      return .text(all.names.service(ofOperation: UInt32(operation)))
    }
    return same { value(field, $0.resources[Int($1.resource)].attributes, $0) }
  }

  private func value(_ field: Int, _ range: RecordRange, _ catalog: SpanBatch) -> SearchValue {
    let place = all.places[field]
    return catalog.value(of: range) { $0.offset == place.offset && $0.count == place.count }
  }

  /// What `value` is for every resource and scope of the operation's spans; nil where they differ, or
  /// are not known.
  private func same(
    _ value: (SpanBatch, (resource: UInt32, scope: UInt32)) -> SearchValue
  ) -> SearchValue? {
    guard let catalog = all.catalog, let first = all.contexts[operation].first else { return nil }
    let known = value(catalog, first)
    return all.contexts[operation].dropFirst().allSatisfy { value(catalog, $0) == known }
      ? known : nil
  }
}

/// What holds for all spans of a shape.
struct ShapeView: FieldSource {
  let operation: OperationView
  let shape: SegmentFacts.Shape

  func value(_ field: Int) -> SearchValue? {
    if let known = operation.value(field) { return known }
    switch operation.all.fields[field] {
    case .isError: return .bool(shape.statusCode == 2)
    case .named(.intrinsic(.status)): return .status(shape.statusCode)
    case .named(.attribute(let name)) where name.scope == .span || name.scope == .any:
      let place = operation.all.places[field]
      switch shape.presence(
        ofKeyAt: place.count == .max || place.offset == .max
          ? nil : ByteRange(offset: place.offset, count: place.count))
      {
      case .varying: return nil
      case .never: return name.scope == .span ? .missing : nil
      case .always(let record, let arena):
        let value = SearchValue(record, in: arena)
        return value.isMissing && name.scope == .any ? nil : value
      }
    default: return nil
    }
  }
}
