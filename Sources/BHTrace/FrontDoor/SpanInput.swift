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

/// Reads the spans of a file of any known kind: what streams, batch by batch, archives of both
/// versions, and the members of a zip or tar.
public enum SpanInput {
  /// Hands all spans of the file at `path` ("-": standard input) to `body`, batch by batch, and
  /// answers with what came up. An archive hands out a batch a trace; one that comes out of a pipe
  /// or lies in something else is held in memory as it is stored. Of the members of a container each
  /// is an input of its own: those that cannot be read are problems in the report, and those of no
  /// known format are passed over, unless that leaves none.
  ///
  /// With `strict` the first problem is thrown; else problems are in the report. `progress` is
  /// called after every batch. With several `threads` some formats are decoded ahead; `mending` is
  /// done on the way. Throws `StorageError`, `FormatError`, and what `body` throws.
  public static func read(
    path: String, strict: Bool = false, threads: Int = 1, mending: InputMending = InputMending(),
    progress: (InputReport) throws -> Void = { _ in },
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    try read(
      NamedInput(path: path), strict: strict, threads: threads, mending: mending,
      progress: progress, body)
  }

  /// The same for any input. Of an archive perhaps only the traces that may be `wanted`.
  package static func read(
    _ input: NamedInput, strict: Bool = false, threads: Int = 1,
    mending: InputMending = InputMending(), wanted: WantedOfArchive? = nil,
    progress: (InputReport) throws -> Void = { _ in },
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    let stream: any ByteStream
    switch try input.open() {
    case .archive(let source):
      return try readArchive(source, strict, threads, mending, wanted, progress, body)
    case .stream(let opened): stream = opened
    }
    return try read(
      stream, strict: strict, threads: threads, mending: mending, wanted: wanted,
      progress: progress, body)
  }

  /// The same of a stream.
  package static func read(
    _ stream: any ByteStream, strict: Bool = false, threads: Int = 1,
    mending: InputMending = InputMending(), wanted: WantedOfArchive? = nil,
    progress: (InputReport) throws -> Void = { _ in },
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    var report = InputReport(isStrict: strict)
    var parts = InputParts(
      stream, strict: strict, threads: threads, mending: mending)
    var firstFailure: FormatError?
    var isRead = false
    while let part = try parts.next() {
      if case .noInput(let reason) = part.content {
        report.notePassedOver(part.member, reason)
        continue
      }
      // What `body` and `progress` throw is not about the part.
      var ownFailure: (any Error)?
      func own<Answer>(_ work: () throws -> Answer) throws -> Answer {
        do { return try work() } catch {
          ownFailure = error
          throw error
        }
      }
      do {
        try read(
          part, of: parts, into: &report, threads, mending, wanted,
          { batch in try own { try body(batch) } },
          progress: { report in try own { try progress(report) } })
        isRead = true
      } catch let error as FormatError {
        let isWhole = part.member.isEmpty && parts.containerName == nil
        if ownFailure != nil || isWhole { throw error }
        if strict { throw error.inMember(part.member) }
        if firstFailure == nil { firstFailure = error.inMember(part.member) }
        try report.note(error, ofMember: part.member)
      }
    }
    report.bytesIn = parts.bytesIn
    if !isRead { throw firstFailure ?? report.nothingButPassedOver }
    return report
  }

  /// Hands the spans of one part to `body`, and adds what came up to `report`.
  private static func read(
    _ part: InputParts.Part, of parts: InputParts, into report: inout InputReport,
    _ threads: Int, _ mending: InputMending, _ wanted: WantedOfArchive?,
    _ body: (SpanBatch) throws -> Void, progress: (InputReport) throws -> Void
  ) throws {
    let before = report
    func sum(_ partReport: InputReport) -> InputReport {
      if part.member.isEmpty { return partReport }
      var sum = before
      sum.add(partReport, of: part.member)
      sum.bytesIn = parts.bytesIn
      return sum
    }
    switch part.content {
    case .noInput: break
    case .failure(let error): throw error
    case .archive(let sniffed):
      let source = MemorySource(try sniffed.wholeContent())
      report = sum(
        try readArchive(
          source, report.isStrict, threads, mending, wanted, { try progress(sum($0)) }, body))
    case .input(let input):
      defer { report = sum(input.report) }
      while let batch = try input.next() {
        try body(batch)
        try progress(sum(input.report))
      }
    }
  }

  private static func requireNoUnit(_ mending: InputMending) throws(FormatError) {
    if mending.timeUnit == nil { return }
    throw FormatError(
      .unsupported, at: nil,
      "the times of an archive are in nanoseconds; read it without another unit")
  }

  /// Reads an archive of either version.
  private static func readArchive(
    _ source: any ByteSource, _ strict: Bool, _ threads: Int, _ mending: InputMending,
    _ wanted: WantedOfArchive?, _ progress: (InputReport) throws -> Void,
    _ body: (SpanBatch) throws -> Void
  ) throws -> InputReport {
    var report = InputReport(isStrict: strict)
    try requireNoUnit(mending)
    if try source.read(0..<min(4, source.byteCount)) == V1Layout.magic {
      let batch = try V1Decoder.decode(try source.read(0..<source.byteCount))
      report.spans = batch.spans.count
      report.bytesIn = source.byteCount
      try body(batch)
    } else {
      let archive = try ArchiveSession(source)
      if wanted == nil, let metadata = try archive.metadataBatch() { try body(metadata) }
      try archive.forEachBatch(of: wanted) { stored in
        var batch = stored
        report.spans += batch.spans.count
        if mending.repairsIDs { report.mendIDs(of: &batch) }
        // Pages that are read twice count twice.
        report.bytesIn = min(archive.stats.bytesRead, source.byteCount)
        try body(batch)
        try progress(report)
      }
      // Of chosen traces no more is read than they take.
      report.bytesIn =
        wanted == nil ? source.byteCount : min(archive.stats.bytesRead, source.byteCount)
    }
    return report
  }
}

extension InputReport {
  /// Notes why a member of a container was not read, or the container itself (no name) not to its
  /// end; once, where its damage showed in the last member already.
  fileprivate mutating func note(_ error: FormatError, ofMember member: String) throws {
    if problems.last.map({ $0.offset == error.offset && $0.what == error.what }) != true {
      failedMembers += 1
      try note(error, of: member.isEmpty ? nil : member)
    }
  }
}

extension InputReport {
  /// Said of a container in which there is no file to be read.
  fileprivate var nothingButPassedOver: FormatError {
    let first = passedOver.first.map { ": of \($0.member), \($0.what)" } ?? ""
    return FormatError(.notRecognized, at: nil, "the container holds no files of traces\(first)")
  }
}

extension FormatError {
  /// The same of the member `name` of a container; of the container itself where there is no name.
  fileprivate func inMember(_ name: String) -> FormatError {
    name.isEmpty ? self : FormatError(code, at: offset, "in its member \(name), \(what)")
  }
}
