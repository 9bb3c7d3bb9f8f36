/// What the durations of a segment add up to, without its structure.
extension ArchiveSession {
  /// What is held of ROLLUP sections at a time (bytes).
  private static let rollupWindow = 16 << 20

  /// The stored size of INDEX of all segments (bytes).
  func indexBytes() throws -> Int { try locations().segments.reduce(0) { $0 + $1.indexBytes } }

  /// Hands `body` the ROLLUP of each segment, in order, and answers whether it did: not where a
  /// segment has none. Reads heads and names in one round, then
  /// ROLLUP, a round for all up to some size.
  func forEachRollup(
    _ body: (NameTable, _ segment: Int, Rollup) throws -> Void
  ) throws -> Bool {
    let locations = try locations().segments
    try readHeads(of: locations.indices)
    for number in locations.indices {
      let head = try segment(number).map.head
      if head.spans > 0 && head.section(.rollup) == nil { return false }
    }
    var next = 0
    while next < locations.count {
      var plan = ReadPlan()
      var window = next..<next
      while window.upperBound < locations.count && plan.byteCount <= Self.rollupWindow {
        plan.add(try segment(window.upperBound).map.range(.rollup))
        window = next..<(window.upperBound + 1)
      }
      let extents = try fetch(plan)
      for number in window {
        let (map, names) = try segment(number)
        let range = map.range(.rollup)
        if range.isEmpty { continue }
        let rollup = try Rollup.decode(
          extents.bytes(range), operationCount: names.names.operations.count,
          spans: map.head.spans, at: range.lowerBound)
        source.count(rawBytes: range.count)
        try body(names.names, number, rollup)
      }
      next = window.upperBound
    }
    return true
  }
}

/// Spans of one operation, all errors or none, that start in a stretch of time.
package struct DurationCount: Sendable {
  /// The operation, by number.
  package var operation: Int
  /// Whether they are errors.
  package var isError: Bool
  /// How many there are.
  package var spans: Int
  /// How many last 0 ns, 1 ns, and more than 2^(n-2) up to 2^(n-1) ns, for n from 2.
  package var bands: [Int]
}

extension ArchiveSession {
  /// Hands `body` what ROLLUP counts in each of its buckets, in order: the names of the segment, between
  /// which times the spans of the bucket start, and how many there are. Answers whether it did: not
  /// where a segment has no ROLLUP.
  package func forEachDurationCount(
    _ body: (NameTable, ClosedRange<UInt64>, [DurationCount]) throws -> Void
  ) throws -> Bool {
    let summaries = try summaries().segments
    return try forEachRollup { names, segment, rollup in
      let known = summaries[segment]
      for bucket in rollup.buckets {
        let times = rollup.times(bucket)
        // No span starts before the first one, or after the last end.
        let first = max(times.lowerBound, min(known.firstStart, times.upperBound))
        let last = max(first, min(times.upperBound, known.end))
        try body(
          names, first...last,
          bucket.cells.map { cell in
            DurationCount(
              operation: Int(cell.number / 2), isError: cell.number % 2 == 1,
              spans: cell.durations.count, bands: cell.durations.bands)
          })
      }
    }
  }

  /// When the spans of the archive start and end: the earliest start and the latest end (ns); nil
  /// without spans.
  package func timeRange() throws -> ClosedRange<UInt64>? {
    let segments = try summaries().segments.filter { $0.spans > 0 }
    guard let first = segments.map(\.firstStart).min(), let last = segments.map(\.end).max()
    else { return nil }
    return first...max(first, last)
  }
}
