/// Passing over segments and chunks that hold no trace inside the bounds of a question.
extension TraceBounds {
  /// Whether `segment` of `summaries` may hold a trace inside the bounds.
  func mayLie(in segment: Summaries.Segment, of summaries: Summaries) -> Bool {
    if let since, segment.lastStart < since { return false }
    if let until, segment.firstStart >= until { return false }
    if let minDuration, segment.longestTrace < minDuration { return false }
    if errorsOnly && segment.errors == 0 { return false }
    if let service, !summaries.services.isEmpty {
      guard let number = summaries.services.firstIndex(of: service) else { return false }
      return segment.services.contains(number)
    }
    return true
  }

  /// For each segment of `summaries` whether it may hold a trace inside the bounds, or a part of one.
  func segments(of summaries: Summaries) -> [Bool] {
    let segments = summaries.segments
    var isWanted = segments.map { mayLie(in: $0, of: summaries) }
    // A trace that two segments share is the last one of the first and the first one of the second:
    // what the one has of it is wanted with what the other has.
    for number in segments.indices.dropFirst()
    where isWanted[number - 1] && segments[number - 1].lastStart == segments[number].firstStart {
      isWanted[number] = true
    }
    for number in segments.indices.dropFirst().reversed()
    where isWanted[number] && segments[number - 1].lastStart == segments[number].firstStart {
      isWanted[number - 1] = true
    }
    return isWanted
  }

  /// Whether reading the heads of segments tells which of their chunks to read.
  var choosesChunks: Bool { !isEmpty }

  /// The chunks of a segment that may hold a trace inside the bounds, ascending.
  func chunks(of map: SegmentMap, _ names: SegmentNames) -> [Int] {
    let chunks = map.head.chunks
    if isEmpty { return Array(chunks.indices) }
    let number = service.flatMap { names.names.services.firstIndex(of: $0) }
    let group = number.map { map.head.groups.group(ofService: $0) }
    return chunks.indices.filter { chunk in
      // Traces lie in the order of their starts: the next chunk's start bounds those of this one.
      if let until, chunks[chunk].start >= until { return false }
      if let since {
        // A piece has the start of its whole trace: all pieces are passed over, or none.
        if chunks[chunk].piecePosition != nil {
          if chunks[chunk].start < since { return false }
        } else if chunk + 1 < chunks.count, chunks[chunk + 1].start < since {
          return false
        }
      }
      if service != nil && !mayHold(group, chunk, map) { return false }
      if let zones = names.zones {
        let zone = zones.chunks[chunk]
        if let minDuration, zone.longestTrace < minDuration { return false }
        if errorsOnly && !mayHaveErrors(chunk, map, zones) { return false }
      }
      return true
    }
  }

  /// Whether spans of a trace in `chunk` may belong to `group`, nil for one that the segment does not
  /// have: one of another piece of it may.
  private func mayHold(_ group: Int?, _ chunk: Int, _ map: SegmentMap) -> Bool {
    map.head.chunks[chunk].piecePosition != nil
      || group.map { !map.head.groups.spans($0, chunk: chunk).isEmpty } ?? false
  }

  private func mayHaveErrors(_ chunk: Int, _ map: SegmentMap, _ zones: Zones) -> Bool {
    map.head.chunks[chunk].piecePosition != nil || zones.chunks[chunk].errors > 0
  }
}
