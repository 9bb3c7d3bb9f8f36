import Testing

@testable import BHTrace

/// Broken text: what is still read, and what is said about the rest.
struct OTLPJSONDamageTests {
  private func names(_ outcome: OTLPJSON.Outcome) -> [Int] {
    outcome.batches.flatMap { batch in
      batch.spans.map { Int(batch.bytes($0.spanID).last ?? 0) }
    }
  }

  @Test(arguments: [
    "{this is not JSON", "{\"a\":1", "{\"a\":", "{\"a\":[1,", "{\"a", "]", "}", "x", "{]",
    "{\"a\":tru",
    "{\"resourceSpans\":", "{\"resourceSpans\":[",
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[",
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":", "{\"resourceSpans\":[{", "{",
    "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"x\",\"attributes\":[",
  ])
  func aBrokenLineCostsItself(line: String) throws {
    let text = [OTLPJSON.document([1]), line, OTLPJSON.document([2]), OTLPJSON.document([3])]
      .joined(separator: "\n")
    for sizes in [OTLPJSONInput.Sizes(), OTLPJSONInput.Sizes(chunk: 1)] {
      let outcome = try OTLPJSON.read(Array(text.utf8), sizes: sizes)
      #expect(names(outcome) == [1, 2, 3], "\(line)")
      #expect(outcome.report.problemCount == 1, "\(line): \(outcome.problems)")
      let problem = try #require(outcome.report.problems.first)
      #expect(problem.what.hasPrefix("line 2: "), "\(line): \(problem.what)")
      let start = OTLPJSON.document([1]).utf8.count + 1
      #expect((start...(start + line.utf8.count)).contains(problem.offset ?? -1), "\(line)")
    }
    #expect(throws: FormatError.self) { try OTLPJSON.read(text, strict: true) }
  }

  @Test func spansBeforeTheBreakAreKept() throws {
    let document = OTLPJSON.document([1, 2])
    let cut = document.dropLast(OTLPJSON.span().count / 2)
    let outcome = try OTLPJSON.read("\(cut)\n\(OTLPJSON.document([3]))\n")
    #expect(names(outcome) == [1, 3])
    #expect(outcome.report.problemCount == 1)
  }

  @Test(arguments: [
    "{\"name\":\"\u{1}\"}", "{\"name\":}", "{\"name\":\"a\" \"kind\":1}", "{\"kind\":01}",
    "{\"name\":\"\\x\"}", "{name:1}", "{\"a\":[1,,2]}", "{\"attributes\":[{\"key\":tru}]}",
  ])
  func aBrokenSpanAmongSoundOnesCostsItself(span: String) throws {
    let (first, last) = (OTLPJSON.span(1), OTLPJSON.span(2))
    let text =
      "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[\(first),\(span) , \(last)]}]}]}\n"
      + OTLPJSON.document([3])
    for sizes in [OTLPJSONInput.Sizes(), OTLPJSONInput.Sizes(chunk: 1)] {
      let outcome = try OTLPJSON.read(Array(text.utf8), sizes: sizes)
      #expect(names(outcome) == [1, 2, 3])
      #expect(outcome.report.problemCount == 1)
    }
  }

  @Test func textThatIsNoUTF8CostsItsSpan() throws {
    var bytes = Array(OTLPJSON.document([1, 2]).utf8)
    let name = try #require(
      bytes.indices.last {
        bytes[$0] == UInt8(ascii: "s") && $0 > 100
          && bytes[$0 - 1] == UInt8(ascii: "\"") && bytes[$0 + 1] == UInt8(ascii: "\"")
      })
    bytes[name] = 0xFF
    let outcome = try OTLPJSON.read(bytes)
    #expect(names(outcome) == [1])
    #expect(outcome.report.problems.map(\.offset) == [name])
    #expect(outcome.problems == ["line 1: a string is not valid UTF-8"])
  }

  @Test func prettyPrintedDocumentsAreLeftAtTheNextOne() throws {
    let pretty =
      OTLPJSON.document([1]).replacing("{", with: "{\n ").replacing("}", with: "\n }")
      .dropLast(3) + "\n}"
    let broken = pretty.replacing("spanId\":", with: "spanId\"")
    let outcome = try OTLPJSON.read("\(pretty)\n\(broken)\n\(pretty)\n")
    #expect(outcome.spans == 2)
    #expect(outcome.report.problemCount == 1)
  }

  @Test func anUnfinishedGroupGivesWhatItHas() throws {
    let text = """
      {"resourceSpans":[{"scopeSpans":[{"spans":[\(OTLPJSON.span(1))]}],"resource":{"attributes":[\
      {"key":"service.name","value":{"stringValue":"late"}}]}},{"scopeSpans":[{"spans":[\
      \(OTLPJSON.span(2)),
      """
    let outcome = try OTLPJSON.read(text)
    #expect(names(outcome) == [1, 2])
    let batch = outcome.batches[0]
    #expect(batch.text(batch.serviceName(of: Int(batch.spans[0].resource))) == "late")
    #expect(outcome.report.problems.map(\.code) == [.truncated])
  }

  @Test func noTruncationAndNoChangedByteCrashes() throws {
    let text = """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"é","value":{"arrayValue":{"values":[\
      {"kvlistValue":{"values":[{"key":"a","value":{"doubleValue":-1.5e3}}]}},{}]}}}]},\
      "scopeSpans":[{"scope":{},"spans":[{"traceId":"AQIDBAUGBwgJCgsMDQ4PEA==","name":"\\u00e9\\n",\
      "kind":"SPAN_KIND_SERVER","flags":1,"events":[{"timeUnixNano":"1"}],"status":{"code":2},\
      "unknown":[{"a":null},true]}],"schemaUrl":"u"}]}]}
      """
    let bytes = Array("\(text)\n\(text)".utf8)
    for end in 0...bytes.count {
      let outcome = try OTLPJSON.read(Array(bytes[..<end]))
      #expect(outcome.spans <= 2 && outcome.report.problemCount <= 1)
      #expect(outcome.spans == 2 || end < bytes.count)
    }
    var random = SeededGenerator(seed: 20)
    for _ in 0..<1_500 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: changed.indices, using: &random)
        let byte = Array("{}[],:\"\\\n0ae-\0".utf8).randomElement(using: &random) ?? 0
        changed[place] =
          Bool.random(using: &random) ? byte : UInt8.random(in: 0...255, using: &random)
      }
      let outcome = try OTLPJSON.read(changed)
      #expect(outcome.spans <= 4)
      let again = try OTLPJSON.read(
        changed, piece: 7, sizes: OTLPJSONInput.Sizes(chunk: 7))
      #expect(again.problems == outcome.problems, "\(String(decoding: changed, as: UTF8.self))")
      #expect(SpanMultiset.difference(again.multiset, outcome.multiset).isEmpty)
    }
  }

  @Test func deepNestingAroundSpansIsRefused() throws {
    let deep =
      String(repeating: "{\"trace\":", count: 40) + "{}" + String(repeating: "}", count: 40)
    let text = "\(deep)\n" + String(repeating: "[", count: 5_000) + "\n" + OTLPJSON.document([1])
    let outcome = try OTLPJSON.read(text)
    #expect(outcome.spans == 1)
    #expect(outcome.report.problemCount == 2)
  }

  @Test func damageOfTheLayerIsSaidOnce() throws {
    struct Failing: ByteStream {
      var rest: [UInt8]
      mutating func next(upTo limit: Int) throws -> [UInt8] {
        if rest.isEmpty { throw FormatError(.checksumMismatch, at: 9, "the layer is damaged") }
        defer { rest = [] }
        return rest
      }
    }
    let text = OTLPJSON.document([1]) + "\n" + OTLPJSON.document([2, 3]).dropLast(20)
    let outcome = try OTLPJSON.read(Failing(rest: Array(text.utf8)))
    #expect(names(outcome) == [1, 2])
    #expect(outcome.problems == ["the layer is damaged"])
  }
}
