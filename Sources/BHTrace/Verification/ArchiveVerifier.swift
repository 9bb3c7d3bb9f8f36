/// Checks an archive whole: every checksum, every length, every invariant of FORMAT.md, and that
/// every span decodes.
public enum ArchiveVerifier {
  /// Checks the archive in `source`, of either version, on `threads` threads (nil: one a
  /// processor). Damage is collected, so
  /// that one bad page does not hide another. Throws `StorageError` where the file cannot be read, and
  /// `FormatError` where footer and directory (of v1 files header and tree) are so damaged that nothing
  /// else can be found.
  public static func verify(
    _ source: any ByteSource, threads: Int? = nil
  ) throws -> VerificationReport {
    // What opening finds decides, a damaged v2 header behind a sound footer included.
    if try openArchive(source).formatVersion == 1 { return try verifyV1(source) }
    var report = VerificationReport()
    report.bytes = source.byteCount
    let session = ArchiveSession(try Archive(source))
    try report.noting { _ in
      _ = try FileHeader.decode(try session.source.read(0..<FileHeader.byteCount))
    }
    let locations = try session.locations()
    try checkCoverage(session, locations, &report)
    var directory = DirectoryCheck(session)
    for (number, location) in locations.segments.enumerated() {
      try report.noting { report in
        var check = try SegmentCheck(session, number, location, &report)
        try check.checkChunks(threads: threads ?? Processors.count, &report)
        directory.add(check.found, number)
        report.traces += check.map.head.traces
      }
    }
    try directory.finish(&report)
    return report
  }

  /// Every byte has to belong to a part that has a checksum, or to be zero: segments follow the header
  /// without gaps, but for the directories of earlier footers.
  private static func checkCoverage(
    _ session: ArchiveSession, _ locations: Locations, _ report: inout VerificationReport
  ) throws {
    let footer = session.archive.footer
    var covered: [Range<Int>] = [0..<FileHeader.byteCount]
    covered += locations.segments.map { $0.offset..<$0.end }
    func cover(
      _ footer: Footer, at offset: Int, _ report: inout VerificationReport
    ) throws {
      covered.append(footer.directoryOffset..<(offset + Footer.byteCount))
      let zeros = footer.directoryEnd..<offset
      try report.noting { _ in
        guard try session.source.fetch([zeros]).bytes(zeros).allSatisfy({ $0 == 0 }) else {
          throw FormatError(
            .invalid, at: zeros.lowerBound, "what fills the directory up is not zero")
        }
      }
    }
    try cover(footer, at: session.source.byteCount - Footer.byteCount, &report)
    var previous = footer.previousFooter
    while previous != 0 {
      let offset = previous
      previous = 0
      try report.noting { report in
        let footer = try Footer.decode(
          try session.source.read(offset..<(offset + Footer.byteCount)), at: offset)
        guard footer.previousFooter < offset else {
          throw FormatError(.invalid, at: offset, "a footer names a later one as the previous one")
        }
        try cover(footer, at: offset, &report)
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
}
