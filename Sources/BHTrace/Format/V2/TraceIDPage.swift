/// The ids of a chunk's traces, in order.
///
/// ```
/// TraceIDPage := Page, stored plain, of   mode (1)   ids
/// ids         := 16 bytes each where mode is 0;  (length varint, bytes) each where it is 1
/// ```
enum TraceIDPage {
  static func encode(_ ids: [[UInt8]], to writer: inout ByteWriter) {
    var content = ByteWriter(capacity: ids.count * 16 + 1)
    let regular = ids.allSatisfy { $0.count == 16 }
    content.byte(regular ? 0 : 1)
    for id in ids {
      if regular { content.append(id) } else { content.lengthPrefixed(id) }
    }
    Page.seal(content.bytes, to: &writer)
  }

  /// Decodes the `count` ids of the page `bytes`, which lies at `offset` of the file.
  static func decode(
    _ bytes: [UInt8], count: Int, at offset: Int
  ) throws(FormatError) -> TraceIDs {
    try Page.check(bytes.rawSpan, at: offset, "a page of trace ids")
    var cursor = ByteCursor(
      bytes.rawSpan.extracting(Page.overhead..<bytes.count), base: offset + Page.overhead)
    let mode = try cursor.byte()
    guard mode <= 1 else {
      throw FormatError(
        .invalid, at: offset + Page.overhead, "a page of trace ids has the unknown mode \(mode)")
    }
    guard count <= cursor.remaining else {
      throw FormatError(
        .outOfBounds, at: offset, "a page of trace ids has no room for \(count) of them")
    }
    var ranges: [ByteRange] = []
    ranges.reserveCapacity(count)
    for _ in 0..<count {
      let length =
        mode == 0 ? 16 : try cursor.count(upTo: cursor.remaining, "a trace id")
      let positions = try cursor.take(length, "a trace id")
      ranges.append(ByteRange(Page.overhead + positions.lowerBound, length))
    }
    try cursor.requireEnd("a page of trace ids")
    return TraceIDs(bytes: bytes, ranges: ranges)
  }
}

/// The ids of a chunk's traces, as they lie in their page.
struct TraceIDs: Sendable {
  /// The page.
  private(set) var bytes: [UInt8] = []
  /// For each trace where its id lies in `bytes`.
  private(set) var ranges: [ByteRange] = []

  /// The number of ids.
  var count: Int { ranges.count }
  var isEmpty: Bool { ranges.isEmpty }

  /// The id of trace number `slot`.
  subscript(slot: Int) -> [UInt8] { Array(bytes[ranges[slot].positions]) }
}
