/// What `.bht` v1 has no place for, counted where spans of the OpenTelemetry model are written
/// to it. All zero where nothing was lost.
package struct V1Losses: Sendable, Equatable {
  /// Links to other spans.
  package var links = 0
  /// Spans and events whose times were cut to whole microseconds.
  package var submicrosecondTimes = 0
  /// Spans with a trace state.
  package var traceStates = 0
  /// Spans with a kind.
  package var kinds = 0
  /// Spans with flags.
  package var flags = 0
  /// Spans with a status message, or a status code other than unset, ok and error.
  package var statuses = 0
  /// Spans whose scope says anything.
  package var scopes = 0
  /// Spans whose resource or scope has a schema URL.
  package var schemaURLs = 0
  /// Spans, and events, with counts of what was dropped before export (the resource's among
  /// them).
  package var droppedCounts = 0
  /// Spans, events and resources of spans with fields this program does not know.
  package var unknownFields = 0
  /// Attributes a later one of the same name took the place of: a resource's by the span's, or
  /// duplicates.
  package var overriddenAttributes = 0
  /// Event attributes named `ts_us` or `name`, which v1 keeps for time and name.
  package var reservedEventKeys = 0
  /// Values that were bytes and became base64 text.
  package var bytesValues = 0
  /// Texts that were not valid UTF-8 and were repaired.
  package var repairedTexts = 0

  /// Nothing lost.
  package init() {}

  /// Adds another trace's counts.
  package static func += (left: inout V1Losses, right: V1Losses) {
    for field in fields { left[keyPath: field] += right[keyPath: field] }
  }

  /// Whether nothing was lost.
  package var isEmpty: Bool { Self.fields.allSatisfy { self[keyPath: $0] == 0 } }

  private static var fields: [WritableKeyPath<V1Losses, Int>] {
    [
      \.links, \.submicrosecondTimes, \.traceStates, \.kinds, \.flags, \.statuses, \.scopes,
      \.schemaURLs, \.droppedCounts, \.unknownFields, \.overriddenAttributes,
      \.reservedEventKeys, \.bytesValues, \.repairedTexts,
    ]
  }

  /// What was lost, in words, and how often; every counter.
  package var list: [(what: String, count: Int)] {
    [
      ("links", links), ("times below a microsecond", submicrosecondTimes),
      ("trace states", traceStates), ("span kinds", kinds), ("flags", flags),
      ("status messages", statuses), ("scopes", scopes), ("schema URLs", schemaURLs),
      ("dropped counts", droppedCounts), ("unknown fields", unknownFields),
      ("attributes overridden by others of the name", overriddenAttributes),
      ("event attributes named ts_us or name", reservedEventKeys),
      ("bytes values (written as base64)", bytesValues),
      ("texts that are not UTF-8 (repaired)", repairedTexts),
    ]
  }
}
