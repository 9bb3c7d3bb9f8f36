/// A payload block: a run of whole spans of one group, decodable from its own bytes and the segment's
/// tables.
///
/// ```
/// Block   := nothing                          codes is 01 for each span: the first shape of its
///                                             operation, in which everything is constant
///          | checksum of the rest, parts, codes   where the group table calls the block bare
///          | checksum of the rest             2 bytes where the block has less than 64, CRC-16;
///                                             4 bytes else, CRC-32C
///            head varint                      decoded length · 8 + text · 4 + form
///            code length varint               bytes of the codes stream; only with text
///            frame length varint              only in form 1
///            parts                            for each chunk with spans in the block but the last:
///                                             the bytes its spans have in codes varint, in text varint
///                                             (only with text), in random varint (not in bare blocks)
///            body                             form 0: codes and text, plain
///                                             form 1: codes and text in one zstd frame
///                                             form 2: their offset in the block's HEAVY bytes, varint
///            random                           the rest of the block
/// ```
/// Codes and text lie end to end; without the text bit there is none. Form 2 is for blocks of more
/// than 1 MiB: a span that large. The spans of a chunk in a block are a part: it can be read without
/// those before it, whose operations another page of INDEX has. A HEAVY block is a page that holds a
/// zstd frame, or the bytes as they are where their number is the stored one.
enum BlockFrame {
  /// Blocks shorter than this (bytes) have the short checksum.
  static let shortBlock = 64

  /// Whether the codes and text of a block are more than it may hold itself.
  static func isTooLarge(_ streams: PayloadStreams) -> Bool {
    streams.codes.count + streams.text.count > Limits.blockBytes
  }

  /// Whether a block of `spans` spans is stored as nothing.
  static func isNothing(_ streams: PayloadStreams, spans: Int) -> Bool {
    streams.count == spans && streams.codes.count == spans
      && streams.codes.bytes.allSatisfy { $0 == 1 }
  }

  /// Appends a block of `spans` spans, whose second part and later ones start at `parts`; true where it
  /// is a bare one. Codes and text of one that is too large lie at `heavyOffset` of its HEAVY bytes.
  static func encode(
    _ streams: PayloadStreams, spans: Int, parts: [PayloadStreams.Mark], heavyOffset: Int?,
    with compressor: borrowing ZstdCompressor, to writer: inout ByteWriter
  ) -> Bool {
    if isNothing(streams, spans: spans) { return false }
    let hasText = streams.text.count > 0
    let body = streams.codes.bytes + streams.text.bytes
    var block = ByteWriter(capacity: body.count + streams.random.count + 16)
    var isBare = false
    func head(_ form: Int) {
      block.varint(body.count << 3 | (hasText ? 4 : 0) | form)
      if hasText { block.varint(streams.codes.count) }
    }
    func partLengths() {
      var last = PayloadStreams.Mark()
      for part in parts {
        block.varint(part.codes - last.codes)
        if hasText { block.varint(part.text - last.text) }
        if !isBare { block.varint(part.random - last.random) }
        last = part
      }
    }
    if let heavyOffset {
      head(2)
      partLengths()
      block.varint(heavyOffset)
    } else if let frame = compressor.compress(body), frame.count + 2 < body.count {
      head(1)
      block.varint(frame.count)
      partLengths()
      block.append(frame)
    } else {
      isBare = streams.count == streams.codes.count
      if !isBare { head(0) }
      partLengths()
      block.append(body)
    }
    block.append(streams.random.bytes)
    if block.count + 2 < shortBlock {
      writer.uint16(Checksum.crc16(block.bytes.rawSpan))
      writer.append(block.bytes)
    } else {
      Page.seal(block.bytes, to: &writer)
    }
    return isBare
  }

  /// Compares the checksum of the block `stored`, which lies at `offset` of the file; the number
  /// of bytes it has.
  @discardableResult
  static func check(_ stored: RawSpan, at offset: Int) throws(FormatError) -> Int {
    if stored.byteCount >= shortBlock {
      try Page.check(stored, at: offset, "a payload block")
      return Page.overhead
    }
    guard stored.byteCount >= 2 else {
      throw FormatError(.truncated, at: offset, "a payload block has no room for its checksum")
    }
    let found = Checksum.crc16(stored.extracting(2..<stored.byteCount))
    guard found == UInt16(stored.byte(at: 0)) | UInt16(stored.byte(at: 1)) << 8 else {
      throw FormatError(
        .checksumMismatch, at: offset, "a payload block does not match its checksum")
    }
    return 2
  }

  /// What a decoded block consists of.
  struct Content {
    /// How many bytes codes and text have.
    var bodyCount = 0
    /// How many of them are codes.
    var codeCount = 0
    /// Where the random bytes lie in the stored block.
    var random = 0..<0
  }

  /// What the group table says of a block.
  struct Shape {
    var spans: Int
    var isBare: Bool
    /// For each part its first span, counted in the block.
    var parts: [Int]
  }

  /// Decodes the block `stored`, which lies at `offset` of the file: `body` becomes its codes and text,
  /// and `starts` where each part starts. `heavy` are the HEAVY bytes of the block.
  static func decode(
    _ stored: RawSpan, _ shape: Shape, at offset: Int,
    with decompressor: borrowing ZstdDecompressor, heavy: [UInt8], body: inout [UInt8],
    starts: inout [PayloadStreams.Mark]
  ) throws(FormatError) -> Content {
    starts.removeAll(keepingCapacity: true)
    body.removeAll(keepingCapacity: true)
    if stored.byteCount == 0 {
      body.append(contentsOf: repeatElement(1, count: shape.spans))
      for first in shape.parts { starts.append(PayloadStreams.Mark(codes: first)) }
      return Content(bodyCount: shape.spans, codeCount: shape.spans)
    }
    let overhead = try check(stored, at: offset)
    var cursor = ByteCursor(
      stored.extracting(overhead..<stored.byteCount), base: offset + overhead)
    if shape.isBare {
      try readParts(shape.parts.count, hasText: false, hasRandom: false, &cursor, &starts)
      let codes = try cursor.take(cursor.remaining, "the codes of a block")
      guard codes.count <= Limits.blockBytes else {
        throw FormatError(.outOfBounds, at: offset, "a bare payload block is over its cap")
      }
      body.append(cursor.bytes, codes)
      let content = Content(bodyCount: codes.count, codeCount: codes.count)
      try require(starts, inside: content, at: offset)
      return content
    }
    let head = try cursor.varint()
    guard head >> 3 <= UInt64(Int32.max) else {
      throw FormatError(.outOfBounds, at: offset, "a payload block is said to be over 2 GiB long")
    }
    let (count, form) = (Int(head >> 3), head & 3)
    var content = Content(bodyCount: count)
    content.codeCount =
      head & 4 == 0 ? count : try cursor.count(upTo: count, "the length of a block's codes")
    if form != 2 && count > Limits.blockBytes {
      throw FormatError(
        .outOfBounds, at: offset,
        "a payload block is said to hold \(count) bytes, more than \(Limits.blockBytes)")
    }
    let length =
      form == 1 ? try cursor.count(upTo: cursor.remaining, "the length of a zstd frame") : 0
    try readParts(
      shape.parts.count, hasText: head & 4 != 0, hasRandom: true, &cursor, &starts)
    switch form {
    case 0:
      let plain = try cursor.take(count, "a payload block")
      body.append(cursor.bytes, plain)
    case 1:
      let frame = try cursor.take(length, "a zstd frame")
      guard decompressor.decompress(cursor.bytes.extracting(frame), count: count, into: &body)
      else {
        throw FormatError(
          .invalid, at: offset + overhead + frame.lowerBound,
          "a payload block is not a zstd frame of \(count) decoded bytes")
      }
    case 2:
      let start = try cursor.count(upTo: heavy.count, "an offset in the HEAVY bytes of a block")
      guard count <= heavy.count - start else {
        throw FormatError(
          .outOfBounds, at: offset, "a payload block is said to lie behind its HEAVY bytes")
      }
      body.append(heavy.rawSpan, start..<(start + count))
    default:
      throw FormatError(.unsupported, at: offset, "a payload block has the unknown form \(form)")
    }
    content.random = (overhead + cursor.position)..<stored.byteCount
    try require(starts, inside: content, at: offset)
    return content
  }

  private static func readParts(
    _ parts: Int, hasText: Bool, hasRandom: Bool, _ cursor: inout ByteCursor,
    _ starts: inout [PayloadStreams.Mark]
  ) throws(FormatError) {
    var next = PayloadStreams.Mark()
    starts.append(next)
    for _ in 1..<max(parts, 1) {
      // Sums stay far below an overflow: there are less than 2^32 parts.
      next.codes += try cursor.count(upTo: Int(Int32.max), "the codes of a part")
      if hasText { next.text += try cursor.count(upTo: Int(Int32.max), "the text of a part") }
      if hasRandom {
        next.random += try cursor.count(upTo: Int(Int32.max), "the random bytes of a part")
      }
      starts.append(next)
    }
  }

  private static func require(
    _ starts: [PayloadStreams.Mark], inside content: Content, at offset: Int
  ) throws(FormatError) {
    guard let last = starts.last else { return }
    guard last.codes <= content.codeCount, last.text <= content.bodyCount - content.codeCount,
      last.random <= content.random.count
    else {
      throw FormatError(
        .outOfBounds, at: offset, "the parts of a payload block are longer than the block")
    }
  }

  /// Appends `bytes`, a part of the HEAVY stream, as a page.
  static func encodeHeavy(
    _ bytes: [UInt8], with compressor: borrowing ZstdCompressor, to writer: inout ByteWriter
  ) {
    Page.seal(compressor.compress(bytes) ?? bytes, to: &writer)
  }

  /// Decodes a HEAVY block of `count` bytes.
  static func decodeHeavy(
    _ stored: RawSpan, count: Int, at offset: Int, with decompressor: borrowing ZstdDecompressor
  ) throws(FormatError) -> [UInt8] {
    try Page.check(stored, at: offset, "a HEAVY block")
    if stored.byteCount - Page.overhead == count {
      return stored.array(Page.overhead..<stored.byteCount)
    }
    let frame = stored.extracting(Page.overhead..<stored.byteCount)
    guard let bytes = decompressor.decompress(frame, count: count) else {
      throw FormatError(
        .invalid, at: offset, "a HEAVY block is not a zstd frame of \(count) decoded bytes")
    }
    return bytes
  }
}
