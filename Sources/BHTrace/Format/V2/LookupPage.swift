/// Finds traces by id: for each trace, or part of one in a segment, the head of the hash of its id,
/// and where it lies.
///
/// ```
/// LookupPage := Page, plain, of
///               entries varint
///               key distances   packed column   to the previous entry's key; the first to the least
///                               key of the page
///               chunks          packed column   number of the chunk in the archive
///               slots           packed column   number of the trace in the chunk
///               kinds           packed column   0, or 1 + number of the trace's kind (HEAD)
///               zeros           up to the length that all pages have
/// ```
/// A key is the top `bits` bits of the 64-bit `TraceHash` of the id; which page has it, and the least
/// key of a page, are computed as in `HashedPages`. Entries are sorted by key, then chunk, then slot.
/// Different ids may share a key, and a trace with parts in several segments has an entry for each: a
/// reader fetches all that match and compares the ids.
struct LookupPage: Sendable, Equatable {
  /// A page aims at this many entries: about 1.5 KiB. Every reader of a trace reads one.
  static let target = 320

  struct Entry: Sendable, Equatable {
    var key: UInt64
    var chunk: Int
    var slot: Int
    var kind: Int
  }

  var entries: [Entry] = []

  /// The number of pages for `entries` entries.
  static func pages(entries: Int) -> Int { (entries + target - 1) / target }

  /// The number of bits of a key in an archive of `entries` entries: a wrong match in 4096.
  static func keyBits(entries: Int) -> Int {
    min(64, 12 + Int.bitWidth - max(entries, 1).leadingZeroBitCount)
  }

  /// The entries with a key. O(log n).
  func entries(of key: UInt64) -> ArraySlice<Entry> {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < entries.count && entries[end].key == key { end += 1 }
    return entries[low..<end]
  }

  /// The content of page number `page` of `pages`, without the zeros that fill it up.
  func encode(page: Int, of pages: Int, bits: Int) -> [UInt8] {
    var content = ByteWriter(capacity: 8192)
    content.varint(entries.count)
    var previous = HashedPages.key(HashedPages.leastHash(of: page, of: pages), bits: bits)
    PackedColumn.encode(
      entries.map { entry in
        defer { previous = entry.key }
        return entry.key - previous
      }, to: &content)
    PackedColumn.encode(entries.map { UInt64($0.chunk) }, to: &content)
    PackedColumn.encode(entries.map { UInt64($0.slot) }, to: &content)
    PackedColumn.encode(entries.map { UInt64($0.kind) }, to: &content)
    return content.bytes
  }

  /// Decodes page number `page` of `pages`, which is `bytes` and lies at `offset` of the file.
  static func decode(
    _ bytes: [UInt8], page number: Int, of pages: Int, bits: Int, at offset: Int
  ) throws(FormatError) -> LookupPage {
    try Page.check(bytes.rawSpan, at: offset, "a LOOKUP page")
    var cursor = ByteCursor(
      bytes.rawSpan.extracting(Page.overhead..<bytes.count), base: offset + Page.overhead)
    let count = try cursor.count(upTo: Limits.hashedEntries, "the number of LOOKUP entries")
    try PackedColumn.require(4 * count, in: cursor, "LOOKUP entries")
    var columns: [[UInt64]] = []
    for _ in 0..<4 { columns.append(try PackedColumn.decode(count: count, from: &cursor)) }
    while cursor.remaining > 0 {
      guard try cursor.byte() == 0 else {
        throw FormatError(
          .invalid, at: cursor.base + cursor.position - 1,
          "what fills a LOOKUP page up is not zero")
      }
    }
    var page = LookupPage()
    page.entries.reserveCapacity(count)
    var key = HashedPages.key(HashedPages.leastHash(of: number, of: pages), bits: bits)
    for index in 0..<count {
      key = key &+ columns[0][index]
      page.entries.append(
        Entry(
          key: key, chunk: clamped(columns[1][index]), slot: clamped(columns[2][index]),
          kind: clamped(columns[3][index])))
    }
    return page
  }

  /// A number no archive reaches where `value` is larger than one could be: what uses it compares
  /// it with what there is.
  private static func clamped(_ value: UInt64) -> Int { Int(min(value, UInt64(Int.max >> 12))) }
}
