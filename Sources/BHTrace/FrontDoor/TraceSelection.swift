/// Chooses whole traces: all conditions have to hold.
package struct TraceSelection: Sendable, Equatable {
  /// The ids wanted, as bytes (v1: text); empty for any.
  package var traceIDs: [[UInt8]] = []
  /// A service, by its name's bytes, that a span of the trace has to belong to.
  package var services: [[UInt8]] = []
  /// The trace starts at or after this (ns since the Unix epoch).
  package var since: UInt64?
  /// The trace starts before this (ns since the Unix epoch).
  package var until: UInt64?
  /// The status of at least one span is an error.
  package var errorsOnly = false

  /// Chooses every trace.
  package init() {}

  /// Whether nothing is asked for.
  package var isEmpty: Bool { self == TraceSelection() }

  /// Whether the one trace whose spans `batch` holds is chosen.
  package func includes(_ batch: SpanBatch) -> Bool {
    guard let first = batch.spans.first else { return false }
    if !traceIDs.isEmpty && !traceIDs.contains(batch.bytes(first.traceID)) { return false }
    if errorsOnly && !batch.spans.contains(where: { $0.statusCode == 2 }) { return false }
    if since != nil || until != nil {
      let start = batch.spans.reduce(UInt64.max) { min($0, $1.start) }
      if let since, start < since { return false }
      if let until, start >= until { return false }
    }
    return services.allSatisfy { wanted in
      batch.spans.contains { span in
        batch.bytes(batch.serviceName(of: Int(span.resource))) == wanted
      }
    }
  }
}

extension SpanBatch {
  /// Moves all times by `distance` ns, times of zero (not set) excepted; wraps at 64 bits.
  package mutating func shiftTimes(by distance: Int64) {
    let step = UInt64(bitPattern: distance)
    for index in spans.indices {
      if spans[index].start != 0 { spans[index].start &+= step }
      if spans[index].end != 0 { spans[index].end &+= step }
    }
    for index in events.indices where events[index].time != 0 { events[index].time &+= step }
  }
}
