import Testing

@testable import BHTrace

struct DictionaryTests {
  /// Spans with an attribute each of `words` words: of a small vocabulary, or of random letters.
  private func batch(spans: Int, words: Int, vocabulary: Bool) -> SpanBatch {
    var random = SeededGenerator(seed: 7)
    func word() -> String {
      String(
        (0..<Int.random(in: 4...9, using: &random)).map { _ in
          "abcdefghijklmnopqrstuvwxyz".randomElement(using: &random) ?? "a"
        })
    }
    let known = (0..<300).map { _ in word() }
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    for number in 0..<spans {
      let text = (0..<words).map { _ in
        vocabulary ? known.randomElement(using: &random) ?? "" : word()
      }
      var span = SpanRecord()
      span.traceID = batch.append((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
      span.spanID = batch.append((0..<8).map { _ in UInt8.random(in: 0...255, using: &random) })
      span.name = batch.append("work")
      span.start = UInt64(number) * 1_000_000
      span.end = span.start + 5_000
      span.attributes = batch.attributes([("log", text.joined(separator: " "))])
      batch.spans.append(span)
    }
    return batch
  }

  private func dictionaries(_ bytes: [UInt8]) throws -> [[UInt8]] {
    try ArchiveSession(BytesSource(bytes)).maps().compactMap { segment in
      let range = segment.range(.dictionary)
      return range.isEmpty ? nil : Array(bytes[range])
    }
  }

  @Test(arguments: [6, 19]) func isKeptWhereTheArchiveBecomesSmaller(level: Int) throws {
    let batch = batch(spans: 3000, words: 12, vocabulary: true)
    var options = FormatOptions()
    options.level = level
    let with = try archive([batch], options: options)
    options.dictionaryBytes = []
    let without = try archive([batch], options: options)
    #expect(try dictionaries(with).count == 1)
    #expect(try dictionaries(without).isEmpty)
    #expect(with.count < without.count)
    #expect(try ArchiveVerifier.verify(BytesSource(with)).isSound)
    var spans: [String] = []
    try ArchiveSession(BytesSource(with)).forEachTrace([.payload]) { spans += $0.batch.described() }
    #expect(spans.sorted() == batch.described().sorted())
  }

  @Test func isLeftOutWhereThereIsNothingToLearn() throws {
    let batch = batch(spans: 1000, words: 3, vocabulary: false)
    #expect(try dictionaries(try archive([batch])).isEmpty)
    #expect(try dictionaries(try archive([smallTraces()])).isEmpty)
  }

  @Test func servesLaterSegmentsToo() throws {
    let batch = batch(spans: 6000, words: 12, vocabulary: true)
    var options = FormatOptions()
    options.segmentSpans = 2000
    let bytes = try archive([batch], options: options)
    let found = try dictionaries(bytes)
    #expect(found.count == 3)
    #expect(found.allSatisfy { $0 == found[0] })
    #expect(try ArchiveVerifier.verify(BytesSource(bytes)).isSound)
    // Whatever the number of threads.
    #expect(try archive([batch], options: options, threads: 3) == bytes)
  }

  @Test func aDamagedOneIsRefused() {
    // The magic number of a trained dictionary, and no tables behind it.
    let bytes: [UInt8] = [0x37, 0xA4, 0x30, 0xEC] + [UInt8](repeating: 0xFF, count: 100)
    #expect(ZstdDictionary(bytes) == nil)
    #expect(ZstdDictionary([1, 2, 3, 4, 5, 6, 7, 8, 9]) != nil)
  }

  @Test func tooLittleToLearnFromGivesNone() {
    #expect(DictionaryTraining.train([], capacity: 8192, level: 6) == nil)
    #expect(DictionaryTraining.train([[1]], capacity: 8192, level: 6) == nil)
  }
}
