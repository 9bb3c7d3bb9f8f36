import Foundation
import Testing

@testable import BHTrace

@Suite struct TraceSelectionTests {
  @Test func idsAreReadAsTheyAreWritten() {
    let whole: [UInt8] = Array(0xA0...0xAF)
    let zeros = [UInt8](repeating: 0, count: 8)
    let half: [UInt8] = [0, 1, 2, 3, 4, 5, 6, 7]
    let digits = "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
    for typed in [
      digits, digits.uppercased(), "0x" + digits, "0X" + digits,
      "a0a1a2a3-a4a5-a6a7-a8a9-aaabacadaeaf",
    ] {
      #expect(TypedID.meanings(typed, width: 16) == [whole, Array(typed.utf8)])
    }
    // 64 bits as 16 digits, without the leading zero, as one digit less, and as 32 digits.
    #expect(
      TypedID.meanings("0001020304050607", width: 16)
        == [half, zeros + half, Array("0001020304050607".utf8)])
    #expect(
      TypedID.meanings("1020304050607", width: 16)
        == [half, zeros + half, Array("1020304050607".utf8)])
    #expect(
      TypedID.meanings("0x00000000000000000001020304050607", width: 16).prefix(2)
        == [zeros + half, half])
    #expect(TypedID.meanings("checkout-7f3a91", width: 16) == [Array("checkout-7f3a91".utf8)])
    #expect(TypedID.meanings("", width: 16) == [[]])
    #expect(
      TypedID.meanings("102030405060", width: 8).contains([
        0, 0, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60,
      ]))
  }

  private static let plain = [
    PlainSpan(id: "a", start: 5, end: 9, service: "cart", trace: "one"),
    PlainSpan(id: "b", parent: "a", start: 6, end: 9, status: 2, service: "db", trace: "one"),
    PlainSpan(id: "c", start: 20, end: 30, service: "cart", trace: "two"),
    PlainSpan(id: "d", start: 40, end: 50, status: 2, service: "web", trace: "three"),
    PlainSpan(id: "e", start: 41, end: 50, service: "web", trace: "four"),
  ]

  private func selection(_ change: (inout TraceSelection) -> Void) -> TraceSelection {
    var selection = TraceSelection()
    change(&selection)
    return selection
  }

  private static func chosen(
    _ selection: TraceSelection, from batches: [SpanBatch]
  ) throws -> (traces: [String], chooser: TraceChooser) {
    var collector = TraceCollector()
    for batch in batches { try collector.add(batch) }
    var chooser = TraceChooser(selection)
    var traces: [String] = []
    try collector.finish { batch in
      if chooser.chooses(batch) { traces.append(batch.text(batch.spans[0].traceID)) }
    }
    return (traces, chooser)
  }

  @Test func alternativesOfOneKeyAndAllOfDifferentOnes() throws {
    let batch = SpanBatch(Self.plain)
    let cases: [(TraceSelection, [String])] = [
      (
        selection {
          $0.add(traceID: "one")
          $0.add(traceID: "four")
        }, ["one", "four"]
      ),
      (selection { $0.add(service: Array("db".utf8)) }, ["one"]),
      (
        selection {
          $0.add(service: Array("db".utf8))
          $0.add(service: Array("web".utf8))
        },
        ["one", "three", "four"]
      ),
      (
        selection {
          $0.add(service: Array("db".utf8))
          $0.add(service: Array("web".utf8))
          $0.errorsOnly = true
        }, ["one", "three"]
      ),
      (
        selection {
          $0.add(traceID: "two")
          $0.errorsOnly = true
        }, []
      ),
      (
        selection {
          $0.add(since: 20)
          $0.add(until: 41)
        }, ["two", "three"]
      ),
      (
        selection {
          $0.add(since: 40)
          $0.add(since: 20)
        }, ["two", "three", "four"]
      ),
    ]
    var writer = ArchiveWriter()
    try writer.add(batch)
    var bytes: [UInt8] = []
    _ = try writer.finish { bytes += $0 }
    for (selection, wanted) in cases {
      #expect(try Self.chosen(selection, from: [batch]).traces == wanted)
      // The same through the index of an archive.
      var found: [SpanBatch] = []
      try ArchiveSession(BytesSource(bytes)).forEachBatch(
        of: WantedOfArchive(selection: selection, isAlone: true)
      ) { found.append($0) }
      #expect(try Self.chosen(selection, from: found).traces == wanted)
    }
  }

  @Test func whatIsMissingIsNamed() throws {
    let batch = SpanBatch(Self.plain)
    let some = try Self.chosen(
      selection {
        for id in ["nowhere", "one", "ONE"] { $0.add(traceID: id) }
      }, from: [batch])
    #expect(some.chooser.missingIDs == ["nowhere", "ONE"])
    #expect(some.chooser.chosenCount == 1)
    let service = try Self.chosen(
      selection {
        $0.add(service: Array("x".utf8))
        $0.add(service: Array("db".utf8))
      },
      from: [batch])
    #expect(service.chooser.missingServices == [Array("x".utf8)])
  }

  @Test func partsOfATraceInSeveralPlacesCountTogether() throws {
    // Errors lie in one place of a trace, the service in another, the earliest start in a third.
    let first = SpanBatch([
      PlainSpan(id: "a", start: 5, end: 9, service: "cart", trace: "one"),
      PlainSpan(id: "x", start: 7, end: 9, service: "cart", trace: "other"),
    ])
    let second = SpanBatch([
      PlainSpan(id: "b", parent: "a", start: 60, end: 90, status: 2, service: "db", trace: "one")
    ])
    let bytes = Segments.appended(
      try Segments.encode([first]), try Segments.encode([second]))
    for (selection, wanted) in [
      (
        selection {
          $0.add(service: Array("cart".utf8))
          $0.errorsOnly = true
        }, [2]
      ),
      (selection { $0.add(until: 6) }, [2]), (selection { $0.add(since: 50) }, []),
      (selection { $0.add(traceID: "one") }, [2]),
    ] {
      var collector = TraceCollector()
      try ArchiveSession(BytesSource(bytes)).forEachBatch(
        of: WantedOfArchive(selection: selection, isAlone: true)
      ) { try collector.add($0) }
      var chooser = TraceChooser(selection)
      var spans: [Int] = []
      try collector.finish { if chooser.chooses($0) { spans.append($0.spans.count) } }
      #expect(spans == wanted)
    }
  }

  @Test func fewBytesAreReadForOneTrace() throws {
    let batch = SpanBatch.timeline(traces: 3000, traceSpans: 4)
    var writer = ArchiveWriter()
    try writer.add(batch)
    var bytes: [UInt8] = []
    _ = try writer.finish { bytes += $0 }
    let id = batch.bytes(batch.spans[5000].traceID)
    let session = try ArchiveSession(BytesSource(bytes))
    var spans = 0
    let wanted = selection { $0.add(traceID: SpanObjectWriter.idText(id, .otlp)) }
    try session.forEachBatch(of: WantedOfArchive(selection: wanted, isAlone: false)) {
      spans += $0.spans.count
      #expect($0.spans.allSatisfy { span in span.resource < 4 })
    }
    #expect(spans == 4)
    #expect(session.stats.bytesRead * 2 < bytes.count)
  }
}
