/// Checks one segment: its header against the directory, every page and block, and every span.
struct SegmentCheck {
  let map: SegmentMap
  /// What LOOKUP and SUMMARIES have to say of the segment.
  private(set) var found = FoundSegment()
  private let names: SegmentNames
  private let payload: SegmentPayload?
  private let number: Int
  private let source: AccountedSource
  private let extents: Extents

  /// Reads segment `number`; checks the sections that are one page each.
  init(
    _ session: ArchiveSession, _ number: Int, _ location: Locations.Segment,
    _ report: inout VerificationReport
  ) throws {
    self.number = number
    source = session.source
    let start = location.offset
    // The directory says where everything lies: a bad header does not hide the rest.
    try report.noting { [source] _ in
      let header = try SegmentHeader.decode(
        try source.read(start..<(start + SegmentHeader.byteCount)), at: start, room: location.length
      )
      guard header.length == location.length, header.headBytes == location.headBytes else {
        throw FormatError(
          .invalid, at: start, "a segment's header says something else than the directory")
      }
    }
    let heads = try source.fetch([location.head, location.names, location.tables])
    map = try SegmentMap.decode(location, from: heads)
    names = try map.decodeNames(from: heads).names
    var payload: SegmentPayload?
    if map.head.spans > 0 {
      let (map, names) = (map, names)
      try report.noting { _ in payload = try map.decodePayload(names.names, from: heads) }
    }
    self.payload = payload
    let types: [SectionType] = [
      .blocks, .spanIDs, .traceIDs, .index, .metadata, .audit, .values, .postings, .spanLookup,
      .rollup,
    ]
    let map = map
    let extents = try source.fetch(types.map { map.range($0) })
    self.extents = extents
    for type in [SectionType.metadata, .audit] {
      guard let section = map.head.section(type) else { continue }
      try report.noting { _ in
        let content = try map.openZstd(section, cap: Limits.sectionBytes, from: extents)
        _ = try MetadataSection.decode(content, at: map.range(type).lowerBound)
      }
    }
    for type in [SectionType.values, .spanLookup] {
      guard let section = map.head.section(type) else { continue }
      try report.noting { _ in try checkHashes(section, map, extents) }
    }
  }

  /// So many chunks make a run: they are decoded one after the other, so that few are held.
  private static let runChunks = 32

  /// Checks all chunks, runs of them on `threads` threads.
  mutating func checkChunks(threads: Int, _ report: inout VerificationReport) throws {
    let before = report.problemCount
    let bad = checkBlocks(&report)
    let size = Self.runChunks
    let runs = (map.chunkCount + size - 1) / size
    let (map, names, payload, number, source, extents) =
      (map, names, payload, number, source, extents)
    let checked = Parallel.map(runs, threads: threads, state: ChunkWorker()) { run, worker in
      let job = ChunkRunJob(
        segment: number, map: map, names: names, payload: payload,
        chunks: (run * size)..<min((run + 1) * size, map.chunkCount), extents: extents,
        source: source)
      return worker.check(job, bad: bad)
    }
    for part in checked {
      for problem in part.problems { report.add(problem) }
      report.spans += part.spans
      found.add(part.found, map, names.names)
    }
    checkOrder(&report)
    if report.problemCount == before { try report.noting { _ in try checkSums() } }
  }

  /// ZONES, ROLLUP and POSTINGS have to agree with what INDEX says.
  private func checkSums() throws(FormatError) {
    if let zones = names.zones {
      try OptionalSectionCheck.check(zones, found.chunks, map)
    }
    if map.head.section(.rollup) != nil {
      let range = map.range(.rollup)
      let rollup = try Rollup.decode(
        extents.bytes(range), operationCount: names.names.operations.count,
        spans: map.head.spans, at: range.lowerBound)
      try OptionalSectionCheck.check(rollup, found.chunks, at: range.lowerBound)
    }
    if let section = map.head.section(.postings), let payload {
      let content = try map.openZstd(section, cap: Limits.sectionBytes, from: extents)
      let offset = map.range(.postings).lowerBound
      let postings = try Postings.decode(
        content, payload.postingLayout, chunkCount: map.chunkCount, at: offset)
      try OptionalSectionCheck.check(postings, found.chunks, at: offset)
    }
  }

  /// Compares the checksum of every block; answers with the numbers of those that are bad.
  private func checkBlocks(_ report: inout VerificationReport) -> Set<Int> {
    var bad: Set<Int> = []
    for number in map.head.groups.blocks.indices {
      let range = map.block(number)
      if range.isEmpty { continue }
      report.blocks += 1
      do throws(FormatError) {
        try extents.withBytes(range) { bytes throws(FormatError) in
          _ = try BlockFrame.check(bytes, at: range.lowerBound)
        }
      } catch {
        report.add(error)
        bad.insert(number)
      }
    }
    for number in map.head.groups.heavyBlocks.indices {
      let range = map.heavyBlock(number)
      report.blocks += 1
      do throws(FormatError) {
        try extents.withBytes(range) { bytes throws(FormatError) in
          try Page.check(bytes, at: range.lowerBound, "a HEAVY block")
        }
      } catch {
        report.add(error)
        bad.insert(-1 - number)
      }
    }
    return bad
  }

  /// Traces have to lie in the order of (start, id) in a segment.
  private func checkOrder(_ report: inout VerificationReport) {
    for (one, next) in zip(found.traces, found.traces.dropFirst())
    where (next.start, ByteComparison.order(next.id, one.id)) < (one.start, 0) {
      report.add(
        FormatError(
          .invalid, at: map.index(next.chunk).lowerBound,
          "the traces of a segment are not in the order of (start, id)"))
      return
    }
  }
}

private func checkHashes(
  _ section: Section, _ map: SegmentMap, _ extents: Extents
) throws(FormatError) {
  let range = map.range(section.type)
  guard section.raw > 0, section.stored % section.raw == 0 else {
    throw FormatError(
      .invalid, at: range.lowerBound,
      "\(section.type.name) of \(section.stored) bytes is said to have \(section.raw) pages")
  }
  for page in 0..<section.raw {
    let range = map.hashedPage(page, of: section)
    _ = try HashedPages.decode(
      extents.bytes(range), page: page, of: section.raw, chunkCount: map.chunkCount,
      at: range.lowerBound)
  }
}

/// What was found in a run of chunks.
struct CheckedRun: Sendable {
  var problems: [FormatError] = []
  var spans = 0
  var found: [FoundChunk] = []
}

extension ChunkWorker {
  /// Checks the pages of a run, and decodes its spans where no block of theirs is `bad`.
  mutating func check(_ job: ChunkRunJob, bad: Set<Int>) -> CheckedRun {
    var result = CheckedRun()
    var isOpen = false
    for chunk in job.chunks {
      do throws(FormatError) {
        // Id pages are checked on their own first: one bad page must not hide the next.
        let before = result.problems.count
        for group in 0..<job.map.head.groups.count {
          let range = job.map.spanIDs(group, chunk)
          if range.isEmpty { continue }
          do throws(FormatError) {
            try job.extents.withBytes(range) { bytes throws(FormatError) in
              try Page.check(bytes, at: range.lowerBound, "a page of span ids")
            }
          } catch {
            result.problems.append(error)
          }
        }
        var pages = try ChunkPages(
          job.map, job.names, segment: job.segment, chunk: chunk, job.extents,
          counting: job.source)
        result.found.append(FoundChunk(pages))
        if result.problems.count > before || job.touches(bad, chunk) { continue }
        try pages.takeSpanIDs(counting: job.source)
        defer { isOpen = true }
        result.spans += try decode(pages, job, goesOn: isOpen)
      } catch {
        result.problems.append(error)
      }
    }
    return result
  }

  private mutating func decode(
    _ pages: ChunkPages, _ job: ChunkRunJob, goesOn: Bool
  ) throws(FormatError) -> Int {
    do {
      return try withDecoder(job, goesOn: goesOn) { decoder in
        try decoder.decode(pages, wanted: nil, counting: job.source)
        return decoder.spans.batch.spans.count
      }
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(.invalid, at: nil, "a chunk cannot be decoded: \(error)")
    }
  }
}

extension ChunkRunJob {
  /// Whether spans of `chunk` lie in a block that is bad.
  fileprivate func touches(_ bad: Set<Int>, _ chunk: Int) -> Bool {
    if bad.isEmpty { return false }
    let table = map.head.groups
    return (0..<table.count).contains { group in
      table.blocks(of: group, holding: table.spans(group, chunk: chunk)).contains { block in
        bad.contains(block)
          || table.heavyBlocks(of: group, holding: table.blocks[block].heavy).contains {
            bad.contains(-1 - $0)
          }
      }
    }
  }
}
