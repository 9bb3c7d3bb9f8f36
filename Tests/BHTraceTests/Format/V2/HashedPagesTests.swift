import Testing

@testable import BHTrace

struct HashedPagesTests {
  private func entries(_ count: Int, seed: UInt64) -> [HashedPages.Entry] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { number in
      // Some hashes come again, some lie at the very ends.
      let hash =
        switch number % 100 {
        case 0: UInt64(0)
        case 1: UInt64.max
        default: UInt64.random(in: 0 ... .max, using: &random)
        }
      return HashedPages.Entry(hash: hash, chunk: Int.random(in: 0..<40, using: &random))
    }
  }

  @Test(arguments: [(1, 9), (1023, 18), (5000, 21), (5000, 64), (2500, 1)])
  func everyEntryIsFound(count: Int, bits: Int) throws {
    let entries = entries(count, seed: UInt64(count))
    let (bytes, pages) = HashedPages.encode(entries, bits: bits)
    #expect(pages == (count + HashedPages.target - 1) / HashedPages.target)
    let length = bytes.count / pages
    #expect(bytes.count == length * pages)
    for entry in entries where entries.count < 2000 || entry.hash % 11 < 2 {
      let page = HashedPages.page(of: entry.hash, of: pages)
      let found = try HashedPages.chunks(
        of: entry.hash, in: Array(bytes[(page * length)..<((page + 1) * length)]), page: page,
        of: pages, chunkCount: 40, at: 0)
      #expect(found.contains(entry.chunk))
      #expect(found == Array(Set(found)).sorted())
    }
  }

  @Test func pagesCoverAllHashesInOrder() {
    for pages in [1, 2, 3, 7, 1000, 1 << 20] {
      #expect(HashedPages.leastHash(of: 0, of: pages) == 0)
      #expect(HashedPages.page(of: .max, of: pages) == pages - 1)
      for page in [1, pages / 2, pages - 1] where page > 0 && page < pages {
        let least = HashedPages.leastHash(of: page, of: pages)
        #expect(HashedPages.page(of: least, of: pages) == page)
        #expect(HashedPages.page(of: least - 1, of: pages) == page - 1)
      }
    }
  }

  @Test func chunksThatDoNotExistAreRefused() {
    let (bytes, _) = HashedPages.encode([HashedPages.Entry(hash: 77 << 50, chunk: 5)], bits: 16)
    #expect(throws: FormatError.self) {
      try HashedPages.chunks(of: 0, in: bytes, page: 0, of: 1, chunkCount: 5, at: 0)
    }
  }

  @Test func whatFillsAPageUpIsZero() throws {
    let (bytes, pages) = HashedPages.encode(entries(1100, seed: 2), bits: 20)
    let length = bytes.count / pages
    var padded = 0
    for page in 0..<pages {
      // All but the longest have zeros at their end.
      var content = Array(bytes[(page * length + Page.overhead)..<((page + 1) * length)])
      guard content.last == 0 else { continue }
      padded += 1
      content[content.count - 1] = 1
      var writer = ByteWriter()
      Page.seal(content, to: &writer)
      #expect(throws: FormatError.self) {
        try HashedPages.decode(writer.bytes, page: page, of: pages, chunkCount: 40, at: 0)
      }
    }
    #expect(padded > 0)
  }
}
