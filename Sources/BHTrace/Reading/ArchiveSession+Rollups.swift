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
