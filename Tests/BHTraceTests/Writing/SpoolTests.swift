import Testing

@testable import BHTrace

/// Spans that go through a scratch file.
@Suite struct SpoolTests {
  private func digests(_ batches: [SpanBatch]) -> [Digest128] {
    batches.flatMap { batch in
      let digester = SpanDigester(batch)
      return batch.spans.indices.map { digester.digest($0) }
    }
  }

  @Test(arguments: 0..<6) func packedSpansAreTheSameSpans(seed: UInt64) throws {
    var random = RandomSpans(seed: seed)
    let batch = random.batch(spans: 150)
    var packed = PackedSpans()
    var origins = OriginCopies(OriginCopies.Sources([batch]))
    for span in batch.spans {
      let resource = origins.resource(span.resource, of: 0, in: &packed.base)
      let scope = origins.scope(span.scope, of: 0, in: &packed.base)
      packed.add(span, from: batch, resource: resource, scope: scope)
    }
    let image = packed.image()
    let loaded = try #require(PackedSpans(image.bytes, image.arrays))
    var unpacked = loaded.base
    loaded.unpack(batch.spans.count, at: 0, to: &unpacked)
    #expect(digests([unpacked]) == digests([batch]))

    // Moved, one in three, without being unpacked.
    var moved = PackedSpans()
    moved.base.resources = [ResourceRecord()] + loaded.base.resources
    moved.base.scopes = loaded.base.scopes
    moved.base.attributes = loaded.base.attributes
    moved.base.arena = loaded.base.arena
    var word = 0
    for index in batch.spans.indices {
      let (resource, scope) = loaded.origins(at: word)
      if index % 3 == 0 { moved.move(word, of: loaded, resource: resource + 1, scope: scope) }
      word += loaded.wordCount(at: word)
    }
    #expect(word == loaded.words.count)
    var third = moved.base
    moved.unpack((batch.spans.count + 2) / 3, at: 0, to: &third)
    let expected = digests([batch]).enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    #expect(digests([third]) == expected)
  }

  @Test func bytesThatLieFarApartArePackedToo() throws {
    var batch = SpanBatch()
    batch.resources.append(ResourceRecord())
    batch.scopes.append(ScopeRecord())
    let name = batch.append("name")
    _ = batch.append([UInt8](repeating: 7, count: 100_000))
    var span = SpanRecord()
    span.spanID = batch.append("12345678")
    span.name = name
    // The key behind the value, and one longer than a word has room for.
    let value = batch.append("value")
    span.attributes = RecordRange(0, 2)
    batch.attributes.append(
      AttributeRecord(key: batch.append("key"), kind: .string, range: value))
    batch.attributes.append(
      AttributeRecord(
        key: batch.append([UInt8](repeating: 8, count: 5000)), kind: .int, bits: .max))
    batch.spans.append(span)
    var packed = PackedSpans()
    packed.base.resources = batch.resources
    packed.base.scopes = batch.scopes
    packed.add(span, from: batch, resource: 0, scope: 0)
    #expect(packed.base.arena.count < 6000)
    var unpacked = packed.base
    packed.unpack(1, at: 0, to: &unpacked)
    #expect(digests([unpacked]) == digests([batch]))
  }

  @Test func imagesOfOtherLengthsAreNone() {
    var packed = PackedSpans()
    packed.base.resources.append(ResourceRecord())
    packed.add(SpanRecord(), from: SpanBatch(), resource: 0, scope: 0)
    let image = packed.image()
    #expect(PackedSpans(image.bytes, image.arrays) != nil)
    #expect(PackedSpans(Array(image.bytes.dropLast()), image.arrays) == nil)
    #expect(PackedSpans(image.bytes, Array(image.arrays.dropLast())) == nil)
    var arrays = image.arrays
    arrays[1].records += 1
    #expect(PackedSpans(image.bytes, arrays) == nil)
  }

  @Test(arguments: [(1, 1), (1, 2), (40_000, 1), (120_000, 3)])
  func segmentsAreTheSameAtAnyMemory(memory: Int, threads: Int) throws {
    var random = RandomSpans(seed: 11)
    let batches = (0..<12).map { _ in random.batch(spans: 40) }
    let options = FormatOptions.small(spans: 64)
    let expected = try segments(batches, options: options)
    #expect(expected.count > 7)
    #expect(digests(expected.map(\.batch)).sorted() == digests(batches).sorted())
    #expect(
      try segments(batches, options: options, memory: memory, threads: threads) == expected)
  }

  @Test(arguments: [512 << 20, 1]) func metadataOfAllBatchesComesSorted(memory: Int) throws {
    var grouper = TraceGrouper(memory: memory, scratchFolder: "/tmp")
    for entries in [["b", "d"], ["a"], ["c"]] {
      var batch = SpanBatch()
      for entry in entries { batch.messageExtras.append(batch.append(entry)) }
      try grouper.add(batch)
    }
    #expect(grouper.metadata() == ["a", "b", "c", "d"].map { Array($0.utf8) })
    var runs = try grouper.finish()
    #expect(try runs.next() == nil)
  }

  @Test(arguments: [512 << 20, 1]) func v1FilesOfOneNameStayApart(memory: Int) throws {
    let batch = try V1Decoder.decode(try PackageFile.checkout())
    let made = try segments([batch, batch, batch], memory: memory)
    #expect(made.map(\.traces.count) == [3])
    #expect(made[0].traces.allSatisfy { $0.spans.count == batch.spans.count && $0.v1File != nil })
  }
}
