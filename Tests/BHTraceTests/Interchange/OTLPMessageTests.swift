import Testing

@testable import BHTrace

/// How spans are put together to export messages.
struct OTLPMessageTests {
  /// The fields with number `number` of a message whose fields are all runs of bytes.
  private func fields(_ message: [UInt8], _ number: UInt64) throws -> [[UInt8]] {
    var cursor = WindowCursor(message, base: 0)
    var found: [[UInt8]] = []
    while !cursor.isAtEnd {
      let tag = try cursor.varint()
      let run = try cursor.delimited()
      if tag >> 3 == number { found.append(Array(message[run.positions])) }
    }
    return found
  }

  /// The messages of framed output.
  private func messages(_ framed: [UInt8]) -> [[UInt8]] {
    var (messages, next) = ([[UInt8]](), 0)
    while next + 4 <= framed.count {
      let count = framed[next..<(next + 4)].reduce(0) { $0 << 8 | Int($1) }
      messages.append(Array(framed[(next + 4)..<(next + 4 + count)]))
      next += 4 + count
    }
    return messages
  }

  /// Spans of traces of `perTrace` spans, in turn of two services.
  private func spans(_ count: Int, perTrace: Int = 5) -> SpanBatch {
    var batch = SpanBatch(
      (0..<count).map { number in
        PlainSpan(
          id: "\(10_000_000 + number)",
          parent: number % perTrace == 0 ? "" : "\(10_000_000 + number - 1)",
          start: UInt64(number), end: UInt64(number + 1), service: number & 1 == 0 ? "a" : "b",
          name: "op\(number % 7)", trace: "trace-\(1_000_000_000 + number / perTrace)")
      })
    for index in batch.resources.indices { batch.resources[index].isPresent = true }
    return batch
  }

  /// One batch for each trace.
  private func byTrace(_ batch: SpanBatch, perTrace: Int = 5) -> [SpanBatch] {
    stride(from: 0, to: batch.spans.count, by: perTrace).map { first in
      var part = batch
      part.spans = Array(batch.spans[first..<min(first + perTrace, batch.spans.count)])
      return part
    }
  }

  private func written(_ batches: [SpanBatch], _ writer: some TraceWriter) -> [UInt8] {
    var writer = writer
    var bytes = writer.begin()
    for batch in batches { bytes += writer.write(batch) }
    return bytes + writer.end()
  }

  private func exported(
    _ archive: [UInt8], _ framing: ProtobufFraming, threads: Int = 1
  ) throws -> [UInt8] {
    let opened = try ArchiveSession(BytesSource(archive))
    opened.threads = threads
    var bytes: [UInt8] = []
    try opened.writeOTLPProtobuf(framing: framing) { bytes += $0 }
    return bytes
  }

  private func isEqual(_ bytes: [UInt8], to batch: SpanBatch) throws -> Bool {
    var set = SpanMultiset()
    set.insert(batch)
    return SpanMultiset.difference(try ReadSpans(bytes).multiset, set).isEmpty
  }

  @Test func tracesOfOneResourceShareItsGroup() throws {
    var batch = spans(10)
    for index in batch.spans.indices { batch.spans[index].resource = 0 }
    for bytes in [
      written(byTrace(batch), OTLPProtobufTraceWriter()),
      try exported(try archive([batch]), .bare),
    ] {
      let resources = try fields(bytes, 1)
      #expect(resources.count == 1)
      let scopes = try fields(resources[0], 2)
      #expect(scopes.count == 1)
      #expect(try fields(scopes[0], 2).count == 10)
      #expect(try isEqual(bytes, to: batch))
    }
  }

  @Test func groupsAndSpansKeepTheOrderOfTheSpans() throws {
    let bytes = written(byTrace(spans(12)), OTLPProtobufTraceWriter())
    let read = try ReadSpans(bytes)
    let ids = read.spans.map { Int(read.batch.text($0.spanID).suffix(2)) }
    #expect(ids == [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11])
    #expect(try fields(bytes, 1).count == 2)
  }

  @Test func resourcesAreTheSameWhereTheySayTheSame() throws {
    var batch = spans(6)
    // The same as the first, but another record; one that is absent; one with a schema.
    let resource = batch.resources[0]
    batch.resources = [resource, resource, ResourceRecord(), resource, ResourceRecord(), resource]
    batch.resources[3].schemaURL = batch.append("https://a")
    batch.resources[4].isPresent = true
    batch.scopes = [ScopeRecord(), ScopeRecord(), ScopeRecord()]
    batch.scopes[1].isPresent = true
    for index in batch.spans.indices { batch.spans[index].resource = UInt32(index) }
    batch.spans[1].scope = 1
    batch.spans[5].scope = 2
    let bytes = written([batch], OTLPProtobufTraceWriter())
    let resources = try fields(bytes, 1)
    #expect(resources.count == 4)
    let scopes = try fields(resources[0], 2)
    #expect(try scopes.map { try fields($0, 2).count } == [2, 1])
    #expect(try isEqual(bytes, to: batch))
    let lines = written([batch], OTLPJSONLinesWriter())
    #expect(try isEqual(lines, to: batch))
  }

  @Test func messagesHoldUpTo8192Spans() throws {
    let batch = spans(8_192 * 2 + 3)
    let whole = written([batch], OTLPProtobufTraceWriter(framing: .lengthPrefixed))
    let counts = try messages(whole).map { try ReadSpans($0).count }
    #expect(counts == [8_192, 8_192, 3])
    #expect(try isEqual(whole, to: batch))
    // The batches spans come in do not show.
    let parts = written(byTrace(batch), OTLPProtobufTraceWriter(framing: .lengthPrefixed))
    #expect(parts == whole)
    let bare = written(byTrace(batch, perTrace: 1_000), OTLPProtobufTraceWriter())
    #expect(bare == messages(whole).flatMap { $0 })
    let lines = written(byTrace(batch), OTLPJSONLinesWriter())
    #expect(lines.split(separator: 0x0A).count == 3)
    #expect(try isEqual(lines, to: batch))
  }

  @Test func exactlyAFullMessageHasNoneBehindIt() throws {
    let batch = spans(8_192)
    let framed = written([batch], OTLPProtobufTraceWriter(framing: .lengthPrefixed))
    #expect(messages(framed).count == 1)
    #expect(written([], OTLPProtobufTraceWriter()).isEmpty)
    #expect(written([SpanBatch()], OTLPJSONLinesWriter()).isEmpty)
  }

  @Test func messagesEndWithTheSpanThatReachesFourMebibytes() throws {
    var batch = spans(30)
    let text = batch.append([UInt8](repeating: 0x61, count: 500_000))
    let key = batch.append("body")
    for index in batch.spans.indices {
      batch.spans[index].attributes = RecordRange(batch.attributes.count, 1)
      batch.attributes.append(AttributeRecord(key: key, kind: .string, range: text))
    }
    let framed = written(byTrace(batch), OTLPProtobufTraceWriter(framing: .lengthPrefixed))
    #expect(try messages(framed).map { try ReadSpans($0).count } == [9, 9, 9, 3])
    // What stands around the spans counts as well.
    var large = spans(9, perTrace: 1)
    large.resources = (0..<9).map { _ in large.resources[0] }
    for index in 0..<9 {
      large.resources[index].attributes = RecordRange(large.attributes.count, 1)
      large.attributes.append(
        AttributeRecord(
          key: large.append("k\(index)"), kind: .bytes,
          range: large.append([UInt8](repeating: 7, count: 1 << 20))))
      large.spans[index].resource = UInt32(index)
    }
    let others = written([large], OTLPProtobufTraceWriter(framing: .lengthPrefixed))
    #expect(try messages(others).map { try ReadSpans($0).count } == [4, 4, 1])
  }

  @Test(arguments: [ProtobufFraming.bare, .lengthPrefixed])
  func messagesOfAnArchiveDoNotDependOnChunksOrThreads(framing: ProtobufFraming) throws {
    let batch = spans(8_192 + 500, perTrace: 20)
    var options = FormatOptions()
    options.chunkSpans = 300
    options.segmentSpans = 5_000
    let bytes = try archive([batch], options: options)
    let expected = try exported(bytes, framing)
    #expect(
      expected == written(byTrace(batch, perTrace: 20), OTLPProtobufTraceWriter(framing: framing)))
    #expect(try exported(bytes, framing, threads: 3) == expected)
    if framing == .lengthPrefixed {
      #expect(try messages(expected).map { try ReadSpans($0).count } == [8_192, 500])
    }
  }

  @Test func anExportIsAsLongAsABatchOfTheSameSpans() throws {
    var batch = spans(2_000)
    let text = batch.append([UInt8](repeating: 0x62, count: 1_500))
    for index in batch.resources.indices {
      let first = batch.attributes.count
      batch.attributes.append(batch.attributes[Int(batch.resources[index].attributes.first)])
      batch.attributes.append(
        AttributeRecord(key: batch.append("host"), kind: .string, range: text))
      batch.resources[index].attributes = RecordRange(first, 2)
    }
    // As a collector's batch has them: a group for each service.
    var sorted = batch
    sorted.spans.sort { ($0.resource, $0.start) < ($1.resource, $1.start) }
    let input = OTLPProtobufWriter.encode(sorted)
    let output = try exported(try archive([batch]), .bare)
    #expect(output.count == input.count)
    #expect(try isEqual(output, to: batch))
  }

  @Test func whatBelongsToNoSpanIsAMessageInItsPlace() throws {
    var extras = SpanBatch()
    extras.messageExtras = [extras.append([0xA0, 0x06, 0x01])]
    var writer = OTLPProtobufTraceWriter(framing: .lengthPrefixed)
    #expect(writer.write(spans(5)).isEmpty)
    let bytes = writer.write(extras)
    #expect(messages(bytes).count == 2)
    #expect(messages(bytes).last == [0xA0, 0x06, 0x01])
    #expect(writer.end().isEmpty)
    var lines = OTLPJSONLinesWriter()
    let text = lines.write(extras)
    #expect(String(decoding: text, as: UTF8.self) == "{\"resourceSpans\":[]}\n")
    #expect(lines.losses.map(\.count) == [1])
  }

  @Test func lossesOfAResourceAreCountedOnceAMessage() throws {
    var batch = spans(20)
    batch.resources[0].extra = batch.append([0xA0, 0x06, 0x01])
    var writer = OTLPJSONLinesWriter()
    for part in byTrace(batch) { #expect(writer.write(part).isEmpty) }
    _ = writer.end()
    #expect(writer.losses.map(\.count) == [1])
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func anySpansComeBackFromMessages(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    let batch = random.batch(spans: 40)
    let bytes = try archive([batch])
    var writer = OTLPProtobufTraceWriter()
    var output: [UInt8] = []
    try ArchiveSession(BytesSource(bytes)).forEachTrace(.payload) { output += writer.write($0) }
    output += writer.end()
    #expect(try isEqual(output, to: batch))
    #expect(try exported(bytes, .bare) == output)
  }
}
