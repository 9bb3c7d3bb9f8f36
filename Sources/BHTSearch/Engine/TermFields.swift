/// What a query asks spans for, each field once.
struct TermFields: Sendable {
  /// Something a span has.
  enum Field: Sendable, Hashable {
    case named(FieldName)
    /// Whether the status is an error, which INDEX knows.
    case isError
    /// The trace's id as it is compared: without the zeros at its start.
    case bareTraceID
  }

  /// The fields by number.
  private(set) var fields: [Field] = []
  private var numbers: [Field: Int] = [:]
  private let asTempo: Bool

  /// No fields; with `asTempo` some terms mean what Tempo makes of them.
  init(asTempo: Bool) { self.asTempo = asTempo }

  /// The number of `field`.
  mutating func number(of field: Field) -> Int {
    if let known = numbers[field] { return known }
    numbers[field] = fields.count
    fields.append(field)
    return fields.count - 1
  }

  /// The number of the field `name`.
  mutating func number(of name: FieldName) -> Int { number(of: .named(name)) }

  /// `expression` with names as numbers.
  mutating func term(_ expression: FieldExpression) -> Term {
    switch expression {
    case .literal(let value, _): return .literal(value)
    case .field(let name, _): return .field(number(of: name))
    case .not(let part, _): return .not(term(part))
    case .negative(let part, _): return .negative(term(part))
    case .all(let parts, _): return .all(parts.map { term($0) })
    case .any(let parts, _): return .any(parts.map { term($0) })
    case .comparison(let comparison, let left, let right, _):
      return self.comparison(comparison, left, right)
    case .arithmetic(.power, let left, let right, _) where asTempo:
      return .reversedPower(term(left), term(right))
    case .arithmetic(let operation, let left, let right, _):
      return .arithmetic(operation, term(left), term(right))
    case .matches(let part, let pattern, _): return .matches(term(part), pattern)
    case .matchesNot(let part, let pattern, _): return .matchesNot(term(part), pattern)
    case .exists(let part, _): return .exists(term(part))
    case .missing(let part, _): return .missing(term(part))
    }
  }

  private mutating func comparison(
    _ comparison: ComparisonOperator, _ left: FieldExpression, _ right: FieldExpression
  ) -> Term {
    // Literals stand on the right.
    if case .literal = left {
      if case .literal = right { return .comparison(comparison, term(left), term(right)) }
      return self.comparison(comparison.flipped, right, left)
    }
    if left.isTraceID || right.isTraceID {
      return .comparison(comparison, bareID(left), bareID(right))
    }
    if case .field(.intrinsic(.status), _) = left, case .literal(.status(2), _) = right {
      // Every span has a status.
      let isError = Term.field(number(of: .isError))
      if comparison == .equal { return isError }
      if comparison == .notEqual || comparison == .notEqualOrMissing { return .not(isError) }
    }
    return .comparison(comparison, term(left), term(right))
  }

  /// A side of a comparison with a trace's id.
  private mutating func bareID(_ side: FieldExpression) -> Term {
    if side.isTraceID { return .field(number(of: .bareTraceID)) }
    if case .literal(.text(let text), _) = side { return .literal(.text(text.withoutZeros)) }
    return term(side)
  }
}

extension FieldExpression {
  fileprivate var isTraceID: Bool {
    if case .field(.intrinsic(.traceID), _) = self { true } else { false }
  }
}

extension TermFields.Field {
  /// The attribute, where it is one.
  var attribute: AttributeName? {
    if case .named(.attribute(let name)) = self { name } else { nil }
  }

  /// Whether only the payload of spans (or of their parents) has it: not INDEX, and not the resources
  /// and scopes that TABLES have.
  var isOfPayload: Bool {
    switch self {
    case .isError, .bareTraceID: false
    case .named(.intrinsic(let intrinsic)):
      switch intrinsic {
      case .status, .statusMessage, .eventName, .eventTimeSinceStart, .linkTraceID, .linkSpanID:
        true
      default: false
      }
    case .named(.attribute(let name)):
      switch name.scope {
      case .resource, .instrumentation, .parentResource: false
      default: true
      }
    }
  }

  /// Whether it is of one of a span's events.
  var isOfEvent: Bool {
    switch self {
    case .named(.intrinsic(.eventName)), .named(.intrinsic(.eventTimeSinceStart)): true
    default: attribute?.scope == .event
    }
  }

  /// Whether it is of one of a span's links.
  var isOfLink: Bool {
    switch self {
    case .named(.intrinsic(.linkTraceID)), .named(.intrinsic(.linkSpanID)): true
    default: attribute?.scope == .link
    }
  }

  /// Whether it is of the span above.
  var isOfParent: Bool {
    switch attribute?.scope {
    case .parent, .parentSpan, .parentResource: true
    default: false
    }
  }

  /// Whether ids are asked for.
  var isID: Bool {
    switch self {
    case .bareTraceID, .named(.intrinsic(.traceID)), .named(.intrinsic(.spanID)),
      .named(.intrinsic(.parentID)):
      true
    default: false
    }
  }

  /// Whether resources, scopes or payload are needed, and so TABLES.
  var needsTables: Bool {
    if isOfPayload { return true }
    switch self {
    case .named(.intrinsic(.instrumentationName)), .named(.intrinsic(.instrumentationVersion)):
      return true
    case .named(.attribute(let name)):
      return !(name.scope == .resource && name.key == Self.serviceName)
    default: return false
    }
  }

  /// `service.name`, which INDEX knows.
  static let serviceName: [UInt8] = Array("service.name".utf8)
}
