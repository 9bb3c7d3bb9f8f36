/// Collects the spans of one trace and saves them as a `.bht` file.
///
///     var store = TraceStore("checkout-7f3a")
///     store.add(TraceSpan("s1", parent: nil, service: "gateway", operation: "POST /checkout",
///                         startMicroseconds: 0, durationMicroseconds: 482_000))
///     try store.save("trace.bht")
public struct TraceStore: Sendable {
  /// The trace's id.
  public let traceID: String
  /// The spans, in the order they were added.
  public private(set) var spans: [TraceSpan] = []

  /// An empty trace.
  public init(_ traceID: String) { self.traceID = traceID }

  /// The number of spans.
  public var count: Int { spans.count }

  /// Adds a span at the end. Order matters only between children that start together.
  public mutating func add(_ span: TraceSpan) { spans.append(span) }

  /// The versions of the format a trace can be saved in.
  public enum Version: Sendable {
    /// The seed's format: a JSON tree, then a JSON object a span.
    case v1
    /// The archive format: LZ4 index, zstd blocks.
    case v2
  }

  /// Writes the trace to the file at `path`; a file that is there is replaced once the new one is
  /// complete. Throws `StorageError` where the system fails, and `FormatError` where the index
  /// would be larger than 4 GiB.
  public func save(_ path: String, version: Version = .v2) throws {
    var bytes = try encodedV1()
    if version == .v2 {
      var writer = ArchiveWriter()
      try writer.add(V1Decoder.decode(bytes))
      bytes = []
      _ = try writer.finish { bytes += $0 }
    }
    let output = try OutputFile(path: path, replace: true)
    try output.write(bytes[...])
    try output.finish()
  }

  /// The bytes `save` writes. Values that are bytes become base64 text.
  package func encodedV1() throws(FormatError) -> [UInt8] {
    var (tree, block, payload) = (V1TextWriter(), V1TextWriter(), ByteWriter())
    tree.beginArray()
    for span in spans {
      block.removeAll()
      Self.write(span, to: &block)
      Self.write(span, offset: payload.count, size: block.count, to: &tree)
      payload.append(block.bytes)
    }
    tree.endArray()
    return try V1Encoder.assemble(header: header(), tree: tree.bytes, payload: payload.bytes)
  }

  private func header() -> [UInt8] {
    let root = spans.first { $0.parent == nil }
    var arena = TextArena()
    let trace = arena.add(traceID)
    let rootID = root.map { (id: arena.add($0.id), duration: $0.durationMicroseconds) }
    var writer = V1TextWriter()
    writer.header(traceID: trace, spans: count, root: rootID, in: arena.bytes)
    return writer.bytes
  }

  private static func write(
    _ span: TraceSpan, offset: Int, size: Int, to tree: inout V1TextWriter
  ) {
    var arena = TextArena()
    let entry = V1TextWriter.TreeEntry(
      id: arena.add(span.id), parent: span.parent.map { arena.add($0) },
      service: arena.add(span.service), operation: arena.add(span.operation),
      start: span.startMicroseconds, duration: span.durationMicroseconds,
      status: .text(arena.add(span.status)), offset: offset, size: size)
    tree.treeEntry(entry, in: arena.bytes)
  }

  private static func write(_ span: TraceSpan, to block: inout V1TextWriter) {
    block.beginObject()
    block.key("attributes")
    AttributeValue.object(span.attributes).pass(to: &block)
    block.key("events")
    block.beginArray()
    for event in span.events {
      block.beginObject()
      block.key("ts_us")
      block.int(event.microseconds)
      block.key("name")
      let name = Array(event.name.utf8)
      block.string(name, ByteRange(0, name.count))
      for (key, value) in event.attributes {
        let key = Array(key.utf8)
        block.key(key, ByteRange(0, key.count))
        value.pass(to: &block)
      }
      block.endObject()
    }
    block.endArray()
    block.endObject()
  }
}

/// A few texts, end to end.
private struct TextArena {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ text: String) -> ByteRange {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    return ByteRange(start, bytes.count - start)
  }
}
