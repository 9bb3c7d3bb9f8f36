import Testing

@testable import BHTrace

/// Random trees, cut at random places into parts in segments of their own, come back whole.
struct PiecesTests {
  private func check(_ batch: SpanBatch, cutAt cuts: [Int], _ comment: Comment) throws {
    let bytes = Segments.archive(try Segments.encode(trace: batch, cutAt: cuts))
    let id = batch.bytes(batch.spans[0].traceID)
    let unpieced = try ArchiveSession(BytesSource(try archive([batch])))
    let expected = try unpieced.load(
      unpieced.locate(traceID: id)[0], [.spanIDs, .payload], positions: nil)
    let session = try ArchiveSession(BytesSource(bytes))
    let handle = try session.locate(traceID: id)[0]
    #expect(try session.pieces(of: handle).map(\.lowerBound) == [0] + cuts, comment)
    let found = try session.load(handle, [.spanIDs, .payload], positions: nil)
    #expect(found.structureWords == expected.structureWords, comment)
    #expect(found.tree.filePositions == expected.tree.filePositions, comment)
    #expect(found.spanIDs == expected.spanIDs, comment)
    #expect(found.batch.described() == expected.batch.described(), comment)
    #expect(try ArchiveVerifier.verify(BytesSource(bytes), threads: 1).problems == [], comment)
    for position in expected.spanIDs.indices where position % 5 == 0 {
      let id = expected.spanIDs[position]
      let subtree = try SpanReadings.subtree(of: id, traceID: expected.traceID, in: session)
      let own = try SpanReadings.subtree(of: id, traceID: expected.traceID, in: unpieced)
      #expect(subtree?.batch.described() == own?.batch.described(), comment)
    }
  }

  private func cuts(_ count: Int, _ random: inout SeededGenerator) -> [Int] {
    let places = (0..<Int.random(in: 1...4, using: &random)).map { _ in
      Int.random(in: 1..<count, using: &random)
    }
    return Set(places).sorted()
  }

  @Test(arguments: SpanBatch.Growth.allCases, [UInt64(1), 2, 3])
  func treesOfAnyShapeComeBack(growth: SpanBatch.Growth, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let batch = SpanBatch.trace(60, growth, seed: seed)
    let cuts = cuts(60, &random)
    try check(batch, cutAt: cuts, "cut at \(cuts)")
  }

  @Test func oddParentsComeBack() throws {
    for seed in UInt64(0)..<25 {
      var random = SeededGenerator(seed: seed)
      let ids = ["", "a", "b", "c", "12345678", "\0\0\0\0\0\0\0\0", "\0"]
      func id() -> String { ids.randomElement(using: &random) ?? "" }
      let batch = SpanBatch(
        (0..<14).map { _ in
          PlainSpan(
            id: id(), parent: id(), start: UInt64.random(in: 0...3, using: &random),
            end: UInt64.random(in: 0...6, using: &random),
            kind: Int32.random(in: 1...3, using: &random), service: ids[Int(seed % 3)],
            childOf: (0..<Int.random(in: 0...2, using: &random)).map { _ in id() })
        })
      let cuts = cuts(14, &random)
      try check(batch, cutAt: cuts, "seed \(seed), cut at \(cuts)")
    }
  }

  @Test func aTraceOfAnOldFileKeepsItsFilePositions() throws {
    let batch = try V1Decoder.decode(try PackageFile.checkout())
    try check(batch, cutAt: [100, 101, 200], "checkout")
    let bytes = Segments.archive(try Segments.encode(trace: batch, cutAt: [100, 101, 200]))
    var back = SpanBatch()
    let session = try ArchiveSession(BytesSource(bytes))
    let handle = try #require(try session.firstHandle())
    back = try session.load(handle, .payload, positions: nil).batch
    var losses = V1Losses()
    #expect(try V1Files.encode(back, losses: &losses) == PackageFile.checkout())
  }

  @Test func aPartThatIsMissingIsSaid() throws {
    let batch = SpanBatch.trace(30, .random)
    let segments = try Segments.encode(trace: batch, cutAt: [10, 20])
    let id = batch.bytes(batch.spans[0].traceID)
    for missing in [0, 1] {
      var rest = segments
      rest.remove(at: missing)
      let bytes = Segments.archive(rest)
      let session = try ArchiveSession(BytesSource(bytes))
      #expect(throws: FormatError.self) {
        for handle in try session.locate(traceID: id) {
          _ = try session.load(handle, .structure, positions: nil)
        }
      }
      #expect(throws: FormatError.self) {
        try ArchiveSession(BytesSource(bytes)).forEachTrace(.structure) { _ in }
      }
      let report = try ArchiveVerifier.verify(BytesSource(bytes))
      #expect(!report.isSound, "without part \(missing)")
    }
  }
}
