/// An input: what it is called, and how it is opened.
package struct NamedInput: Sendable {
  /// What a person calls it: its path, "-" for standard input.
  package let name: String
  /// Opens it; called once for each time that it is read.
  let open: @Sendable () throws -> OpenedInput

  /// An input called `name`, which `open` opens.
  package init(name: String, open: @escaping @Sendable () throws -> OpenedInput) {
    self.name = name
    self.open = open
  }

  /// The file at `path`, "-" for standard input.
  package init(path: String) {
    self.init(name: path) { try openInput(path: path) }
  }
}

/// Reads the spans of a file of any known kind: what streams, batch by batch, and archives of both
/// versions.
public enum SpanInput {
  /// Hands all spans of the file at `path` ("-": standard input) to `body`, batch by batch, and
  /// answers with what came up. An archive hands out a batch a trace; one that comes out of a pipe
  /// or a compression layer is held in memory as it is stored.
  ///
  /// With `strict` the first problem is thrown; else problems are in the report. `progress` is
  /// called after every batch. With several `threads` some formats are decoded ahead. Throws
  /// `StorageError`, `FormatError`, and what `body` throws.
  public static func read(
    path: String, strict: Bool = false, threads: Int = 1,
    progress: (InputReport) throws -> Void = { _ in },
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    try read(
      NamedInput(path: path), strict: strict, threads: threads, progress: progress, body)
  }

  /// The same for any input. Of an archive perhaps only the traces that may be `wanted`.
  package static func read(
    _ input: NamedInput, strict: Bool = false, threads: Int = 1,
    wanted: WantedOfArchive? = nil,
    progress: (InputReport) throws -> Void = { _ in },
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    let stream: any ByteStream
    switch try input.open() {
    case .archive(let source):
      return try readArchive(source, strict, threads, wanted, progress, body)
    case .stream(let opened): stream = opened
    }
    let sniffed = try SniffedStream(stream)
    if sniffed.isArchive {
      let source = MemorySource(try sniffed.wholeContent())
      return try readArchive(source, strict, threads, wanted, progress, body)
    }
    let reader = try TraceInput(sniffed, strict: strict, threads: threads)
    while let batch = try reader.next() {
      try body(batch)
      try progress(reader.report)
    }
    return reader.report
  }

  /// Reads an archive of either version.
  private static func readArchive(
    _ source: any ByteSource, _ strict: Bool, _ threads: Int, _ wanted: WantedOfArchive?,
    _ progress: (InputReport) throws -> Void, _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    var report = InputReport(isStrict: strict)
    if try source.read(0..<min(4, source.byteCount)) == V1Layout.magic {
      let batch = try V1Decoder.decode(try source.read(0..<source.byteCount))
      report.spans = batch.spans.count
      try body(batch)
    } else {
      let archive = try ArchiveSession(source)
      if wanted == nil, let metadata = try archive.metadataBatch() { try body(metadata) }
      try archive.forEachBatch(of: wanted) { batch in
        report.spans += batch.spans.count
        // Pages that are read twice count twice.
        report.bytesIn = min(archive.stats.bytesRead, source.byteCount)
        try body(batch)
        try progress(report)
      }
    }
    report.bytesIn = source.byteCount
    return report
  }
}
