import Testing

@testable import BHTrace

struct V1RoundTripTests {
  private func encoded(_ batch: SpanBatch) throws -> [UInt8] {
    try V1Encoder.encode(batch, spans: Array(batch.spans.indices))
  }

  @Test func theSeedsTraceComesBackAndNothingIsKeptVerbatim() throws {
    let file = try PackageFile.checkout()
    let batch = try V1Decoder.decode(file)
    #expect(try encoded(batch) == file)
    #expect(batch.spans.count == 269)
    #expect(batch.spans.allSatisfy { $0.extra.isEmpty && $0.dialect == .v1 })
    #expect(batch.v1Files.count == 1)
    let record = batch.v1Files[0]
    #expect(record.header.isEmpty && record.tree.isEmpty && record.payload.isEmpty)
    #expect(batch.text(record.traceID) == "checkout-7f3a91")
    #expect(batch.resources.count == 10)
    #expect(batch.spans.map(\.filePosition) == Array(0..<269))
  }

  @Test(arguments: ["python", "ascii", "indented", "compact", "sorted"])
  func filesOfOtherWritersComeBack(name: String) throws {
    let file = try PackageFile.bytes("Tests/Vectors/v1/readable-\(name).bht")
    let batch = try V1Decoder.decode(file)
    #expect(try encoded(batch) == file)
    #expect(batch.spans.count == 2)
    let second = batch.spans[1]
    #expect(batch.text(second.statusMessage) == "timeout")
    #expect(second.statusCode == 2)
    #expect(second.extra.isEmpty == (name == "python" || name == "ascii" || name == "sorted"))
    #expect(batch.text(batch.serviceName(of: 0)) == "café")
    let values = try batch.attributes[batch.spans[0].attributes.indices].map {
      (batch.text($0.key), try AttributeValue($0, in: batch.arena))
    }
    // The order of keys is the one thing that differs.
    let found = AttributeList(values)
    #expect(found["big"] == .string("1180591620717411303424"))
    #expect(found["l"] == [1, [2.5, ["k": []]], [:]])
    #expect(found["o"] == ["a": ["b": nil]])
    #expect(found["s"] == "q\"\\\n\t\u{1}\u{7f}é")
    #expect(found["inf"] == .double(.infinity))
    #expect(found["n"] == nil as AttributeValue)
  }

  @Test func anyFileThatIsReadComesBackByteForByte() throws {
    for seed in UInt64(0)..<1000 {
      var generator = OddV1File(seed: seed)
      let file = generator.bytes()
      let batch = try V1Decoder.decode(file)
      #expect(try encoded(batch) == file, "seed \(seed)")
    }
  }

  @Test func whatDamageLeavesReadableComesBackToo() throws {
    var random = SeededGenerator(seed: 3)
    var readable = 0
    for seed in UInt64(0)..<2000 {
      var generator = OddV1File(seed: seed % 40)
      var file = generator.bytes()
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<file.count, using: &random)
        file[place] =
          Bool.random(using: &random)
          ? UInt8.random(in: 0...255, using: &random)
          : Array("0123456789\",:{}[] \\".utf8).randomElement(using: &random)!
      }
      do throws(FormatError) {
        let batch = try V1Decoder.decode(file)
        readable += 1
        #expect(
          try V1Encoder.encode(batch, spans: Array(batch.spans.indices)) == file, "seed \(seed)")
      } catch {
        #expect((error.offset ?? 0) <= file.count, "seed \(seed)")
      }
    }
    #expect(readable > 100)
  }

  @Test func oddityIsKeptOnlyWhereItIs() throws {
    let canonical = #"{"attributes": {"a": 1}, "events": []}"#
    let spaced = #"{"attributes": {"a":1}, "events": []}"#
    func entry(_ id: String, _ offset: Int, _ size: Int) -> String {
      #"{"id": "\#(id)", "parent": null, "service": "s", "op": "o", "start_us": 0, "#
        + #""dur_us": 1, "status": "ok", "off": \#(offset), "size": \#(size)}"#
    }
    let tree =
      "[\(entry("a", 0, canonical.utf8.count)), "
      + "\(entry("b", canonical.utf8.count, spaced.utf8.count))]"
    let header = #"{"trace_id": "t", "n_spans": 2, "root_id": "a", "total_us": 1}"#
    let file = try V1Encoder.assemble(
      header: Array(header.utf8), tree: Array(tree.utf8), payload: Array((canonical + spaced).utf8))
    let batch = try V1Decoder.decode(file)
    #expect(batch.spans[0].extra.isEmpty)
    #expect(batch.text(batch.spans[1].extra) == spaced)
    #expect(batch.v1Files[0].tree.isEmpty && batch.v1Files[0].header.isEmpty)
    #expect(batch.v1Files[0].payload.isEmpty)
  }

  @Test func fieldsBecomeTheModels() throws {
    let payload =
      #"{"attributes": {"n": null, "b": true, "i": -3, "d": 2.0, "s": "x\n", "l": [1]}, "#
      + #""events": [{"ts_us": 7, "name": "e", "k": "v"}]}"#
    let tree =
      #"[{"id": 5, "parent": "p\u0041", "service": "s", "op": "o", "start_us": 12, "dur_us": 30, "#
      + #""status": "error", "off": 0, "size": \#(payload.utf8.count)}]"#
    let file = try V1Encoder.assemble(
      header: Array(#"{"trace_id": "t"}"#.utf8), tree: Array(tree.utf8),
      payload: Array(payload.utf8))
    let batch = try V1Decoder.decode(file)
    let span = batch.spans[0]
    #expect(batch.text(span.spanID) == "5")
    #expect(batch.text(span.parentSpanID) == "pA")
    #expect(span.start == 12_000 && span.end == 42_000)
    #expect(span.statusCode == 2 && span.statusMessage.isEmpty && span.hasStatus)
    let records = batch.attributes[span.attributes.indices]
    #expect(records.map(\.kind) == [.empty, .bool, .int, .double, .string, .array])
    #expect(batch.bytes(records.last!.range) == [0x0A, 0x02, 0x18, 0x01])
    let event = batch.events[span.events.indices][0]
    #expect(event.time == 19_000 && batch.text(event.name) == "e" && event.attributes.count == 1)
    #expect(batch.text(batch.v1Files[0].tree) == tree)
    #expect(span.extra.isEmpty)
  }
}
