import Foundation

@testable import BHTrace

/// A small input kept with the tests, read, and its spans as people are shown them.
struct InputCase {
  /// A span a line, in the order of the input.
  var lines: [String] = []
  /// What came up.
  var report = InputReport(isStrict: false)

  /// Reads the file at `path`, from the package's root.
  init(_ path: String) throws {
    report = try SpanInput.read(path: PackageFile.folder + "/" + path) { try add($0) }
  }

  /// Reads `text`.
  init(text: String) throws {
    let input = try TraceInput(stream: MemoryByteStream(Array(text.utf8)))
    while let batch = try input.next() { try add(batch) }
    report = input.report
  }

  private mutating func add(_ batch: SpanBatch) throws {
    var json = CompactJSON()
    var writer = SpanObjectWriter()
    for span in batch.spans.indices {
      try writer.write(span, of: batch, to: &json)
      json.endLine()
    }
    lines += String(decoding: json.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// What was repaired, each as "what (times)".
  var repairs: [String] { report.repairs.map { "\($0.what) (\($0.count))" } }

  /// What could not be read.
  var problems: [String] { report.problems.map(\.what) }
}
