/// Spans from a file or a stream, batch by batch, whatever of the known formats it holds.
///
/// The format is told from the content; compressions around it are taken off, UTF-16 becomes UTF-8,
/// and other text around JSON records is left out. Memory is that of one batch and some buffers,
/// however large the input. Not for use from several threads at once.
///
/// A zip or tar is several inputs (`InputParts`).
///
/// ```swift
/// let input = try TraceInput(path: "spans.otlp.zst")
/// while let batch = try input.next() { … }
/// for problem in input.report.problems { … }
/// ```
package final class TraceInput {
  /// What the input holds.
  package let format: InputFormat
  /// What people call that format: "OTLP protobuf".
  package let formatName: String
  /// The layers around it, from the outside in: "gzip", "UTF-16".
  package let layers: [String]
  /// The bytes it is read from.
  package let sniffed: SniffedStream
  private let reader: any BatchReader
  private let repairsIDs: Bool
  private var state: InputReport

  /// What people call the formats that are read.
  package static var formatNames: [String] {
    Sniffer.formats.filter(\.holdsSpans).map(\.name).sorted { $0.lowercased() < $1.lowercased() }
  }

  /// Opens the file at `path`, "-" for standard input. Throws `StorageError`, and `FormatError`
  /// where the content is nothing this library can read.
  package convenience init(path: String, strict: Bool = false) throws {
    try self.init(stream: Self.open(path), strict: strict)
  }

  /// Reads from an open stream. With `strict`, `next` throws the first problem; otherwise problems
  /// are listed in `report` and the rest is still read.
  package convenience init(
    stream: any ByteStream, strict: Bool = false, mending: InputMending = InputMending()
  ) throws {
    try self.init(SniffedStream(stream), strict: strict, mending: mending)
  }

  /// Reads what was recognised, with `threads` where the format's reader can use them.
  init(
    _ sniffed: SniffedStream, strict: Bool, threads: Int = 1,
    mending: InputMending = InputMending()
  ) throws(FormatError) {
    guard let open = sniffed.entry.open else {
      if sniffed.container != nil {
        throw FormatError(
          .unsupported, at: 0,
          "the content is a \(sniffed.entry.name), not one input; unpack it first")
      }
      let advice =
        sniffed.layers.isEmpty
        ? "which is opened, not streamed"
        : "inside \(sniffed.layers.reversed().joined(separator: " inside ")); decompress it first"
      throw FormatError(.unsupported, at: 0, "the content is \(sniffed.entry.name), \(advice)")
    }
    self.sniffed = sniffed
    layers = sniffed.layers
    format = sniffed.format
    formatName = sniffed.entry.name
    reader = open(sniffed.content, format)
    reader.threads = threads
    if let unit = mending.timeUnit {
      guard reader.timeUnit != nil else {
        throw FormatError(
          .unsupported, at: nil,
          "the times of \(sniffed.entry.name) say themselves in which unit they are; read it without "
            + "another")
      }
      reader.timeUnit = unit
    }
    repairsIDs = mending.repairsIDs
    state = InputReport(isStrict: strict)
    state.timeUnit = reader.timeUnit
    state.formatName = formatName
  }

  /// What the file at `path` holds, its layers taken off. Throws like `init(path:strict:)`, but
  /// not for an unknown format.
  package static func format(ofFileAt path: String) throws -> InputFormat {
    let (inner, _) = try Sniffer.peel(open(path))
    return try Sniffer.recognise(inner).format
  }

  /// What came up so far, and the counts.
  package var report: InputReport {
    var report = state
    report.bytesIn = sniffed.counted.count
    for repair in sniffed.repairs { report.noteRepairs(repair.what, repair.count) }
    return report
  }

  /// The next batch, or nil at the end. Batches without spans are left out.
  package func next() throws -> SpanBatch? {
    while var batch = try reader.next(&state) {
      if batch.spans.isEmpty && batch.messageExtras.isEmpty { continue }
      state.spans += batch.spans.count
      if repairsIDs { state.mendIDs(of: &batch) }
      state.doubts.take(batch)
      return batch
    }
    return nil
  }

  /// The file at `path` as a stream, "-" for standard input.
  static func open(_ path: String) throws -> any ByteStream {
    path.utf8.elementsEqual("-".utf8)
      ? FileByteStream(descriptor: 0, name: "standard input") : try FileByteStream(path: path)
  }
}
