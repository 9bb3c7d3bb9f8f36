import Foundation
import Testing

@testable import BHTrace

/// The corpora that lie beside the checkout; their tests are skipped where they do not.
enum Corpus {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("shared/corpus")

  /// The path of a file of the corpus, or nil (and a printed line) where it is not there.
  static func path(_ name: String) -> String? {
    let path = root.appendingPathComponent(name).path
    if FileManager.default.fileExists(atPath: path) { return path }
    print("skipped: there is no corpus file \(name)")
    return nil
  }
}

struct OTLPCorpusTests {
  /// Reads a file, writes every batch and reads that again: all spans have to be the same.
  private func roundTrip(_ path: String) throws -> (count: Int, same: Bool, report: InputReport) {
    let input = try TraceInput(path: path)
    var (first, second) = (SpanMultiset(), SpanMultiset())
    while let batch = try input.next() {
      first.insert(batch)
      second.insert(
        try OTLPProtobufReader.decode(message: OTLPProtobufWriter.encode(batch), offset: 0))
    }
    return (first.count, SpanMultiset.difference(first, second).isEmpty, input.report)
  }

  @Test(arguments: [
    ("shop/cart.otlp.pb.zst", 2_476), ("shop/catalog.otlp.pb.zst", 3_419),
    ("shop/checkout.otlp.pb.zst", 4_755), ("shop/frontend.otlp.pb.zst", 5_009),
    ("shop/payment.otlp.pb.zst", 766), ("shop/recommend.otlp.pb.zst", 6_313),
    ("shop/shipping.otlp.pb.zst", 1_736), ("otlp-odd/otlp2parquet-trace.pb", 2),
    ("stef-hipstershop/hipstershop-oteltraces.zst", 86_583),
  ])
  func corpusComesBack(name: String, spans: Int) throws {
    guard let path = Corpus.path(name) else { return }
    let (count, same, report) = try roundTrip(path)
    #expect(count == spans)
    #expect(same)
    #expect(report.problemCount == 0)
    #expect(report.repairs.isEmpty)
  }

  @Test func jsonOfARealExportIsWhatAnotherWriterMade() throws {
    guard let path = Corpus.path("stef-hipstershop/hipstershop-oteltraces.zst"),
      let derived = Corpus.path("stef-hipstershop/derived-hipstershop.otlp.jsonl.zst")
    else { return }
    let input = try TraceInput(path: path)
    var losses = OTLPJSONLosses()
    var made: [UInt8] = []
    let prefix = "{\"resourceSpans\":[".utf8.count
    while let batch = try input.next() {
      let json = OTLPJSONWriter.encode(batch, losses: &losses)
      made += made.isEmpty ? json[...] : [UInt8(ascii: ",")] + json.dropFirst(prefix)
      made.removeLast(2)
    }
    made += Array("]}\n".utf8)
    let (stream, _) = try Sniffer.peel(try FileByteStream(path: derived))
    var expected: [UInt8] = []
    while true {
      let chunk = try stream.next(upTo: 1 << 20)
      if chunk.isEmpty { break }
      expected += chunk
    }
    #expect(made.count == expected.count)
    #expect(made == expected)
    #expect(losses.isEmpty)
  }
}
