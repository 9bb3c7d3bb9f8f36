/// Chooses whole traces. Of several ids, and of several services, one has to hold; of conditions of
/// different kinds all have to.
package struct TraceSelection: Sendable {
  /// The ids wanted, as they were typed; empty for any.
  package private(set) var typedIDs: [String] = []
  /// For all that the typed ids may mean, as bytes (v1: text), which of them do.
  package private(set) var meanings: [[UInt8]: [Int]] = [:]
  /// Services, by their names' bytes, to one of which a span of the trace has to belong; empty for
  /// any.
  package private(set) var services: [[UInt8]] = []
  /// The trace starts at or after this (ns since the Unix epoch).
  package private(set) var since: UInt64?
  /// The trace starts before this (ns since the Unix epoch).
  package private(set) var until: UInt64?
  /// The status of at least one span is an error.
  package var errorsOnly = false

  /// Chooses every trace.
  package init() {}

  /// Wants the trace with this id, or another of those that are wanted.
  package mutating func add(traceID typed: String) {
    for meaning in TypedID.meanings(typed, width: TypedID.traceWidth) {
      meanings[meaning, default: []].append(typedIDs.count)
    }
    typedIDs.append(typed)
  }

  /// Wants a span of the service of this name, or of another of those that are wanted.
  package mutating func add(service: [UInt8]) {
    if !services.contains(service) { services.append(service) }
  }

  /// Wants traces that start at `time` or later, the earliest such time that is given.
  package mutating func add(since time: UInt64) { since = min(since ?? time, time) }

  /// Wants traces that start before `time`, the latest such time that is given.
  package mutating func add(until time: UInt64) { until = max(until ?? time, time) }

  /// Whether nothing is asked for.
  package var isEmpty: Bool {
    typedIDs.isEmpty && services.isEmpty && since == nil && until == nil && !errorsOnly
  }

  /// Whether a trace that starts then is in the time that is wanted.
  func includes(start: UInt64) -> Bool {
    start >= since ?? 0 && (until.map { start < $0 } ?? true)
  }
}

/// What of the traces of an input is chosen, trace by trace, and what a selection did not find.
package struct TraceChooser: Sendable {
  private let selection: TraceSelection
  private var isIDFound: [Bool]
  private var isServiceFound: [Bool]
  /// How many traces were chosen.
  package private(set) var chosenCount = 0

  /// Chooses by `selection`.
  package init(_ selection: TraceSelection) {
    self.selection = selection
    isIDFound = Array(repeating: false, count: selection.typedIDs.count)
    isServiceFound = Array(repeating: false, count: selection.services.count)
  }

  /// The ids of which there was no trace, as they were typed.
  package var missingIDs: [String] { missing(selection.typedIDs, isIDFound) }

  /// The services of which no trace that passes all else has a span.
  package var missingServices: [[UInt8]] { missing(selection.services, isServiceFound) }

  private func missing<Value>(_ values: [Value], _ isFound: [Bool]) -> [Value] {
    zip(values, isFound).filter { !$0.1 }.map(\.0)
  }

  /// Whether the one trace whose spans `batch` holds is chosen.
  package mutating func chooses(_ batch: SpanBatch) -> Bool {
    guard let first = batch.spans.first else { return false }
    if !isIDFound.isEmpty {
      guard let numbers = selection.meanings[batch.bytes(first.traceID)] else { return false }
      for number in numbers { isIDFound[number] = true }
    }
    if selection.errorsOnly && !batch.spans.contains(where: { $0.statusCode == 2 }) {
      return false
    }
    if !selection.includes(start: batch.spans.reduce(UInt64.max) { min($0, $1.start) }) {
      return false
    }
    if !selection.services.isEmpty && !holdsService(batch) { return false }
    chosenCount += 1
    return true
  }

  /// Whether a span belongs to one of the services wanted.
  private mutating func holdsService(_ batch: SpanBatch) -> Bool {
    var isSeen = [Bool](repeating: false, count: batch.resources.count)
    var holds = false
    for span in batch.spans where !isSeen[Int(span.resource)] {
      isSeen[Int(span.resource)] = true
      let name = batch.bytes(batch.serviceName(of: Int(span.resource)))
      if let number = selection.services.firstIndex(of: name) {
        isServiceFound[number] = true
        holds = true
      }
    }
    return holds
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
