import Testing

@testable import BHTSearch
@testable import BHTrace

/// The engine against the evaluator that looks at full spans, by random queries.
@Suite struct EngineTests {
  /// Layouts of an archive: with and without sections that pruning goes by, of one segment and of many.
  static let layouts: [FormatOptions] = [
    FormatOptions.IndexChoice.auto, .none, .all, .keys([Array("int".utf8)]),
  ].enumerated().map { number, index in
    var options = FormatOptions()
    options.index = index
    if number > 0 {
      options.segmentSpans = [300, 90, 2000][number - 1]
      options.chunkSpans = [40, 16, 500][number - 1]
    }
    return options
  }

  #if DEBUG
    static let queriesPerSeed = 5
  #else
    static let queriesPerSeed = 400
  #endif

  @Test(arguments: UInt64(1)...6)
  func randomQueriesFindWhatTheReferenceFinds(seed: UInt64) throws {
    let batches = try AgreedQueries.batches()
    // A few traces in each turn.
    let some = SearchedTraces.part(of: batches) { id, _ in UInt64(id.last ?? 0) % 6 == seed % 6 }
    let traces = try ReferenceTrace.traces(of: some)
    let archives = try Self.layouts.map { try SearchedTraces.archive(some, $0) }
    var random = RandomQuery(seed: seed, of: traces)
    for _ in 0..<Self.queriesPerSeed {
      let query = random.traces()
      let wanted = SearchedTraces.reference(query, over: traces)
      for (layout, archive) in archives.enumerated() {
        let found = try SearchedTraces.engine(query, over: [archive])
        #expect(found == wanted, "seed \(seed), layout \(layout): \(query)")
      }
    }
  }

  /// The spans of each trace lie in two archives; asked together they are one.
  @Test(arguments: UInt64(1)...3)
  func partsInSeveralArchivesAreJoined(seed: UInt64) throws {
    let batches = try AgreedQueries.batches()
    let some = SearchedTraces.part(of: batches) { id, _ in UInt64(id.last ?? 0) % 8 == seed }
    let traces = try ReferenceTrace.traces(of: some)
    var options = FormatOptions()
    options.index = seed == 1 ? .none : .all
    options.chunkSpans = 30
    let archives = try (0..<3).map { number in
      try SearchedTraces.archive(
        SearchedTraces.part(of: some) { _, span in (span + Int(seed)) * 7 % 10 % 3 == number },
        options)
    }
    var random = RandomQuery(seed: seed + 100, of: traces)
    for _ in 0..<Self.queriesPerSeed {
      let query = random.traces()
      #expect(
        try SearchedTraces.engine(query, over: archives)
          == SearchedTraces.reference(query, over: traces), "seed \(seed): \(query)")
    }
  }

  /// What hangs under no root has no place in its trace, as in Tempo.
  @Test func orphansHaveNoPlaceAsInTempo() throws {
    let batches = try AgreedQueries.batches()
    // Without the roots.
    let some = SearchedTraces.part(of: batches) { id, span in
      id.last ?? 0 < 60 && span % 5 != 0
    }
    let traces = try ReferenceTrace.traces(of: some, .tempo)
    let archive = try SearchedTraces.archive(some, FormatOptions())
    for text in [
      "{ } >> { }", "{ kind = server } > { }", "{ nestedSetParent < 0 }", "{ } !>> { }",
      "{ rootName != \"\" }", "{ } ~ { status = error }", "{ nestedSetLeft > 3 } &<< { }",
    ] {
      let query = try Query(text)
      let wanted = SearchedTraces.reference(query, over: traces)
      #expect(
        try SearchedTraces.engine(query, over: [archive], asTempo: true) == wanted, "\(text)")
      #expect(
        try SearchedTraces.engine(query, over: [archive]) != wanted
          || text == "{ } ~ { status = error }", "\(text)")
    }
  }

  /// Orders, limits and times choose among the same answers.
  @Test func ordersAndLimitsChooseAmongAllAnswers() throws {
    let batches = try AgreedQueries.batches()
    let some = SearchedTraces.part(of: batches) { id, _ in id.last ?? 0 < 100 }
    let archive = try SearchedTraces.archive(some, Self.layouts[1])
    func found(_ change: (inout TraceSearch) -> Void) throws -> [BHTSearch.FoundTrace] {
      guard case .spansets(let stages) = try Query("{ kind = server }").body else { return [] }
      var search = TraceSearch(stages)
      change(&search)
      var (report, found) = (SearchReport(), [BHTSearch.FoundTrace]())
      try search.run(
        over: [ArchiveSet.Member(name: "a", archive: try ArchiveSession(MemorySource(archive)))],
        report: &report, passOver: { _, error in throw error },
        body: { trace, _ in
          found.append(trace)
          return true
        })
      return found
    }
    let all = try found { $0.order = .oldest }
    #expect(all.count > 20)
    #expect(all.map(\.start) == all.map(\.start).sorted())
    let newest = try found { $0.limit = 5 }
    #expect(newest.map(\.traceID) == all.suffix(5).reversed().map(\.traceID))
    let longest = try found {
      $0.order = .duration
      $0.limit = 3
    }
    #expect(longest.map(\.duration) == Array(all.map(\.duration).sorted(by: >).prefix(3)))
    let middle = all[all.count / 2].start
    let later = try found {
      $0.order = .oldest
      $0.since = middle
    }
    #expect(later.map(\.traceID) == all.filter { $0.start >= middle }.map(\.traceID))
    let earlier = try found {
      $0.order = .oldest
      $0.until = middle
    }
    #expect(earlier.count + later.count == all.count)
  }
}
