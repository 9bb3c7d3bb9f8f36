/// A word of a query's text.
struct Token: Sendable, Equatable {
  /// What was read.
  enum Kind: Sendable, Equatable {
    /// A bare word: a keyword, a constant, or one that means nothing.
    case word(String)
    /// An int, a float or a duration.
    case number(SearchValue)
    case text([UInt8])
    case attribute(AttributeName)
    /// An intrinsic with its scope: `span:name`.
    case intrinsic(Intrinsic)
    /// A bracket, a comma or an operator.
    case symbol(String)
    case end
  }

  /// What was read.
  var kind: Kind
  /// Where it stands.
  var range: QueryRange
}

extension Token {
  /// Whether this is the bracket, comma or operator `symbol`.
  func `is`(_ symbol: String) -> Bool { kind == .symbol(symbol) }

  /// Whether this is the word `word`.
  func isWord(_ word: String) -> Bool { kind == .word(word) }
}

/// The words that mean something in a query.
enum Keyword {
  /// Constants and what they stand for.
  static let constants: [String: SearchValue] = [
    "true": .bool(true), "false": .bool(false), "nil": .missing,
    "unset": .status(0), "ok": .status(1), "error": .status(2),
    "unspecified": .kind(0), "internal": .kind(1), "server": .kind(2), "client": .kind(3),
    "producer": .kind(4), "consumer": .kind(5), "minInt": .int(.min), "maxInt": .int(.max),
  ]

  /// Intrinsics that are written without a scope.
  static let intrinsics = [
    "name", "status", "statusMessage", "kind", "duration", "rootName", "rootServiceName",
    "traceDuration", "nestedSetLeft", "nestedSetRight", "nestedSetParent",
  ]

  /// What may follow `span:` and the like, and what it means.
  static let scoped: [String: [(name: String, meaning: Intrinsic)]] = [
    "span": [
      ("name", .name), ("status", .status), ("statusMessage", .statusMessage), ("kind", .kind),
      ("duration", .duration), ("id", .spanID), ("parentID", .parentID),
      ("childCount", .childCount),
    ],
    "trace": [
      ("id", .traceID), ("duration", .traceDuration), ("rootName", .rootName),
      ("rootService", .rootServiceName),
    ],
    "event": [("name", .eventName), ("timeSinceStart", .eventTimeSinceStart)],
    "link": [("traceID", .linkTraceID), ("spanID", .linkSpanID)],
    "instrumentation": [("name", .instrumentationName), ("version", .instrumentationVersion)],
  ]

  static let attributeScopes: [String: AttributeName.Scope] = [
    "span": .span, "resource": .resource, "event": .event, "link": .link,
    "instrumentation": .instrumentation, "parent": .parent,
  ]

  static let aggregates = ["count", "min", "max", "avg", "sum"]
  static let stages = ["by", "coalesce", "select"]
  static let secondStages = ["topk", "bottomk"]
  static let metrics = [
    "rate", "count_over_time", "min_over_time", "max_over_time", "avg_over_time", "sum_over_time",
    "quantile_over_time", "histogram_over_time", "compare",
  ]
}
