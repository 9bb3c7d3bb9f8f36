/// What the documents of an Elasticsearch or OpenSearch index are, told by their own keys.
struct ElasticKeys: OptionSet {
  let rawValue: UInt32

  static let jaegerID = ElasticKeys(rawValue: 1 << 0)
  static let traceID = ElasticKeys(rawValue: 1 << 1)
  static let spanID = ElasticKeys(rawValue: 1 << 2)
  static let zipkinID = ElasticKeys(rawValue: 1 << 3)
  static let startTime = ElasticKeys(rawValue: 1 << 4)
  static let ofDataPrepper = ElasticKeys(rawValue: 1 << 5)
  static let ofAPM = ElasticKeys(rawValue: 1 << 6)
  static let service = ElasticKeys(rawValue: 1 << 7)
  static let operation = ElasticKeys(rawValue: 1 << 8)
  static let ofDependencies = ElasticKeys(rawValue: 1 << 9)
  static let ofServiceMap = ElasticKeys(rawValue: 1 << 10)

  private static let names: [(StaticString, ElasticKeys)] = [
    ("traceID", .jaegerID), ("spanID", .jaegerID), ("traceId", .traceID), ("spanId", .spanID),
    ("id", .zipkinID), ("startTime", .startTime), ("durationInNanos", .ofDataPrepper),
    ("traceGroup", .ofDataPrepper), ("instrumentationScope", .ofDataPrepper),
    ("instrumentationScope.name", .ofDataPrepper), ("droppedAttributesCount", .ofDataPrepper),
    ("processor", .ofAPM), ("processor.event", .ofAPM), ("trace", .ofAPM),
    ("trace.id", .ofAPM), ("transaction", .ofAPM), ("transaction.id", .ofAPM),
    ("observer", .ofAPM), ("timestamp.us", .ofAPM), ("metricset", .ofAPM),
    ("serviceName", .service), ("operationName", .operation), ("spanName", .operation),
    ("dependencies", .ofDependencies), ("callCount", .ofDependencies), ("hashId", .ofServiceMap),
  ]

  /// The keys that say `what`.
  static func telling(_ what: ElasticKeys) -> [StaticString] {
    names.filter { $0.1 == what }.map(\.0)
  }

  /// Adds what the key says of which `isKey` says whether it is a name.
  mutating func add(_ isKey: (StaticString) -> Bool) {
    if let found = Self.names.first(where: { isKey($0.0) }) { formUnion(found.1) }
  }

  /// The sort of a document with these keys.
  var sort: ElasticSort {
    if contains(.jaegerID) { return .jaegerSpan }
    if contains([.traceID, .spanID, .startTime]) { return .dataPrepperSpan }
    if contains(.ofDependencies) { return .dependencies }
    if contains([.traceID, .zipkinID]) { return .zipkinSpan }
    if contains(.ofAPM) { return .elasticAPM }
    if contains([.service, .operation]) { return .service }
    return contains(.ofServiceMap) ? .serviceMap : .other
  }
}

/// The sorts of documents of an index.
enum ElasticSort: Int, CaseIterable {
  case jaegerSpan, zipkinSpan, dataPrepperSpan, elasticAPM
  case service, dependencies, serviceMap, other

  /// What is said of those that hold no spans; nil for the others.
  var passedOver: StaticString? {
    switch self {
    case .jaegerSpan, .zipkinSpan, .dataPrepperSpan, .elasticAPM: nil
    case .service: "service documents passed over"
    case .dependencies: "documents of dependencies passed over"
    case .serviceMap: "service map documents passed over"
    case .other: "documents of another sort passed over"
    }
  }
}
