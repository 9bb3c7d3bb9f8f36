import Foundation
import Testing

@testable import BHTrace

/// One trace through the library's front door: the same answers from both versions of the format.
struct FrontDoorTests {
  private func saved(_ version: TraceStore.Version) throws -> String {
    var store = TraceStore("checkout-7f3a")
    store.add(
      TraceSpan(
        "s1", parent: nil, service: "gateway", operation: "POST /checkout", startMicroseconds: 0,
        durationMicroseconds: 482_000, attributes: ["http.status_code": 200]))
    store.add(
      TraceSpan(
        "s2", parent: "s1", service: "db", operation: "SELECT", startMicroseconds: 1_000,
        durationMicroseconds: 400_000, status: "error"))
    let path = NSTemporaryDirectory() + "front-door-\(UUID().uuidString).bht"
    try store.save(path, version: version)
    return path
  }

  @Test func bothVersionsAnswerAlike() throws {
    let paths = try [TraceStore.Version.v1, .v2].map { try saved($0) }
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    let readers = try paths.map { try TraceReader($0) }
    #expect(readers.map(\.archive.formatVersion) == [1, 2])
    let summaries = try readers.map { "\(try $0.summary().result)" }
    #expect(summaries[0] == summaries[1])
    let chains = try readers.map { "\(try $0.criticalPath().result)" }
    #expect(chains[0] == chains[1])
    #expect(chains[0].contains("SELECT"))
    let branches = try readers.map { "\(try $0.subtree("s1").result)" }
    #expect(branches[0] == branches[1])
    let all = try readers.map { "\(try $0.full().result)" }
    #expect(all[0] == all[1])
    #expect(try readers[1].summary().stats.blocksRead == 0)
  }

  /// The README's example.
  @Test func theExampleOfTheReadmeWorks() throws {
    let folder = NSTemporaryDirectory()
    let (source, target) = (
      folder + "readme-\(UUID().uuidString).pb", folder + "readme-\(UUID().uuidString).bht"
    )
    defer {
      try? FileManager.default.removeItem(atPath: source)
      try? FileManager.default.removeItem(atPath: target)
    }
    try Data(OTLPProtobufWriter.encode(smallTraces())).write(to: URL(fileURLWithPath: source))
    var writer = ArchiveWriter(threads: 2)
    let input = try TraceInput(path: source)
    while let batch = try input.next() { try writer.add(batch) }
    let file = try OutputFile(path: target)
    _ = try writer.finish { try file.write($0) }
    try file.finish()

    let archive = try openArchive(FileSource(path: target))
    var summary = SummaryQuery()
    try archive.forEachTrace(.structure) { summary.add($0) }
    #expect(summary.finish().services.count == 2)
    #expect(archive.stats.bytesRead > 0)
  }
}
