/// What is known of a value before there are spans.
package enum ValueType: Sendable, Hashable {
  /// An attribute's: known in each span only.
  case unknown
  case missing
  case text
  case int
  case float
  case bool
  case duration
  case status
  case kind
}

extension ValueType {
  /// Whether it is an int, a float or a duration.
  package var isNumeric: Bool {
    switch self {
    case .int, .float, .duration: true
    default: false
    }
  }

  /// In words, with its article.
  var words: String {
    switch self {
    case .unknown: "an attribute"
    case .missing: "nil"
    case .text: "text"
    case .int, .float: "a number"
    case .bool: "true or false"
    case .duration: "a duration"
    case .status: "a status"
    case .kind: "a kind"
    }
  }

  /// Whether values of both types can ever be compared.
  func isComparable(with other: ValueType) -> Bool {
    self == .unknown || other == .unknown || self == other || (isNumeric && other.isNumeric)
  }

  /// Whether `op` has a meaning for values of this type.
  func allows(_ op: ComparisonOperator) -> Bool {
    switch self {
    case .unknown, .text, .int, .float, .duration: true
    case .bool, .status, .kind:
      op == .equal || op == .notEqual || op == .notEqualOrMissing
    case .missing: false
    }
  }
}

extension SearchValue {
  /// The type of a literal.
  package var type: ValueType {
    switch self {
    case .missing: .missing
    case .text: .text
    case .int: .int
    case .float: .float
    case .bool: .bool
    case .duration: .duration
    case .status: .status
    case .kind: .kind
    case .texts, .ints, .floats, .bools: .unknown
    }
  }
}

extension Intrinsic {
  /// The type of its values.
  package var type: ValueType {
    switch self {
    case .name, .statusMessage, .rootName, .rootServiceName, .traceID, .spanID, .parentID,
      .eventName, .linkTraceID, .linkSpanID, .instrumentationName, .instrumentationVersion:
      .text
    case .duration, .traceDuration, .eventTimeSinceStart: .duration
    case .status: .status
    case .kind: .kind
    case .nestedSetLeft, .nestedSetRight, .nestedSetParent, .childCount: .int
    }
  }

  /// Whether a span may have none: it is an event's, or a link's.
  package var canBeMissing: Bool {
    switch self {
    case .eventName, .eventTimeSinceStart, .linkTraceID, .linkSpanID: true
    default: false
    }
  }
}

extension FieldName {
  /// The type of its values.
  package var type: ValueType {
    switch self {
    case .attribute: .unknown
    case .intrinsic(let intrinsic): intrinsic.type
    }
  }
}
