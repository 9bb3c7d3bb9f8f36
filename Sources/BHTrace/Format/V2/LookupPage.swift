/// Finds traces by id: for each trace the head of the hash of its id, and where it lies.
///
/// ```
/// LookupPage := Page, stored plain, of
///               entries varint
///               key distances   packed column   to the previous entry's key, the first from 0
///               chunks          packed column   number of the chunk in the archive
///               slots           packed column   number of the trace in the chunk
///               payload starts  packed column   ⌊first byte / 512⌋ in the chunk's blocks
///               payload lengths packed column   ⌈end / 512⌉ − payload start
/// ```
/// A key is the top `bits` bits of the 64-bit `TraceHash` of the id. Entries are sorted by key,
/// then chunk, then slot. Different ids may share a key, and a trace with parts in several
/// segments has an entry for each: a reader fetches all that match and compares the ids.
struct LookupPage: Sendable, Equatable {
  /// The most entries of one page: about 8 KiB stored.
  static let capacity = 1536
  /// Payload ranges are counted in units of this many bytes.
  static let quantum = 512

  struct Entry: Sendable, Equatable {
    var key: UInt64
    var chunk: Int
    var slot: Int
    var payloadStart: Int
    var payloadCount: Int
  }

  var entries: [Entry] = []

  /// The number of bits of a key in an archive of `traces` traces: a wrong match in 4096.
  static func keyBits(traces: Int) -> Int {
    min(64, 12 + Int.bitWidth - max(traces, 1).leadingZeroBitCount)
  }

  /// The key of the trace `id` where keys have `bits` bits.
  static func key(of id: [UInt8], bits: Int) -> UInt64 {
    TraceHash.hash(id) >> UInt64(64 - bits)
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

  func encode(to writer: inout ByteWriter) {
    var content = ByteWriter(capacity: 8192)
    content.varint(entries.count)
    var previous: UInt64 = 0
    PackedColumn.encode(
      entries.map { entry in
        defer { previous = entry.key }
        return entry.key - previous
      }, to: &content)
    PackedColumn.encode(entries.map { UInt64($0.chunk) }, to: &content)
    PackedColumn.encode(entries.map { UInt64($0.slot) }, to: &content)
    PackedColumn.encode(entries.map { UInt64($0.payloadStart) }, to: &content)
    PackedColumn.encode(entries.map { UInt64($0.payloadCount) }, to: &content)
    Page.seal(content.bytes, to: &writer)
  }

  /// Decodes the page `bytes`, which lies at `offset` of the file.
  static func decode(_ bytes: [UInt8], at offset: Int) throws(FormatError) -> LookupPage {
    try Page.check(bytes.rawSpan, at: offset, "a LOOKUP page")
    var cursor = ByteCursor(
      bytes.rawSpan.extracting(Page.overhead..<bytes.count), base: offset + Page.overhead)
    let count = try cursor.count(upTo: capacity, "the number of LOOKUP entries")
    var columns: [[UInt64]] = []
    for _ in 0..<5 {
      var column: [UInt64] = []
      column.reserveCapacity(count)
      try PackedColumn.decode(count: count, from: &cursor, into: &column)
      columns.append(column)
    }
    try cursor.requireEnd("a LOOKUP page")
    var page = LookupPage()
    page.entries.reserveCapacity(count)
    var key: UInt64 = 0
    for index in 0..<count {
      key = key &+ columns[0][index]
      page.entries.append(
        Entry(
          key: key, chunk: clamped(columns[1][index]), slot: clamped(columns[2][index]),
          payloadStart: clamped(columns[3][index]), payloadCount: clamped(columns[4][index])))
    }
    return page
  }

  /// A number no archive reaches where `value` is larger than one could be: what uses it compares
  /// it with what there is.
  private static func clamped(_ value: UInt64) -> Int { Int(min(value, UInt64(Int.max >> 12))) }
}
