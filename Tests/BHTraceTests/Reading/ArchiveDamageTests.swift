import Testing

@testable import BHTrace

/// What happens when bytes of an archive are not what they were.
struct ArchiveDamageTests {
  /// Small blocks and chunks, so that a small archive has many parts.
  static var options: FormatOptions {
    var options = FormatOptions()
    options.block = .bytes(64)
    options.chunkSpans = 6
    options.segmentSpans = 12
    return options
  }

  @Test func soundArchiveIsFoundSound() throws {
    let bytes = try archive([smallTraces()], options: Self.options)
    let report = try ArchiveVerifier.verify(BytesSource(bytes))
    #expect(report.problems == [])
    #expect(report.traces == 3)
    #expect(report.spans == 18)
    #expect(report.blocks > 6)
  }

  /// An archive with a section of every type but DICTIONARY: two segments that share a trace in pieces,
  /// with another trace before it and one behind it.
  private static let everySection = Result { Segments.archive(try segmentsOfEverySection()) }

  private static func segmentsOfEverySection() throws -> [EncodedSegment] {
    var options = Self.options
    options.index = .all
    let (traces, batches) = try Segments.traces([smallTraces()])
    let parts = traces[1].parts(cutAt: [4], batches)
    let lookup = HashedPages.encode(
      (1...6).map {
        HashedPages.Entry(hash: TraceHash.hash([UInt8](repeating: $0, count: 8)), chunk: 0)
      },
      bits: 12)
    var audit = ByteWriter()
    let entries = MetadataSection.encode([Array(#"{"what":"nothing"}"#.utf8)])
    Page.seal(entries, to: &audit)
    return [
      try Segments.encode(
        [traces[0], parts[0]], batches, options: options, metadata: [[0xA8, 0x06, 1]]
      ).inserting(
        type: SectionType.spanLookup.rawValue, raw: lookup.pages, lookup.bytes),
      try Segments.encode([parts[1], traces[2]], batches, options: options).inserting(
        type: SectionType.audit.rawValue, codec: Page.Codec.zstd.rawValue, raw: entries.count,
        audit.bytes),
    ]
  }

  @Test func thereIsEverySection() throws {
    let maps = try ArchiveSession(BytesSource(Self.everySection.get())).maps()
    let found = Set(maps.flatMap { $0.head.sections.map(\.type) })
    #expect(found == Set(SectionType.allCases).subtracting([.dictionary]))
    #expect(maps.map(\.chunkCount) == [2, 2])
    #expect(maps.contains { !$0.head.groups.heavyBlocks.isEmpty })
    let report = try ArchiveVerifier.verify(BytesSource(Self.everySection.get()))
    #expect(report.problems == [])
    #expect((report.traces, report.spans) == (3, 18))
  }

  private func isFound(_ bytes: [UInt8]) throws -> Bool {
    do {
      return try !ArchiveVerifier.verify(BytesSource(bytes), threads: 1).isSound
    } catch is FormatError {
      return true
    }
  }

  /// Every byte is changed once, in its lowest bit, its highest or all of them in turn.
  @Test(arguments: 0..<4)
  func everyFlippedByteIsFoundAndNoReadingReturnsAChangedSpan(quarter: Int) throws {
    let spans = Set(smallTraces().described())
    let sound = try Self.everySection.get()
    for position in stride(from: quarter, to: sound.count, by: 4) {
      var bytes = sound
      bytes[position] ^= [0x01, 0x80, 0xFF][position / 4 % 3]
      let found = try isFound(bytes)
      #expect(found, "the flip at byte \(position) was not found")
      func check(_ trace: LoadedTrace) {
        for text in trace.batch.described() where !spans.contains(text) {
          Issue.record("the flip at byte \(position) gave a changed span")
        }
      }
      do {
        let damaged = try ArchiveSession(BytesSource(bytes))
        damaged.threads = 1
        if position % 8 < 4 {
          try damaged.forEachTrace([.payload], body: check)
        } else {
          for trace in 0..<3 {
            let id = [UInt8](repeating: UInt8(trace + 1), count: 16)
            for handle in try damaged.locate(traceID: id) {
              check(try damaged.load(handle, [.payload, .spanIDs], positions: nil))
            }
          }
        }
      } catch is FormatError {
        // Refused: just what damage should lead to.
      }
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let sound = try Self.everySection.get()
    for count in sound.indices {
      let found = try isFound(Array(sound[..<count]))
      #expect(found, "cut to \(count) bytes")
    }
  }

  @Test func aDamagedDictionaryIsFound() throws {
    var options = FormatOptions()
    options.block = .bytes(64)
    options.dictionaryBytes = [1024]
    var random = SeededGenerator(seed: 4)
    let words = (0..<40).map { _ in
      String((0..<7).map { _ in "abcdefghijklmnop".randomElement(using: &random) ?? "a" })
    }
    var batch = SpanBatch()
    batch.resources = [ResourceRecord()]
    batch.scopes = [ScopeRecord()]
    for number in 0..<200 {
      var span = SpanRecord()
      span.traceID = batch.append([UInt8](repeating: UInt8(number), count: 16))
      span.spanID = batch.append([UInt8](repeating: UInt8(number), count: 8))
      span.start = UInt64(number)
      let text = (0..<12).map { _ in words.randomElement(using: &random) ?? "" }
      span.attributes = batch.attributes([("log", text.joined(separator: " "))])
      batch.spans.append(span)
    }
    let sound = try archive([batch], options: options)
    let map = try ArchiveSession(BytesSource(sound)).maps()[0]
    try #require(!map.range(.dictionary).isEmpty)
    #expect(try !isFound(sound))
    for position in map.range(.dictionary) where position % 16 == 3 {
      var bytes = sound
      bytes[position] ^= 0x20
      let found = try isFound(bytes)
      #expect(found, "the flip at byte \(position) was not found")
    }
  }

  @Test func damageToOneBlockCostsThatBlockOnly() throws {
    let sound = try archive([smallTraces()], options: Self.options)
    let map = try ArchiveSession(BytesSource(sound)).maps()[0]
    let number = try #require(map.head.groups.blocks.indices.first { map.block($0).count > 5 })
    let block = map.block(number)
    var bytes = sound
    bytes[block.lowerBound + 5] ^= 0x10
    let report = try ArchiveVerifier.verify(BytesSource(bytes))
    #expect(report.problemCount == 1)
    #expect(report.problems.first?.code == .checksumMismatch)
    #expect(report.problems.first?.offset == block.lowerBound)
    let table = map.head.groups
    let lost = map.head.chunks.indices.filter { chunk in
      (0..<table.count).contains {
        table.blocks(of: $0, holding: table.spans($0, chunk: chunk)).contains(number)
      }
    }
    #expect(lost.count == 1)
    #expect(report.spans == 12, "the other chunks are read whole")
  }
}
