extension Summaries.Segment {
  /// What the segment of `traces` holds, its services left open.
  init(_ traces: [SegmentTrace]) {
    self.init()
    guard let first = traces.first else { return }
    firstStart = first.start
    lastStart = firstStart
    end = firstStart
    for trace in traces {
      if trace.isBegun { self.traces += 1 }
      spans += trace.spans.count
      firstStart = min(firstStart, trace.start)
      lastStart = max(lastStart, trace.start)
      longestTrace = max(longestTrace, trace.part?.trace.duration ?? trace.tree.duration)
      for (start, spanEnd) in zip(trace.tree.starts, trace.tree.ends) {
        end = max(end, start, spanEnd)
        if spanEnd > start { longestSpan = max(longestSpan, spanEnd - start) }
      }
      errors += trace.tree.marks.count { $0.contains(.error) }
    }
  }
}
