import Testing

@testable import BHTrace

@Suite struct ExactCopiesTests {
  private func pack(
    _ batches: [SpanBatch], dropsCopies: Bool, memory: Int = 512 << 20
  ) throws -> (bytes: [UInt8], report: ArchiveWriter.Report) {
    var options = FormatOptions()
    options.segmentSpans = 5000
    var writer = ArchiveWriter(options: options, memory: memory, dropsCopies: dropsCopies)
    for batch in batches { try writer.add(batch) }
    var bytes: [UInt8] = []
    let report = try writer.finish { bytes += $0 }
    return (bytes, report)
  }

  @Test func copiesAreCountedAndDroppedOnRequest() throws {
    let once = smallTraces()
    let kept = try pack([once, once, once], dropsCopies: false)
    let without = try pack([once], dropsCopies: false)
    let named = once.spans.count { !$0.spanID.isEmpty && $0.dialect != .v1 }
    #expect(without.report.copies == 0)
    #expect(kept.report.copies == named * 2)
    #expect(kept.report.spans == once.spans.count * 3)
    let dropped = try pack([once, once, once], dropsCopies: true)
    #expect(dropped.report.copies == named * 2)
    #expect(dropped.report.spans == once.spans.count * 3 - named * 2)
    if named == once.spans.count { #expect(dropped.bytes == without.bytes) }
  }

  @Test func whatDiffersInOneFieldStays() throws {
    let first = SpanBatch([
      PlainSpan(id: "a", start: 5, end: 9, service: "cart", trace: "one"),
      PlainSpan(id: "", start: 5, end: 9, service: "cart", trace: "one"),
    ])
    var other = first
    other.spans[0].end = 10
    var resource = first
    resource.resources[0].schemaURL = resource.append("url")
    let packed = try pack([first, other, resource, first], dropsCopies: true)
    // The span without an id is no copy of another.
    #expect(packed.report.copies == 1)
    #expect(packed.report.spans == 7)
  }

  @Test(arguments: [false, true])
  func largeTracesLoseTheirsToo(isSpooled: Bool) throws {
    // More than a segment, and than a piece.
    let once = SpanBatch.trace(7_000, .random)
    let half = once.prefix(spans: 3_000)
    let memory = isSpooled ? 1 << 20 : 2 << 30
    let without = try pack([once], dropsCopies: false)
    let dropped = try pack([once, half], dropsCopies: true, memory: memory)
    #expect(dropped.report.copies == 3_000)
    #expect(dropped.report.spans == 7_000)
    #expect(dropped.bytes == without.bytes)
  }

  @Test func theCollectorTellsOfThem() throws {
    let once = SpanBatch([PlainSpan(id: "a", start: 5, end: 9), PlainSpan(id: "b", parent: "a")])
    for drops in [false, true] {
      var collector = TraceCollector(dropsCopies: drops)
      for _ in 0..<3 { try collector.add(once) }
      var spans = 0
      let copies = try collector.finish { spans += $0.spans.count }
      #expect(copies == 4)
      #expect(spans == (drops ? 2 : 6))
    }
  }
}

extension SpanBatch {
  fileprivate func prefix(spans count: Int) -> SpanBatch {
    var batch = self
    batch.spans = Array(spans.prefix(count))
    return batch
  }
}
