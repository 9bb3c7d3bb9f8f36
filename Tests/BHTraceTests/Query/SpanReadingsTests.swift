import Testing

@testable import BHTrace

struct SpanReadingsTests {
  private let spans = [
    PlainSpan(id: "r", start: 0, end: 100, service: "web", name: "one-r", trace: "one"),
    PlainSpan(id: "a", parent: "r", start: 10, end: 40, service: "db", name: "one-a", trace: "one"),
    PlainSpan(id: "c", parent: "a", start: 11, end: 12, service: "io", name: "one-c", trace: "one"),
    PlainSpan(id: "b", parent: "r", start: 50, end: 60, service: "db", name: "one-b", trace: "one"),
    PlainSpan(id: "r", start: 5, end: 9, service: "web", name: "two-r", trace: "two"),
    PlainSpan(id: "a", parent: "r", start: 6, end: 7, service: "io", name: "two-a", trace: "two"),
  ]

  private func names(_ trace: LoadedTrace?) -> [String] {
    trace.map { one in one.batch.spans.map { one.batch.text($0.name) } } ?? []
  }

  @Test func aSubtreeIsTheSpanAndAllUnderIt() throws {
    let archive = MemoryArchive(spans)
    let answer = try SpanReadings.subtree(
      of: Array("a".utf8), traceID: Array("one".utf8), in: archive)
    #expect(names(answer) == ["one-a", "one-c"])
    #expect(answer?.traceID == Array("one".utf8))
    #expect(archive.payloads == ["one-a", "one-c"])
  }

  @Test func aSubtreeOfTheOnlyTraceNeedsNoTraceID() throws {
    let archive = MemoryArchive(Array(spans[0..<4]))
    #expect(names(try SpanReadings.subtree(of: Array("b".utf8), in: archive)) == ["one-b"])
    #expect(archive.payloads == ["one-b"])
  }

  @Test func aSubtreeOfOneOfSeveralTracesNeedsATraceID() throws {
    #expect(throws: ReadingError.traceRequired(traces: 2)) {
      try SpanReadings.subtree(of: Array("a".utf8), in: MemoryArchive(spans))
    }
  }

  @Test func anUnknownSpanOrTraceHasNoSubtree() throws {
    let archive = MemoryArchive(spans)
    let (one, no) = (Array("one".utf8), Array("no".utf8))
    #expect(try SpanReadings.subtree(of: no, traceID: one, in: archive) == nil)
    #expect(try SpanReadings.subtree(of: one, traceID: no, in: archive) == nil)
    #expect(archive.payloads.isEmpty)
  }

  @Test func allSpansOfASharedIDAreInItsSubtree() throws {
    let archive = MemoryArchive([
      PlainSpan(id: "r", start: 0, name: "r"),
      PlainSpan(id: "x", parent: "r", start: 1, kind: 3, name: "client"),
      PlainSpan(id: "x", parent: "r", start: 2, kind: 2, name: "server"),
      PlainSpan(id: "y", parent: "x", start: 3, name: "y"),
      PlainSpan(id: "z", parent: "r", start: 4, name: "z"),
    ])
    #expect(
      names(try SpanReadings.subtree(of: Array("x".utf8), in: archive))
        == ["client", "server", "y"])
  }

  @Test(arguments: [1, 2])
  func aServiceIsReadAcrossTraces(perSegment: Int) throws {
    let archive = MemoryArchive(spans, perSegment: perSegment)
    var found: [[String]] = []
    try SpanReadings.service(Array("io".utf8), in: archive) { found.append(names($0)) }
    #expect(found == [["one-c"], ["two-a"]])
    #expect(archive.payloads == ["one-c", "two-a"])
    found = []
    try SpanReadings.service(Array("db".utf8), traceID: Array("one".utf8), in: archive) {
      found.append(names($0))
    }
    try SpanReadings.service(Array("db".utf8), traceID: Array("two".utf8), in: archive) {
      found.append(names($0))
    }
    #expect(found == [["one-a", "one-b"]])
  }

  @Test func aTraceAndTheWholeArchiveComeInPreOrder() throws {
    let archive = MemoryArchive(spans)
    let one = try SpanReadings.trace(Array("one".utf8), in: archive)
    #expect(one.map(names) == [["one-r", "one-a", "one-c", "one-b"]])
    #expect(try SpanReadings.trace(Array("no".utf8), in: archive).isEmpty)
    var all: [String] = []
    try SpanReadings.full(archive) { all += names($0) }
    #expect(all == ["one-r", "one-a", "one-c", "one-b", "two-r", "two-a"])
  }
}
