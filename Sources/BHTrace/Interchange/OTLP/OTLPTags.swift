/// The tags (field number and wire type) of the OTLP trace messages, as they stand on the wire.
///
/// From opentelemetry-proto: `trace/v1/trace.proto`, `common/v1/common.proto` and
/// `resource/v1/resource.proto`.
enum OTLPTag {
  /// `ExportTraceServiceRequest` and `TracesData`.
  enum Message {
    static let resourceSpans: UInt64 = 0x0A
  }

  enum ResourceSpans {
    static let resource: UInt64 = 0x0A
    static let scopeSpans: UInt64 = 0x12
    static let schemaURL: UInt64 = 0x1A
    /// Field 1000, `scopeSpans` before OTLP 0.19: same layout.
    static let instrumentationLibrarySpans: UInt64 = 8002
  }

  enum Resource {
    static let attributes: UInt64 = 0x0A
    static let droppedAttributes: UInt64 = 0x10
  }

  enum ScopeSpans {
    static let scope: UInt64 = 0x0A
    static let spans: UInt64 = 0x12
    static let schemaURL: UInt64 = 0x1A
  }

  enum Scope {
    static let name: UInt64 = 0x0A
    static let version: UInt64 = 0x12
    static let attributes: UInt64 = 0x1A
    static let droppedAttributes: UInt64 = 0x20
  }

  enum Span {
    static let traceID: UInt64 = 0x0A
    static let spanID: UInt64 = 0x12
    static let traceState: UInt64 = 0x1A
    static let parentSpanID: UInt64 = 0x22
    static let name: UInt64 = 0x2A
    static let kind: UInt64 = 0x30
    static let start: UInt64 = 0x39
    static let end: UInt64 = 0x41
    static let attributes: UInt64 = 0x4A
    static let droppedAttributes: UInt64 = 0x50
    static let events: UInt64 = 0x5A
    static let droppedEvents: UInt64 = 0x60
    static let links: UInt64 = 0x6A
    static let droppedLinks: UInt64 = 0x70
    static let status: UInt64 = 0x7A
    static let flags: UInt64 = 133
  }

  enum Event {
    static let time: UInt64 = 0x09
    static let name: UInt64 = 0x12
    static let attributes: UInt64 = 0x1A
    static let droppedAttributes: UInt64 = 0x20
  }

  enum Link {
    static let traceID: UInt64 = 0x0A
    static let spanID: UInt64 = 0x12
    static let traceState: UInt64 = 0x1A
    static let attributes: UInt64 = 0x22
    static let droppedAttributes: UInt64 = 0x28
    static let flags: UInt64 = 0x35
  }

  enum Status {
    static let message: UInt64 = 0x12
    static let code: UInt64 = 0x18
  }

  enum KeyValue {
    static let key: UInt64 = 0x0A
    static let value: UInt64 = 0x12
  }

  enum AnyValue {
    static let string: UInt64 = 0x0A
    static let bool: UInt64 = 0x10
    static let int: UInt64 = 0x18
    static let double: UInt64 = 0x21
    static let array: UInt64 = 0x2A
    static let keyValueList: UInt64 = 0x32
    static let bytes: UInt64 = 0x3A
  }

  /// The items of `ArrayValue` and `KeyValueList`.
  enum List {
    static let values: UInt64 = 0x0A
  }
}
