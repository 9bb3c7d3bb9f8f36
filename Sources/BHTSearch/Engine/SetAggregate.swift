/// Numbers that all spans of a set give together.
enum SetAggregate {
  /// What is computed.
  enum Kind: Sendable {
    case count
    case minimum
    case maximum
    case average
    case sum
  }

  /// The number of `kind` for `count` spans with `values`. Spans without a value do not take part; a sum
  /// has the type of the first value and leaves out those of other types, which an average still
  /// counts. Missing where there is no value.
  static func value(_ kind: Kind, _ count: Int, _ values: () -> [SearchValue]) -> SearchValue {
    if kind == .count { return .int(Int64(count)) }
    let values = values().filter { !$0.isMissing }
    guard let first = values.first else { return .missing }
    switch kind {
    case .count: return .missing
    case .minimum: return values.reduce(first) { $0.isGreater(than: $1) ? $1 : $0 }
    case .maximum: return values.reduce(first) { $1.isGreater(than: $0) ? $1 : $0 }
    case .sum: return sum(first, values)
    case .average:
      switch sum(first, values) {
      case .int(let total): return .float(Double(total) / Double(values.count))
      case .float(let total): return .float(total / Double(values.count))
      case .duration(let total): return .duration(total / Int64(values.count))
      case let other: return other
      }
    }
  }

  private static func sum(_ first: SearchValue, _ values: [SearchValue]) -> SearchValue {
    switch first {
    case .int:
      var total: Int64 = 0
      for case .int(let value) in values { total = total &+ value }
      return .int(total)
    case .duration:
      var total: Int64 = 0
      for case .duration(let value) in values { total = total &+ value }
      return .duration(total)
    case .float:
      var total = 0.0
      for case .float(let value) in values { total += value }
      return .float(total)
    default: return first
    }
  }
}
