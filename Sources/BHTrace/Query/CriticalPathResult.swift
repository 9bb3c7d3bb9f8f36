/// The critical path from one root.
public struct CriticalPath: Sendable, Equatable {
  /// The three definitions of a critical path this project implements.
  public enum Method: String, Sendable, CaseIterable {
    /// Which span the root was waiting for, at each moment.
    case blocking
    /// Root to leaf, always the child with the longest duration: the seed prototype's chain.
    case longestChild = "longest-child"
    /// The sections Jaeger UI shows.
    case jaeger
  }

  /// One stretch of time on a critical path, charged to one span.
  public struct Section: Sendable, Equatable {
    /// The span's pre-order position in the trace.
    public var position: Int
    /// Start of the stretch, in nanoseconds like the span's own.
    public var start: UInt64
    /// End of the stretch.
    public var end: UInt64

    /// The stretch `start..<end`, charged to the span at `position`.
    public init(position: Int, start: UInt64, end: UInt64) {
      self.position = position
      self.start = start
      self.end = end
    }
  }

  /// The pre-order position of the span the path starts at.
  public var root: Int
  /// The sections in order of time. `longest-child`: one for each span of the chain, from its
  /// start to its end, root first.
  public var sections: [Section] = []
  /// What was odd in the tree under the root.
  public var warnings = TraceWarnings()

  /// An empty path from the span at `root`.
  public init(root: Int) { self.root = root }
}
