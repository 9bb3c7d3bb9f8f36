import Testing

@testable import BHTrace

/// Long inputs in little memory, and the way back from OTLP JSON.
struct OTLPJSONStreamTests {
  /// A text that is made while it is read: `head`, `count` times `item` with commas, `tail`.
  private struct EndlessLine: ByteStream {
    var parts: [[UInt8]]
    var item: [UInt8]
    var left: Int

    init(_ head: String, _ item: String, _ count: Int, _ tail: String) {
      parts = [Array(head.utf8), Array(item.utf8)]
      self.item = Array((",\(item)").utf8)
      left = count - 1
      self.tail = Array(tail.utf8)
    }
    private let tail: [UInt8]

    mutating func next(upTo limit: Int) -> [UInt8] {
      var out: [UInt8] = []
      while out.count < limit {
        if parts.isEmpty {
          if left < 0 { break }
          parts.append(left == 0 ? tail : item)
          left -= 1
        }
        let part = parts[0].prefix(limit - out.count)
        out += part
        parts[0].removeFirst(part.count)
        if parts[0].isEmpty { parts.removeFirst() }
      }
      return out
    }
  }

  private static let name = String(repeating: "n", count: 20_000)

  @Test func oneLongLineOfManyGroupsNeedsLittleMemory() throws {
    let group =
      "{\"scopeSpans\":[{\"spans\":[{\"name\":\"\(Self.name)\"}],\"schemaUrl\":\"u\"}]}"
    let line = EndlessLine("{\"resourceSpans\":[", group, 3_000, "]}")
    var (spans, heaviest) = (0, 0)
    let outcome = try OTLPJSON.read(line) {
      spans += $0.spans.count
      heaviest = max(heaviest, $0.arena.capacity)
      #expect($0.scopes.allSatisfy { !$0.schemaURL.isEmpty })
    }
    #expect(spans == 3_000 && outcome.report.problems.isEmpty)
    #expect(outcome.largestWindow <= 4 << 20)
    #expect(heaviest <= 8 << 20)
  }

  @Test func aGroupTooLargeIsDeliveredInParts() throws {
    let span = "{\"name\":\"\(Self.name)\"}"
    let head = """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":\
      {"stringValue":"cart"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[
      """
    var sizes = OTLPJSONInput.Sizes()
    sizes.mostHeldBack = 4 << 20
    var batches: [Int] = []
    func read(_ tail: String) throws -> OTLPJSON.Outcome {
      batches = []
      return try OTLPJSON.read(EndlessLine(head, span, 1_000, tail), sizes: sizes) { batch in
        batches.append(batch.spans.count)
        for span in batch.spans {
          #expect(batch.text(batch.serviceName(of: Int(span.resource))) == "cart")
          #expect(batch.text(batch.scopes[Int(span.scope)].name) == "lib")
        }
      }
    }
    let whole = try read("]}]}]}")
    #expect(whole.report.problems.isEmpty)
    #expect(batches.count > 3 && batches.reduce(0, +) == 1_000)
    // What comes too late is said.
    let late = try read("],\"schemaUrl\":\"u\"}],\"schemaUrl\":\"v\"}]}")
    #expect(batches.reduce(0, +) == 1_000)
    #expect(late.report.problems.map(\.code) == [.outOfBounds, .outOfBounds])
  }

  @Test func whatNobodyWantsIsSteppedOverInLittleMemory() throws {
    let line = EndlessLine(
      "{\"resourceLogs\":[", "{\"a\":[\"]}\\\"\(Self.name)\"]}", 1_000,
      "],\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{}]}]}]}")
    let outcome = try OTLPJSON.read(line)
    #expect(outcome.spans == 1 && outcome.report.problems.isEmpty)
    #expect(outcome.report.notices.map(\.what) == ["1 message of logs passed over"])
    #expect(outcome.largestWindow <= 8 << 20)
  }

  @Test func aSpanTooLargeIsRefused() throws {
    var sizes = OTLPJSONInput.Sizes()
    sizes.largestPiece = 2 << 20
    let line = EndlessLine(
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"", Self.name, 500,
      "\"}]}]}]}\n" + OTLPJSON.document([1]))
    let outcome = try OTLPJSON.read(line, sizes: sizes)
    #expect(outcome.spans == 1)
    #expect(outcome.report.problems.map(\.code) == [.unsupported])
    #expect(outcome.largestWindow <= 16 << 20)
  }

  @Test func aSpanLargerThanTheWindowIsRead() throws {
    let line = EndlessLine(
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"", Self.name, 100,
      "\"}]}]}]}")
    let outcome = try OTLPJSON.read(line)
    #expect(outcome.batches.map { $0.spans[0].name.count } == [2_000_099])
    #expect(outcome.report.problems.isEmpty)
  }

  @Test func membersAfterTheSpansBelongToAllOfThem() throws {
    let spans = (0..<3_000).map { "{\"flags\":\($0 + 1)}" }.joined(separator: ",")
    let text = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[\(spans)],"scope":{"name":"lib"},\
      "schemaUrl":"u"}],"resource":{"attributes":[{"key":"service.name","value":\
      {"stringValue":"cart"}}]}}]}
      """
    let sizes = OTLPJSONInput.Sizes(batch: 1, record: 64, chunk: 64)
    let outcome = try OTLPJSON.read(Array(text.utf8), sizes: sizes)
    #expect(outcome.spans == 3_000 && outcome.report.problems.isEmpty)
    let batch = outcome.batches[0]
    #expect(batch.spans.count == 3_000)
    #expect(batch.text(batch.serviceName(of: 0)) == "cart")
    #expect(batch.scopes.map { batch.text($0.schemaURL) } == ["u"])
  }

  /// The batch without what JSON has no place for.
  private static func withoutUnknownFields(_ batch: SpanBatch) -> SpanBatch {
    var batch = batch
    batch.messageExtras = []
    for index in batch.spans.indices { batch.spans[index].extra = .empty }
    for index in batch.events.indices { batch.events[index].extra = .empty }
    for index in batch.links.indices { batch.links[index].extra = .empty }
    for index in batch.resources.indices {
      (batch.resources[index].extra, batch.resources[index].outerExtra) = (.empty, .empty)
    }
    for index in batch.scopes.indices {
      (batch.scopes[index].extra, batch.scopes[index].outerExtra) = (.empty, .empty)
    }
    for index in batch.attributes.indices where batch.attributes[index].kind.rawValue > 8 {
      batch.attributes[index].kind = .bytes
    }
    return batch
  }

  @Test(arguments: 0..<12)
  func whatIsWrittenIsRead(seed: Int) throws {
    var random = RandomSpans(seed: UInt64(seed), plain: true)
    let batch = Self.withoutUnknownFields(random.batch(spans: 60))
    var lossless = 0
    for index in batch.spans.indices {
      var losses = OTLPJSONLosses()
      let text = OTLPJSONWriter.encode(batch, spans: [index], losses: &losses)
      let outcome = try OTLPJSON.read(text, piece: 50, sizes: OTLPJSONInput.Sizes(chunk: 50))
      #expect(outcome.spans == 1 && outcome.problems == [])
      guard outcome.spans == 1 else { continue }
      let difference = SpanComparison.describeDifference(batch, index, outcome.batches[0], 0)
      if losses.isEmpty {
        lossless += 1
        #expect(difference == nil, "\(String(decoding: text, as: UTF8.self))")
      }
    }
    #expect(lossless > 40)
    // What JSON cannot hold is lost once and for all.
    var losses = OTLPJSONLosses()
    let once = try OTLPJSON.read(OTLPJSONWriter.encode(batch, losses: &losses))
    losses = OTLPJSONLosses()
    let twice = try OTLPJSON.read(Array((once.texts.first ?? "").utf8))
    #expect(once.spans == batch.spans.count)
    #expect(SpanMultiset.difference(once.multiset, twice.multiset).isEmpty)
  }
}
