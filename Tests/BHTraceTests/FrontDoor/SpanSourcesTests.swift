import Foundation
import Testing

@testable import BHTrace

@Suite struct SpanSourcesTests {
  private static let good = """
    {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c",\
    "spanId":"eee19b7ec3c1b101","name":"a","startTimeUnixNano":"1","endTimeUnixNano":"2"}]}]}]}

    """

  private func inFolder(
    _ files: [String: String], _ body: (String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sources-" + UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, text) in files {
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try body(folder)
  }

  /// How the reading of `paths` went: the spans, the outcome, and what came up.
  private func read(
    _ paths: [String], strict: Bool = false
  ) throws -> (spans: Int, outcome: SpanSources.Outcome, events: [String]) {
    var (spans, events) = (0, [String]())
    func name(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
    let outcome = try SpanSources(paths, strict: strict).read(
      observe: { event in
        switch event {
        case .failed(let path, let error, let spans):
          let code = (error as? FormatError).map { "\($0.code)" } ?? "system"
          events.append("failed \(name(path)): \(code), \(spans)")
        case .passedOver(let path, _): events.append("passed over \(name(path))")
        case .empty(let path): events.append("empty \(name(path))")
        case .withoutSpans(let path, _): events.append("without \(name(path))")
        case .inputs, .progress, .finished: break
        }
      }, { spans += $0.spans.count })
    return (spans, outcome, events)
  }

  @Test func oneBadInputDoesNotStopTheOthers() throws {
    try inFolder([
      "1.json": Self.good, "2.json": "{\"resourceSpans\": [", "3.txt": "hello", "4.json": "",
      "5.json": "{\"resourceSpans\":[]}", "6.json": Self.good,
    ]) { folder in
      let all = try read([folder, folder + "/missing"])
      #expect(all.spans == 2)
      #expect(all.outcome == SpanSources.Outcome(inputs: 7, failed: 3))
      #expect(
        all.events == [
          "failed 2.json: truncated, 0", "failed 3.txt: notRecognized, 0",
          "failed missing: system, 0", "empty 4.json", "without 5.json",
        ])
      #expect(throws: SpanSources.Failure.self) { try read([folder], strict: true) }
    }
  }

  @Test func whereNothingCanBeReadThatIsAnError() throws {
    try inFolder(["1.txt": "hello", "2.json": "", "3.json": "{\"resourceSpans\":[]}"]) { folder in
      for (names, words) in [
        (["1.txt"], "input"), (["2.json"], "input"), (["3.json"], "input"),
        (["1.txt", "2.json"], "nothingRead"), (["2.json", "3.json"], "input"),
      ] {
        #expect {
          try read(names.map { folder + "/" + $0 })
        } throws: { error in
          "\(error)".hasPrefix(words)
        }
      }
      #expect(throws: StorageError.self) { try read([folder + "/missing"]) }
    }
  }

  @Test func whatWasHandedOutBeforeTheDamageStays() throws {
    // The payload of the archive's last segment is damaged.
    var options = FormatOptions()
    options.segmentSpans = 2000
    var writer = ArchiveWriter(options: options)
    try writer.add(.timeline(traces: 2000, traceSpans: 3))
    var bytes: [UInt8] = []
    let report = try writer.finish { bytes += $0 }
    let session = try ArchiveSession(BytesSource(bytes))
    try session.forEachBatch { _ in }
    let blocks = try session.segment(report.segments - 1).map.range(.blocks)
    bytes[blocks.lowerBound + blocks.count / 2] ^= 0x55
    try inFolder(["1.json": Self.good]) { folder in
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/0.bht"))
      let all = try read([folder])
      #expect(all.outcome == SpanSources.Outcome(inputs: 2, failed: 1))
      #expect(all.events == ["failed 0.bht: checksumMismatch, \(all.spans - 1)"])
      #expect(all.spans > 1000)
    }
  }

  @Test func errorsOfWhoeverTakesTheSpansComeThrough() throws {
    struct Enough: Error {}
    try inFolder(["1.json": Self.good, "2.json": Self.good]) { folder in
      #expect(throws: Enough.self) { try SpanSources([folder]).read { _ in throw Enough() } }
      #expect(throws: Enough.self) {
        try SpanSources([folder]).read(
          observe: { if case .progress = $0 { throw Enough() } }, { _ in })
      }
    }
  }
}
