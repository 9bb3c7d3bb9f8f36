/// The span ids of one payload group in one chunk, and those parent ids the tree does not give.
///
/// ```
/// SpanIDPage := Page, plain, of   span ids   parent ids            where the section's codec is plain:
///                                                                  8 bytes each
///             | Page, plain, of   mode (1)   [raw varint]   ids    where it is LZ4: mode
///               bit 0             span ids have a length varint each, else 8 bytes
///               bit 1             the same for parent ids
///               bit 2             what follows `raw` is an LZ4 block of that many bytes
/// ```
/// A page has the ids of those spans of the chunk whose *home* is the group, in the chunk's order, then
/// the parent ids of those of them that are marked as stating one (orphan, cut, shared, zero parent).
/// A span's home is the group of its first child that belongs to another group than itself, so that a
/// group's ids and those of its callers lie together; without such a child, and in a piece of a trace,
/// it is the span's own group. All other roots, and spans marked as linked parent, have no parent id; all
/// other children have the id of the span above them.
struct SpanIDPage: Sendable, Equatable {
  /// The ids of all spans, then the parent ids, as they lie in the page.
  var bytes: [UInt8] = []
  /// Where the id of each span lies in `bytes`.
  var ids: [ByteRange] = []
  /// Where the stated parent ids lie in `bytes`, in the order of their spans.
  var parents: [ByteRange] = []

  /// Whether all ids have eight bytes.
  var isRegular: Bool {
    ids.allSatisfy { $0.count == 8 } && parents.allSatisfy { $0.count == 8 }
  }

  /// Appends the page; nothing where there are no ids. `isRegular` says which of the two forms the
  /// section has.
  func encode(isRegular: Bool, to writer: inout ByteWriter) {
    if ids.isEmpty { return }
    var content = ByteWriter(capacity: bytes.count + ids.count)
    let longIDs = ids.contains { $0.count != 8 }
    let longParents = parents.contains { $0.count != 8 }
    for (ranges, long) in [(ids, longIDs), (parents, longParents)] {
      for range in ranges {
        if long { content.varint(Int(range.count)) }
        content.append(range, of: bytes)
      }
    }
    if isRegular { return Page.seal(content.bytes, to: &writer) }
    var page = ByteWriter(capacity: content.count + 8)
    let mode: UInt8 = (longIDs ? 1 : 0) | (longParents ? 2 : 0)
    // Random ids do not compress: only text ones are worth the try.
    if longIDs, let block = LZ4.compress(content.bytes), block.count + 4 < content.count {
      page.byte(mode | 4)
      page.varint(content.count)
      page.append(block)
    } else {
      page.byte(mode)
      page.append(content.bytes)
    }
    Page.seal(page.bytes, to: &writer)
  }

  /// Decodes the page `stored`, which lies at `offset` of the file and holds the ids of `spans`
  /// spans and `parents` parents, and appends what it holds. Without spans there is no page.
  mutating func append(
    _ stored: [UInt8], isRegular: Bool, spans: Int, parents parentCount: Int, at offset: Int
  ) throws(FormatError) {
    if spans == 0 && parentCount == 0 {
      guard stored.isEmpty else {
        throw FormatError(.outOfBounds, at: offset, "a page of span ids belongs to no span")
      }
      return
    }
    try Page.check(stored.rawSpan, at: offset, "a page of span ids")
    var head = ByteCursor(
      stored.rawSpan.extracting(Page.overhead..<stored.count), base: offset + Page.overhead)
    var mode: UInt8 = 0
    if !isRegular {
      mode = try head.byte()
      guard mode <= 7 else {
        throw FormatError(
          .invalid, at: offset + Page.overhead, "a page of span ids has the unknown mode \(mode)")
      }
    }
    let first = bytes.count
    if mode & 4 != 0 {
      let limit = head.remaining.multipliedReportingOverflow(by: LZ4.largestRatio)
      let raw = try head.count(
        upTo: limit.overflow ? head.remaining : limit.partialValue, "a page's decoded length")
      let block = head.bytes.extracting(head.position..<head.bytes.byteCount)
      guard let content = LZ4.decompress(block, count: raw) else {
        throw FormatError(
          .invalid, at: offset, "a page of span ids is not an LZ4 block of \(raw) decoded bytes")
      }
      bytes.append(contentsOf: content)
    } else {
      bytes.append(head.bytes, head.position..<head.bytes.byteCount)
    }
    let count = bytes.count - first
    guard spans <= count, parentCount <= count - spans else {
      throw FormatError(
        .outOfBounds, at: offset, "a page of span ids has no room for \(spans) of them")
    }
    let all = bytes
    var cursor = ByteCursor(all.rawSpan.extracting(first..<all.count), base: offset)
    try Self.append(spans, long: mode & 1 != 0, from: &cursor, first, to: &ids)
    try Self.append(parentCount, long: mode & 2 != 0, from: &cursor, first, to: &parents)
    try cursor.requireEnd("a page of span ids")
  }

  /// Appends where the next `count` ids lie to `ranges`; the cursor's bytes begin at `first`.
  private static func append(
    _ count: Int, long: Bool, from cursor: inout ByteCursor, _ first: Int,
    to ranges: inout [ByteRange]
  ) throws(FormatError) {
    ranges.reserveCapacity(ranges.count + count)
    for _ in 0..<count {
      let length = long ? try cursor.count(upTo: cursor.remaining, "an id's length") : 8
      let positions = try cursor.take(length, "an id")
      ranges.append(ByteRange(first + positions.lowerBound, length))
    }
  }
}
