@testable import BHTSearch

/// The names that spans have, and values that they have under them: what random queries ask for.
struct QueryVocabulary {
  /// Names with some of their values.
  private(set) var fields: [(name: FieldName, values: [SearchValue])] = []
  /// The places in `fields` of what is asked for most: intrinsics, and the span's and its resource's
  /// attributes.
  private(set) var usual: [Int] = []
  private var places: [FieldName: Int] = [:]

  /// Of one name so many values are remembered.
  private static let valueLimit = 12

  /// The names and values of `traces`, and a name that no span has.
  init(_ traces: [ReferenceTrace]) {
    for trace in traces {
      for index in trace.spans.indices { add(trace, index) }
    }
    for scope in AttributeName.Scope.allCases {
      add(.attribute(AttributeName(scope, "no.such")), .missing)
    }
    for place in fields.indices where fields[place].values.isEmpty {
      fields[place].values = [.int(1), SearchValue("a")]
    }
    usual = fields.indices.filter { place in
      switch fields[place].name {
      case .intrinsic: true
      case .attribute(let name): [.any, .span, .resource].contains(name.scope)
      }
    }
  }

  private mutating func add(_ trace: ReferenceTrace, _ index: Int) {
    let span = trace.spans[index]
    add(.any, span.attributes)
    add(.span, span.attributes)
    add(.parent, span.attributes)
    add(.parentSpan, span.attributes)
    add(.any, span.resource)
    add(.resource, span.resource)
    add(.parentResource, span.resource)
    add(.instrumentation, span.scope)
    for event in span.events { add(.event, event.attributes) }
    for link in span.links { add(.link, link.attributes) }
    let service = Array("service.name".utf8)
    add(.attribute(AttributeName(.resource, service)), .text(span.serviceName))
    add(.attribute(AttributeName(.any, service)), .text(span.serviceName))
    for intrinsic in Intrinsic.allCases {
      let context = ReferenceContext(trace: trace, index: index)
      add(.intrinsic(intrinsic), context.value(of: .intrinsic(intrinsic)))
    }
  }

  private mutating func add(
    _ scope: AttributeName.Scope, _ attributes: ReferenceSpan.Attributes
  ) {
    // Dictionaries have no order of their own.
    for (key, value) in attributes.values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
    where !key.isEmpty && String(validating: key, as: UTF8.self) != nil {
      add(.attribute(AttributeName(scope, key)), value)
    }
  }

  private mutating func add(_ name: FieldName, _ value: SearchValue) {
    let place = places[name] ?? fields.count
    if place == fields.count {
      places[name] = place
      fields.append((name, []))
    }
    for part in value.elements ?? [value] where fields[place].values.count < Self.valueLimit {
      if Self.canBeWritten(part) && !fields[place].values.contains(part) {
        fields[place].values.append(part)
      }
    }
  }

  /// Whether there is a literal for `value`.
  private static func canBeWritten(_ value: SearchValue) -> Bool {
    switch value {
    case .status(let code): (0...2).contains(code)
    case .kind(let number): (0...5).contains(number)
    case .float(let number): number.isFinite
    case .duration(let time): time != .min
    case .text, .int, .bool: true
    default: false
    }
  }
}
