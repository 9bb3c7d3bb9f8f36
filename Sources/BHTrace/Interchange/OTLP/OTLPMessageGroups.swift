/// The spans of one export message, grouped by resource and, inside, by scope.
///
/// A message takes spans in their order until it has `spanLimit` of them or `byteLimit` bytes: the
/// messages depend on the spans alone, not on the pieces they come in. Resources and scopes are the
/// same where they are written the same. Groups stand in the order of their first spans, and the
/// spans of a group in that of all spans.
struct OTLPMessageGroups {
  /// Scope groups of one resource.
  struct Resource {
    var piece: Int32
    /// Index into the piece's `resources`.
    var form: Int32
    var firstScope: Int32 = -1
    var lastScope: Int32 = -1
  }

  /// Spans of one scope.
  struct Scope {
    var piece: Int32
    /// Index into the piece's `scopes`.
    var form: Int32
    var resource: Int32
    /// The next scope of the resource; -1 for none, as below.
    var next: Int32 = -1
    var firstSpan: Int32 = -1
    var lastSpan: Int32 = -1
    /// The sum of the spans' lengths.
    var spanBytes = 0
  }

  /// A span of `pieces`.
  struct Span {
    var piece: Int32
    var next: Int32
    var offset: Int
    var count: Int
  }

  /// Messages are no longer than this many spans; the OpenTelemetry collector's batches are as long.
  static let spanLimit = 8_192
  /// A message ends with the span that brings it to this many bytes.
  static let byteLimit = 4 << 20

  /// What the spans and forms lie in.
  private(set) var pieces: [EncodedSpans] = []
  private(set) var resources: [Resource] = []
  private(set) var scopes: [Scope] = []
  private(set) var spans: [Span] = []
  /// Bytes of spans, and of what stands around them.
  private var size = 0
  /// The groups of the last piece's origins; -1 where it was not asked for.
  private var scopeOfOrigin: [Int32] = []
  private var resourceKeys = ByteInterner()
  private var scopeKeys = ByteInterner()
  private var knownScopes: [UInt64: Int32] = [:]
  /// Pieces that are in no message any more.
  private var spares: [EncodedSpans] = []
  /// Whether spans of one resource and scope share a group wherever they stand; else only those
  /// that follow each other do, and messages are as long as one likes.
  private let isCollecting: Bool

  /// Groups of whole messages; `isCollecting` false keeps the order of spans, and knows no limits.
  init(isCollecting: Bool = true) { self.isCollecting = isCollecting }

  /// Whether there are no spans.
  var isEmpty: Bool { spans.isEmpty }

  /// Adds the spans of `piece`, and calls `write` each time a message is full.
  mutating func add(
    _ piece: EncodedSpans, _ write: (borrowing OTLPMessageGroups) throws -> Void
  ) rethrows {
    var next = 0
    while next < piece.spans.count {
      next = take(piece, from: next)
      if isFull { try flush(write) }
    }
  }

  /// Calls `write` where there are spans, and starts with an empty message.
  mutating func flush(_ write: (borrowing OTLPMessageGroups) throws -> Void) rethrows {
    if !spans.isEmpty { try write(self) }
    spares.append(contentsOf: pieces)
    pieces.removeAll(keepingCapacity: true)
    resources.removeAll(keepingCapacity: true)
    scopes.removeAll(keepingCapacity: true)
    spans.removeAll(keepingCapacity: true)
    knownScopes.removeAll(keepingCapacity: true)
    resourceKeys = ByteInterner()
    scopeKeys = ByteInterner()
    size = 0
  }

  /// The pieces that are no longer needed, for their memory.
  mutating func takeSpares() -> [EncodedSpans] {
    defer { spares = [] }
    return spares
  }

  private var isFull: Bool {
    isCollecting && (spans.count >= Self.spanLimit || size >= Self.byteLimit)
  }

  /// Adds spans of `piece` from number `first` on until the message is full; returns the number of
  /// the next one.
  private mutating func take(_ piece: EncodedSpans, from first: Int) -> Int {
    let number = Int32(truncatingIfNeeded: pieces.count)
    pieces.append(piece)
    scopeOfOrigin.removeAll(keepingCapacity: true)
    scopeOfOrigin.append(contentsOf: repeatElement(-1, count: piece.origins.count))
    var last: Int32 = -1
    for index in first..<piece.spans.count {
      let span = piece.spans[index]
      let origin = Int(span.origin)
      if scopeOfOrigin[origin] < 0 || (!isCollecting && span.origin != last) {
        scopeOfOrigin[origin] = scope(of: piece.origins[origin], number)
      }
      last = span.origin
      append(
        Span(piece: number, next: -1, offset: span.offset, count: span.count),
        to: Int(scopeOfOrigin[origin]))
      if isFull { return index + 1 }
    }
    return piece.spans.count
  }

  private mutating func append(_ span: Span, to scope: Int) {
    let place = Int32(truncatingIfNeeded: spans.count)
    spans.append(span)
    let before = scopes[scope].lastSpan
    if before < 0 { scopes[scope].firstSpan = place } else { spans[Int(before)].next = place }
    scopes[scope].lastSpan = place
    scopes[scope].spanBytes += span.count
    size += span.count
  }

  /// The group of an origin of piece `number`, a new one where there is none.
  private mutating func scope(of origin: EncodedSpans.Origin, _ number: Int32) -> Int32 {
    let resource = resource(of: origin, number)
    var key = UInt64(0)
    if isCollecting {
      let piece = pieces[Int(number)]
      let name = Self.key(piece.scopes[Int(origin.scope)], &scopeKeys, piece.forms)
      key = UInt64(UInt32(resource)) << 32 | UInt64(name)
      if let known = knownScopes[key] { return known }
    }
    let scope = Int32(truncatingIfNeeded: scopes.count)
    scopes.append(Scope(piece: number, form: origin.scope, resource: resource))
    size += pieces[Int(number)].scopes[Int(origin.scope)].count
    let before = resources[Int(resource)].lastScope
    if before < 0 {
      resources[Int(resource)].firstScope = scope
    } else {
      scopes[Int(before)].next = scope
    }
    resources[Int(resource)].lastScope = scope
    if isCollecting { knownScopes[key] = scope }
    return scope
  }

  private mutating func resource(of origin: EncodedSpans.Origin, _ number: Int32) -> Int32 {
    let form = pieces[Int(number)].resources[Int(origin.resource)]
    if isCollecting {
      let name = Self.key(form, &resourceKeys, pieces[Int(number)].forms)
      if name < resources.count { return Int32(truncatingIfNeeded: name) }
    } else if let last = resources.last, last.piece == number, last.form == origin.resource {
      return Int32(truncatingIfNeeded: resources.count - 1)
    }
    resources.append(Resource(piece: number, form: origin.resource))
    size += form.count
    return Int32(truncatingIfNeeded: resources.count - 1)
  }

  /// The number of a form among those that are written otherwise.
  private static func key(
    _ form: EncodedSpans.Form, _ keys: inout ByteInterner, _ forms: [UInt8]
  ) -> Int {
    keys.intern(
      forms, ByteRange(form.offset, form.count), tag: UInt32(truncatingIfNeeded: form.headCount))
  }
}
