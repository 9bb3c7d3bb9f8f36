/// Groups the spans whose status is an error by service, operation, exception and message.
///
/// Payload is read of these spans alone. Memory is bounded by the number of groups that are kept.
package struct ErrorQuery: Sendable {
  /// Only errors of these services (bytes); all where there are none.
  package var services: [[UInt8]] = []
  /// Only traces that start then or later, in nanoseconds since the Unix epoch.
  package var since: UInt64?
  /// Only traces that start before then.
  package var until: UInt64?
  /// At most this many groups, those with the most errors.
  package var limit: Int?

  /// All errors.
  package init() {}

  /// Errors of one kind.
  package struct Group: Sendable, Equatable {
    /// Service, operation and type of exception, as bytes; the type is empty where none is told.
    package var service: [UInt8] = []
    package var operation: [UInt8] = []
    package var exception: [UInt8] = []
    /// The message with its variable parts cut out, as bytes; empty where there is none.
    package var message: [UInt8] = []
    /// How many spans.
    package var count = 0
    /// The earliest and the latest start of one, in nanoseconds.
    package var first: UInt64 = 0
    package var last: UInt64 = 0
    /// The ids of the earliest one, and of its trace.
    package var traceID: [UInt8] = []
    package var spanID: [UInt8] = []
    package var dialect = Dialect.otlp

    package init() {}
  }

  /// What was found.
  package struct Answer: Sendable, Equatable {
    /// The groups with the most errors first, equal ones by their names.
    package var groups: [Group] = []
    /// How many groups there are, those beyond the limit too.
    package var found = 0
    /// The erroneous spans, those of other groups than are kept too.
    package var errors = 0
    /// Erroneous spans that began a group when as many as are kept were there.
    package var ungrouped = 0
  }

  /// So many groups are kept.
  package static let keptGroups = 10_000

  /// What of it an archive can tell without looking at the traces.
  private var bounds: TraceBounds {
    var bounds = TraceBounds()
    (bounds.since, bounds.until, bounds.errorsOnly) = (since, until, true)
    if services.count == 1 { bounds.service = services[0] }
    return bounds
  }

  /// The errors of `archive`.
  package func run(
    over archive: any TraceArchive, keeping kept: Int = Self.keptGroups
  ) throws -> Answer {
    let bounds = bounds
    var groups = ErrorGroups(kept: kept)
    var isWanted = NameTableCache<[Bool]>()
    func positions(_ trace: LoadedTrace) -> [Int] {
      if !bounds.holds(start: trace.start ?? trace.tree.earliestStart) { return [] }
      let wanted = isWanted.value(for: trace.names, hint: trace.handle.segment) { names in
        names.operations.map {
          services.isEmpty || services.contains(names.services[Int($0.service)])
        }
      }
      let tree = trace.tree
      return tree.marks.indices.filter {
        tree.marks[$0].contains(.error) && wanted[Int(tree.operations[$0])]
      }
    }
    try archive.forEachTrace(
      [.traceID, .payload], bounds: bounds, choose: { positions($0) },
      body: { trace in
        for (position, span) in zip(positions(trace), trace.batch.spans) {
          groups.add(span, at: position, of: trace)
        }
      })
    return groups.answer(limit: limit)
  }
}

/// The groups found so far.
private struct ErrorGroups {
  let kept: Int
  private var keys = ByteInterner()
  private var groups: [ErrorQuery.Group] = []
  private var answer = ErrorQuery.Answer()

  init(kept: Int) { self.kept = kept }

  mutating func add(_ span: SpanRecord, at position: Int, of trace: LoadedTrace) {
    answer.errors += 1
    let operation = trace.names.operations[Int(trace.tree.operations[position])]
    let cause = ErrorCause(span, trace.batch)
    var group = ErrorQuery.Group()
    group.service = trace.names.services[Int(operation.service)]
    group.operation = operation.name
    group.exception = cause.type
    group.message = MessagePattern.of(cause.message)
    var key: [UInt8] = []
    for part in [group.service, group.operation, group.exception, group.message] {
      for shift in stride(from: 0, to: 32, by: 8) {
        key.append(UInt8(truncatingIfNeeded: part.count >> shift))
      }
      key += part
    }
    if groups.count >= kept && keys.lookUp(key, ByteRange(0, key.count)) == nil {
      answer.ungrouped += 1
      return
    }
    let number = keys.intern(key)
    if number == groups.count { groups.append(group) }
    if groups[number].count == 0 || span.start < groups[number].first {
      groups[number].first = span.start
      groups[number].traceID = trace.traceID
      groups[number].spanID = trace.batch.bytes(span.spanID)
      groups[number].dialect = span.dialect
    }
    groups[number].last = max(groups[number].last, span.start)
    groups[number].count += 1
  }

  func answer(limit: Int?) -> ErrorQuery.Answer {
    var rows = LimitedRows<ErrorQuery.Group>(limit: limit) { a, b in
      if a.count != b.count { return a.count > b.count }
      for (left, right) in [
        (a.service, b.service), (a.operation, b.operation), (a.exception, b.exception),
        (a.message, b.message),
      ] {
        let order = ByteComparison.order(left, right)
        if order != 0 { return order < 0 }
      }
      return false
    }
    for group in groups { rows.add(group) }
    var answer = answer
    answer.groups = rows.sorted()
    answer.found = rows.added
    return answer
  }
}

/// What a span says about why it failed.
private struct ErrorCause {
  var type: [UInt8] = []
  var message: [UInt8] = []

  /// The last exception that was noted, else the status, else attributes by which instrumentations
  /// tell of errors, else the status of HTTP or gRPC.
  init(_ span: SpanRecord, _ batch: SpanBatch) {
    for event in batch.events[span.events.indices] where batch.equals(event.name, "exception") {
      type = Self.text("exception.type", event.attributes, batch) ?? type
      message = Self.text("exception.message", event.attributes, batch) ?? message
    }
    if type.isEmpty {
      type =
        Self.text("exception.type", span.attributes, batch)
        ?? Self.text("error.type", span.attributes, batch) ?? []
    }
    if message.isEmpty { message = batch.bytes(span.statusMessage) }
    if !message.isEmpty { return }
    for key: StaticString in [
      "exception.message", "error.message", "error.msg", "otel.status_description",
    ] {
      if let text = Self.text(key, span.attributes, batch), !text.isEmpty {
        message = text
        return
      }
    }
    let codes: [(StaticString, String)] = [
      ("http.response.status_code", "HTTP"), ("http.status_code", "HTTP"),
      ("rpc.grpc.status_code", "gRPC"),
    ]
    for (key, protocolName) in codes {
      if let code = Self.number(key, span.attributes, batch) {
        // The code tells one cause from another, so it is no variable part.
        if type.isEmpty { type = Array("\(protocolName) \(code)".utf8) }
        return
      }
    }
  }

  private static func attribute(
    _ key: StaticString, _ attributes: RecordRange, _ batch: SpanBatch
  ) -> AttributeRecord? {
    batch.attributes[attributes.indices].last { batch.equals($0.key, key) }
  }

  private static func text(
    _ key: StaticString, _ attributes: RecordRange, _ batch: SpanBatch
  ) -> [UInt8]? {
    guard let found = attribute(key, attributes, batch), found.kind == .string else { return nil }
    return batch.bytes(found.range)
  }

  private static func number(
    _ key: StaticString, _ attributes: RecordRange, _ batch: SpanBatch
  ) -> String? {
    guard let found = attribute(key, attributes, batch) else { return nil }
    switch found.kind {
    case .int: return String(Int64(bitPattern: found.bits))
    case .string: return batch.text(found.range)
    default: return nil
    }
  }
}
