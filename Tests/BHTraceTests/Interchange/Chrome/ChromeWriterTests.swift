import Foundation
import Testing

@testable import BHTrace

/// Chrome's trace events, checked by the rules viewers have.
struct ChromeWriterTests {
  private struct Event {
    var phase: String
    var name: String
    var pid: Int
    var tid: Int
    /// Nanoseconds.
    var start: Int
    var end: Int
    var id: Int?
    var args: [String: Any]
  }

  private func events(_ bytes: [UInt8]) throws -> [Event] {
    let all = try #require(try foundation(bytes) as? [String: Any])
    let list = try #require(all["traceEvents"] as? [[String: Any]])
    func nanoseconds(_ value: Any?) -> Int {
      Int(((value as? NSNumber)?.doubleValue ?? 0) * 1_000 + 0.5)
    }
    return try list.map { event in
      let start = nanoseconds(event["ts"])
      return Event(
        phase: try #require(event["ph"] as? String), name: event["name"] as? String ?? "",
        pid: try #require(event["pid"] as? Int), tid: try #require(event["tid"] as? Int),
        start: start, end: start + nanoseconds(event["dur"]), id: event["id"] as? Int,
        args: event["args"] as? [String: Any] ?? [:])
    }
  }

  /// What is wrong with events by the rules: complete events of a track nest, the asynchronous
  /// ones of an id open and close like brackets, arrows have both ends inside complete events.
  private func faults(_ events: [Event]) -> [String] {
    var faults: [String] = []
    let tracks = Dictionary(grouping: events.filter { $0.phase == "X" }) { [$0.pid, $0.tid] }
    for (_, track) in tracks {
      var open: [Event] = []
      // Stable: events of the same time stay in the order of the file.
      for event in track.enumerated().sorted(by: {
        ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
      })
      .map(\.element) {
        while let top = open.last, top.end <= event.start { open.removeLast() }
        if let top = open.last, event.end > top.end { faults.append("\(event.name) does not nest") }
        open.append(event)
      }
    }
    let lanes = Dictionary(grouping: events.filter { $0.phase == "b" || $0.phase == "e" }) { $0.id }
    for (id, lane) in lanes {
      var open: [Event] = []
      for event in lane.enumerated().sorted(by: {
        ($0.element.start, $0.offset) < ($1.element.start, $1.offset)
      })
      .map(\.element) {
        if event.phase == "b" {
          open.append(event)
        } else if open.popLast()?.name != event.name {
          faults.append("lane \(id ?? -1) closes \(event.name), which is not open")
        }
      }
      if !open.isEmpty { faults.append("lane \(id ?? -1) stays open") }
    }
    for arrow in events where arrow.phase == "s" || arrow.phase == "f" {
      let holds = events.contains {
        $0.phase == "X" && $0.pid == arrow.pid && $0.tid == arrow.tid && $0.start <= arrow.start
          && arrow.start <= $0.end
      }
      if !holds { faults.append("an arrow hangs in the air") }
    }
    return faults
  }

  @Test func concurrentSpansOfAServiceGetLanes() throws {
    let batch = SpanBatch([
      PlainSpan(id: "r", parent: "", start: 0, end: 1_000, service: "a", name: "root"),
      PlainSpan(id: "x", parent: "r", start: 100, end: 500, service: "a", name: "first"),
      PlainSpan(id: "y", parent: "r", start: 200, end: 700, service: "a", name: "second"),
      PlainSpan(id: "z", parent: "y", start: 250, end: 300, service: "a", name: "inner"),
      PlainSpan(id: "w", parent: "r", start: 700, end: 800, service: "a", name: "third"),
      PlainSpan(id: "v", parent: "x", start: 150, end: 2_000, service: "b", name: "late"),
    ])
    let events = try events(batch.written(ChromeWriter()).bytes)
    #expect(faults(events) == [])
    #expect(events.filter { $0.phase == "X" }.map(\.name) == ["root", "first", "late", "third"])
    #expect(events.filter { $0.phase == "b" }.map(\.name) == ["second", "inner"])
    #expect(Set(events.filter { $0.phase == "b" }.map(\.id)).count == 1)
    #expect(
      events.filter { $0.name == "process_name" }.map { $0.args["name"] as? String } == ["a", "b"])
    #expect(events.filter { $0.name == "late" }.map(\.pid) == [2])
  }

  @Test func timesKeepTheirNanoseconds() throws {
    var batch = smallTraces()
    batch.spans = Array(batch.spans.prefix(6))
    batch.spans[1].start += 1
    let text = String(decoding: batch.written(ChromeWriter()).bytes, as: UTF8.self)
    #expect(text.contains("\"ts\":7.001,"))
    #expect(text.contains("\"start_unix_ns\":\"\(batch.spans[0].start)\""))
  }

  @Test func linksInsideTheTraceAreArrows() throws {
    var batch = SpanBatch([
      PlainSpan(id: "r", parent: "", start: 0, end: 1_000, service: "a", name: "root"),
      PlainSpan(id: "x", parent: "r", start: 100, end: 500, service: "b", name: "first"),
      PlainSpan(id: "y", parent: "r", start: 600, end: 700, service: "a", name: "second"),
    ])
    for (trace, span) in [
      (batch.spans[1].traceID, batch.spans[1].spanID),
      (batch.append("other"), batch.spans[1].spanID),
      (batch.spans[1].traceID, batch.append("nowhere")),
    ] {
      var link = LinkRecord()
      link.traceID = trace
      link.spanID = span
      batch.links.append(link)
    }
    batch.spans[2].links = RecordRange(0, 3)
    let (bytes, losses) = batch.written(ChromeWriter())
    let events = try events(bytes)
    #expect(faults(events) == [])
    #expect(events.filter { $0.phase == "s" }.map { [$0.pid, $0.start] } == [[2, 100]])
    #expect(events.filter { $0.phase == "f" }.map { [$0.pid, $0.start] } == [[1, 600]])
    #expect(
      losses == [
        WriterLoss(what: LossKind.foreignLinks.words, count: 1),
        WriterLoss(what: LossKind.undrawnLinks.words, count: 1),
      ])
  }

  @Test func valuesAreArguments() throws {
    var batch = smallTraces()
    batch.spans = Array(batch.spans.prefix(6))
    let events = try events(batch.written(ChromeWriter()).bytes)
    #expect(faults(events) == [])
    let span = try #require(events.first { $0.args["span_id"] as? String == "0505050505050505" })
    #expect(span.args["db.system"] as? String == "postgresql")
    #expect(span.args["rows"] as? Int == 1)
    #expect(span.args["ratio"] as? Double == 1)
    #expect(span.args["none"] is NSNull)
    #expect(span.args["status"] as? String == "error")
    #expect(span.args["status_message"] as? String == "timeout after 30 ms")
    #expect(events.contains { ($0.phase == "i" || $0.phase == "n") && $0.name == "exception" })
  }

  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func anythingNests(seed: UInt64) throws {
    // Short times, so that spans begin and end together often.
    var random = SeededGenerator(seed: seed)
    var plain: [PlainSpan] = []
    for number in 0..<60 {
      let start = UInt64.random(in: 0..<20, using: &random)
      let parent = number == 0 ? "" : "\(Int.random(in: 0..<number, using: &random))"
      plain.append(
        PlainSpan(
          id: "\(number)", parent: parent, start: start,
          end: start + UInt64.random(in: 0..<12, using: &random),
          service: ["a", "b"][Int.random(in: 0...1, using: &random)], name: "n\(number)"))
    }
    let events = try events(SpanBatch(plain).written(ChromeWriter()).bytes)
    #expect(faults(events) == [])
    #expect(events.filter { $0.phase == "X" || $0.phase == "b" }.count == 60)
  }

  @Test(.corpus("opensearch")) func realTracesNest() throws {
    let path = try Corpus.path("opensearch/jaeger-span-2023-01-24.json")
    let (bytes, _) = try ReadSpans(path: path).written(ChromeWriter())
    let events = try events(bytes)
    #expect(faults(events) == [])
    #expect(events.filter { $0.phase == "X" || $0.phase == "b" }.count == 379)
  }
}
