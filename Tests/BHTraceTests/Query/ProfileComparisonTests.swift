import Testing

@testable import BHTrace

struct ProfileComparisonTests {
  private func spans(_ count: Int, _ name: String, _ duration: UInt64, errors: Int = 0)
    -> [PlainSpan]
  {
    (0..<count).map {
      PlainSpan(
        id: "\($0)", start: 1000, end: 1000 + duration, status: $0 < errors ? 2 : 0,
        service: String(name.prefix(1)), name: name, trace: "\(name)\($0)")
    }
  }

  private func text(_ rows: [ProfileComparison.Row]) -> [String] {
    rows.map {
      String(decoding: $0.service + [0x20] + $0.operation, as: UTF8.self)
        + " \($0.change.rawValue) \($0.before?.spans ?? 0) \($0.after?.spans ?? 0)"
    }
  }

  @Test func whatChangedMostComesFirst() throws {
    let before =
      spans(100, "a-steady", 1000) + spans(100, "a-slower", 1000) + spans(100, "b-faster", 8000)
      + spans(100, "b-failing", 1000) + spans(50, "c-gone", 10) + spans(2, "c-noise", 10)
    let after =
      spans(300, "a-steady", 1040) + spans(100, "a-slower", 2500) + spans(100, "b-faster", 1000)
      + spans(100, "b-failing", 1000, errors: 25) + spans(40, "d-new", 10)
      + spans(2, "c-noise", 100)
    let first = try OperationProfile(of: MemoryArchive(before))
    let comparison = ProfileComparison(
      first, try OperationProfile(of: MemoryArchive(after, perSegment: 7)))
    #expect(
      text(comparison.operations) == [
        "b b-faster faster 100 100", "b b-failing same 100 100", "c c-gone gone 50 0",
        "d d-new new 0 40", "a a-slower slower 100 100", "c c-noise slower 2 2",
        "a a-steady same 100 300",
      ])
    #expect(comparison.operations[0].factor == 0.125)
    #expect(comparison.operations[2].factor == nil)
    #expect(
      comparison.services.map { String(decoding: $0.service, as: UTF8.self) }.sorted() == [
        "a", "b", "c", "d",
      ])
    let none = ProfileComparison(first, first)
    #expect(none.operations.allSatisfy { $0.change == .same && $0.weight == 0 })
    #expect(none.operations.map(\.operation) == first.operations.map(\.operation))
  }

  @Test(arguments: 1...5 as ClosedRange<UInt64>)
  func aProfileIsWhatTheSummarySays(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    var options = FormatOptions()
    options.segmentSpans = 50
    let session = try ArchiveSession(
      BytesSource(try archive([random.batch(spans: 300)], options: options)))
    var query = SummaryQuery()
    query.splitsOperations = true
    try session.forEachTrace(.structure) { query.add($0) }
    let summary = query.finish()
    let profile = try OperationProfile(of: session)
    #expect(profile.spans == summary.spans && profile.traces == summary.traces)
    let operations = summary.operations.map { row in
      var row = row
      row.rollup.selfTime = 0
      return row
    }
    #expect(profile.operations == operations)
    let services = summary.services.map { service in
      var rollup = service.rollup
      rollup.selfTime = 0
      return OperationRollup(service: service.name, operation: [], rollup: rollup)
    }
    #expect(profile.services == services)
  }
}
