import Foundation
import Testing

@testable import BHTrace

/// The structure of our archives as a reader in Python has it, which was written from FORMAT.md.
struct StructureInteropTests {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("interop/bht_structure.py").path

  private func python(_ archive: [UInt8]) throws -> (status: Int32, lines: [String]) {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("bht-structure-\(UInt64.random(in: 0 ... .max)).bht")
    try Data(archive).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", Self.script, path.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    return (process.terminationStatus, lines)
  }

  private func isAvailable() throws -> Bool {
    let found = try python([])
    // The script says that an empty file is no archive; the system, that there is no python3.
    let isThere = found.lines.contains { $0.contains("Error") }
    if !isThere { print("skipped: there is no python3") }
    return isThere
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// What our own reader makes of the archive, in the script's words.
  private func own(_ archive: [UInt8]) throws -> [String] {
    var lines: [String] = []
    try V2Archive(BytesSource(archive)).forEachTrace(.traceID) { trace in
      var words = [hex(trace.traceID)]
      for position in 0..<trace.tree.count {
        let operation = trace.names.operations[Int(trace.tree.operations[position])]
        let service = trace.names.services[Int(operation.service)]
        words.append(
          "\(hex(service))/\(hex(operation.name))@\(trace.tree.parents[position])"
            + ":\(trace.tree.starts[position])-\(trace.tree.ends[position])")
      }
      lines.append(words.joined(separator: " "))
    }
    return lines
  }

  private func check(_ archive: [UInt8]) throws {
    let found = try python(archive)
    #expect(found.status == 0, "\(found.lines.joined(separator: "\n"))")
    #expect(found.lines == (try own(archive)))
  }

  @Test func pythonReadsTheStructureOfRandomSpans() throws {
    guard try isAvailable() else { return }
    for seed in UInt64(1)...3 {
      var random = RandomSpans(seed: seed)
      var options = FormatOptions()
      options.chunkSpans = 100
      options.segmentSpans = 1000
      try check(try archive([random.batch(spans: 3000)], options: options))
    }
  }

  @Test func pythonReadsTheStructureOfTheCorpus() throws {
    guard try isAvailable() else { return }
    let checkout = try V1Archive(MemorySource(try PackageFile.checkout()))
    var batches: [SpanBatch] = []
    try checkout.forEachTrace([.payload]) { batches.append($0.batch) }
    try check(try archive(batches))
    try check(try archive([smallTraces()]))
    try check(try archive([]))
  }
}
