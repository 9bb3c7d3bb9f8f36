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
    try check(try V2Archive(BytesSource(try archive([smallTraces()], options: options))))
    var random = RandomSpans(seed: 3)
    try check(try V2Archive(BytesSource(try archive([random.batch(spans: 200)]))))
  }

  @Test func ofOtherArchivesAreTheSummarys() throws {
    try check(try V1Archive(MemorySource(try PackageFile.checkout())))
    var random = SeededGenerator(seed: 4)
    try check(MemoryArchive(randomSpans(&random, atMost: 40)))
  }

  @Test func readTheIndexOnly() throws {
    let archive = try V2Archive(BytesSource(try archive([smallTraces()])))
    _ = try ServiceTotals.all(in: archive)
    #expect(archive.stats.blocksRead == 0)
  }
}
