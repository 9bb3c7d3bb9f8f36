/// Where a span came from, which decides how its ids are written and what `extra` means.
public enum Dialect: UInt8, Sendable {
  /// The OpenTelemetry model; ids are bytes (16 and 8 where they are regular).
  case otlp = 0
  /// A `.bht` v1 file: ids are text, times are microseconds from the start of the trace.
  case v1 = 1
}

/// One span, as it lies in a `SpanBatch`: fixed fields, and runs of the batch's arrays.
public struct SpanRecord: Sendable {
  /// The trace's id: bytes of any length (OTLP: 16), or text (v1).
  public var traceID = ByteRange.empty
  /// The span's own id: bytes of any length (OTLP: 8), or text (v1).
  public var spanID = ByteRange.empty
  /// The parent's id; empty for a root.
  public var parentSpanID = ByteRange.empty
  /// The operation's name.
  public var name = ByteRange.empty
  /// The W3C trace state, empty where there is none.
  public var traceState = ByteRange.empty
  /// The message of the status.
  public var statusMessage = ByteRange.empty
  /// OTLP: the unknown fields of the span (and, tagged with their field numbers, those of its
  /// status) in protobuf wire form. v1: the payload object's JSON text where it is not what
  /// the v1 writer makes of the record, else empty.
  public var extra = ByteRange.empty
  /// Start in nanoseconds since the Unix epoch (v1: since the start of the trace).
  public var start: UInt64 = 0
  /// End, like `start`. May lie before it: times are kept as they came.
  public var end: UInt64 = 0
  /// OTLP span kind: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer;
  /// other values are kept.
  public var kind: Int32 = 0
  /// OTLP status code: 0 unset, 1 ok, 2 error; other values are kept.
  public var statusCode: Int32 = 0
  /// OTLP flags: W3C trace flags in the low byte, then the remote-parent bits.
  public var flags: UInt32 = 0
  /// How many attributes were dropped before export.
  public var droppedAttributes: UInt32 = 0
  /// How many events were dropped before export.
  public var droppedEvents: UInt32 = 0
  /// How many links were dropped before export.
  public var droppedLinks: UInt32 = 0
  /// The span's run of `SpanBatch.attributes`.
  public var attributes = RecordRange.empty
  /// The span's run of `SpanBatch.events`.
  public var events = RecordRange.empty
  /// The span's run of `SpanBatch.links`.
  public var links = RecordRange.empty
  /// Index into `SpanBatch.resources`.
  public var resource: UInt32 = 0
  /// Index into `SpanBatch.scopes`.
  public var scope: UInt32 = 0
  /// v1: the span's place in the file's tree, from 0. Not part of an OTLP span.
  package var filePosition: UInt32 = 0
  /// Where the span came from.
  public var dialect = Dialect.otlp
  /// Whether the status message was there at all (an empty one differs from none).
  public var hasStatus = false

  /// A span with every field empty or zero.
  public init() {}
}

/// One event of a span.
public struct EventRecord: Sendable {
  /// Time in nanoseconds since the Unix epoch (v1: since the start of the trace).
  public var time: UInt64 = 0
  /// The event's name.
  public var name = ByteRange.empty
  /// The event's run of `SpanBatch.attributes`.
  public var attributes = RecordRange.empty
  /// How many attributes were dropped before export.
  public var droppedAttributes: UInt32 = 0
  /// Unknown fields in protobuf wire form.
  public var extra = ByteRange.empty

  /// An event with every field empty or zero.
  public init() {}
}

/// One link of a span to another span.
public struct LinkRecord: Sendable {
  /// The other trace's id.
  public var traceID = ByteRange.empty
  /// The other span's id.
  public var spanID = ByteRange.empty
  /// The W3C trace state of the link.
  public var traceState = ByteRange.empty
  /// The link's run of `SpanBatch.attributes`.
  public var attributes = RecordRange.empty
  /// How many attributes were dropped before export.
  public var droppedAttributes: UInt32 = 0
  /// W3C trace flags of the link.
  public var flags: UInt32 = 0
  /// Unknown fields in protobuf wire form.
  public var extra = ByteRange.empty

  /// A link with every field empty or zero.
  public init() {}
}

/// What emitted a group of spans: OTLP's `Resource` and what `ResourceSpans` says beside it.
public struct ResourceRecord: Sendable {
  /// The resource's run of `SpanBatch.attributes`.
  public var attributes = RecordRange.empty
  /// How many attributes were dropped before export.
  public var droppedAttributes: UInt32 = 0
  /// The schema URL of `ResourceSpans`.
  public var schemaURL = ByteRange.empty
  /// Unknown fields of `Resource`, in protobuf wire form.
  public var extra = ByteRange.empty
  /// Unknown fields of `ResourceSpans`, in protobuf wire form: part of the identity.
  public var outerExtra = ByteRange.empty
  /// Whether a `Resource` message was there at all (an empty one differs from none).
  public var isPresent = false

  /// A resource with every field empty.
  public init() {}
}

/// The instrumentation that made a group of spans: OTLP's `InstrumentationScope` and what
/// `ScopeSpans` says beside it.
public struct ScopeRecord: Sendable {
  /// The scope's name.
  public var name = ByteRange.empty
  /// The scope's version.
  public var version = ByteRange.empty
  /// The scope's run of `SpanBatch.attributes`.
  public var attributes = RecordRange.empty
  /// How many attributes were dropped before export.
  public var droppedAttributes: UInt32 = 0
  /// The schema URL of `ScopeSpans`.
  public var schemaURL = ByteRange.empty
  /// Unknown fields of `InstrumentationScope`, in protobuf wire form.
  public var extra = ByteRange.empty
  /// Unknown fields of `ScopeSpans`, in protobuf wire form: part of the identity.
  public var outerExtra = ByteRange.empty
  /// Whether an `InstrumentationScope` message was there at all.
  public var isPresent = false

  /// A scope with every field empty.
  public init() {}
}

/// What a v1 file says beside its spans, kept where it is not what the v1 writer would make.
package struct V1FileRecord: Sendable {
  /// The trace the file holds.
  package var traceID = ByteRange.empty
  /// The header's JSON text; empty where it is the canonical one.
  package var header = ByteRange.empty
  /// The tree's JSON text; empty where it is the canonical one.
  package var tree = ByteRange.empty
  /// All bytes after the tree; empty where they are the payload objects in file order.
  package var payload = ByteRange.empty

  /// A file in which everything is canonical.
  package init() {}
}
