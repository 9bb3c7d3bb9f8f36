import Testing

@testable import BHTMeasure
@testable import BHTrace

struct ArchiveRoundTripTests {
  private func spans(_ bytes: [UInt8]) throws -> [String] {
    let opened = try ArchiveSession(BytesSource(bytes))
    var spans: [String] = []
    try opened.forEachTrace([.payload]) { spans += $0.batch.described() }
    return spans
  }

  @Test(arguments: [FormatOptions.BlockSize.span, .bytes(64), .bytes(4096), .bytes(1 << 20)])
  func everySpanComesBackEqual(block: FormatOptions.BlockSize) throws {
    let batch = smallTraces()
    var options = FormatOptions()
    options.block = block
    let back = try spans(try archive([batch], options: options))
    #expect(back.sorted() == batch.described().sorted())
  }

  @Test func bytesDoNotDependOnThreadsOrBatches() throws {
    let batch = smallTraces()
    let whole = try archive([batch], options: ArchiveDamageTests.options)
    #expect(try archive([batch], options: ArchiveDamageTests.options, threads: 3) == whole)
    // The same spans, one a batch, backwards.
    let single = batch.spans.reversed().map { span in
      var part = batch
      part.spans = [span]
      return part
    }
    #expect(try archive(single, options: ArchiveDamageTests.options) == whole)
  }

  @Test func bytesDoNotDependOnHowMuchAThreadMines() throws {
    var generator = CheckoutGenerator(seed: 3)
    var random = RandomSpans(seed: 4)
    let batches = (0..<12).map { $0 % 4 == 3 ? random.batch(spans: 12) : generator.next() }
    var options = FormatOptions()
    options.chunkSpans = 16
    options.segmentSpans = 400
    let whole = try archive(batches, options: options)
    for threads in [2, 3, 16] {
      #expect(try archive(batches, options: options, threads: threads) == whole)
    }
  }

  @Test func bytesDoNotDependOnMemory() throws {
    let batch = smallTraces()
    let whole = try archive([batch], options: ArchiveDamageTests.options)
    let single = batch.spans.reversed().map { span in
      var part = batch
      part.spans = [span]
      return part
    }
    let spilled = try archive(single, options: ArchiveDamageTests.options, memory: 1)
    #expect(spilled == whole)
  }

  @Test func lengthIsAMultipleOf64() throws {
    #expect(try archive([smallTraces()]).count % 64 == 0)
    #expect(try archive([]).count % 64 == 0)
  }

  @Test func emptyArchiveIsSound() throws {
    let bytes = try archive([])
    #expect(try ArchiveVerifier.verify(BytesSource(bytes)).isSound)
    #expect(try ArchiveSession(BytesSource(bytes)).traceCount == 0)
  }

  @Test func traceIsFoundByIdInThreeRoundsAndOtherIdsAreNot() throws {
    let opened = try ArchiveSession(BytesSource(try archive([smallTraces()])))
    let id = [UInt8](repeating: 2, count: 16)
    let handles = try opened.locate(traceID: id, for: .payload)
    try #require(handles.count == 1)
    let trace = try opened.load(handles[0], [.payload], positions: nil)
    #expect(trace.traceID == id)
    #expect(trace.batch.spans.count == 6)
    #expect(opened.stats.rounds <= 3)
    #expect(try opened.locate(traceID: [1, 2, 3]).isEmpty)
  }

  @Test func aWarmReaderFetchesATraceInOneRound() throws {
    let opened = try ArchiveSession(
      BytesSource(try archive([smallTraces()], options: ArchiveDamageTests.options)))
    try opened.warmUp()
    let before = opened.stats
    let traces = try SpanReadings.trace([UInt8](repeating: 2, count: 16), in: opened)
    #expect(traces.map(\.batch.spans.count) == [6])
    #expect(opened.stats.rounds == before.rounds + 1)
  }

  @Test func whatIsMissingOfAChunkIsReadInOneRound() throws {
    var source = BytesSource(try archive([smallTraces()]))
    source.tailGuess = 64
    let opened = try ArchiveSession(source)
    let id = [UInt8](repeating: 2, count: 16)
    let handle = try #require(try opened.locate(traceID: id).first)
    let rounds = opened.stats.rounds
    // Structure and trace ids are there; span ids, tables and payload are not.
    let trace = try opened.load(handle, [.spanIDs, .payload], positions: nil)
    #expect(trace.batch.spans.count == 6 && trace.spanIDs.count == 6)
    #expect(opened.stats.rounds == rounds + 1)
  }

  @Test func indexReadingsTouchNoPayload() throws {
    let bytes = try archive([smallTraces()])
    var source = BytesSource(bytes)
    source.tailGuess = 64
    let opened = try ArchiveSession(source)
    try opened.forEachTrace([]) { _ in }
    #expect(opened.stats.blocksRead == 0)
    let read = opened.stats.bytesRead
    let segment = try opened.maps()[0]
    let untouched = segment.range(.blocks).count + segment.range(.tables).count
    #expect(read < bytes.count - untouched)
  }

  @Test func chosenPositionsAreLoadedAlone() throws {
    let opened = try ArchiveSession(BytesSource(try archive([smallTraces()])))
    let handle = try opened.locate(traceID: [UInt8](repeating: 1, count: 16))[0]
    let all = try opened.load(handle, [.payload], positions: nil).batch.described()
    let some = try opened.load(handle, [.payload], positions: [1, 4]).batch.described()
    #expect(some == [all[1], all[4]])
  }

  @Test func inspectionAccountsForEveryByte() throws {
    let bytes = try archive([smallTraces()], options: ArchiveDamageTests.options)
    let inspection = try ArchiveSession(BytesSource(bytes)).inspect()
    #expect(inspection.parts.reduce(0) { $0 + $1.stored } == bytes.count)
    #expect(inspection.services.reduce(0) { $0 + $1.spans } == 18)
  }
}
