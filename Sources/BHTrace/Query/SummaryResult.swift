/// What the spans of one service add up to.
package struct ServiceRollup: Sendable, Equatable {
  /// The number of spans.
  package var spans = 0
  /// The sum of the spans' durations, in nanoseconds.
  package var total: UInt64 = 0
  /// The sum of the spans' self times, in nanoseconds: duration minus the union of the children's
  /// clipped intervals.
  package var selfTime: UInt64 = 0
  /// The number of spans whose status is an error.
  package var errors = 0

  /// Nothing counted yet.
  package init() {}
}

/// An operation and the time it is charged with.
package struct OperationTime: Sendable, Equatable {
  /// The service's name, as bytes.
  package var service: [UInt8]
  /// The operation's name, as bytes.
  package var operation: [UInt8]
  /// Self time in nanoseconds.
  package var selfTime: UInt64

  /// `selfTime` nanoseconds of `operation` in `service`.
  package init(service: [UInt8], operation: [UInt8], selfTime: UInt64) {
    self.service = service
    self.operation = operation
    self.selfTime = selfTime
  }
}

/// What was odd about the traces a reading went through; all zero for clean ones.
package struct TraceWarnings: Sendable, Equatable {
  /// Spans that end before they start (counted as ending at their start).
  package var negativeDuration = 0
  /// Spans whose parent is not in the trace.
  package var orphans = 0
  /// Spans whose parent link was cut because it closed a cycle.
  package var cycles = 0
  /// Spans with an id that another span of the trace has already.
  package var duplicates = 0
  /// Spans with a duration that lie wholly outside their parent's interval.
  package var outsideParent = 0

  /// Nothing odd.
  package init() {}

  /// Adds another reading's counts.
  package static func += (left: inout TraceWarnings, right: TraceWarnings) {
    left.negativeDuration += right.negativeDuration
    left.orphans += right.orphans
    left.cycles += right.cycles
    left.duplicates += right.duplicates
    left.outsideParent += right.outsideParent
  }
}

/// The answer of the reading `summary`, over one trace or many.
package struct Summary: Sendable, Equatable {
  /// The number of traces.
  package var traces = 0
  /// The number of spans.
  package var spans = 0
  /// The durations of the traces (latest end minus earliest start), added up, in nanoseconds.
  package var duration: UInt64 = 0
  /// What each service adds up to, by name (bytes), in ascending order of the bytes.
  package var services: [(name: [UInt8], rollup: ServiceRollup)] = []
  /// One trace: the sections of its critical path in order of time, each span's time joined where
  /// sections follow each other. Many: the time by service and operation, largest first.
  package var criticalPath: [OperationTime] = []
  /// The operations of the spans with the largest self times, at most five, largest first.
  package var slowestSelfTime: [OperationTime] = []
  /// What was odd.
  package var warnings = TraceWarnings()

  /// The summary of no traces.
  package init() {}

  package static func == (left: Summary, right: Summary) -> Bool {
    left.traces == right.traces && left.spans == right.spans && left.duration == right.duration
      && left.services.elementsEqual(right.services) {
        $0.name == $1.name && $0.rollup == $1.rollup
      }
      && left.criticalPath == right.criticalPath && left.slowestSelfTime == right.slowestSelfTime
      && left.warnings == right.warnings
  }
}
