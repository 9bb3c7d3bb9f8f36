import Foundation
import Testing

@testable import BHTrace

struct TraceStoreTests {
  private var store: TraceStore {
    var store = TraceStore("checkout-7f3a")
    store.add(
      TraceSpan(
        "s1", parent: nil, service: "gateway", operation: "POST /checkout", startMicroseconds: 0,
        durationMicroseconds: 482_000,
        attributes: ["a": 1, "b": [1.0, nil, true], "big": .bigInt("99999999999999999999")],
        events: [SpanEvent("enter", microseconds: 95, attributes: ["level": "debug"])]))
    store.add(
      TraceSpan(
        "s2", parent: "s1", service: "é\n", operation: "q", startMicroseconds: -5,
        durationMicroseconds: 3, status: "timeout"))
    return store
  }

  @Test func theBytesAreThePrototypes() throws {
    let header =
      #"{"trace_id": "checkout-7f3a", "n_spans": 2, "root_id": "s1", "total_us": 482000}"#
    let first =
      #"{"attributes": {"a": 1, "b": [1.0, null, true], "big": 99999999999999999999}, "#
      + #""events": [{"ts_us": 95, "name": "enter", "level": "debug"}]}"#
    let second = #"{"attributes": {}, "events": []}"#
    let tree =
      #"[{"id": "s1", "parent": null, "service": "gateway", "op": "POST /checkout", "#
      + #""start_us": 0, "dur_us": 482000, "status": "ok", "off": 0, "size": \#(first.utf8.count)}, "#
      + #"{"id": "s2", "parent": "s1", "service": "é\n", "op": "q", "start_us": -5, "dur_us": 3, "#
      + #""status": "timeout", "off": \#(first.utf8.count), "size": \#(second.utf8.count)}]"#
    let expected = try V1Encoder.assemble(
      header: Array(header.utf8), tree: Array(tree.utf8), payload: Array((first + second).utf8))
    let written = try store.encodedV1()
    #expect(String(decoding: written, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
    let batch = try V1Decoder.decode(written)
    #expect(try V1Encoder.encode(batch, spans: [0, 1]) == written)
  }

  @Test func whatIsSavedIsRead() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "bht-\(UUID()).bht").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try store.save(path, version: .v1)
    try store.save(path, version: .v1)
    let reader = try TraceReader(path)
    let (spans, stats) = try reader.full()
    #expect(spans[0] == store.spans[0])
    #expect(spans[1].status == "timeout" && spans[1].service == "é\n")
    #expect(stats.fraction == 1)
    #expect(store.count == 2)
  }

  @Test func theSeedsTraceIsSavedAsItWas() throws {
    let file = try PackageFile.checkout()
    let spans = try TraceReader(V1Archive(MemorySource(file))).full().result
    var store = TraceStore("checkout-7f3a91")
    for span in spans { store.add(span) }
    #expect(try store.encodedV1() == file)
  }
}
