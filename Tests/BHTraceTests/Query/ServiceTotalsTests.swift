import Testing

@testable import BHTrace

struct ServiceTotalsTests {
  /// The totals as the summary has them.
  private func expected(_ archive: any TraceArchive) throws -> [(name: [UInt8], ServiceTotals)] {
    let summary = try SummaryQuery.run(over: archive)
    return (summary?.services ?? []).map { name, rollup in
      var totals = ServiceTotals()
      totals.spans = rollup.spans
      totals.errors = rollup.errors
      totals.total = rollup.total
      return (name, totals)
    }
  }

  private func check(_ archive: any TraceArchive) throws {
    let found = try ServiceTotals.all(in: archive)
    let expected = try expected(archive)
    #expect(!expected.isEmpty)
    #expect(found.map(\.name) == expected.map(\.name))
    #expect(found.map(\.totals) == expected.map(\.1))
  }

  @Test func ofAVersionTwoArchiveAreTheSummarys() throws {
    var options = FormatOptions()
    options.segmentSpans = 3
    options.chunkSpans = 2
    try check(try ArchiveSession(BytesSource(try archive([smallTraces()], options: options))))
    var random = RandomSpans(seed: 3)
    try check(try ArchiveSession(BytesSource(try archive([random.batch(spans: 200)]))))
  }

  @Test func ofOtherArchivesAreTheSummarys() throws {
    try check(try V1Archive(MemorySource(try PackageFile.checkout())))
    var random = SeededGenerator(seed: 4)
    try check(MemoryArchive(randomSpans(&random, atMost: 40)))
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func areTheSameFromTheSumsOfSegments(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    var options = FormatOptions()
    options.segmentSpans = 50
    options.index = .all
    let batch = random.batch(spans: 200)
    let bytes = try archive([batch], options: options)
    let session = try ArchiveSession(BytesSource(bytes))
    var spans = 0
    try #require(
      try session.forEachRollup { _, _, rollup in
        spans += rollup.sums(in: 0...UInt64.max).cells.reduce(0) { $0 + $1.durations.count }
      })
    #expect(spans == batch.spans.count)
    let summed = try ServiceTotals.all(in: session, smallIndex: 0)
    let counted = try ServiceTotals.all(in: session, smallIndex: .max)
    #expect(summed.map(\.name) == counted.map(\.name))
    #expect(summed.map(\.totals) == counted.map(\.totals))
    // One segment without sums, and the structure of all is read.
    options.index = .none
    let without = try ArchiveSession(
      BytesSource(try archive([random.batch(spans: 30)], options: options)))
    #expect(try !without.forEachRollup { _, _, _ in Issue.record("there is no ROLLUP") })
    try check(without)
  }

  @Test func readTheIndexOnly() throws {
    let archive = try ArchiveSession(BytesSource(try archive([smallTraces()])))
    _ = try ServiceTotals.all(in: archive)
    #expect(archive.stats.blocksRead == 0)
  }
}
