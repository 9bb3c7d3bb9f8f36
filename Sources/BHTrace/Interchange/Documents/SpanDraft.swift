/// A span as the reader of a format of documents makes it, field by field.
///
/// For formats that few spans come in: every field is a value of its own. Readers of many spans
/// fill a `SpanBatch` directly.
struct SpanDraft {
  /// An event of the span.
  struct Event {
    var name: String
    /// Nanoseconds since the Unix epoch.
    var time: UInt64
    var attributes = AttributeList()
    var droppedAttributes: UInt32 = 0
  }

  /// A link of the span to another one.
  struct Link {
    var traceID: [UInt8]
    var spanID: [UInt8]
    var traceState = ""
    var attributes = AttributeList()
    var droppedAttributes: UInt32 = 0
    var flags: UInt32 = 0
  }

  /// Ids as bytes: 16 and 8 where they are regular. No parent: empty.
  var traceID: [UInt8] = []
  var spanID: [UInt8] = []
  var parentSpanID: [UInt8] = []
  var name = ""
  /// OTLP's numbers: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
  var kind: Int32 = 0
  /// Nanoseconds since the Unix epoch.
  var start: UInt64 = 0
  var end: UInt64 = 0
  /// OTLP's numbers: 0 unset, 1 ok, 2 error.
  var statusCode: Int32 = 0
  /// Nil where there is none, which differs from an empty one.
  var statusMessage: String?
  var traceState = ""
  var flags: UInt32 = 0
  var attributes = AttributeList()
  var events: [Event] = []
  var links: [Link] = []
  var droppedAttributes: UInt32 = 0
  var droppedEvents: UInt32 = 0
  var droppedLinks: UInt32 = 0
  /// The attributes of the resource; without any there is no resource.
  var resource = AttributeList()
  var resourceSchemaURL = ""
  var scopeName = ""
  var scopeVersion = ""
  var scopeAttributes = AttributeList()
  var scopeSchemaURL = ""
  /// Whether resource and scope are those of the draft before this one, which saves comparing them.
  var sharesOrigin = false
}
