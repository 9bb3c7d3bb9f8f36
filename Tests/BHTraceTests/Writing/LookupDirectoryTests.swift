import Testing

@testable import BHTrace

struct LookupDirectoryTests {
  @Test(arguments: [0, 1, 320, 321, 5000])
  func everyTraceIsFound(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    var directory = LookupDirectory()
    var wanted: [(hash: UInt64, chunk: Int, slot: Int, kind: Int)] = []
    for segment in 0..<5 {
      let part = (segment * count / 5)..<((segment + 1) * count / 5)
      let lookups = part.map { number in
        EncodedSegment.Lookup(
          // The first trace of each segment is the same one.
          hash: number == part.lowerBound && count > 5
            ? 99 : TraceHash.hash([UInt8(number & 255), UInt8(number >> 8)]),
          chunk: UInt32.random(in: 0..<10, using: &random),
          slot: UInt32.random(in: 0..<100, using: &random),
          kind: UInt32.random(in: 0...255, using: &random))
      }
      directory.add(lookups, firstChunk: segment * 10)
      wanted += lookups.map {
        ($0.hash, segment * 10 + Int($0.chunk), Int($0.slot), Int($0.kind))
      }
    }
    let bits = directory.keyBits
    let (bytes, pages) = directory.encode()
    #expect(pages == (count + 319) / 320)
    if count == 0 {
      #expect(bytes.isEmpty)
      return
    }
    let length = bytes.count / pages
    let decoded = try (0..<pages).map { page in
      try LookupPage.decode(
        Array(bytes[(page * length)..<((page + 1) * length)]), page: page, of: pages, bits: bits,
        at: 0)
    }
    #expect(decoded.reduce(0) { $0 + $1.entries.count } == count)
    for (hash, chunk, slot, kind) in wanted {
      let key = HashedPages.key(hash, bits: bits)
      let found = decoded[HashedPages.page(of: hash, of: pages)].entries(of: key)
      #expect(
        found.contains(LookupPage.Entry(key: key, chunk: chunk, slot: slot, kind: kind)))
    }
    for page in decoded {
      let keys = page.entries.map { ($0.key, $0.chunk, $0.slot) }
      #expect(zip(keys, keys.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }
}
