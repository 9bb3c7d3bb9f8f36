import Foundation
import Testing

@testable import BHTrace

struct TraceInputTests {
  private let batch: SpanBatch
  private let message: [UInt8]
  private let other: [UInt8]
  private let both: SpanMultiset

  init() {
    var random = RandomSpans(seed: 21)
    batch = random.batch(spans: 30)
    message = OTLPProtobufWriter.encode(batch)
    let second = random.batch(spans: 25)
    other = OTLPProtobufWriter.encode(second)
    var set = batch.multiset
    set.insert(second)
    both = set
  }

  /// All spans of `bytes`, and the report; reading ahead must give the same.
  private func read(
    _ bytes: [UInt8], step: Int = 1 << 20, strict: Bool = false
  ) throws -> (spans: SpanMultiset, report: InputReport, input: TraceInput) {
    let one = Result { try read(bytes, step: step, strict: strict, threads: 1) }
    let ahead = Result { try read(bytes, step: step, strict: strict, threads: 3) }
    switch (one, ahead) {
    case (.success(let one), .success(let ahead)):
      #expect(SpanMultiset.difference(one.spans, ahead.spans).isEmpty)
      #expect(one.report.problems == ahead.report.problems)
      #expect(one.report.repairs == ahead.report.repairs)
      #expect(one.report.messages == ahead.report.messages)
    case (.failure(let one), .failure(let ahead)):
      #expect(one as? FormatError == ahead as? FormatError)
    default: Issue.record("one thread can read what others cannot")
    }
    return try one.get()
  }

  private func read(
    _ bytes: [UInt8], step: Int, strict: Bool, threads: Int
  ) throws -> (spans: SpanMultiset, report: InputReport, input: TraceInput) {
    let stream = try SniffedStream(Trickle(bytes: bytes, step: step))
    let input = try TraceInput(stream, strict: strict, threads: threads)
    var set = SpanMultiset()
    while let batch = try input.next() { set.insert(batch) }
    return (set, input.report, input)
  }

  private func framed(_ messages: [UInt8]...) -> [UInt8] {
    messages.flatMap(OTLPProtobufWriter.frame)
  }

  @Test func everyOuterFormGivesTheSameSpans() throws {
    let bare = message + other
    let frames = framed(message, other)
    let frameEach = framed(StoredLayer.zstd(message), StoredLayer.zstd(other))
    let forms: [(bytes: [UInt8], format: InputFormat, layers: [String])] = [
      (bare, .otlpProtobuf(.bare), []),
      (frames, .otlpProtobuf(.lengthPrefixed), []),
      (framed([], message, [], other), .otlpProtobuf(.lengthPrefixed), []),
      (frameEach, .otlpProtobuf(.lengthPrefixed), []),
      (framed(StoredLayer.zstd(message), other), .otlpProtobuf(.lengthPrefixed), []),
      (StoredLayer.gzip(bare), .otlpProtobuf(.bare), ["gzip"]),
      (StoredLayer.gzip(message) + StoredLayer.gzip(other), .otlpProtobuf(.bare), ["gzip"]),
      (
        StoredLayer.gzip(message) + StoredLayer.gzip([]) + StoredLayer.gzip(other) + [0, 0, 0],
        .otlpProtobuf(.bare), ["gzip"]
      ),
      (StoredLayer.zstd(message) + StoredLayer.zstd(other), .otlpProtobuf(.bare), ["zstd"]),
      (
        StoredLayer.skippable([1, 2, 3]) + StoredLayer.zstd(Array(frames.prefix(99)))
          + StoredLayer.zstd(Array(frames.dropFirst(99))),
        .otlpProtobuf(.lengthPrefixed), ["zstd"]
      ),
      (
        StoredLayer.gzip(StoredLayer.zstd(StoredLayer.gzip(frameEach))),
        .otlpProtobuf(.lengthPrefixed), ["gzip", "zstd", "gzip"]
      ),
    ]
    for (bytes, format, layers) in forms {
      for step in [1 << 20, 1_000, 7] {
        let (spans, report, input) = try read(bytes, step: step)
        #expect(SpanMultiset.difference(spans, both).isEmpty)
        #expect(input.format == format)
        #expect(input.layers == layers)
        #expect(report.problemCount == 0)
        #expect(report.bytesIn == bytes.count)
        #expect(report.spans == both.count)
      }
    }
  }

  @Test func largeInputsComeInSeveralBatches() throws {
    let many = [[UInt8]](repeating: message, count: 3_000_000 / message.count + 1)
    for bytes in [many.flatMap { $0 }, OTLPProtobufWriter.frame(many.flatMap { $0 })] {
      let input = try TraceInput(stream: MemoryByteStream(bytes))
      var batches = 0
      while let batch = try input.next() {
        batches += 1
        #expect(batch.arena.count < 3 << 20)
      }
      #expect(batches >= 2)
      #expect(input.report.spans == many.count * batch.spans.count)
      #expect(input.report.messages == 1)
    }
  }

  @Test func tornLastRecordIsReportedAndTheRestKept() throws {
    let whole = framed(message, other)
    let torn = Array(whole.dropLast(5))
    let (spans, report, _) = try read(torn)
    #expect(SpanMultiset.difference(batch.multiset, spans).onlyInFirst.isEmpty)
    #expect(report.problems.count == 1)
    #expect(report.problems[0].offset == message.count + 4)
    #expect(report.problems[0].code == .truncated)
    #expect(report.problems[0].what.contains("says it has \(other.count) bytes"))
    #expect(throws: FormatError.self) { try read(torn, strict: true) }
    let header = try read(framed(message) + [0, 0])
    #expect(SpanMultiset.difference(header.spans, batch.multiset).isEmpty)
    #expect(header.report.problems.map(\.offset) == [message.count + 4])
    let tornZstd = Array(framed(StoredLayer.zstd(message), StoredLayer.zstd(other)).dropLast(9))
    #expect(try read(tornZstd).report.problemCount == 1)
  }

  @Test func everyTruncationOfAFramedInputIsSurvived() throws {
    let whole = framed(message, StoredLayer.zstd(other))
    for length in stride(from: 0, to: whole.count, by: 13) {
      guard let input = try? TraceInput(stream: MemoryByteStream(Array(whole.prefix(length))))
      else { continue }
      while try input.next() != nil {}
      let isBoundary = length == 0 || length == message.count + 4
      #expect(input.report.problemCount == (isBoundary ? 0 : 1))
    }
  }

  @Test func badGroupIsReportedAndTheOthersKept() throws {
    let bad = Wire.field(1, Wire.field(2, Wire.field(2, [0x2A, 0x7F])))
    for (bytes, offset) in [
      (message + bad + other, message.count + bad.count),
      (framed(message + bad + other), message.count + bad.count + 4),
    ] {
      let (spans, report, _) = try read(bytes)
      #expect(SpanMultiset.difference(spans, both).isEmpty)
      #expect(report.problems.map(\.offset) == [offset])
      #expect(throws: FormatError.self) { try read(bytes, strict: true) }
    }
    let inside = framed(message, StoredLayer.zstd(bad), other)
    let (spans, report, _) = try read(inside)
    #expect(SpanMultiset.difference(spans, both).isEmpty)
    #expect(report.problems.map(\.offset) == [message.count + 4])
    #expect(report.problems[0].what.contains("(byte \(bad.count) of its content)"))
  }

  @Test func damagedRecordDoesNotHideTheNext() throws {
    var broken = StoredLayer.zstd(message)
    broken[6] = 7  // a reserved block type
    let (spans, report, _) = try read(framed(message, broken, [0xFF, 0xFF], other))
    #expect(SpanMultiset.difference(spans, both).isEmpty)
    #expect(report.problemCount == 2)
    #expect(report.messages == 4)
  }

  @Test func damageToALayerIsReportedAfterWhatCameBefore() throws {
    let members = StoredLayer.gzip(message) + StoredLayer.gzip(other)
    let cut = try read(Array(members.dropLast(20)), step: 500)
    #expect(SpanMultiset.difference(batch.multiset, cut.spans).onlyInFirst.isEmpty)
    #expect(cut.report.problems.map(\.what).contains { $0.contains("gzip") })
    var wrongSum = StoredLayer.gzip(message)
    wrongSum[wrongSum.count - 6] ^= 1
    #expect(try read(wrongSum).report.problems.first?.what.contains("incorrect data check") == true)
    let frames = StoredLayer.zstd(message) + [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let zstd = try read(frames)
    #expect(SpanMultiset.difference(zstd.spans, batch.multiset).isEmpty)
    #expect(zstd.report.problems.count == 1)
    #expect(throws: FormatError.self) { try read(frames, strict: true) }
  }

  @Test func windowsAbove128MiBAreRefused() throws {
    #expect(throws: FormatError.self) { try read(StoredLayer.zstd(message, windowLog: 28)) }
    let (spans, _, _) = try read(StoredLayer.zstd(message, windowLog: 27))
    #expect(spans.count == batch.spans.count)
  }

  @Test func promisedLengthsTakeNoMemory() throws {
    let liar: [UInt8] = [0x0A, 0xF0, 0xFF, 0xFF, 0xFF, 0x07, 0x12, 0x02, 0x12, 0x00]
    let (spans, report, _) = try read(message + liar)
    #expect(spans.count == batch.spans.count)
    #expect(report.problems.count == 1)
    let (_, tooLong, _) = try read(framed(message) + [0xFF, 0xFF, 0xFF, 0xFF, 0x0A])
    #expect(tooLong.problems.map(\.code) == [.outOfBounds])
  }

  @Test func otherContentIsTold() throws {
    func format(_ bytes: [UInt8]) throws -> InputFormat {
      try Sniffer.recognise(Sniffer.peel(MemoryByteStream(bytes)).0).format
    }
    #expect(try format([]) == .empty)
    #expect(try format(Array("BHT1....".utf8)) == .bht1)
    #expect(try format(Array("BHT2....".utf8)) == .bht2)
    #expect(try format(StoredLayer.gzip(Array("BHT1....".utf8))) == .bht1)
    for text in [
      "\n\n\n\n", "hello, world\n", "\n\n{\"a\":1}", "\u{0}\u{0}\u{0}\u{0}",
    ] {
      #expect(try format(Array(text.utf8)) == .unknown, "\(text)")
    }
    #expect(try read([]).spans.count == 0)
    var thrown: FormatError?
    do { _ = try read(Array("hello".utf8)) } catch { thrown = error as? FormatError }
    #expect(thrown?.code == .notRecognized)
    var deep = message
    for _ in 0..<4 { deep = StoredLayer.gzip(deep) }
    #expect(try read(deep).spans.count == batch.spans.count)
    #expect(throws: FormatError.self) { try read(StoredLayer.gzip(deep)) }
  }

  @Test func olderScopeGroupsAreARepair() throws {
    let older = Wire.field(1, Wire.field(1000, Wire.field(2, Wire.field(5, "s"))))
    let (spans, report, _) = try read(older + older)
    #expect(spans.count == 2)
    #expect(
      report.repairs
        == [InputReport.Repair(what: "instrumentation_library_spans read as scope_spans", count: 2)]
    )
  }

  @Test func filesAreReadAndDirectoriesRefused() throws {
    let path = NSTemporaryDirectory() + "bht-input-\(UInt64.random(in: 0 ... .max)).pb"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(framed(message)).write(to: URL(fileURLWithPath: path))
    let input = try TraceInput(path: path)
    var set = SpanMultiset()
    while let batch = try input.next() { set.insert(batch) }
    #expect(SpanMultiset.difference(set, batch.multiset).isEmpty)
    #expect(try TraceInput.format(ofFileAt: path) == .otlpProtobuf(.lengthPrefixed))
    let directory = NSTemporaryDirectory()
    #expect(
      throws: StorageError(operation: "open", path: directory, errorNumber: EISDIR)
    ) { try TraceInput(path: directory) }
    #expect(
      throws: StorageError(operation: "open", path: path + "x", errorNumber: ENOENT)
    ) { try TraceInput(path: path + "x") }
  }
}
