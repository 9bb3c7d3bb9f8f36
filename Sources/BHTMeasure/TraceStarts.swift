import BHTrace

/// When the traces of a source start, and how far those of its copies are moved.
struct TraceStarts: Sendable {
  private var traces = ByteInterner()
  /// The earliest start of a span of each trace; nil where none says when it started.
  private var starts: [UInt64?] = []

  /// Times below this (nanoseconds, about three years) count from the start of a trace, as those
  /// of v1 files do: there 0 is a time, everywhere else it says that there is none.
  private static let relativeTimes: UInt64 = 100_000_000_000_000_000

  /// Notes a span of `arena`; the number of its trace.
  mutating func note(_ span: SpanRecord, in arena: [UInt8]) -> UInt32 {
    let trace = traces.intern(arena, span.traceID)
    if trace == starts.count { starts.append(nil) }
    if span.start != 0 || Self.isRelative(span) {
      starts[trace] = min(starts[trace] ?? span.start, span.start)
    }
    return UInt32(truncatingIfNeeded: trace)
  }

  /// Whether the times of a span, which has some, count from the start of its trace.
  @inline(__always)
  static func isRelative(_ span: SpanRecord) -> Bool {
    let latest = max(span.start, span.end)
    return latest != 0 && latest < relativeTimes
  }

  /// How far each trace is moved in copy `number`; wraps at 64 bits where it is moved back.
  func distances(_ plan: CopyPlan, copy number: Int) -> [UInt64] {
    let first = first(plan)
    guard let spread = plan.spread else {
      let distance = first &- earliest &+ plan.step &* UInt64(number)
      return starts.map { _ in distance }
    }
    var random = SplitMix64(
      seed: SplitMix64.mix(plan.seed ^ 0x5370_7265_6164_2121)
        &+ SplitMix64.mix(UInt64(number)))
    return starts.map { start in
      let moment = first &+ random.next().multipliedFullWidth(by: spread).high
      return moment &- (start ?? moment)
    }
  }

  /// The latest moment a trace of `times` copies may be moved to; nil where it does not fit in 64
  /// bits.
  func latest(_ plan: CopyPlan, times: Int) -> UInt64? {
    let (copies, tooMany) = plan.step.multipliedReportingOverflow(by: UInt64(max(1, times) - 1))
    if tooMany && plan.spread == nil { return nil }
    let (latest, isTooLate) = first(plan).addingReportingOverflow(plan.spread ?? copies)
    return isTooLate ? nil : latest
  }

  private var earliest: UInt64 { starts.lazy.compactMap { $0 }.min() ?? 0 }

  private func first(_ plan: CopyPlan) -> UInt64 { plan.start ?? earliest }
}
