import Foundation
import Testing

@testable import BHTrace

/// Our messages against those of Python's protobuf, where python3 has the packages.
@Suite(
  .enabled(
    if: Python.has("opentelemetry.proto.trace.v1.trace_pb2"),
    "python3 has no packages protobuf and opentelemetry-proto"))
struct ProtobufInteropTests {
  /// Compares `ours` with `source` in Python and returns what Python wrote of it, read again.
  private func compare(source: [UInt8], ours: [UInt8], spans: Int) throws -> SpanBatch {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("bht-interop-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["source", "ours", "again"].map { folder.appendingPathComponent($0) }
    try Data(source).write(to: paths[0])
    try Data(ours).write(to: paths[1])
    let result = try Python.run([Python.script("otlp_protobuf.py")] + paths.map(\.path))
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output == "\(spans)\n")
    guard result.status == 0 else { return SpanBatch() }
    return try OTLPProtobufReader.decode(message: [UInt8](Data(contentsOf: paths[2])), offset: 0)
  }

  @Test func pythonAgreesOnRandomSpans() throws {
    for seed in UInt64(1)...8 {
      var random = RandomSpans(seed: seed, plain: true)
      let batch = random.batch(spans: 60)
      let message = OTLPProtobufWriter.encode(batch)
      let again = try compare(source: message, ours: message, spans: batch.spans.count)
      #expect(sameSpans(batch, again))
    }
  }

  @Test(.corpus("shop", "otlp-odd")) func pythonAgreesOnRealExports() throws {
    for name in ["shop/checkout.otlp.pb.zst", "otlp-odd/otlp2parquet-trace.pb"] {
      let path = try Corpus.path(name)
      let (stream, _) = try Sniffer.peel(try FileByteStream(path: path))
      var source: [UInt8] = []
      while true {
        let chunk = try stream.next(upTo: 1 << 20)
        if chunk.isEmpty { break }
        source += chunk
      }
      let isFramed = source.first == 0
      if isFramed { source = unframed(source) }
      let batch = try OTLPProtobufReader.decode(message: source, offset: 0)
      let again = try compare(
        source: source, ours: OTLPProtobufWriter.encode(batch), spans: batch.spans.count)
      #expect(sameSpans(batch, again))
    }
  }

  private func unframed(_ bytes: [UInt8]) -> [UInt8] {
    var (out, rest) = ([UInt8](), bytes[...])
    while rest.count >= 4 {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      out += rest.dropFirst(4).prefix(length)
      rest = rest.dropFirst(4 + length)
    }
    return out
  }
}
