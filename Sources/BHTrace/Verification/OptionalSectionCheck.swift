/// Checks what the sections that make readings faster say against the structure of a segment's chunks.
enum OptionalSectionCheck {
  static func check(
    _ zones: Zones, _ chunks: [FoundChunk], _ map: SegmentMap
  ) throws(FormatError) {
    let offset = map.range(.zones).lowerBound
    for (number, (told, seen)) in zip(zones.chunks, chunks).enumerated() {
      let start = map.head.chunks[number].start
      let end = seen.latestEnd > start ? seen.latestEnd - start : 0
      // Lengths of time are rounded up.
      guard told.errors == UInt64(seen.errors), told.kinds == seen.kinds, told.latestEnd >= end,
        told.longestSpan >= seen.longestSpan, told.longestTrace >= seen.longestTrace
      else {
        throw FormatError(
          .invalid, at: offset, "ZONES says something else of chunk \(number) than INDEX")
      }
    }
  }

  static func check(
    _ rollup: Rollup, _ chunks: [FoundChunk], at offset: Int
  ) throws(FormatError) {
    var seen: [Int: DurationSums] = [:]
    for chunk in chunks {
      for (cell, sums) in chunk.durations { seen[cell, default: DurationSums()].add(sums) }
    }
    var told: [Int: DurationSums] = [:]
    for bucket in rollup.buckets {
      for cell in bucket.cells {
        told[Int(cell.number), default: DurationSums()].add(cell.durations)
      }
    }
    guard told == seen else {
      throw FormatError(.invalid, at: offset, "ROLLUP does not add up to what INDEX says")
    }
  }

  static func check(
    _ postings: Postings, _ chunks: [FoundChunk], at offset: Int
  ) throws(FormatError) {
    for (number, chunk) in chunks.enumerated() {
      for (cell, _) in chunk.durations {
        guard postings.chunks(of: .operation(cell / 2))?.contains(number) ?? false else {
          throw FormatError(
            .invalid, at: offset,
            "POSTINGS does not have operation \(cell / 2) in chunk \(number), INDEX does")
        }
      }
    }
  }
}
