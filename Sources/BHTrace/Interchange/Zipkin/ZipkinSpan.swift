/// A Zipkin span of version 2 as its fields say it; ranges lie in the arena of the batch it goes to.
struct ZipkinSpan {
  /// One side of a span.
  struct Endpoint {
    var serviceName = ByteRange.empty
    var ipv4 = ByteRange.empty
    var ipv6 = ByteRange.empty
    var port: Int64?

    /// Whether it says nothing, which is the same as none at all.
    var isEmpty: Bool {
      serviceName.isEmpty && ipv4.isEmpty && ipv6.isEmpty && (port ?? 0) == 0
    }
  }

  /// Something that happened at a time, in nanoseconds.
  struct Annotation {
    var time: Int128 = 0
    var value = ByteRange.empty
  }

  var traceID = ByteRange.empty
  var id = ByteRange.empty
  var parentID = ByteRange.empty
  var name = ByteRange.empty
  /// OTLP's kind; 0 where none is given.
  var kind: Int32 = 0
  /// Nanoseconds since the Unix epoch.
  var timestamp: Int128?
  /// Nanoseconds.
  var duration: Int128?
  var local = Endpoint()
  var remote = Endpoint()
  var isShared = false
  var isDebug = false
  var annotations: [Annotation] = []
  /// All values are text.
  var tags: [AttributeRecord] = []
}

/// The attributes that keep what the model has no fields for.
enum ZipkinKey {
  /// True where the span shares its id with its client's.
  static let shared: StaticString = "zipkin.shared"
  /// True where the span was forced to be sampled.
  static let debug: StaticString = "zipkin.debug"
  /// True where no timestamp is given (the name is that of OpenTelemetry's translation).
  static let noTimestamp: StaticString = "otel.zipkin.absentField.startTime"
  /// True where no duration is given.
  static let noDuration: StaticString = "otel.zipkin.absentField.duration"
  static let localIP: StaticString = "net.host.ip"
  static let localPort: StaticString = "net.host.port"
  static let remoteService: StaticString = "peer.service"
  static let remoteIP: StaticString = "net.peer.ip"
  static let remotePort: StaticString = "net.peer.port"
}
