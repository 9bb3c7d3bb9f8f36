/// The three streams a block's spans are written to, and the chunk's HEAVY stream.
struct PayloadStreams: Sendable {
  /// Small integers: shapes, counts, how each value is stored.
  var codes = ByteWriter()
  /// Text as it is.
  var text = ByteWriter()
  /// Bytes that do not compress: ids, hashes, doubles.
  var random = ByteWriter()

  /// The number of bytes in all three.
  var count: Int { codes.count + text.count + random.count }

  /// How far each stream has come.
  struct Mark: Sendable {
    var codes = 0
    var text = 0
    var random = 0

    /// The number of bytes in all three.
    var count: Int { codes + text + random }
  }

  var mark: Mark { Mark(codes: codes.count, text: text.count, random: random.count) }

  /// Appends what `other` holds between two marks.
  mutating func append(_ other: PayloadStreams, from start: Mark, to end: Mark) {
    codes.append(other.codes.bytes[start.codes..<end.codes])
    text.append(other.text.bytes[start.text..<end.text])
    random.append(other.random.bytes[start.random..<end.random])
  }

  mutating func removeAll() {
    codes.removeAll()
    text.removeAll()
    random.removeAll()
  }
}

/// A payload block: a run of whole spans, decodable from its own bytes and the segment's tables.
///
/// ```
/// Block   := nothing                          codes is 01 for each span: the first shape of its
///                                             operation, in which everything is constant
///          | checksum of the rest, codes     where the index calls the block bare
///          | checksum of the rest             2 bytes where the block has less than 64, CRC-16;
///                                             4 bytes else, CRC-32C
///            head varint                      decoded length · 8 + text · 4 + form
///            code length varint               bytes of the codes stream; only with text
///            frame length varint              only in form 1
///            body                             form 0: codes and text, plain
///                                             form 1: codes and text in one zstd frame
///                                             form 2: their offset in the HEAVY stream, varint
///            random                           the rest of the block
/// ```
/// Codes and text lie end to end; without the text bit there is none. Form 2 is for blocks of more
/// than 1 MiB: a span that large. A HEAVY block is a page that holds a zstd frame, or the bytes as
/// they are where their number is the stored one.
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

  /// Appends a block of `spans` spans; true where it is a bare one. Codes and text of one that is
  /// too large lie at `heavyOffset` of the HEAVY stream.
  static func encode(
    _ streams: PayloadStreams, spans: Int, heavyOffset: Int?,
    with compressor: borrowing ZstdCompressor, to writer: inout ByteWriter
  ) -> Bool {
    if isNothing(streams, spans: spans) { return false }
    let isOnlyCodes = streams.count == streams.codes.count
    let body = streams.codes.bytes + streams.text.bytes
    var block = ByteWriter(capacity: body.count + streams.random.count + 16)
    var isBare = false
    func head(_ form: Int) {
      block.varint(body.count << 3 | (streams.text.count > 0 ? 4 : 0) | form)
      if streams.text.count > 0 { block.varint(streams.codes.count) }
    }
    if let heavyOffset {
      head(2)
      block.varint(heavyOffset)
    } else if let frame = compressor.compress(body), frame.count + 2 < body.count {
      head(1)
      block.varint(frame.count)
      block.append(frame)
    } else {
      isBare = isOnlyCodes
      if !isBare { head(0) }
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
    /// Whether the body lies in a part of the HEAVY stream that is not at hand.
    var isMissing = false
  }

  /// Decodes the block `stored` of `spans` spans, which lies at `offset` of the file: `body` becomes
  /// its codes and text. `heavy` is the chunk's HEAVY stream.
  static func decode(
    _ stored: RawSpan, spans: Int, isBare: Bool, at offset: Int,
    with decompressor: borrowing ZstdDecompressor, heavy: inout HeavyStream,
    body: inout [UInt8]
  ) throws(FormatError) -> Content {
    if stored.byteCount == 0 {
      body.removeAll(keepingCapacity: true)
      body.append(contentsOf: repeatElement(1, count: spans))
      return Content(bodyCount: spans, codeCount: spans)
    }
    let overhead = try check(stored, at: offset)
    if isBare {
      let count = stored.byteCount - overhead
      guard count <= Limits.blockBytes else {
        throw FormatError(.outOfBounds, at: offset, "a bare payload block is over its cap")
      }
      body.removeAll(keepingCapacity: true)
      body.append(stored, overhead..<stored.byteCount)
      return Content(bodyCount: count, codeCount: count)
    }
    var cursor = ByteCursor(
      stored.extracting(overhead..<stored.byteCount), base: offset + overhead)
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
    switch form {
    case 0:
      let plain = try cursor.take(count, "a payload block")
      body.removeAll(keepingCapacity: true)
      body.append(cursor.bytes, plain)
    case 1:
      let length = try cursor.count(upTo: cursor.remaining, "the length of a zstd frame")
      let frame = try cursor.take(length, "a zstd frame")
      guard decompressor.decompress(cursor.bytes.extracting(frame), count: count, into: &body)
      else {
        throw FormatError(
          .invalid, at: offset + overhead + frame.lowerBound,
          "a payload block is not a zstd frame of \(count) decoded bytes")
      }
    case 2:
      let start = try cursor.count(upTo: Int(Int32.max), "an offset in the HEAVY stream")
      body.removeAll(keepingCapacity: true)
      content.isMissing = try !heavy.append(start, count, to: &body)
    default:
      throw FormatError(.unsupported, at: offset, "a payload block has the unknown form \(form)")
    }
    content.random = (overhead + cursor.position)..<stored.byteCount
    return content
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

/// How far the three streams of a block are read.
struct PayloadCursors: ~Escapable {
  var codes: ByteCursor
  var text: ByteCursor
  var random: ByteCursor

  /// The starts of the streams of the block at `offset` of the file: of `body` the first
  /// `codeCount` bytes are codes and the rest is text.
  @_lifetime(copy body, copy random)
  init(body: RawSpan, codeCount: Int, random: RawSpan, at offset: Int) {
    codes = ByteCursor(body.extracting(0..<codeCount), base: offset)
    text = ByteCursor(body.extracting(codeCount..<body.byteCount), base: offset)
    self.random = ByteCursor(random, base: offset)
  }

  /// How many bytes of all three were read.
  var position: Int { codes.position + text.position + random.position }
}
