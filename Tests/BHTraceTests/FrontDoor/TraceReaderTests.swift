import Foundation
import Testing

@testable import BHTrace

struct TraceReaderTests {
  private func checkout() throws -> TraceReader {
    try TraceReader(V1Archive(MemorySource(try PackageFile.checkout())))
  }

  @Test func everyReadingTakesWhatTheSeedMeasured() throws {
    let reader = try checkout()
    // Twice, in both orders: what an earlier reading took does not count.
    for _ in 0..<2 {
      let full = try reader.full()
      let service = try reader.service("db")
      let subtree = try reader.subtree("s0130")
      let path = try reader.criticalPath()
      let summary = try reader.summary()
      #expect(summary.stats.bytesRead == 41_371)
      #expect(path.stats.bytesRead == 41_371)
      #expect(subtree.stats.bytesRead == 44_899)
      #expect(service.stats.bytesRead == 83_335)
      #expect(full.stats.bytesRead == 391_267)
      #expect(subtree.stats.blocksRead == 3)
      #expect(service.stats.blocksRead == 31)
      #expect(full.stats.blocksRead == 269)
      #expect(full.stats.fraction == 1)
      #expect(service.stats.fileSize == 391_267)
      #expect(subtree.stats.rawBytes == 44_899)
      #expect(summary.stats.rounds == 3 && subtree.stats.rounds == 4)
    }
  }

  @Test func theSummaryIsThePrototypes() throws {
    let summary = try checkout().summary().result
    #expect(summary.traceID == "checkout-7f3a91")
    #expect(summary.spanCount == 269)
    #expect(summary.totalMicroseconds == 482_000)
    let services = summary.services.map {
      "\($0.name) \($0.spans) \($0.totalMicroseconds) \($0.errors)"
    }
    #expect(
      services == [
        "gateway 24 1148166 2", "cache 21 347318 2", "auth 19 256111 1", "inventory 40 320155 4",
        "db 31 208873 0", "search 27 210839 2", "email 29 225840 2", "payments 21 171977 2",
        "orders 29 429144 2", "users 28 385978 0",
      ])
    #expect(
      summary.criticalPath == ["POST /checkout", "validate", "fetch", "read", "fetch", "validate"])
    let slowest = summary.slowestSelfTime.map {
      "\($0.operation) \($0.service) \($0.selfMicroseconds)"
    }
    #expect(
      slowest == [
        "validate orders 36903", "read inventory 35309", "call auth 30881", "render users 27644",
        "handle search 22341",
      ])
  }

  @Test func theCriticalPathIsThePrototypes() throws {
    let path = try checkout().criticalPath().result
    #expect(path.map(\.id) == ["s0001", "s0194", "s0195", "s0196", "s0197", "s0198"])
    #expect(path[0].service == "gateway")
    #expect(path[0].durationMicroseconds == 482_000)
  }

  @Test func spansComeWithAllTheySay() throws {
    let reader = try checkout()
    let branch = try reader.subtree("s0130").result
    #expect(branch.count == 3)
    #expect(branch[0].id == "s0130" && branch[0].parent == "s0127")
    #expect(branch[0].service == "search" && branch[0].operation == "read")
    #expect(branch[0].startMicroseconds == 270_205 && branch[0].durationMicroseconds == 18_485)
    #expect(branch[0].attributes["service.name"] == "search")
    #expect(branch[0].events.isEmpty == false)
    #expect(try reader.service("db").result.allSatisfy { $0.service == "db" })
    let all = try reader.full().result
    #expect(all.map(\.id) == (1...269).map { "s" + ("000" + "\($0)").suffix(4) })
    #expect(all[0].attributes["http.status_code"] == 200)
  }

  @Test func whatIsNotThereIsEmptyAndCostsTheIndex() throws {
    let reader = try checkout()
    let branch = try reader.subtree("nobody")
    #expect(branch.result.isEmpty && branch.stats.bytesRead == 41_371)
    let service = try reader.service("nobody")
    #expect(service.result.isEmpty && service.stats.bytesRead == 41_371)
  }

  @Test func namesAreComparedByTheirBytes() throws {
    var store = TraceStore("t")
    for (id, service) in [("1", "caf\u{E9}"), ("2", "cafe\u{301}")] {
      store.add(
        TraceSpan(
          id, parent: nil, service: service, operation: "o", startMicroseconds: 0,
          durationMicroseconds: 1))
    }
    let reader = try TraceReader(V1Archive(MemorySource(try store.encodedV1())))
    #expect(try reader.service("caf\u{E9}").result.map(\.id) == ["1"])
    #expect(try reader.summary().result.services.count == 2)
  }

  @Test func selfTimeMayBeNegativeAndTiesGoByFileOrder() throws {
    var store = TraceStore("t")
    let spans: [(String, String?, Int64, Int64)] = [
      ("root", nil, 0, 10), ("late", "root", 5, 8), ("early", "root", 0, 8), ("leaf", "late", 5, 0),
    ]
    for (id, parent, start, duration) in spans {
      store.add(
        TraceSpan(
          id, parent: parent, service: "s", operation: id, startMicroseconds: start,
          durationMicroseconds: duration, status: id == "leaf" ? "timeout" : "ok"))
    }
    let reader = try TraceReader(V1Archive(MemorySource(try store.encodedV1())))
    let summary = try reader.summary().result
    #expect(summary.criticalPath == ["root", "late", "leaf"])
    #expect(summary.slowestSelfTime.map(\.operation) == ["late", "early", "leaf", "root"])
    #expect(summary.slowestSelfTime.last?.selfMicroseconds == -6)
    #expect(summary.services.first?.errors == 1)
    #expect(try reader.full().result.map(\.id) == ["root", "late", "early", "leaf"])
  }

  @Test func aTraceWithoutSpansAnswersEmpty() throws {
    let reader = try TraceReader(V1Archive(MemorySource(try TraceStore("none").encodedV1())))
    let summary = try reader.summary().result
    #expect(summary.traceID == "none" && summary.spanCount == 0 && summary.services.isEmpty)
    #expect(try reader.criticalPath().result.isEmpty)
    #expect(try reader.full().result.isEmpty)
  }

  @Test func aFileThatIsNoneIsRefused() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "bht-\(UUID()).txt")
    try Data("PK not a trace".utf8).write(to: path)
    defer { try? FileManager.default.removeItem(at: path) }
    #expect(throws: FormatError.self) { try TraceReader(path.path) }
    #expect(throws: StorageError.self) { try TraceReader(path.path + ".missing") }
  }
}
