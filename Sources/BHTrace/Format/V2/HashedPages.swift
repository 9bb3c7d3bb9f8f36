/// Pages that find a chunk by a hash: sorted entries, a page's number computed from the hash.
///
/// ```
/// HashedPage := Page, plain, of
///               key bits (1)      1...64: how many top bits of the hash a key has
///               entries varint
///               key distances     packed column: to the previous entry's key; the first to the least
///                                 key of the page
///               chunks            packed column: number of the chunk in the segment
///               zeros             up to the length all pages of the section have
/// ```
/// Of P pages, the one of hash h has the number ⌊h · P / 2^64⌋, and the least key of page p is the top
/// bits of ⌈p · 2^64 / P⌉. Entries are sorted by (key, chunk), each pair is there once. Different
/// values may share a key: what is found is where to look.
enum HashedPages {
  /// A page aims at this many entries.
  static let target = 1024

  struct Entry: Sendable, Equatable, Comparable {
    var hash: UInt64
    var chunk: Int

    static func < (a: Entry, b: Entry) -> Bool { (a.hash, a.chunk) < (b.hash, b.chunk) }
  }

  /// The number of the page of `hash` among `pages`.
  @inline(__always)
  static func page(of hash: UInt64, of pages: Int) -> Int {
    Int(hash.multipliedFullWidth(by: UInt64(pages)).high)
  }

  /// The least hash of page number `page` among `pages`.
  static func leastHash(of page: Int, of pages: Int) -> UInt64 {
    if page == 0 { return 0 }
    let (quotient, remainder) = UInt64(pages).dividingFullWidth((UInt64(page), 0))
    return remainder == 0 ? quotient : quotient + 1
  }

  /// The key of `hash` where keys have `bits` bits.
  @inline(__always)
  static func key(_ hash: UInt64, bits: Int) -> UInt64 { hash >> UInt64(64 - bits) }

  /// The section of `entries`, whose keys have `bits` bits, and its number of pages.
  static func encode(_ entries: [Entry], bits: Int) -> (bytes: [UInt8], pages: Int) {
    let sorted = entries.sorted()
    let pages = max(1, (sorted.count + target - 1) / target)
    var contents: [[UInt8]] = []
    var first = 0
    for page in 0..<pages {
      var end = first
      while end < sorted.count && self.page(of: sorted[end].hash, of: pages) == page { end += 1 }
      contents.append(
        encodePage(sorted[first..<end], bits: bits, least: leastHash(of: page, of: pages)))
      first = end
    }
    let longest = contents.map(\.count).max() ?? 0
    var writer = ByteWriter(capacity: pages * (longest + Page.overhead))
    for content in contents {
      Page.seal(content + [UInt8](repeating: 0, count: longest - content.count), to: &writer)
    }
    return (writer.bytes, pages)
  }

  private static func encodePage(
    _ entries: ArraySlice<Entry>, bits: Int, least: UInt64
  ) -> [UInt8] {
    var distances: [UInt64] = []
    var chunks: [UInt64] = []
    var previous = key(least, bits: bits)
    var lastChunk = -1
    let keyed = entries.map { Entry(hash: key($0.hash, bits: bits), chunk: $0.chunk) }.sorted()
    for entry in keyed {
      let key = entry.hash
      if key == previous && entry.chunk == lastChunk { continue }
      distances.append(key - previous)
      chunks.append(UInt64(entry.chunk))
      (previous, lastChunk) = (key, entry.chunk)
    }
    var content = ByteWriter()
    content.byte(UInt8(bits))
    content.varint(distances.count)
    PackedColumn.encode(distances, to: &content)
    PackedColumn.encode(chunks, to: &content)
    return content.bytes
  }

  /// The chunks that page number `page` of `pages` has for `hash`, ascending. `bytes` is the page,
  /// which lies at `offset` of the file; a chunk's number is below `chunkCount`.
  static func chunks(
    of hash: UInt64, in bytes: [UInt8], page: Int, of pages: Int, chunkCount: Int, at offset: Int
  ) throws(FormatError) -> [Int] {
    let (entries, bits) = try decode(
      bytes, page: page, of: pages, chunkCount: chunkCount, at: offset)
    let wanted = key(hash, bits: bits)
    return entries.filter { $0.hash == wanted }.map(\.chunk)
  }

  /// The entries of a page, keys in place of hashes, and how many bits keys have.
  static func decode(
    _ bytes: [UInt8], page: Int, of pages: Int, chunkCount: Int, at offset: Int
  ) throws(FormatError) -> (entries: [Entry], bits: Int) {
    try Page.check(bytes.rawSpan, at: offset, "a page of hashes")
    var cursor = ByteCursor(
      bytes.rawSpan.extracting(Page.overhead..<bytes.count), base: offset + Page.overhead)
    let bits = Int(try cursor.byte())
    guard (1...64).contains(bits) else {
      throw FormatError(
        .invalid, at: offset + Page.overhead, "keys of hashes are said to have \(bits) bits")
    }
    let count = try cursor.count(upTo: Limits.hashedEntries, "a page's number of entries")
    try PackedColumn.require(2 * count, in: cursor, "hashes")
    let distances = try PackedColumn.decode(count: count, from: &cursor)
    let chunks = try PackedColumn.decode(count: count, from: &cursor)
    while cursor.remaining > 0 {
      guard try cursor.byte() == 0 else {
        throw FormatError(
          .invalid, at: cursor.base + cursor.position - 1, "what fills a page up is not zero")
      }
    }
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    var key = key(leastHash(of: page, of: pages), bits: bits)
    for index in 0..<count {
      key = key &+ distances[index]
      guard chunks[index] < UInt64(chunkCount) else {
        throw FormatError(
          .outOfBounds, at: offset, "a page of hashes names chunk \(chunks[index]) of \(chunkCount)"
        )
      }
      entries.append(Entry(hash: key, chunk: Int(chunks[index])))
    }
    return (entries, bits)
  }
}
