import Foundation
import Testing

@testable import BHTrace

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

  @Test(
    .corpus("shop", "otlp-odd", "stef-hipstershop"),
    arguments: [
      ("shop/cart.otlp.pb.zst", 2_476), ("shop/catalog.otlp.pb.zst", 3_419),
      ("shop/checkout.otlp.pb.zst", 4_755), ("shop/frontend.otlp.pb.zst", 5_009),
      ("shop/payment.otlp.pb.zst", 766), ("shop/recommend.otlp.pb.zst", 6_313),
      ("shop/shipping.otlp.pb.zst", 1_736), ("otlp-odd/otlp2parquet-trace.pb", 2),
      ("stef-hipstershop/hipstershop-oteltraces.zst", 86_583),
    ])
  func corpusComesBack(name: String, spans: Int) throws {
    let path = try Corpus.path(name)
    let (count, same, report) = try roundTrip(path)
    #expect(count == spans)
    #expect(same)
    #expect(report.problemCount == 0)
    #expect(report.repairs.isEmpty)
  }

  @Test(.corpus("stef-hipstershop")) func jsonOfARealExportIsWhatAnotherWriterMade() throws {
    let path = try Corpus.path("stef-hipstershop/hipstershop-oteltraces.zst")
    let derived = try Corpus.path("stef-hipstershop/derived-hipstershop.otlp.jsonl.zst")
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
