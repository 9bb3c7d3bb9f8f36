/// Spans as Datadog's tracers send them to the agent (v0.3, v0.4 and v0.5): JSON and MessagePack have
/// the same fields.
///
/// | Datadog | span |
/// |---|---|
/// | `trace_id`, and `_dd.p.tid` of the chunk as its upper half | trace id |
/// | `span_id`, `parent_id` | ids; 0: no parent |
/// | `name`, `start`, `duration` | name, times |
/// | `service`; `env`, `version`, `language` of `meta` | resource: `service.name`; `deployment.environment.name`, `service.version`, `telemetry.sdk.language` |
/// | `span.kind` of `meta`; without it `type` web or http | kind: the one it names; server or client |
/// | `error` | status: 0 unset, all else error, with `error.message` or `error.msg` as its message |
/// | `resource`, `type` | attributes `dd.span.Resource`, `span.type` |
/// | `meta`, `metrics` | attributes: texts, and doubles; `error.*` stay among them, since no one says when an exception event would have been |
/// | `meta_struct` | attributes `meta_struct.` + key, bytes |
/// | `span_links`, or `_dd.span_links` of `meta` | links |
/// | `span_events`, or `events` of `meta` | events |
/// | all else | attributes under its own name |
///
/// A tracer writes `_dd.p.tid` on one span of a chunk only: the spans of one trace that follow each
/// other share it, and so do later ones of that trace.
struct DatadogTraces: DocumentDecoder {
  static let format = Sniffer.Format.documents(
    "Datadog's agent traces", wrappers: wrappers, isTelling: isTelling,
    decoder: { DatadogTraces() })

  private static let wrappers: [JSONElements.Wrapper] = [["traces"]]

  /// Whether a document is a span, and starts at nanoseconds since 1970: starts in other units and by
  /// other clocks are smaller.
  private static func isTelling(_ fields: AttributeList) -> Bool {
    isSpan(fields) && (fields.integer("start") ?? 0) > 1_000_000_000_000_000
  }

  /// Whether a document has the fields that only Datadog's spans have together.
  static func isSpan(_ fields: AttributeList) -> Bool {
    ["trace_id", "span_id", "start", "duration"].allSatisfy(fields.has)
      && (fields.has("resource") || fields.has("service") || fields.has("meta"))
  }

  /// The spans of the trace that is being read, until one of another trace comes.
  private var chunk: [SpanDraft] = []
  private var chunkID: UInt64 = 0
  private var chunkUpperHalf: UInt64?
  /// The upper halves of traces seen before.
  private var upperHalves: [UInt64: UInt64] = [:]

  private var chunkBytes = 0

  /// So many spans, and bytes of text, are kept until the upper half of their id is known.
  private static let largestChunk = 1 << 13
  private static let largestChunkBytes = 1 << 22
  /// So many upper halves are kept.
  private static let upperHalvesKept = 1 << 18

  mutating func decode(
    _ document: Document, into spans: inout DraftedBatch, _ notes: inout DocumentNotes
  ) {
    let fields = document.fields
    guard let traceID = DatadogID.number(fields["trace_id"]), fields.has("span_id") else {
      notes.leaveOut(document, "an object without trace_id and span_id is no span of Datadog's")
      return
    }
    if traceID.low != chunkID || chunk.count >= Self.largestChunk
      || chunkBytes >= Self.largestChunkBytes
    {
      endChunk(into: &spans)
    }
    chunkID = traceID.low
    if let high = traceID.high { chunkUpperHalf = high }
    var reader = DatadogSpan(fields)
    if let high = reader.takeUpperHalf() { chunkUpperHalf = high }
    chunkBytes += max(Self.size(fields), document.byteCount)
    chunk.append(reader.span(&notes))
  }

  mutating func finish(into spans: inout DraftedBatch, _ notes: inout DocumentNotes) {
    endChunk(into: &spans)
  }

  private mutating func endChunk(into spans: inout DraftedBatch) {
    let high = chunkUpperHalf ?? upperHalves[chunkID] ?? 0
    if chunkUpperHalf != nil {
      if upperHalves.count >= Self.upperHalvesKept { upperHalves = [:] }
      upperHalves[chunkID] = high
    }
    let traceID = DatadogID.traceID(low: chunkID, high: high)
    for var span in chunk {
      span.traceID = traceID
      spans.add(span)
    }
    chunk = []
    chunkBytes = 0
    chunkUpperHalf = nil
  }

  /// About so many bytes of text are in a span.
  private static func size(_ fields: AttributeList) -> Int {
    let lists = [fields, fields.object("meta") ?? [:]]
    return lists.joined().reduce(0) { $0 + $1.key.utf8.count + ($1.value.text?.utf8.count ?? 0) }
  }
}

/// Ids as Datadog writes them.
enum DatadogID {
  /// The number of an id: decimal, or hex digits in texts of 32 characters, of 16 that begin with a
  /// zero, and of those with letters.
  static func number(_ value: AttributeValue?) -> (low: UInt64, high: UInt64?)? {
    guard let value else { return nil }
    guard case .string(let text) = value else { return value.decimalID.map { ($0, nil) } }
    if text.utf8.count == 32 {
      guard let high = UInt64(text.prefix(16), radix: 16),
        let low = UInt64(text.suffix(16), radix: 16)
      else { return nil }
      return (low, high == 0 ? nil : high)
    }
    let isPadded = text.utf8.count == 16 && text.utf8.first == UInt8(ascii: "0")
    if !isPadded, let decimal = value.decimalID { return (decimal, nil) }
    return UInt64(text, radix: 16).map { ($0, nil) }
  }

  /// The id of a span, empty for none and for 0.
  static func spanID(_ value: AttributeValue?) -> [UInt8] {
    if let number = number(value) { return DocumentID.bytes(number.low, width: 8) }
    return Array((value?.text ?? "").utf8)
  }

  /// The id of a trace, empty for 0.
  static func traceID(low: UInt64, high: UInt64) -> [UInt8] {
    if high == 0 { return DocumentID.bytes(low, width: 16) }
    return high.bigEndianBytes + low.bigEndianBytes
  }

  /// The id of a trace that `value` writes whole.
  static func traceID(_ value: AttributeValue?, high: AttributeValue? = nil) -> [UInt8] {
    guard let number = number(value) else { return Array((value?.text ?? "").utf8) }
    return traceID(low: number.low, high: number.high ?? high?.decimalID ?? 0)
  }
}
