import Testing

@testable import BHTrace

/// What lies around the content of an input.
struct LayerTests {
  private static let containers = "37-other-containers"
  private static let layered = [
    "input.json.zlib", "input.jsonl.bz2", "input.jsonl.lz4", "input.jsonl.xz",
  ]

  private func read(
    _ bytes: [UInt8], seed: UInt64? = nil
  ) throws -> (names: [String], report: InputReport, layers: [String]) {
    let input = try TraceInput(stream: Trickle(bytes: bytes, step: 50, seed: seed))
    var names: [String] = []
    while let batch = try input.next() { names += batch.spans.map { batch.text($0.name) } }
    return (names, input.report, input.layers)
  }

  @Test(arguments: zip(layered, ["zlib", "bzip2", "lz4", "xz"]))
  func everyCompressionIsTakenOff(file: String, layer: String) throws {
    let bytes = try Cases.bytes(Self.containers, file)
    for seed: UInt64 in 1...5 {
      let (names, report, layers) = try read(bytes, seed: seed)
      #expect(names == ["GET /cart", "SELECT"])
      #expect(layers == [layer])
      #expect(report.problemCount == 0)
      #expect(report.bytesIn == bytes.count)
    }
  }

  @Test(arguments: layered)
  func membersEndToEndAreOneText(file: String) throws {
    let bytes = try Cases.bytes(Self.containers, file)
    let (names, report, _) = try read(bytes + bytes + [0, 0, 0, 0] + bytes, seed: 3)
    #expect(names.count == 6)
    #expect(report.problemCount == 0)
  }

  @Test(arguments: layered)
  func everyTruncationIsNamed(file: String) throws {
    let bytes = try Cases.bytes(Self.containers, file)
    let twice = bytes + bytes
    for length in 12..<twice.count where length != bytes.count {
      do {
        let (names, report, _) = try read(Array(twice.prefix(length)))
        // What came before the damage is there, and the damage is named.
        #expect(report.problemCount >= 1, "\(file) cut after \(length)")
        if length > bytes.count { #expect(names.count >= 2) }
      } catch let error as FormatError {
        #expect(length < bytes.count)
        #expect(error.code == .truncated || error.code == .notRecognized)
      }
    }
  }

  @Test(arguments: layered)
  func bytesThatAreDamagedAreNamed(file: String) throws {
    let bytes = try Cases.bytes(Self.containers, file)
    for place in stride(from: 20, to: bytes.count, by: 7) {
      var damaged = bytes
      damaged[place] ^= 0x55
      // Reads something or refuses; and comes to an end.
      _ = try? read(damaged)
    }
    // Behind a whole member, what is none is a problem.
    let (names, report, _) = try read(bytes + Array("more text than a header has".utf8))
    #expect(names.count == 2)
    #expect(report.problems.map(\.code) == [.invalid])
  }

  @Test func zlibIsToldFromOtherBytes() {
    #expect(!DeflateDecoder.isZlib([]))
    #expect(!DeflateDecoder.isZlib(Array("x\u{1}hello, world".utf8)))
    #expect(!DeflateDecoder.isZlib([0x78, 0x9C]))
    #expect(!DeflateDecoder.isZlib([0x78, 0x9D, 0, 0]))
    // An empty stream.
    #expect(DeflateDecoder.isZlib([0x78, 0x9C, 3, 0, 0, 0, 0, 1]))
  }

  // MARK: Text

  private static let texts = "26-bom-and-utf16"
  private static let utf16Words = "UTF-16 read as UTF-8, in whose bytes offsets are counted"

  /// The UTF-16 units of `text`, each as two bytes.
  private func utf16(_ text: String, bigEndian: Bool, mark: Bool = true) -> [UInt8] {
    (Array((mark ? "\u{FEFF}" : "").utf16) + Array(text.utf16)).flatMap { unit in
      let (high, low) = (UInt8(unit >> 8), UInt8(unit & 255))
      return bigEndian ? [high, low] : [low, high]
    }
  }

  @Test func utf16IsReadLikeUTF8() throws {
    for (wide, narrow, count) in [
      ("input-utf16le-bom.json", "input-utf8-bom.json", 2),
      ("input-jaeger-utf16le-bom.json", "input-jaeger-utf8-bom.json", 1),
    ] {
      let expected = try ReadSpans(Cases.bytes(Self.texts, narrow))
      let found = try ReadSpans(Cases.bytes(Self.texts, wide))
      #expect(expected.count == count)
      #expect(SpanMultiset.difference(found.multiset, expected.multiset).isEmpty)
      #expect(found.report.repairs == [InputReport.Repair(what: Self.utf16Words, count: 1)])
    }
  }

  @Test func utf16IsToldByItsMarkOrItsZeros() throws {
    let text = OTLPJSON.document([1]).replacing("\"name\":\"", with: "\"name\":\"é€😀")
    let expected = try ReadSpans(text)
    for bigEndian in [false, true] {
      for mark in [false, true] {
        let bytes = utf16(text, bigEndian: bigEndian, mark: mark)
        for seed: UInt64 in 1...3 {
          let input = try TraceInput(stream: Trickle(bytes: bytes, step: 9, seed: seed))
          #expect(input.layers == [bigEndian ? "UTF-16 big-endian" : "UTF-16"])
          var set = SpanMultiset()
          while let batch = try input.next() { set.insert(batch) }
          #expect(SpanMultiset.difference(set, expected.multiset).isEmpty)
          #expect(set.count == 1)
        }
      }
    }
    #expect(UTF16Stream.isBigEndian([0xFF, 0xFE, 0, 0]) == nil)
    #expect(UTF16Stream.isBigEndian(Array("{\"a\":1}".utf8)) == nil)
    #expect(UTF16Stream.isBigEndian([0, 0x7B, 0, 0, 0x0A, 0, 0, 0]) == nil)
  }

  @Test func halvesOfSurrogatePairsAreCounted() throws {
    let units: [UInt16] = [0x61, 0xD83D, 0x62, 0xDE00, 0xD83D, 0xDE00, 0xD83D]
    var bytes: [UInt8] = []
    for unit in units { bytes += [UInt8(unit & 255), UInt8(unit >> 8)] }
    bytes.append(0x41)
    let stream = UTF16Stream(Trickle(bytes: bytes, step: 1), isBigEndian: false)
    var text: [UInt8] = []
    while case let more = try stream.next(upTo: 64), !more.isEmpty { text += more }
    #expect(String(decoding: text, as: UTF8.self) == "a\u{FFFD}b\u{FFFD}😀\u{FFFD}")
    #expect(stream.repairs.map(\.count) == [1, 3, 1])
  }

  @Test func byteOrderMarksAreCountedOfEveryFormat() throws {
    let mark = InputReport.Repair(what: "byte order mark left out", count: 1)
    for (file, spans) in [
      ("input-utf8-bom.json", 2), ("input-utf8-bom-lines.jsonl", 4),
      ("input-jaeger-utf8-bom.json", 1),
    ] {
      let read = try ReadSpans(Cases.bytes(Self.texts, file))
      #expect(read.count == spans)
      #expect(read.report.repairs == [mark])
      #expect(read.report.problems == [])
    }
    // Files with marks that were put end to end.
    let jaeger = try Cases.bytes(Self.texts, "input-jaeger-utf8-bom.json")
    let two = try ReadSpans(jaeger + jaeger)
    #expect(two.count == 2)
    #expect(two.report.repairs.map(\.count) == [2])
    #expect(two.report.problems == [])
  }

  @Test func valuesOfTheTextCases() throws {
    let read = try ReadSpans(Cases.bytes(Self.texts, "input-utf16le-bom.json"))
    #expect(read.traceCount == 1)
    #expect(read.spans.map { read.batch.text($0.name) } == ["GET /cart", "SELECT"])
    #expect(read.spans.map(\.start) == [1_700_000_000_000_000_000, 1_700_000_000_001_000_000])
    #expect(read.spans.map { $0.end - $0.start } == [5_000_000, 2_000_000])
    #expect(read.batch.bytes(read.spans[1].parentSpanID) == read.batch.bytes(read.spans[0].spanID))
    #expect(read.batch.pairs(read.batch.resources[0].attributes) == ["service.name=shop"])
  }
}
