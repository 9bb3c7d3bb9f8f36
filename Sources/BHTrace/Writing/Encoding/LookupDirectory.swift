/// The LOOKUP pages of an archive.
struct LookupDirectory {
  private var entries: [(hash: UInt64, chunk: Int, slot: Int, kind: Int)] = []

  /// Takes in the traces of a segment whose first chunk is number `firstChunk` of the archive.
  mutating func add(_ lookups: [EncodedSegment.Lookup], firstChunk: Int) {
    for lookup in lookups {
      entries.append(
        (lookup.hash, firstChunk + Int(lookup.chunk), Int(lookup.slot), Int(lookup.kind)))
    }
  }

  /// The bits a key has.
  var keyBits: Int { LookupPage.keyBits(entries: entries.count) }

  /// The bytes of all pages, and their number.
  consuming func encode() -> (bytes: [UInt8], pages: Int) {
    let (bits, pages) = (keyBits, LookupPage.pages(entries: entries.count))
    // Keys are the heads of hashes: two hashes of one key may belong to different pages.
    entries.sort { $0.hash < $1.hash }
    var contents: [[UInt8]] = []
    var first = 0
    for number in 0..<pages {
      var end = first
      while end < entries.count && HashedPages.page(of: entries[end].hash, of: pages) == number {
        end += 1
      }
      var page = LookupPage()
      page.entries = entries[first..<end].map {
        LookupPage.Entry(
          key: HashedPages.key($0.hash, bits: bits), chunk: $0.chunk, slot: $0.slot, kind: $0.kind)
      }
      page.entries.sort { ($0.key, $0.chunk, $0.slot) < ($1.key, $1.chunk, $1.slot) }
      contents.append(page.encode(page: number, of: pages, bits: bits))
      first = end
    }
    let longest = contents.map(\.count).max() ?? 0
    var writer = ByteWriter(capacity: pages * (longest + Page.overhead))
    for content in contents {
      Page.seal(content + [UInt8](repeating: 0, count: longest - content.count), to: &writer)
    }
    return (writer.bytes, pages)
  }
}
