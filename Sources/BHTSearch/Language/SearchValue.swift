/// A value that queries compare: a literal, or what a span has under a name.
///
/// Two values are equal (`==`) where they have the same type and the same bits, as groups need it;
/// what a query means by `=` is `holds(_:_:)`.
package enum SearchValue: Sendable {
  /// There is none: nil.
  case missing
  /// Text, as bytes.
  case text([UInt8])
  case int(Int64)
  case float(Double)
  case bool(Bool)
  /// Nanoseconds.
  case duration(Int64)
  /// The status of a span, as OTLP's code.
  case status(Int32)
  /// The kind of a span, as OTLP's number.
  case kind(Int32)
  case texts([[UInt8]])
  case ints([Int64])
  case floats([Double])
  case bools([Bool])
}

extension SearchValue {
  /// The text `text`.
  package init(_ text: String) { self = .text(Array(text.utf8)) }

  /// Whether there is no value.
  package var isMissing: Bool {
    if case .missing = self { true } else { false }
  }

  /// Whether this is true; what is no bool is not.
  package var isTrue: Bool {
    if case .bool(true) = self { true } else { false }
  }

  /// An int, a float, or a duration in nanoseconds, as float; nil for all else.
  package var number: Double? {
    switch self {
    case .int(let value), .duration(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// An int, or a duration in nanoseconds; nil for all else.
  package var integer: Int64? {
    switch self {
    case .int(let value), .duration(let value): value
    default: nil
    }
  }

  /// The elements of an array; nil for what is none.
  package var elements: [SearchValue]? {
    switch self {
    case .texts(let values): values.map { .text($0) }
    case .ints(let values): values.map { .int($0) }
    case .floats(let values): values.map { .float($0) }
    case .bools(let values): values.map { .bool($0) }
    default: nil
    }
  }
}

extension SearchValue: Hashable {
  package static func == (left: SearchValue, right: SearchValue) -> Bool {
    switch (left, right) {
    case (.missing, .missing): true
    case (.text(let a), .text(let b)): a == b
    case (.int(let a), .int(let b)), (.duration(let a), .duration(let b)): a == b
    case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
    case (.bool(let a), .bool(let b)): a == b
    case (.status(let a), .status(let b)), (.kind(let a), .kind(let b)): a == b
    case (.texts(let a), .texts(let b)): a == b
    case (.ints(let a), .ints(let b)): a == b
    case (.floats(let a), .floats(let b)): a.map(\.bitPattern) == b.map(\.bitPattern)
    case (.bools(let a), .bools(let b)): a == b
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .missing: hasher.combine(0)
    case .text(let value): hasher.combine(value)
    case .int(let value), .duration(let value): hasher.combine(value)
    case .float(let value): hasher.combine(value.bitPattern)
    case .bool(let value): hasher.combine(value)
    case .status(let value), .kind(let value): hasher.combine(value)
    case .texts(let values): hasher.combine(values)
    case .ints(let values): hasher.combine(values)
    case .floats(let values): hasher.combine(values.map(\.bitPattern))
    case .bools(let values): hasher.combine(values)
    }
  }
}
