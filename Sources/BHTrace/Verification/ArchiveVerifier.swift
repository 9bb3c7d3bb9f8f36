/// Checks an archive whole: every checksum, every length, every invariant of FORMAT.md, and that
/// every span decodes.
package enum ArchiveVerifier {
  /// Checks the archive in `source`, of either version. Damage is collected, so that one bad page
  /// does not hide another. Throws `StorageError` where the file cannot be read, and `FormatError`
  /// where footer and directory (of v1 files header and tree) are so damaged that nothing else can
  /// be found.
  package static func verify(_ source: any ByteSource) throws -> VerificationReport {
    // What opening finds decides, a damaged v2 header behind a sound footer included.
    if try openArchive(source).formatVersion == 1 { return try verifyV1(source) }
    var report = VerificationReport()
    report.bytes = source.byteCount
    let accounted = AccountedSource(source)
    let archive = try V2Archive(accounted)
    try report.noting { _ in
      _ = try FileHeader.decode(try accounted.read(0..<FileHeader.byteCount))
    }
    try checkCoverage(archive, accounted, &report)
    for segment in archive.segments {
      try checkSegment(segment, archive, accounted, &report)
    }
    try checkOrder(archive, &report)
    return report
  }

  /// Every byte has to belong to a part that has a checksum: segments follow the header without
  /// gaps, but for the directories of earlier footers.
  private static func checkCoverage(
    _ archive: V2Archive, _ source: AccountedSource, _ report: inout VerificationReport
  ) throws {
    var covered: [Range<Int>] = [0..<FileHeader.byteCount]
    covered += archive.top.segments.map { $0.offset..<($0.offset + $0.length) }
    covered.append(archive.footer.directoryOffset..<source.byteCount)
    var previous = archive.footer.previousFooter
    while previous != 0 {
      let offset = previous
      previous = 0
      try report.noting { _ in
        let footer = try Footer.decode(
          try source.read(offset..<(offset + Footer.byteCount)), at: offset)
        guard footer.previousFooter < offset else {
          throw FormatError(.invalid, at: offset, "a footer names a later one as the previous one")
        }
        covered.append(footer.directoryOffset..<(offset + Footer.byteCount))
        previous = footer.previousFooter
      }
    }
    covered.sort { $0.lowerBound < $1.lowerBound }
    var end = 0
    for range in covered {
      if range.lowerBound > end {
        report.add(
          FormatError(
            .invalid, at: end, "\(range.lowerBound - end) bytes belong to no part of the archive"))
      }
      end = max(end, range.upperBound)
    }
  }

  private static func checkSegment(
    _ segment: SegmentReader, _ archive: V2Archive, _ source: AccountedSource,
    _ report: inout VerificationReport
  ) throws {
    try report.noting { _ in try segment.checkHeader(source) }
    for type in [SectionType.names, .dictionary, .tables, .metadata] {
      let range = segment.range(type)
      if range.isEmpty { continue }
      try report.noting { _ in try segment.take(type, try source.read(range)) }
    }
    for chunk in segment.description.chunks.indices {
      try report.noting { report in
        try checkChunk(segment, chunk, source, &report)
      }
    }
  }

  private static func checkChunk(
    _ segment: SegmentReader, _ chunk: Int, _ source: AccountedSource,
    _ report: inout VerificationReport
  ) throws {
    // Ids and blocks are checked on their own first: one bad page must not hide the next.
    let before = report.problemCount
    let types: [SectionType] = [.traceIDs, .spanIDs, .index]
    let pages = try source.readRound(types.map { segment.range($0, chunk: chunk) })
    for (type, bytes) in zip(types, pages) {
      try report.noting { _ in
        try Page.check(
          bytes.rawSpan, at: segment.range(type, chunk: chunk).lowerBound, "a page of \(type)")
      }
    }
    let index = try segment.index(chunk, pages[2])
    report.traces += index.traces.count
    let blocks = segment.range(.blocks, chunk: chunk)
    let stored = try source.read(blocks)
    var start = 0
    for block in index.blocks where block.stored > 0 {
      report.blocks += 1
      try report.noting { _ in
        let bytes = stored.rawSpan.extracting(start..<(start + block.stored))
        if block.isHeavy {
          try Page.check(bytes, at: blocks.lowerBound + start, "a HEAVY block")
        } else {
          try BlockFrame.check(bytes, at: blocks.lowerBound + start)
        }
      }
      start += block.stored
    }
    if report.problemCount > before { return }
    var reader = ChunkReader(segment, chunk: chunk, index: index, source: source)
    reader.traceIDs = try segment.traceIDs(chunk, pages[0])
    reader.spanIDs = try segment.spanIDs(chunk, pages[1], index: index)
    reader.provide(stored, from: 0)
    report.spans += try reader.decodeAll()
  }

  /// Traces have to be found by their ids, and to lie in the order of (start, id) in a segment.
  private static func checkOrder(
    _ archive: V2Archive, _ report: inout VerificationReport
  ) throws {
    var entries: [(key: UInt64, chunk: Int, slot: Int)] = []
    for number in archive.top.lookups.indices {
      try report.noting { _ in
        let page = try archive.lookupPage(number)
        guard page.entries.first?.key == archive.top.lookups[number].firstKey else {
          throw FormatError(
            .invalid, at: archive.lookupRange(number).lowerBound,
            "a LOOKUP page does not start with the key its directory names")
        }
        entries += page.entries.map { ($0.key, $0.chunk, $0.slot) }
      }
    }
    if !report.isSound { return }
    var position = 0
    var found = 0
    for segment in archive.segments {
      var previous: (start: UInt64, id: [UInt8])?
      for chunk in segment.description.chunks.indices {
        try report.noting { _ in
          let (index, ids) = try archive.structure(segment, chunk)
          for (slot, id) in ids.enumerated() {
            let start = index.traces[slot].start
            if let last = previous,
              (last.start, 0) > (start, ByteComparison.order(id, last.id) < 0 ? -1 : 0)
            {
              throw FormatError(
                .invalid, at: segment.range(.index, chunk: chunk).lowerBound,
                "the traces of a segment are not in the order of (start, id)")
            }
            previous = (start, id)
            let wanted = (
              LookupPage.key(of: id, bits: archive.top.keyBits), position, slot
            )
            if entries.contains(wanted) { found += 1 }
          }
        }
        position += 1
      }
    }
    if found != entries.count || found != archive.traceCount {
      report.add(
        FormatError(
          .invalid, at: archive.footer.directoryOffset,
          "LOOKUP finds \(found) of the archive's \(archive.traceCount) traces"))
    }
  }
}

extension [(key: UInt64, chunk: Int, slot: Int)] {
  /// Whether the sorted array holds `wanted`.
  fileprivate func contains(_ wanted: (UInt64, Int, Int)) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == wanted
  }
}
