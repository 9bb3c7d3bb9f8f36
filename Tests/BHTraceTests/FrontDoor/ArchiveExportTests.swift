import Foundation
import Testing

@testable import BHTrace

@Suite struct ArchiveExportTests {
  @Test(arguments: [OutputFormat.jaeger, .zipkin, .chrome, .otlpJSON])
  func writesWhatGroupingAnewWould(format: OutputFormat) throws {
    var random = RandomSpans(seed: 5)
    let batches = [SpanBatch.trace(9000, .deep), random.batch(spans: 60), smallTraces()]
    var writer = ArchiveWriter()
    for batch in batches { try writer.add(batch) }
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("export-" + UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try OutputFile(path: path)
    _ = try writer.finish { try file.write($0) }
    try file.finish()

    var collector = TraceCollector()
    _ = try SpanInput.read(path: path) { try collector.add($0) }
    var expected = try #require(format.makeWriter())
    var wanted = expected.begin()
    try collector.finish { wanted += expected.write($0) }
    wanted += expected.end()

    guard let export = try ArchiveExport(path: path) else { return }
    var own = try #require(format.makeWriter())
    var bytes: [UInt8] = []
    let (traces, spans) = try export.write(with: &own, threads: 2) { bytes += $0 }
    #expect(bytes == wanted)
    #expect(own.losses == expected.losses)
    #expect(spans == batches.reduce(0) { $0 + $1.spans.count })
    #expect(traces > 1)
  }
}
