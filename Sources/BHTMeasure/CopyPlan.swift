import BHTrace

/// In what the copies of `TraceRepeater` differ from each other.
package struct CopyPlan: Sendable {
  /// Other seeds make other ids, moments and values.
  package var seed: UInt64
  /// When the earliest trace of the first copy starts, or the time of `spread`; nil for when the
  /// earliest of the source does (nanoseconds since the Unix epoch).
  package var start: UInt64?
  /// How long the time is that the traces of all copies are spread over (nanoseconds); nil to let
  /// each copy start `step` after the one before it.
  package var spread: UInt64?
  /// How long after the one before a copy starts (nanoseconds), where there is no `spread`.
  package var step: UInt64 = 3_600_000_000_000
  /// The keys of attributes whose values are new in each copy.
  package var freshKeys: [[UInt8]]

  /// Copies an hour after each other, with new ids and nothing else, unless more is said.
  package init(
    seed: UInt64 = 1, start: UInt64? = nil, spread: UInt64? = nil, freshKeys: [[UInt8]] = []
  ) {
    self.seed = seed
    self.start = start
    self.spread = spread
    self.freshKeys = freshKeys
  }
}
