import Testing

@testable import BHTrace

/// Reading all of an archive on several threads gives what one thread gives.
struct ParallelReadingTests {
  /// An archive of several segments with many small chunks and blocks.
  private static let manyChunks = Result { try makeManyChunks() }

  private func manyChunks() throws -> [UInt8] { try Self.manyChunks.get() }

  private static func makeManyChunks() throws -> [UInt8] {
    var options = FormatOptions()
    options.segmentSpans = 400
    options.chunkSpans = 20
    options.block = .bytes(600)
    options.heavyValueBytes = 64
    var random = RandomSpans(seed: 11)
    let v1 = try V1Decoder.decode(try PackageFile.checkout())
    return try archive([random.batch(spans: 500), random.batch(spans: 300), v1], options: options)
  }

  private func opened(_ bytes: [UInt8], threads: Int) throws -> ArchiveSession {
    let archive = try ArchiveSession(BytesSource(bytes))
    archive.threads = threads
    return archive
  }

  /// All that reading `archive` gives in words, and what it took; with a choice everything is read by
  /// the calling thread.
  private static func read(
    _ archive: ArchiveSession, chosen: Bool
  ) throws -> (traces: [[String]], stats: ReadStats) {
    var traces: [[String]] = []
    func add(_ trace: LoadedTrace) {
      traces.append(
        ["\(trace.handle)", "\(trace.traceID)", "\(trace.tree)", "\(trace.spanIDs)"]
          + trace.batch.described())
    }
    let parts: TraceParts = [.traceID, .spanIDs, .payload]
    if chosen {
      try archive.forEachTrace(parts, choose: { _ in nil }, body: add)
    } else {
      try archive.forEachTrace(parts, body: add)
    }
    var stats = archive.stats
    stats.seconds = 0
    return (traces, stats)
  }

  private static let readWithChoice = Result {
    try read(ArchiveSession(BytesSource(manyChunks.get())), chosen: true)
  }

  private static let readByOne = Result {
    let archive = try ArchiveSession(BytesSource(manyChunks.get()))
    archive.threads = 1
    return try read(archive, chosen: false)
  }

  @Test(arguments: [1, 2, 3, 5, 8])
  func tracesAndCountersDoNotDependOnThreads(threads: Int) throws {
    let counted = try Self.readByOne.get().stats
    let (traces, stats) = try Self.read(opened(manyChunks(), threads: threads), chosen: false)
    #expect(traces == (try Self.readWithChoice.get().traces))
    #expect(stats == counted)
    #expect(traces.count > 50)
  }

  @Test(arguments: [1, 3], [ProtobufFraming.bare, .lengthPrefixed])
  func exportWritesWhatTheWriterDoes(threads: Int, framing: ProtobufFraming) throws {
    let bytes = try manyChunks()
    let file = try TemporaryFile(in: "/tmp")
    try file.write(bytes)
    try file.finish()
    var collector = TraceCollector()
    let report = try SpanInput.read(path: file.path) { try collector.add($0) }
    var writer = OTLPProtobufTraceWriter(framing: framing)
    var expected: [UInt8] = []
    try collector.finish { expected += writer.write($0) }
    expected += writer.end()
    let export = try #require(try ArchiveExport(path: file.path))
    var written: [UInt8] = []
    let counts = try export.writeOTLPProtobuf(framing: framing, threads: threads) {
      written += $0
    }
    #expect(written == expected)
    #expect(counts.spans == report.spans)
  }

  @Test func filesThatAreNoArchiveAreNotExported() throws {
    let file = try TemporaryFile(in: "/tmp")
    try file.write(try PackageFile.checkout())
    try file.finish()
    #expect(try ArchiveExport(path: file.path) == nil)
    #expect(try ArchiveExport(path: "/tmp") == nil)
  }

  @Test func damageIsFoundBehindTheTracesBeforeIt() throws {
    var bytes = try manyChunks()
    let sound = try opened(bytes, threads: 1)
    let map = try #require(try sound.maps().last)
    let last = map.chunkCount - 1
    bytes[map.index(last).upperBound - 1] ^= 1
    // What a thread takes at a time is handed out whole or not at all.
    let run = map.head.chunks[(last / ChunkRunJob.chunkCount * ChunkRunJob.chunkCount)...]
    for threads in [1, 4] {
      var count = 0
      #expect(throws: FormatError.self) {
        try opened(bytes, threads: threads).forEachTrace(.payload) { _ in count += 1 }
      }
      #expect(count == sound.traceCount - run.reduce(0) { $0 + $1.traces })
    }
  }

  /// Spans of more than 1 MiB lie in the HEAVY stream, block by block.
  @Test func severalHugeSpansOfAChunkComeBack() throws {
    var batch = smallTraces()
    for trace in 1...3 {
      var span = batch.spans[0]
      span.traceID = batch.append([UInt8](repeating: UInt8(100 + trace), count: 16))
      let first = batch.attributes.count
      for number in 0..<4_000 {
        // Letters only: a text of one word is quickly mined.
        let word = String(number &* 7919 % 10_007 &+ 10_000, radix: 26, uppercase: true)
          .map { $0.isNumber ? "z" : $0 }
        let text = String(repeating: String(word) + ["a", "b", "c"][trace - 1], count: 70)
        batch.attributes.append(
          AttributeRecord(
            key: batch.append("k\(number % 5)"), kind: .string, range: batch.append(text)))
      }
      span.attributes = RecordRange(first, batch.attributes.count - first)
      batch.spans.append(span)
    }
    #expect(batch.arena.count > 3 << 20)
    let bytes = try archive([batch])
    let expected = batch.described().sorted()
    var traces: [String] = []
    try opened(bytes, threads: 2).forEachTrace(.payload) { traces += $0.batch.described() }
    #expect(traces.sorted() == expected)
    let exported = try opened(bytes, threads: 2).writeOTLPProtobuf { _ in }
    #expect(exported.spans == expected.count)
    #expect(try ArchiveVerifier.verify(BytesSource(bytes)).isSound)
  }

  @Test func eachSpanAloneIsTheOneOfItsTrace() throws {
    let archive = try opened(try manyChunks(), threads: 1)
    var traces: [LoadedTrace] = []
    try archive.forEachTrace(.payload) { traces.append($0) }
    for trace in traces {
      let whole = trace.batch.described()
      for position in whole.indices {
        let one = try archive.load(trace.handle, .payload, positions: [position])
        #expect(one.batch.described() == [whole[position]])
      }
    }
  }
}
