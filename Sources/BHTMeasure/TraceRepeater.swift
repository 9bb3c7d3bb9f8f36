package import BHTrace

/// Makes larger inputs of small ones: the spans again and again as other traces, at other times.
///
/// The source is held in memory, once; each of its batches is made a copy in place. Every copy but
/// the first has trace ids and span ids of its own. An id becomes the same new one wherever a
/// parent or a link names it, and different ids stay different, in whatever batch they come. Ids
/// that attributes mention as text stay as they are, unless their keys are among the fresh ones.
package struct TraceRepeater: Sendable {
  private let plan: CopyPlan
  private var batches: [RepeatedBatch] = []
  private var starts = TraceStarts()
  private var fresh: FreshValues

  /// A repeater of nothing yet.
  package init(_ plan: CopyPlan = CopyPlan()) {
    self.plan = plan
    fresh = FreshValues(keys: plan.freshKeys, seed: plan.seed)
  }

  /// Adds a batch of the source. The spans of v1 files are made spans of the OpenTelemetry model.
  package mutating func add(_ batch: SpanBatch) {
    batches.append(RepeatedBatch(batch.convertedToOTLP(), &starts, &fresh))
  }

  /// The latest moment a trace of `times` copies may start; nil where there is no such moment.
  package func latestStart(times: Int) -> UInt64? { starts.latest(plan, times: times) }

  /// Hands `body` the spans of the source `times` times, batch by batch as they were added; in each
  /// batch the spans of a resource and scope together.
  package mutating func forEachCopy(
    times: Int, _ body: (SpanBatch) throws -> Void
  ) rethrows {
    fresh.settle()
    for number in 0..<times {
      let ids =
        number == 0 ? nil : IDPermutation(key: SplitMix64.mix(plan.seed) &+ UInt64(number))
      let distances = starts.distances(plan, copy: number)
      fresh.make(copy: number)
      for index in batches.indices {
        batches[index].become(ids: ids, distances: distances, values: fresh)
        try body(batches[index].batch)
      }
    }
  }
}
