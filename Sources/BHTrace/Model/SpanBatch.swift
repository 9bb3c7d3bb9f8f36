/// A batch of spans with everything they say, in a few flat arrays over one arena of bytes.
///
/// This is the model every reader fills and every writer drains. Names, values and ids are runs
/// of `arena`; a reader that already has the bytes in memory takes them as the arena whole and
/// copies nothing. Lossless for the OTLP trace model, and for `.bht` v1.
public struct SpanBatch: Sendable {
  /// The bytes all ranges point into, less than 4 GiB.
  public var arena: [UInt8]
  /// The spans.
  public var spans: [SpanRecord] = []
  /// The attributes of spans, events, links, resources and scopes.
  public var attributes: [AttributeRecord] = []
  /// The events of all spans.
  public var events: [EventRecord] = []
  /// The links of all spans.
  public var links: [LinkRecord] = []
  /// The resources; may hold equal ones several times.
  public var resources: [ResourceRecord] = []
  /// The scopes; may hold equal ones several times.
  public var scopes: [ScopeRecord] = []
  /// Unknown fields of whole export messages, in protobuf wire form.
  public var messageExtras: [ByteRange] = []
  /// What v1 files say beside their spans; one for each v1 trace.
  package var v1Files: [V1FileRecord] = []

  /// A reader starts a new batch rather than let an arena grow past this (bytes).
  public static let arenaLimit = 1 << 31

  /// An empty batch over `arena`.
  public init(arena: [UInt8] = []) { self.arena = arena }

  /// Copies `bytes` to the end of the arena and returns where they lie.
  public mutating func append(_ bytes: [UInt8]) -> ByteRange {
    let range = ByteRange(arena.count, bytes.count)
    arena.append(contentsOf: bytes)
    return range
  }

  /// Copies `bytes` to the end of the arena and returns where they lie.
  public mutating func append(_ bytes: ArraySlice<UInt8>) -> ByteRange {
    let range = ByteRange(arena.count, bytes.count)
    arena.append(contentsOf: bytes)
    return range
  }

  /// Copies the UTF-8 of `text` to the end of the arena and returns where it lies.
  public mutating func append(_ text: String) -> ByteRange {
    let start = arena.count
    arena.append(contentsOf: text.utf8)
    return ByteRange(start, arena.count - start)
  }

  /// A copy of the bytes at `range`.
  public func bytes(_ range: ByteRange) -> [UInt8] { Array(arena[range.positions]) }

  /// The bytes at `range` as text, invalid UTF-8 replaced: for people, not for comparing.
  public func text(_ range: ByteRange) -> String {
    String(decoding: arena[range.positions], as: UTF8.self)
  }

  /// Whether the bytes at `range` are exactly `text`'s UTF-8.
  package func equals(_ range: ByteRange, _ text: StaticString) -> Bool {
    ByteComparison.equal(arena, range, text)
  }

  /// The service a span belongs to: the string attribute `service.name` of its resource (the
  /// last one, should there be several), or empty.
  public func serviceName(of resource: Int) -> ByteRange {
    for index in resources[resource].attributes.indices.reversed() {
      let attribute = attributes[index]
      if attribute.kind == .string && equals(attribute.key, "service.name") {
        return attribute.range
      }
    }
    return .empty
  }
}
