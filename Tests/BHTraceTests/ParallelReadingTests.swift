import Testing

@testable import BHTrace

/// Reading all of an archive on several threads gives what one thread gives.
struct ParallelReadingTests {
  /// An archive of several segments with many small chunks and blocks.
  private func manyChunks() throws -> [UInt8] {
    var options = FormatOptions()
    options.segmentSpans = 400
    options.chunkSpans = 20
    options.block = .bytes(600)
    options.heavyValueBytes = 64
    var random = RandomSpans(seed: 11)
    let v1 = try V1Decoder.decode(try PackageFile.checkout())
    return try archive([random.batch(spans: 700), random.batch(spans: 500), v1], options: options)
  }

  private func opened(_ bytes: [UInt8], threads: Int) throws -> V2Archive {
    let archive = try V2Archive(BytesSource(bytes))
    archive.threads = threads
    return archive
  }

  @Test(arguments: [1, 2, 3, 8])
  func tracesAndCountersDoNotDependOnThreads(threads: Int) throws {
    let bytes = try manyChunks()
    func read(_ archive: V2Archive, chosen: Bool) throws -> ([[String]], ReadStats) {
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
    // With a choice everything is read by the calling thread.
    let (expected, counted) = try read(opened(bytes, threads: 1), chosen: true)
    let (traces, stats) = try read(opened(bytes, threads: threads), chosen: false)
    #expect(traces == expected)
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
    let writer = OTLPProtobufTraceWriter(framing: framing)
    var expected: [UInt8] = []
    try collector.finish { expected += writer.write($0) }
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
    let segment = try #require(sound.segments.last)
    let last = try #require(segment.description.chunks.indices.last)
    bytes[segment.range(.index, chunk: last).upperBound - 1] ^= 1
    for threads in [1, 4] {
      var count = 0
      #expect(throws: FormatError.self) {
        try opened(bytes, threads: threads).forEachTrace(.payload) { _ in count += 1 }
      }
      #expect(count == sound.traceCount - segment.description.chunks[last].traces)
    }
  }

  /// Spans of more than 1 MiB lie in the HEAVY stream, block by block.
  @Test func severalHugeSpansOfAChunkComeBack() throws {
    var batch = smallTraces()
    for trace in 1...3 {
      var span = batch.spans[0]
      span.traceID = batch.append([UInt8](repeating: UInt8(100 + trace), count: 16))
      let first = batch.attributes.count
      for number in 0..<40_000 {
        let text = "\(trace) word \(number &* 7919 % 10_007) \(String(number, radix: 36))"
        batch.attributes.append(
          AttributeRecord(
            key: batch.append("k\(number % 5)"), kind: .string, range: batch.append(text)))
      }
      span.attributes = RecordRange(first, batch.attributes.count - first)
      batch.spans.append(span)
    }
    let bytes = try archive([batch])
    let expected = batch.described().sorted()
    var traces: [String] = []
    try opened(bytes, threads: 2).forEachTrace(.payload) { traces += $0.batch.described() }
    #expect(traces.sorted() == expected)
    var exported = 0
    try opened(bytes, threads: 2).writeOTLPProtobuf { exported += $0.spans }
    #expect(exported == expected.count)
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

struct OrderedWorkTests {
  private struct Failure: Error, Equatable {
    var number: Int
  }

  /// Squares of the numbers below `count`; the job `failing` and the next job after `ending` fail.
  private func run(
    _ count: Int, threads: Int, failing: Int = -1, ending: Int = -1, stopping: Int = -1
  ) -> (results: [Int], error: Failure?) {
    var (given, results) = (0, [Int]())
    do {
      try OrderedWork<Int, Int>.run(
        threads: threads,
        next: {
          if given == ending { throw Failure(number: -1) }
          defer { given += 1 }
          return given < count ? given : nil
        }, state: { 0 },
        work: { job, state in
          state += 1
          if job == failing { throw Failure(number: job) }
          return job * job
        },
        body: {
          if results.count == stopping { throw Failure(number: -2) }
          results.append($0)
        })
      return (results, nil)
    } catch {
      return (results, error as? Failure)
    }
  }

  @Test(arguments: [1, 2, 4, 16])
  func resultsComeInTheOrderOfTheJobs(threads: Int) {
    for count in [0, 1, 2, 3, 500] {
      let (results, error) = run(count, threads: threads)
      #expect(results == (0..<count).map { $0 * $0 })
      #expect(error == nil)
    }
  }

  @Test(arguments: [1, 2, 4])
  func errorsComeAfterTheResultsBeforeThem(threads: Int) {
    let work = run(100, threads: threads, failing: 40)
    #expect(work.results.count == 40)
    #expect(work.error == Failure(number: 40))
    let jobs = run(100, threads: threads, ending: 70)
    #expect(jobs.results.count == 70)
    #expect(jobs.error == Failure(number: -1))
    let body = run(100, threads: threads, stopping: 10)
    #expect(body.results.count == 10)
    #expect(body.error == Failure(number: -2))
  }
}
