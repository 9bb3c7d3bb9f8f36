/// What the spans of one service add up to.
public struct ServiceRollup: Sendable, Equatable {
  /// The number of spans.
  public var spans = 0
  /// The sum of the spans' durations, in nanoseconds.
  public var total: UInt64 = 0
  /// The sum of the spans' self times, in nanoseconds: duration minus the union of the children's
  /// clipped intervals.
  public var selfTime: UInt64 = 0
  /// The number of spans whose status is an error.
  public var errors = 0
  /// The spans' durations.
  package var durations = DurationHistogram()

  /// Nothing counted yet.
  public init() {}

  /// Adds another one's spans.
  package mutating func add(_ other: ServiceRollup) {
    spans += other.spans
    total.addSaturating(other.total)
    selfTime.addSaturating(other.selfTime)
    errors += other.errors
    durations.add(other.durations)
  }
}

/// What the spans of one operation add up to.
package struct OperationRollup: Sendable, Equatable {
  /// The service's name, as bytes.
  package var service: [UInt8]
  /// The operation's name, as bytes.
  package var operation: [UInt8]
  /// What its spans add up to.
  package var rollup: ServiceRollup

  /// `rollup` of `operation` in `service`.
  package init(service: [UInt8], operation: [UInt8], rollup: ServiceRollup) {
    self.service = service
    self.operation = operation
    self.rollup = rollup
  }
}

/// An operation and the time it is charged with.
public struct OperationTime: Sendable, Equatable {
  /// The service's name, as bytes.
  public var service: [UInt8]
  /// The operation's name, as bytes.
  public var operation: [UInt8]
  /// Self time in nanoseconds.
  public var selfTime: UInt64

  /// `selfTime` nanoseconds of `operation` in `service`.
  public init(service: [UInt8], operation: [UInt8], selfTime: UInt64) {
    self.service = service
    self.operation = operation
    self.selfTime = selfTime
  }
}

/// What was odd about the traces a reading went through; all zero for clean ones.
public struct TraceWarnings: Sendable, Equatable {
  /// Spans that end before they start (counted as ending at their start).
  public var negativeDuration = 0
  /// Spans whose parent is not in the trace.
  public var orphans = 0
  /// Spans whose parent link was cut because it closed a cycle.
  public var cycles = 0
  /// Spans with an id that another span of the trace has already.
  public var duplicates = 0
  /// Spans with a duration that lie wholly outside their parent's interval.
  public var outsideParent = 0
  /// Spans without a parent id whose parent a CHILD_OF link names.
  public var linkedParents = 0

  /// Spans whose times were moved because their clock differs from their parent's, where that was
  /// asked for.
  public var movedSpans = 0

  /// Nothing odd.
  public init() {}

  /// Adds another reading's counts.
  public static func += (left: inout TraceWarnings, right: TraceWarnings) {
    left.negativeDuration += right.negativeDuration
    left.orphans += right.orphans
    left.cycles += right.cycles
    left.duplicates += right.duplicates
    left.outsideParent += right.outsideParent
    left.linkedParents += right.linkedParents
    left.movedSpans += right.movedSpans
  }
}

/// The answer of the reading `summary`, over one trace or many.
public struct Summary: Sendable, Equatable {
  /// The number of traces.
  public var traces = 0
  /// The number of spans.
  public var spans = 0
  /// The durations of the traces (latest end minus earliest start), added up, in nanoseconds.
  public var duration: UInt64 = 0
  /// What each service adds up to, by name (bytes), in ascending order of the bytes.
  public var services: [(name: [UInt8], rollup: ServiceRollup)] = []
  /// What each operation adds up to, by service and name (bytes), where that was asked for.
  package var operations: [OperationRollup] = []
  /// The earliest start and the latest end of a span, in nanoseconds since the Unix epoch; nil where
  /// there are no spans, or any of a v1 file, whose times count from its trace's start.
  package var times: ClosedRange<UInt64>?
  /// One trace: the sections of its critical path in order of time, each span's time joined where
  /// sections follow each other. Many: the time by service and operation, largest first.
  public var criticalPath: [OperationTime] = []
  /// The operations of the spans with the largest self times, at most five, largest first.
  public var slowestSelfTime: [OperationTime] = []
  /// Where the spans of `slowestSelfTime` lie.
  package var slowestSpans: [(trace: TraceHandle, position: Int)] = []
  /// What was odd.
  public var warnings = TraceWarnings()

  /// The summary of no traces.
  public init() {}

  public static func == (left: Summary, right: Summary) -> Bool {
    left.traces == right.traces && left.spans == right.spans && left.duration == right.duration
      && left.services.elementsEqual(right.services) {
        $0.name == $1.name && $0.rollup == $1.rollup
      }
      && left.operations == right.operations && left.times == right.times
      && left.criticalPath == right.criticalPath && left.slowestSelfTime == right.slowestSelfTime
      && left.warnings == right.warnings
  }
}

extension Summary {
  /// The ids of a span, and of its trace.
  package struct SpanIDs: Sendable, Equatable {
    package var trace: [UInt8]
    package var span: [UInt8]
    package var dialect: Dialect
  }

  /// The ids of the spans of `slowestSelfTime` in the archive they were added from: their traces' ids
  /// are read.
  package func slowestIDs(in archive: any TraceArchive) throws -> [SpanIDs] {
    try slowestSpans.map { place in
      let trace = try archive.load(place.trace, [.traceID, .spanIDs], positions: nil)
      return SpanIDs(
        trace: trace.traceID, span: trace.spanIDs[place.position], dialect: trace.tree.dialect)
    }
  }
}
