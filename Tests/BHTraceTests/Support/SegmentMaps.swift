@testable import BHTrace

extension ArchiveSession {
  /// Where the parts of each segment lie.
  func maps() throws -> [SegmentMap] {
    try locations().segments.indices.map { try segment($0).map }
  }

  /// The pages of a chunk, ids included.
  func pages(_ segment: Int, _ chunk: Int) throws -> ChunkPages {
    let (map, names) = try self.segment(segment)
    var plan = ReadPlan()
    plan.add(map.index(chunk))
    plan.add(map.traceIDs(chunk))
    for group in 0..<map.head.groups.count { plan.add(map.spanIDs(group, chunk)) }
    var pages = try ChunkPages(
      map, names, segment: segment, chunk: chunk, fetch(plan), counting: source)
    try pages.takeSpanIDs(counting: source)
    return pages
  }
}
