import Testing

@testable import BHTMeasure
@testable import BHTrace

@Suite struct CheckoutGeneratorTests {
  /// The first digits of the SHA-256 of a trace as a file: protobuf, or v1.
  private func digest(_ batch: SpanBatch) throws -> String {
    var losses = V1Losses()
    let file =
      batch.spans[0].dialect == .v1
      ? try V1Files.encode(batch, losses: &losses) : OTLPProtobufWriter.encode(batch)
    let digits = HexText.encode(SHA256.digest(file[...]).prefix(8))
    return String(decoding: digits, as: UTF8.self)
  }

  @Test func seedOneGivesTheSameTracesForEver() throws {
    var otlp = CheckoutGenerator(seed: 1)
    var v1 = CheckoutGenerator(seed: 1, dialect: .v1)
    let found = try [otlp.next(), otlp.next(), v1.next()].map { try digest($0) }
    #expect(found == ["7f7af47d87e288e2", "d8bf63791b2ae1cb", "3adc84b34e7c8a06"])
  }

  @Test func otherSeedsAndLaterTracesDiffer() throws {
    var one = CheckoutGenerator(seed: 1)
    var two = CheckoutGenerator(seed: 2)
    let (first, second, other) = (one.next(), one.next(), two.next())
    let digests = try [first, second, other].map { try digest($0) }
    #expect(Set(digests).count == 3)
    #expect(one.traceCount == 2)
  }

  @Test(arguments: [Dialect.otlp, .v1])
  func aTraceIsOneTreeThatFitsInItsRoot(dialect: Dialect) throws {
    var generator = CheckoutGenerator(seed: 3, dialect: dialect)
    var writer = ArchiveWriter()
    var spans = 0
    for _ in 0..<5 {
      let batch = generator.next()
      spans += batch.spans.count
      try writer.add(batch)
    }
    var bytes: [UInt8] = []
    _ = try writer.finish { bytes += $0 }
    let archive = try ArchiveSession(MemorySource(bytes))
    #expect(archive.traceCount == 5)
    #expect(archive.spanCount == spans)
    #expect((100...500).contains(spans / 5))
    try archive.forEachTrace(.structure) { trace in
      let tree = trace.tree
      #expect(tree.parents.count { $0 < 0 } == 1)
      // The random part of a microsecond in OTLP times may stick out.
      let slack: UInt64 = dialect == .otlp ? 2000 : 0
      for position in tree.parents.indices where tree.parents[position] >= 0 {
        let parent = Int(tree.parents[position])
        #expect(tree.starts[position] + slack >= tree.starts[parent])
        #expect(tree.ends[position] <= tree.ends[parent] + slack)
        #expect(!tree.marks[position].contains(.orphan))
      }
      #expect(tree.marks.contains { $0.contains(.error) })
    }
  }

  @Test func v1TracesAreWhatTheV1WriterWouldWrite() throws {
    var generator = CheckoutGenerator(seed: 1, dialect: .v1)
    let batch = generator.next()
    var losses = V1Losses()
    let file = try V1Files.encode(batch, losses: &losses)
    let decoded = try V1Decoder.decode(file)
    var (made, read) = (SpanMultiset(), SpanMultiset())
    made.insert(batch)
    read.insert(decoded)
    let difference = SpanMultiset.difference(made, read)
    #expect(difference.onlyInFirst.count == 0)
    #expect(difference.onlyInSecond.count == 0)
    #expect(decoded.spans.allSatisfy { $0.extra.isEmpty })
    #expect(try V1Files.encode(decoded, losses: &losses) == file)
  }

  @Test func splitMix64GivesTheNumbersOfItsAuthors() {
    var random = SplitMix64(seed: 1_234_567)
    let numbers = (0..<3).map { _ in random.next() }
    #expect(
      numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }
}
