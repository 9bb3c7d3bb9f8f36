/// One span, for people who write or read spans one at a time.
///
///     let span = TraceSpan(
///       "s1", parent: nil, service: "gateway", operation: "POST /checkout",
///       startMicroseconds: 0, durationMicroseconds: 482_000,
///       attributes: ["http.method": "POST", "http.status_code": 200],
///       events: [SpanEvent("enter", microseconds: 95, attributes: ["level": "debug"])])
///
/// Readers and writers of many spans use `SpanBatch` instead, which allocates nothing a span.
public struct TraceSpan: Sendable, Equatable {
  /// The span's id, unique in its trace.
  public var id: String
  /// The parent's id; nil for a root.
  public var parent: String?
  /// The service the span belongs to.
  public var service: String
  /// What was done.
  public var operation: String
  /// Start in microseconds from the start of the trace.
  public var startMicroseconds: Int64
  /// Duration in microseconds.
  public var durationMicroseconds: Int64
  /// "ok", or what went wrong: anything else counts as an error.
  public var status: String
  /// The attributes, in order.
  public var attributes: AttributeList
  /// The events, in order.
  public var events: [SpanEvent]

  /// A span. Times are microseconds; the start counts from the start of the trace.
  public init(
    _ id: String, parent: String?, service: String, operation: String, startMicroseconds: Int64,
    durationMicroseconds: Int64, status: String = "ok", attributes: AttributeList = [:],
    events: [SpanEvent] = []
  ) {
    self.id = id
    self.parent = parent
    self.service = service
    self.operation = operation
    self.startMicroseconds = startMicroseconds
    self.durationMicroseconds = durationMicroseconds
    self.status = status
    self.attributes = attributes
    self.events = events
  }
}

/// Something that happened during a span.
public struct SpanEvent: Sendable, Equatable {
  /// What happened.
  public var name: String
  /// When, in microseconds from the start of the span.
  public var microseconds: Int64
  /// What is said about it, in order.
  public var attributes: AttributeList

  /// The event `name`, `microseconds` after the start of its span.
  public init(_ name: String, microseconds: Int64, attributes: AttributeList = [:]) {
    self.name = name
    self.microseconds = microseconds
    self.attributes = attributes
  }
}

extension TraceSpan {
  /// The span at `index` of `batch`, a batch of v1 spans.
  init(_ index: Int, of batch: SpanBatch) throws(FormatError) {
    let span = batch.spans[index]
    let service = batch.serviceName(of: Int(span.resource))
    let status =
      span.statusCode != 2
      ? "ok" : span.statusMessage.isEmpty ? "error" : batch.text(span.statusMessage)
    var events: [SpanEvent] = []
    for event in batch.events[span.events.indices] {
      events.append(
        SpanEvent(
          batch.text(event.name),
          microseconds: V1Time.microseconds(from: span.start, to: event.time),
          attributes: try Self.attributes(event.attributes, of: batch)))
    }
    self.init(
      batch.text(span.spanID),
      parent: span.parentSpanID.isEmpty ? nil : batch.text(span.parentSpanID),
      service: batch.text(service), operation: batch.text(span.name),
      startMicroseconds: V1Time.microseconds(from: 0, to: span.start),
      durationMicroseconds: V1Time.microseconds(from: span.start, to: span.end),
      status: status, attributes: try Self.attributes(span.attributes, of: batch), events: events)
    // An integer beyond 64 bits is text in a record: take the attributes as they are written.
    if !span.extra.isEmpty { try takeAttributes(from: batch.bytes(span.extra)) }
  }

  private static func attributes(
    _ run: RecordRange, of batch: SpanBatch
  ) throws(FormatError) -> AttributeList {
    var list = AttributeList()
    for attribute in batch.attributes[run.indices] {
      list.append(batch.text(attribute.key), try AttributeValue(attribute, in: batch.arena))
    }
    return list
  }

  private mutating func takeAttributes(from payload: [UInt8]) throws(FormatError) {
    var json = JSONTokenizer(payload.rawSpan, allowsNonFinite: true)
    var builder = AttributeValueBuilder()
    try json.passValue(to: &builder)
    guard case .object(let object) = builder.value else { return }
    if case .object(let list)? = object["attributes"] { attributes = list }
    guard case .array(let list)? = object["events"], list.count == events.count else { return }
    for (index, value) in list.enumerated() {
      guard case .object(let fields) = value else { continue }
      events[index].attributes = AttributeList(
        fields.filter { $0.key != "ts_us" && $0.key != "name" }.map { ($0.key, $0.value) })
    }
  }
}
