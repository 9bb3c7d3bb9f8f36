/// The three definitions of a critical path this project implements.
package enum CriticalPathMethod: String, Sendable, CaseIterable {
  /// Which span the root was waiting for, at each moment.
  case blocking
  /// Root to leaf, always the child with the longest duration: the seed prototype's chain.
  case longestChild = "longest-child"
  /// The sections Jaeger UI shows.
  case jaeger
}

/// One stretch of time on a critical path, charged to one span.
package struct CriticalPathSection: Sendable, Equatable {
  /// The span's pre-order position in the trace.
  package var position: Int
  /// Start of the stretch, in nanoseconds like the span's own.
  package var start: UInt64
  /// End of the stretch.
  package var end: UInt64

  /// The stretch `start..<end`, charged to the span at `position`.
  package init(position: Int, start: UInt64, end: UInt64) {
    self.position = position
    self.start = start
    self.end = end
  }
}

/// The critical path from one root.
package struct CriticalPath: Sendable, Equatable {
  /// The pre-order position of the span the path starts at.
  package var root: Int
  /// The sections in order of time. `longest-child`: one for each span of the chain, from its
  /// start to its end, root first.
  package var sections: [CriticalPathSection] = []
  /// What was odd in the tree under the root.
  package var warnings = TraceWarnings()

  /// An empty path from the span at `root`.
  package init(root: Int) { self.root = root }
}
