import BHTSearch
import BHTView
import BHTrace

/// Writes the traces that a search finds as an archive, whole.
struct FoundTraceArchive {
  private let file: any ByteSink
  private var writer: ArchiveWriter
  private let archives: [ArchiveSet.Member]

  /// An archive at `path`. Of traces that several of `archives` have all parts are taken.
  init(_ path: String, _ archives: [ArchiveSet.Member], _ options: Options, _ output: Output) throws
  {
    try checkStandardOutput(path, .bht, options)
    file = try sink(path, options, output)
    self.archives = archives
    writer = ArchiveWriter(
      threads: options.threads, memory: options.memory, scratchFolder: scratchFolder(path),
      dropsCopies: archives.count > 1)
  }

  /// Takes in a trace.
  mutating func add(_ trace: FoundTrace, of archive: ArchiveSet.Member) throws {
    if archives.count == 1 {
      return try writer.add(
        try archive.archive.load(trace.handle, .payload, positions: nil).batch)
    }
    for archive in archives {
      for handle in try archive.archive.locate(traceID: trace.traceID, for: .payload) {
        try writer.add(try archive.archive.load(handle, .payload, positions: nil).batch)
      }
    }
  }

  /// Brings the archive to its place, and says what it holds.
  mutating func finish(_ output: Output, path: String) throws {
    let report = try writer.finish { try file.write($0) }
    try bhtpack.finish(file, output)
    try output.say(
      "wrote \(Printable.count(report.traces, "trace")), \(Printable.count(report.spans, "span")) to "
        + "\(outputName(path)): \(Printable.grouped(report.bytes)) bytes")
  }
}
