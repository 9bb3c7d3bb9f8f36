/// The ids of a chunk's spans in pre-order, and those parent ids the tree does not give.
///
/// ```
/// SpanIDPage := Page, stored plain, of
///               mode (1)     bit 0: span ids have their lengths, else 8 bytes each
///                            bit 1: parent ids have their lengths, else 8 bytes each
///                            bit 2: what follows is an LZ4 block
///               raw varint   decoded length; only with bit 2
///               span ids, then parent ids, of those spans in turn that are marked as orphan,
///               cut or shared in the index
/// ```
/// All other spans have no parent, or the id of the span above them as parent id.
struct SpanIDPage: Sendable, Equatable {
  /// The ids of all spans, end to end.
  var bytes: [UInt8] = []
  /// Where the id of each span lies in `bytes`.
  var ids: [ByteRange] = []
  /// Where the stated parent ids lie in `bytes`, in the order of their spans.
  var parents: [ByteRange] = []

  func encode(to writer: inout ByteWriter) {
    var content = ByteWriter(capacity: bytes.count + ids.count)
    let longIDs = ids.contains { $0.count != 8 }
    let longParents = parents.contains { $0.count != 8 }
    for (ranges, long) in [(ids, longIDs), (parents, longParents)] {
      for range in ranges {
        if long { content.varint(Int(range.count)) }
        content.append(range, of: bytes)
      }
    }
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
  /// spans and `parents` parents.
  static func decode(
    _ stored: [UInt8], spans: Int, parents: Int, at offset: Int
  ) throws(FormatError) -> SpanIDPage {
    try Page.check(stored.rawSpan, at: offset, "a page of span ids")
    var head = ByteCursor(
      stored.rawSpan.extracting(Page.overhead..<stored.count), base: offset + Page.overhead)
    let mode = try head.byte()
    guard mode <= 7 else {
      throw FormatError(
        .invalid, at: offset + Page.overhead, "a page of span ids has the unknown mode \(mode)")
    }
    var page = SpanIDPage()
    if mode & 4 != 0 {
      let limit = head.remaining.multipliedReportingOverflow(by: LZ4.largestRatio)
      let raw = try head.count(
        upTo: limit.overflow ? head.remaining : limit.partialValue, "a page's decoded length")
      let block = head.bytes.extracting(head.position..<head.bytes.byteCount)
      guard let content = LZ4.decompress(block, count: raw) else {
        throw FormatError(
          .invalid, at: offset, "a page of span ids is not an LZ4 block of \(raw) decoded bytes")
      }
      page.bytes = content
    } else {
      page.bytes = try head.array(head.remaining, "span ids")
    }
    let (needed, overflow) = spans.addingReportingOverflow(parents)
    guard !overflow, needed <= page.bytes.count else {
      throw FormatError(
        .outOfBounds, at: offset, "a page of span ids has no room for \(spans) of them")
    }
    let content = page.bytes
    var cursor = ByteCursor(content.rawSpan, base: offset)
    page.ids = try ranges(spans, long: mode & 1 != 0, from: &cursor)
    page.parents = try ranges(parents, long: mode & 2 != 0, from: &cursor)
    try cursor.requireEnd("a page of span ids")
    return page
  }

  private static func ranges(
    _ count: Int, long: Bool, from cursor: inout ByteCursor
  ) throws(FormatError) -> [ByteRange] {
    var ranges: [ByteRange] = []
    ranges.reserveCapacity(count)
    for _ in 0..<count {
      let length = long ? try cursor.count(upTo: cursor.remaining, "an id's length") : 8
      let positions = try cursor.take(length, "an id")
      ranges.append(ByteRange(positions.lowerBound, length))
    }
    return ranges
  }
}
