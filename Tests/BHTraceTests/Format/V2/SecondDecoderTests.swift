import Foundation
import Testing

@testable import BHTrace

/// Our archives as a decoder in Python reads them, which was written from FORMAT.md alone: every
/// span, every tree, and all that sections say of them.
@Suite(
  .enabled(
    if: Python.has("zstandard, lz4.block"),
    "there is no python3 with the packages zstandard and lz4; `.ci/python` makes one"))
struct SecondDecoderTests {
  /// Has Python decode all `archives` at once, and compares what it prints with our own reader.
  private func check(_ archives: [(name: String, bytes: [UInt8])]) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("bht-decoder-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (number, archive) in archives.enumerated() {
      try Data(archive.bytes).write(to: folder.appendingPathComponent("\(number).bht"))
    }
    let files = archives.indices.map { folder.appendingPathComponent("\($0).bht").path }
    let script = PackageFile.folder + "/Tests/decoder/decode.py"
    let result = try Python.run([script, "--batch"] + files)
    #expect(result.status == 0, "\(result.output)")
    for (file, archive) in zip(files, archives) {
      compare(
        try String(contentsOfFile: file + ".spans", encoding: .utf8),
        try CanonicalSpans.spans(archive.bytes), archive.name)
      compare(
        try String(contentsOfFile: file + ".structure", encoding: .utf8),
        try CanonicalSpans.structure(archive.bytes), archive.name)
    }
  }

  /// Names the first line that differs.
  private func compare(_ python: String, _ own: String, _ name: String) {
    if python.utf8.elementsEqual(own.utf8) { return }
    let lines = (python: python.utf8.split(separator: 10), own: own.utf8.split(separator: 10))
    #expect(lines.python.count == lines.own.count, "\(name)")
    let first = zip(lines.python, lines.own).first { !$0.elementsEqual($1) }
    Issue.record(
      "\(name):\n\(first.map { "\($0)" } ?? "-")\n\(first.map { "\($1)" } ?? "-")")
  }

  /// The inputs at these paths, read whole.
  private func batches(_ paths: [String]) throws -> [SpanBatch] {
    var batches: [SpanBatch] = []
    for path in paths {
      let input = try TraceInput(path: path)
      while let batch = try input.next() { batches.append(batch) }
    }
    return batches
  }

  private func corpus(_ names: [String]) throws {
    try check(
      names.map { name in
        (name, try archive(batches([Corpus.path(name)]), options: options(names.count)))
      })
  }

  /// Options that make all that the format has, each with something of its own.
  private func options(_ number: Int) -> FormatOptions {
    var options = FormatOptions()
    switch number % 8 {
    case 0: break
    case 1: options.makeSmallest()
    case 2: options.block = .span
    case 3: options.index = .all
    case 4:
      options.chunkSpans = 20
      options.segmentSpans = 90
      options.index = .all
    case 5:
      options.block = .bytes(700)
      options.heavyValueBytes = 24
    case 6:
      options.groupCount = 3
      options.leastGroupBytes = 0
      options.chunkSpans = 40
      options.index = .none
    default:
      options.sliceSpans = 30
      options.index = .keys([Array("http.method".utf8)])
    }
    return options
  }

  /// How many random archives are compared; where it is said, whole corpora are too.
  private static let archives =
    ProcessInfo.processInfo.environment["BHT_DECODER_ARCHIVES"].flatMap { Int($0) }

  @Test func pythonReadsRandomArchivesAsWeDo() throws {
    let count = Self.archives ?? 20
    try check(
      (1...count).map { seed in
        var random = RandomSpans(seed: UInt64(seed))
        let batches = (0..<(1 + seed % 3)).map { _ in random.batch(spans: 40 + seed * 7 % 90) }
        return ("seed \(seed)", try archive(batches, options: options(seed)))
      })
  }

  @Test func pythonReadsTracesInPieces() throws {
    var batch = SpanBatch()
    for service in ["web", "db"] {
      var resource = ResourceRecord()
      resource.isPresent = true
      resource.attributes = batch.attributes([("service.name", service)])
      batch.resources.append(resource)
    }
    batch.scopes.append(ScopeRecord())
    let (traceID, names) = (
      batch.append([UInt8](repeating: 7, count: 16)),
      [
        batch.append("walk"), batch.append("leaf"),
      ]
    )
    var random = SeededGenerator(seed: 5)
    var ids: [ByteRange] = []
    for number in 0..<9_000 {
      var span = SpanRecord()
      span.traceID = traceID
      span.spanID = batch.append((0..<8).map { UInt8(number >> ($0 * 8) & 255) })
      if number > 0 {
        // Some hang far in front of them, so that pieces have outer spans.
        let parent =
          number % 50 == 0 ? number / 60 : Int.random(in: number / 2..<number, using: &random)
        span.parentSpanID = ids[parent]
      }
      span.name = names[number % 2]
      span.resource = number < 6_000 ? 0 : 1
      span.attributes = batch.attributes([("key", "value \(number % 100)")])
      span.start = 1_700_000_000_000_000_000 + UInt64(number) * 1_000
      span.end = span.start + UInt64.random(in: 0...90_000, using: &random)
      ids.append(span.spanID)
      batch.spans.append(span)
    }
    var small = FormatOptions()
    small.segmentSpans = 5_000
    small.index = .all
    try check([
      ("one segment", try archive([batch])), ("two segments", try archive([batch], options: small)),
    ])
  }

  @Test func pythonReadsTheKeptArchivesAndTheCorpus() throws {
    let folder = PackageFile.folder
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder + "/Tests/Vectors/v2")
      .filter { $0.hasSuffix(".bht") }.sorted().map { "Tests/Vectors/v2/" + $0 }
    let sound = try kept.map { (name: $0, bytes: try PackageFile.bytes($0)) }.filter {
      (try? ArchiveVerifier.verify(BytesSource($0.bytes)).isSound) == true
    }
    let first = try ["indented", "python", "sorted", "compact", "ascii"].map {
      try PackageFile.bytes("Tests/Vectors/v1/readable-\($0).bht")
    }
    let checkout = try archive([V1Decoder.decode(PackageFile.checkout())])
    let shop = ["cart", "payment", "shipping"].map {
      folder + "/corpus/shop/\($0).otlp.pb.zst"
    }
    try check(
      sound + [
        ("checkout", checkout), ("version 1", try archive(first.map { try V1Decoder.decode($0) })),
        ("small traces", try archive([smallTraces()])),
        ("nothing", try archive([])), ("shop", try archive(batches(shop), options: options(3))),
      ])
  }

  @Test(.corpus("otlp-odd", "zipkin", "agentprism")) func pythonReadsOddInputsAsWeDo() throws {
    try corpus([
      "otlp-odd/xtergo-all_types_trace.json", "otlp-odd/otlp2parquet-trace.pb",
      "otlp-odd/pulumi-traces.json", "zipkin/netflix.json", "zipkin/envoy.json",
      "zipkin/messaging.json", "agentprism/rag_earnings_agent.json",
    ])
  }

  @Test(.enabled(if: archives != nil, "takes minutes; BHT_DECODER_ARCHIVES says how many archives"))
  func pythonReadsWholeCorporaAsWeDo() throws {
    var found: [(name: String, bytes: [UInt8])] = []
    for name in ["crisp", "jaeger-fixtures", "opensearch", "agentprism", "zipkin", "shop"] {
      guard Corpus.holds(name) else { continue }
      let folder = try Corpus.path(name)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      // What is no trace at all, such as a licence, is passed over.
      let batches = files.flatMap { (try? self.batches([folder + "/" + $0])) ?? [] }
      found.append((name, try archive(batches, options: options(name.utf8.count))))
    }
    try check(found)
  }
}
