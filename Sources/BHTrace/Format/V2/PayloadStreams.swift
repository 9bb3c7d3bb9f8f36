/// The three streams a block's spans are written to.
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

/// How far the three streams of a block are read.
struct PayloadCursors: ~Escapable {
  var codes: ByteCursor
  var text: ByteCursor
  var random: ByteCursor

  /// The streams of a part of the block at `offset` of the file, which starts at `start` and ends
  /// where `end` says, at the end of the block without one: of `body` the first `codeCount` bytes are
  /// codes and the rest is text.
  @_lifetime(copy body, copy random)
  init(
    body: RawSpan, codeCount: Int, random: RawSpan, from start: PayloadStreams.Mark,
    to end: PayloadStreams.Mark?, at offset: Int
  ) {
    codes = ByteCursor(
      body.extracting(start.codes..<(end?.codes ?? codeCount)), base: offset)
    text = ByteCursor(
      body.extracting(
        (codeCount + start.text)..<(end.map { codeCount + $0.text } ?? body.byteCount)),
      base: offset)
    self.random = ByteCursor(
      random.extracting(start.random..<(end?.random ?? random.byteCount)), base: offset)
  }

  /// How many bytes of all three were read.
  var position: Int { codes.position + text.position + random.position }
}
