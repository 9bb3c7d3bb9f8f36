import Foundation
import Testing

@testable import BHTrace

/// Archives that are kept for ever: what wrote them once writes them still, and they read the same.
struct GoldenArchiveTests {
  private static let folder = URL(filePath: PackageFile.folder)
    .appending(path: "Tests/Vectors/v2")

  private func check(_ bytes: [UInt8], _ name: String) throws {
    let url = Self.folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["BHT_UPDATE_VECTORS"] != nil {
      try FileManager.default.createDirectory(
        at: Self.folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: url)
    }
    let kept = [UInt8](try Data(contentsOf: url))
    #expect(try ArchiveVerifier.verify(BytesSource(kept)).isSound)
    // Another libzstd may compress otherwise; what is inside has to be the same.
    if Zstd.version == "1.5.4" { #expect(kept == bytes) }
    func spans(_ bytes: [UInt8]) throws -> [String] {
      var texts: [String] = []
      try ArchiveSession(BytesSource(bytes)).forEachTrace([.payload]) {
        texts += $0.batch.described()
      }
      return texts
    }
    #expect(try spans(kept) == spans(bytes))
  }

  /// Archives of the draft before 2.1 are told what they are, whatever looks at them.
  @Test func anArchiveOfTheDraftIsRefused() throws {
    let bytes = [UInt8](
      try Data(contentsOf: Self.folder.appendingPathComponent("refused-2.0.bht")))
    for read in [
      { _ = try openArchive(BytesSource(bytes)) },
      { _ = try ArchiveSession(BytesSource(bytes)) },
      { _ = try ArchiveVerifier.verify(BytesSource(bytes)) },
    ] as [() throws -> Void] {
      #expect(
        throws: FormatError(
          .unsupported, at: 6,
          "the archive has format version 2.0, a draft that no reader reads any more; convert its "
            + "source again")
      ) { try read() }
    }
  }

  @Test func twoSpansOfTheSpecificationsExample() throws {
    var batch = SpanBatch()
    var resource = ResourceRecord()
    resource.isPresent = true
    resource.attributes = batch.attributes([("service.name", "cart")])
    batch.resources.append(resource)
    batch.scopes.append(ScopeRecord())
    for (number, name) in ["GET /cart", "SELECT"].enumerated() {
      var span = SpanRecord()
      span.traceID = batch.append((0..<16).map { UInt8($0 + 0xA0) })
      span.spanID = batch.append([UInt8](repeating: UInt8(number + 1), count: 8))
      if number == 1 { span.parentSpanID = batch.append([UInt8](repeating: 1, count: 8)) }
      span.name = batch.append(name)
      span.kind = number == 0 ? 2 : 3
      span.start = 1_767_323_045_000_000_000 + UInt64(number) * 2_000_000
      span.end = span.start + (number == 0 ? 30_000_000 : 21_500_000)
      span.attributes = batch.attributes(
        number == 0 ? [("http.route", "/cart")] : [("db.system", "postgresql")])
      batch.spans.append(span)
    }
    try check(try archive([batch]), "two-spans.bht")
  }

  @Test func smallTracesWithEveryKindOfValue() throws {
    try check(
      try archive([smallTraces()], options: ArchiveDamageTests.options), "small-traces.bht")
  }

  @Test func checkoutTraceOfVersionOne() throws {
    let url = Self.folder.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("corpus/checkout-v1.bht")
    let batch = try V1Decoder.decode([UInt8](try Data(contentsOf: url)))
    try check(try archive([batch]), "checkout.bht")
  }
}
