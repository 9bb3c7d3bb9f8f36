/// Reads the spans of a file of any known kind: what streams, batch by batch, and archives of both
/// versions.
public enum SpanInput {
  /// Hands all spans of the file at `path` ("-": standard input) to `body`, batch by batch, and
  /// answers with what came up. An archive hands out a batch a trace; one that comes out of a pipe
  /// or a compression layer is held in memory as it is stored.
  ///
  /// With `strict` the first problem is thrown; else problems are in the report. `progress` is
  /// called after every batch. With several `threads` some formats are decoded ahead; `mending` is
  /// done on the way. Throws `StorageError`, `FormatError`, and what `body` throws.
  public static func read(
    path: String, strict: Bool = false, threads: Int = 1, mending: InputMending = InputMending(),
    progress: (InputReport) throws -> Void = { _ in },
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    var report = InputReport(isStrict: strict)
    // An archive is read at any place; a pipe is told by what streams out of it.
    if path != "-", let source = try regularFile(path),
      try readArchive(source, mending, &report, progress, body)
    {
      return report
    }
    let sniffed = try SniffedStream(TraceInput.open(path))
    if sniffed.isArchive {
      let source = MemorySource(try sniffed.wholeContent())
      _ = try readArchive(source, mending, &report, progress, body)
      return report
    }
    let input = try TraceInput(sniffed, strict: strict, threads: threads, mending: mending)
    while let batch = try input.next() {
      try body(batch)
      try progress(input.report)
    }
    return input.report
  }

  private static func regularFile(_ path: String) throws -> FileSource? {
    do throws(StorageError) {
      return try FileSource(path: path)
    } catch {
      if error.isNotSeekable { return nil }
      throw error
    }
  }

  /// Reads an archive of either version; false where the source is none.
  private static func readArchive(
    _ source: any ByteSource, _ mending: InputMending, _ report: inout InputReport,
    _ progress: (InputReport) throws -> Void, _ body: (SpanBatch) throws -> Void
  ) throws -> Bool {
    switch try source.read(0..<min(4, source.byteCount)) {
    case V1Layout.magic:
      try requireNoUnit(mending)
      let batch = try V1Decoder.decode(try source.read(0..<source.byteCount))
      report.spans = batch.spans.count
      try body(batch)
    case FileHeader.magic:
      try requireNoUnit(mending)
      let archive = try ArchiveSession(source)
      if let metadata = try archive.metadataBatch() { try body(metadata) }
      try archive.forEachBatch { stored in
        var batch = stored
        report.spans += batch.spans.count
        if mending.repairsIDs { report.mendIDs(of: &batch) }
        // Pages that are read twice count twice.
        report.bytesIn = min(archive.stats.bytesRead, source.byteCount)
        try body(batch)
        try progress(report)
      }
    default: return false
    }
    report.bytesIn = source.byteCount
    return true
  }

  private static func requireNoUnit(_ mending: InputMending) throws(FormatError) {
    if mending.timeUnit == nil { return }
    throw FormatError(
      .unsupported, at: nil,
      "the times of an archive are in nanoseconds; read it without another unit")
  }
}
