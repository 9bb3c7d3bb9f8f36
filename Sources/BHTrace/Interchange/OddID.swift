/// Ids that are not what they have to be: 16 bytes for a trace, 8 for a span, not all of them zero.
enum OddID: Equatable {
  /// No bytes, or zeros.
  case zero
  /// The hex digits of an id, taken for its bytes.
  case hexText
  /// The hex digits of an id, read as if they were base64.
  case hexAsBase64
  /// Of any other length.
  case length

  /// What is odd about the id at `range` of `arena`; nil where it is a regular one of `width` bytes.
  static func of(_ arena: [UInt8], _ range: ByteRange, width: Int) -> OddID? {
    if ByteComparison.isZero(arena, range) { return .zero }
    if Int(range.count) == width { return nil }
    return isMendable(arena, range, width) ?? .length
  }

  private static func isMendable(_ arena: [UInt8], _ range: ByteRange, _ width: Int) -> OddID? {
    if Int(range.count) == 2 * width, arena[range.positions].allSatisfy({ HexID.digit($0) != nil })
    {
      return .hexText
    }
    // Base64 makes three bytes of four letters.
    if Int(range.count) * 4 == 2 * width * 3,
      Base64.encode(arena, range).allSatisfy({ HexID.digit($0) != nil })
    {
      return .hexAsBase64
    }
    return nil
  }

  /// The id of `width` bytes that the one at `range` was before it was misread; nil where it was
  /// not.
  static func mended(_ arena: [UInt8], _ range: ByteRange, width: Int) -> [UInt8]? {
    switch isMendable(arena, range, width) {
    case .hexText: HexText.decode(Array(arena[range.positions]))
    case .hexAsBase64: HexText.decode(Base64.encode(arena, range))
    default: nil
    }
  }
}

/// Mending ids.
extension SpanBatch {
  /// How many ids were mended.
  struct MendedIDs {
    var misread = 0
    var traces = 0
    var spans = 0
  }

  /// Makes ids of their text, and gives spans without a trace id or span id one of their own. The
  /// same span gets the same ids, wherever it comes from.
  mutating func mendIDs() -> MendedIDs {
    var mended = MendedIDs()
    for index in links.indices {
      links[index].traceID = mend(links[index].traceID, 16, &mended)
      links[index].spanID = mend(links[index].spanID, 8, &mended)
    }
    for index in spans.indices where spans[index].dialect == .otlp {
      spans[index].traceID = mend(spans[index].traceID, 16, &mended)
      spans[index].spanID = mend(spans[index].spanID, 8, &mended)
      spans[index].parentSpanID = mend(spans[index].parentSpanID, 8, &mended)
    }
    let without = spans.indices.filter {
      spans[$0].dialect == .otlp && (!isID(spans[$0].traceID) || !isID(spans[$0].spanID))
    }
    if without.isEmpty { return mended }
    let digester = SpanDigester(self)
    for index in without {
      let digest = digester.digest(index)
      if !isID(spans[index].traceID) {
        spans[index].traceID = append(digest.high.bigEndianBytes + digest.low.bigEndianBytes)
        mended.traces += 1
      }
      if !isID(spans[index].spanID) {
        spans[index].spanID = append(digest.low.bigEndianBytes)
        mended.spans += 1
      }
    }
    return mended
  }

  private mutating func mend(
    _ id: ByteRange, _ width: Int, _ mended: inout MendedIDs
  ) -> ByteRange {
    guard Int(id.count) > width, let bytes = OddID.mended(arena, id, width: width) else {
      return id
    }
    mended.misread += 1
    return append(bytes)
  }
}
