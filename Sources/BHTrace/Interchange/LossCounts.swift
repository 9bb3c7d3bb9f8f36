/// What formats cannot hold of a span, by sort.
enum LossKind: Int, CaseIterable {
  case timeDigits, reversedTimes, unusualIDs, droppedCounts, flags, traceStates, linkTraceStates
  case linkDetails, parentLinks, foreignLinks, undrawnLinks
  case resourceAttributes, resourceDetails, scopes, scopeAttributes, schemaURLs, kinds, statusCodes
  case nestedValues, valueTypes, missingValues, numberWords, repeatedKeys, misreadTags
  case unknownFields, invalidText

  /// What was left out or changed, as the middle of a sentence.
  var words: String {
    switch self {
    case .timeDigits: "times finer than microseconds: cut to microseconds"
    case .reversedTimes: "spans that end before they start: written without a duration"
    case .unusualIDs: "ids of unusual length: written as numbers of the usual length"
    case .droppedCounts: "counts of dropped attributes, events or links: left out"
    case .flags: "flags: left out"
    case .traceStates: "trace states: left out"
    case .linkTraceStates: "trace states and flags of links: left out"
    case .linkDetails: "attributes of links: left out"
    case .parentLinks: "links of root spans to their own trace: readers take one for the parent"
    case .foreignLinks: "links to other traces: left out"
    case .undrawnLinks: "links between spans that cannot be joined by an arrow: left out"
    case .resourceAttributes: "spans with resource attributes beside the service: written as tags"
    case .resourceDetails: "spans with resource attributes beside the service: left out"
    case .scopes: "scopes: left out"
    case .scopeAttributes: "attributes of scopes: left out"
    case .schemaURLs: "schema URLs: left out"
    case .kinds: "span kinds the format does not have: left out"
    case .statusCodes: "status codes the format does not have: left out"
    case .nestedValues: "nested values: written as JSON text"
    case .valueTypes: "attributes that are no text: written as text"
    case .missingValues: "attributes without a value: written as empty ones"
    case .numberWords: "numbers that JSON does not have: written as text"
    case .repeatedKeys: "attributes with a key that occurs again: only the last is written"
    case .misreadTags: "attributes that readers take for fields of the span"
    case .unknownFields: "fields the schema does not know: left out"
    case .invalidText: "places in text that are not UTF-8: written as U+FFFD"
    }
  }
}

/// Counts of losses.
struct LossCounts: Sendable {
  private var counts = [Int](repeating: 0, count: LossKind.allCases.count)

  /// Counts losses of one sort.
  mutating func add(_ kind: LossKind, _ count: Int = 1) { counts[kind.rawValue] += count }

  /// Counts a loss where `happened`.
  @inline(__always)
  mutating func add(_ kind: LossKind, where happened: Bool) {
    if happened { counts[kind.rawValue] += 1 }
  }

  /// Those that occurred.
  var list: [WriterLoss] {
    LossKind.allCases.compactMap { kind in
      let count = counts[kind.rawValue]
      return count == 0 ? nil : WriterLoss(what: kind.words, count: count)
    }
  }
}

extension LossCounts {
  /// Counts what neither Jaeger nor Zipkin nor Chrome has a place for in `span` and its events;
  /// where the format `keepsDroppedOfParts`, not how much events and links dropped.
  mutating func addCommon(
    _ span: SpanRecord, of batch: SpanBatch, keepsDroppedOfParts: Bool = false
  ) {
    var dropped = span.droppedAttributes | span.droppedEvents | span.droppedLinks
    var unknown = span.extra.isEmpty ? 0 : 1
    for index in span.events.indices {
      if !keepsDroppedOfParts { dropped |= batch.events[index].droppedAttributes }
      unknown += batch.events[index].extra.isEmpty ? 0 : 1
    }
    for index in span.links.indices {
      if !keepsDroppedOfParts { dropped |= batch.links[index].droppedAttributes }
      unknown += batch.links[index].extra.isEmpty ? 0 : 1
    }
    let (resource, scope) = (batch.resources[Int(span.resource)], batch.scopes[Int(span.scope)])
    dropped |= resource.droppedAttributes | scope.droppedAttributes
    for extra in [resource.extra, resource.outerExtra, scope.extra, scope.outerExtra] {
      unknown += extra.isEmpty ? 0 : 1
    }
    add(.droppedCounts, where: dropped != 0)
    add(.unknownFields, unknown)
    add(.schemaURLs, where: !resource.schemaURL.isEmpty || !scope.schemaURL.isEmpty)
    add(.kinds, where: !(0...5).contains(span.kind))
    add(.statusCodes, where: !(0...2).contains(span.statusCode))
  }

  /// Counts times that are no whole microseconds.
  mutating func addTimes(_ span: SpanRecord, of batch: SpanBatch) {
    var isFine = span.start % 1_000 != 0 || span.end % 1_000 != 0
    for index in span.events.indices { isFine = isFine || batch.events[index].time % 1_000 != 0 }
    add(.timeDigits, where: isFine)
  }
}
