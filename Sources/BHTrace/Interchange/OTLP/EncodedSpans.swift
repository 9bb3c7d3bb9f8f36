/// Spans as they stand in export messages, and what stands around them, once for each resource and
/// scope: the pieces messages are made of (`OTLPMessageGroups`).
struct EncodedSpans: Sendable {
  /// One span.
  struct Span: Sendable {
    /// Where it lies in `bytes`.
    var offset: Int
    var count: Int
    /// Index into `origins`.
    var origin: Int32
  }

  /// What stands in front of the spans of a resource or scope, and then what stands behind them: a
  /// run of `forms`.
  struct Form: Sendable {
    var offset = 0
    var headCount = 0
    var tailCount = 0
    /// What the form could not say.
    var losses = OTLPJSONLosses()

    var count: Int { headCount + tailCount }
    var head: Range<Int> { offset..<(offset + headCount) }
    var tail: Range<Int> { (offset + headCount)..<(offset + count) }
  }

  /// A resource and one of its scopes: indices into `resources` and `scopes`.
  struct Origin: Sendable {
    var resource: Int32
    var scope: Int32
  }

  /// The spans, end to end or with a separator between them.
  var bytes: [UInt8] = []
  /// The spans in their order.
  var spans: [Span] = []
  var forms: [UInt8] = []
  var resources: [Form] = []
  var scopes: [Form] = []
  var origins: [Origin] = []
  /// How many traces the spans are of.
  var traces = 0

  /// Makes it empty in the memory it has.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
    forms.removeAll(keepingCapacity: true)
    resources.removeAll(keepingCapacity: true)
    scopes.removeAll(keepingCapacity: true)
    origins.removeAll(keepingCapacity: true)
    traces = 0
  }
}

/// Which resources and scopes of batches a piece has already.
struct EncodedOrigins {
  private var origins: [UInt64: Int32] = [:]
  private var resources: [UInt32: Int32] = [:]
  private var scopes: [UInt32: Int32] = [:]
  private var last: (resource: UInt32, scope: UInt32, origin: Int32)?

  /// Forgets all of them.
  mutating func clear() {
    origins.removeAll(keepingCapacity: true)
    resources.removeAll(keepingCapacity: true)
    scopes.removeAll(keepingCapacity: true)
    last = nil
  }

  /// The origin of spans of these numbers in their batch; nil where the piece has none.
  @inline(__always)
  mutating func known(_ resource: UInt32, _ scope: UInt32) -> Int32? {
    if let last, last.resource == resource, last.scope == scope { return last.origin }
    guard let origin = origins[Self.key(resource, scope)] else { return nil }
    last = (resource, scope, origin)
    return origin
  }

  /// Adds an origin to `piece`; the forms are asked for where the piece does not have them.
  mutating func add(
    _ resource: UInt32, _ scope: UInt32, to piece: inout EncodedSpans,
    resourceForm: (inout EncodedSpans) -> EncodedSpans.Form,
    scopeForm: (inout EncodedSpans) -> EncodedSpans.Form
  ) -> Int32 {
    let resourceNumber: Int32
    if let known = resources[resource] {
      resourceNumber = known
    } else {
      resourceNumber = Int32(truncatingIfNeeded: piece.resources.count)
      piece.resources.append(resourceForm(&piece))
      resources[resource] = resourceNumber
    }
    let scopeNumber: Int32
    if let known = scopes[scope] {
      scopeNumber = known
    } else {
      scopeNumber = Int32(truncatingIfNeeded: piece.scopes.count)
      piece.scopes.append(scopeForm(&piece))
      scopes[scope] = scopeNumber
    }
    let origin = Int32(truncatingIfNeeded: piece.origins.count)
    piece.origins.append(EncodedSpans.Origin(resource: resourceNumber, scope: scopeNumber))
    origins[Self.key(resource, scope)] = origin
    last = (resource, scope, origin)
    return origin
  }

  private static func key(_ resource: UInt32, _ scope: UInt32) -> UInt64 {
    UInt64(resource) << 32 | UInt64(scope)
  }
}
