/// A batch of spans with everything they say, in a few flat arrays over one arena of bytes.
///
/// This is the model every reader fills and every writer drains. Names, values and ids are runs
/// of `arena`; a reader that already has the bytes in memory takes them as the arena whole and
/// copies nothing. Lossless for the OTLP trace model, and for `.bht` v1.
package struct SpanBatch: Sendable {
  /// The bytes all ranges point into, less than 4 GiB.
  package var arena: [UInt8]
  /// The spans.
  package var spans: [SpanRecord] = []
  /// The attributes of spans, events, links, resources and scopes.
  package var attributes: [AttributeRecord] = []
  /// The events of all spans.
  package var events: [EventRecord] = []
  /// The links of all spans.
  package var links: [LinkRecord] = []
  /// The resources; may hold equal ones several times.
  package var resources: [ResourceRecord] = []
  /// The scopes; may hold equal ones several times.
  package var scopes: [ScopeRecord] = []
  /// Unknown fields of whole export messages, in protobuf wire form.
  package var messageExtras: [ByteRange] = []
  /// What v1 files say beside their spans; one for each v1 trace.
  package var v1Files: [V1FileRecord] = []

  /// A reader starts a new batch rather than let an arena grow past this (bytes).
  package static let arenaLimit = 1 << 31

  /// An empty batch over `arena`.
  package init(arena: [UInt8] = []) { self.arena = arena }

  /// Copies `bytes` to the end of the arena and returns where they lie.
  package mutating func append(_ bytes: [UInt8]) -> ByteRange {
    let range = ByteRange(arena.count, bytes.count)
    arena.append(contentsOf: bytes)
    return range
  }

  /// Copies `bytes` to the end of the arena and returns where they lie.
  package mutating func append(_ bytes: ArraySlice<UInt8>) -> ByteRange {
    let range = ByteRange(arena.count, bytes.count)
    arena.append(contentsOf: bytes)
    return range
  }

  /// Copies the UTF-8 of `text` to the end of the arena and returns where it lies.
  package mutating func append(_ text: String) -> ByteRange {
    let start = arena.count
    arena.append(contentsOf: text.utf8)
    return ByteRange(start, arena.count - start)
  }

  /// A copy of the bytes at `range`.
  package func bytes(_ range: ByteRange) -> [UInt8] { Array(arena[range.positions]) }

  /// The bytes at `range` as text, invalid UTF-8 replaced: for people, not for comparing.
  package func text(_ range: ByteRange) -> String {
    String(decoding: arena[range.positions], as: UTF8.self)
  }

  /// Whether the bytes at `range` are exactly `text`'s UTF-8.
  package func equals(_ range: ByteRange, _ text: StaticString) -> Bool {
    ByteComparison.equal(arena, range, text)
  }

  /// The service a span belongs to: the string attribute `service.name` of its resource (the
  /// last one, should there be several), or empty.
  package func serviceName(of resource: Int) -> ByteRange {
    for index in resources[resource].attributes.indices.reversed() {
      let attribute = attributes[index]
      if attribute.kind == .string && equals(attribute.key, "service.name") {
        return attribute.range
      }
    }
    return .empty
  }
}
