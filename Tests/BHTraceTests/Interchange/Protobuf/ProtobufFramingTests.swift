import Testing

@testable import BHTrace

/// How protobuf messages lie in an input, and what they are.
struct ProtobufFramingTests {
  private static let name = "36-varint-delimited-protobuf"
  private let first: SpanBatch
  private let second: SpanBatch
  private let both: SpanMultiset

  init() {
    var random = RandomSpans(seed: 5)
    first = random.batch(spans: 20)
    second = random.batch(spans: 12)
    var set = first.multiset
    set.insert(second)
    both = set
  }

  private func framed(_ framing: ProtobufFraming, _ messages: [[UInt8]]) -> [UInt8] {
    var out: [UInt8] = []
    for message in messages {
      framing.appendHeader(message.count, to: &out)
      out += message
    }
    return out
  }

  private func read(
    _ bytes: [UInt8], seed: UInt64? = nil, threads: Int = 1
  ) throws -> (spans: SpanMultiset, report: InputReport, format: InputFormat) {
    let stream = try SniffedStream(Trickle(bytes: bytes, step: 300, seed: seed))
    let input = try TraceInput(stream, strict: false, threads: threads)
    var set = SpanMultiset()
    while let batch = try input.next() { set.insert(batch) }
    return (set, input.report, input.format)
  }

  @Test func casesAreRead() throws {
    for (file, framing) in [
      ("input.pb", ProtobufFraming.varintDelimited), ("input-grpc-frames.bin", .grpc),
    ] {
      let bytes = try Cases.bytes(Self.name, file)
      let spans = try ReadSpans(bytes)
      #expect(spans.count == 2)
      #expect(spans.traceCount == 1)
      #expect(spans.report.messages == 2)
      let names = spans.batches.flatMap { batch in batch.spans.map { batch.text($0.name) } }
      #expect(names == ["GET /cart", "SELECT"])
      #expect(try read(bytes).format == .otlpProtobuf(framing))
    }
  }

  @Test(arguments: ProtobufFraming.allCases)
  func everyFramingGivesTheSameSpans(framing: ProtobufFraming) throws {
    let bytes = framed(
      framing, [OTLPProtobufWriter.encode(first), [], OTLPProtobufWriter.encode(second)])
    for seed: UInt64 in 1...4 {
      let (spans, report, format) = try read(bytes, seed: seed, threads: Int(seed))
      #expect(SpanMultiset.difference(spans, both).isEmpty)
      #expect(format == .otlpProtobuf(framing))
      #expect(report.problems == [])
    }
  }

  @Test func grpcMessagesMayBeCompressed() throws {
    let message = StoredLayer.gzip(OTLPProtobufWriter.encode(first))
    var bytes: [UInt8] = [1]
    OTLPProtobufWriter.appendLength(message.count, to: &bytes)
    bytes += message
    bytes += framed(.grpc, [OTLPProtobufWriter.encode(second)])
    let (spans, report, format) = try read(bytes, seed: 9)
    #expect(SpanMultiset.difference(spans, both).isEmpty)
    #expect(format == .otlpProtobuf(.grpc))
    #expect(report.problems == [])
    let unknown: [UInt8] = [1, 0, 0, 0, 4, 9, 9, 9, 9]
    let after = try read(framed(.grpc, [OTLPProtobufWriter.encode(first)]) + unknown)
    #expect(after.spans.count == first.spans.count)
    #expect(after.report.problems.map(\.code) == [.unsupported])
  }

  @Test(arguments: [ProtobufFraming.lengthPrefixed, .grpc, .varintDelimited])
  func aRecordThatIsCutOffSaysHowMuchIsLost(framing: ProtobufFraming) throws {
    let whole = framed(
      framing, [OTLPProtobufWriter.encode(first), OTLPProtobufWriter.encode(second)])
    let start = framed(framing, [OTLPProtobufWriter.encode(first)]).count
    for length in stride(from: start + 1, to: whole.count, by: 7) {
      let (spans, report, _) = try read(Array(whole.prefix(length)))
      #expect(SpanMultiset.difference(first.multiset, spans).onlyInFirst.isEmpty)
      #expect(report.problems.map(\.code) == [.truncated], "cut after \(length)")
      #expect(report.problems.first?.offset == start)
    }
    let cut = try read(Array(whole.dropLast(5)))
    #expect(cut.report.problems.first?.what.contains(": 5 are missing") == true)
  }

  @Test func aBareMessageThatIsCutOffSaysHowMuchIsLost() throws {
    let spans = Wire.field(
      2, Wire.field(2, Wire.field(5, "name") + Wire.field(1, "0123456789abcdef")))
    let whole = Wire.field(1, Wire.field(1, []) + spans)
    let (_, report, _) = try read(whole + Array(whole.dropLast(3)))
    #expect(
      report.problems.map(\.what) == [
        "a field of \(whole.count - 2) bytes is cut off: the input ends after "
          + "\(whole.count - 5) of them, which are not read, and 3 are missing"
      ])
  }

  @Test func unknownFieldsInFrontDoNotHideSpans() throws {
    let message = OTLPProtobufWriter.encode(first)
    let unknown = Wire.varint(3, 7) + Wire.field(9, "who knows")
    for framing in ProtobufFraming.allCases {
      let (spans, _, format) = try read(framed(framing, [unknown + message]))
      #expect(format == .otlpProtobuf(framing))
      #expect(spans.count == first.spans.count)
    }
    let ids =
      Wire.field(1, [UInt8](repeating: 7, count: 16)) + Wire.field(2, [1, 2, 3, 4, 5, 6, 7, 8])
    let inside = Wire.field(1, Wire.field(77, "x") + Wire.field(2, Wire.field(2, ids)))
    #expect(try read(inside).spans.count == 1)
  }

  /// A metric with a gauge, as `name`.
  private func metric(_ name: String) -> [UInt8] {
    let point: [UInt8] = [0x19, 1, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, 0]
    return Wire.field(1, name) + Wire.field(3, "By") + Wire.field(5, Wire.field(1, point))
  }

  @Test func metricsAndLogsAreNoSpans() throws {
    func message(_ item: [UInt8]) -> [UInt8] {
      Wire.field(
        1,
        Wire.field(1, Wire.field(1, Wire.pair("service.name", "shop")))
          + Wire.field(2, Wire.field(1, Wire.field(1, "scope")) + Wire.field(2, item)))
    }
    let histogram =
      Wire.field(1, "latency")
      + Wire.field(9, Wire.field(1, [0x21, 0, 0, 0, 0, 0, 0, 0, 0]) + [0x10, 2])
    let sum = Wire.field(1, "requests") + Wire.field(7, Wire.field(1, []) + [0x10, 2, 0x18, 1])
    let log: [UInt8] =
      [0x09, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 9] + Wire.field(5, Wire.field(1, "hello"))
    for (item, what) in [
      (metric("memory"), "OTLP metrics"), (metric("process.memory.x"), "OTLP metrics"),
      (histogram, "OTLP metrics"), (sum, "OTLP metrics"), (log, "OTLP logs"),
    ] {
      for framing in ProtobufFraming.allCases {
        let bytes = framed(framing, [message(item)])
        let error = #expect(throws: FormatError.self) { try read(bytes) }
        #expect(error?.code == .noSpans)
        #expect(error?.what.hasPrefix("the content is \(what) in protobuf") == true)
      }
    }
    // Spans with attributes and events and little else stay spans.
    let span =
      Wire.field(5, "name") + Wire.field(9, Wire.pair("k", "v"))
      + Wire.field(11, Wire.field(2, "e"))
    #expect(try read(message(span)).spans.count == 1)
  }

  @Test func otherBytesAreNoMessages() throws {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<300 {
      let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
      let head = Sniffer.Head(bytes: bytes, isWhole: true)
      #expect(OTLPProtobufSignature.recognise(head) == nil, "\(bytes)")
    }
  }

  @Test func recordsServeOtherMessages() throws {
    // Any message that begins with field 3.
    let messages = (1...3).map { Wire.varint(3, UInt64($0)) + Wire.field(4, "text \($0)") }
    for framing in ProtobufFraming.allCases where framing != .bare {
      let bytes = framed(framing, messages)
      let found = ProtobufFraming.recognise(Sniffer.Head(bytes: bytes, isWhole: true)) {
        $0.bytes.starts(with: [0x18]) && $0.bytes.count > 4
      }
      #expect(found?.framing == framing)
      #expect(found?.first.bytes == messages[0])
      let records = ProtobufRecords(BufferedStream(Trickle(bytes: bytes, step: 3)), framing)
      var read: [[UInt8]] = []
      while let record = try records.next() {
        var content: [UInt8] = []
        _ = try record.content.take(.max, to: &content)
        read.append(content)
        #expect(try records.end(record, after: nil) == [])
      }
      #expect(read == messages)
    }
  }
}
