/// A run of a payload group's spans, written but not compressed yet: what there is to compress is
/// known before a dictionary for it is made.
struct PayloadSlice: Sendable {
  /// A block: what the streams hold from the end of the one before.
  struct Block: Sendable {
    var spans: Int
    var end: PayloadStreams.Mark
    /// Where in the slice's streams the second and later parts start: its spans of further chunks.
    var parts: [PayloadStreams.Mark]
    /// How many bytes of the HEAVY stream it uses.
    var heavy: Int
    /// Where in these its codes and text lie, of a block too large to hold them.
    var heavyOffset: Int?
  }

  var group: Int
  /// The streams of all blocks, end to end.
  var streams = PayloadStreams()
  var blocks: [Block] = []
  /// The slice's part of the group's HEAVY stream, and the blocks it is cut into.
  var heavy: [UInt8] = []
  var heavyBlocks: [Range<Int>] = []

  /// What zstd will be given for one frame.
  struct Body: Sendable {
    fileprivate var codes = 0..<0
    fileprivate var text = 0..<0
    fileprivate var heavy = 0..<0
    /// The number of bytes.
    var count: Int { codes.count + text.count + heavy.count }
  }

  /// All that zstd will be given, in the order of the file.
  var bodies: [Body] {
    var bodies: [Body] = []
    var start = PayloadStreams.Mark()
    for block in blocks {
      if block.heavyOffset == nil && !isNothing(block, from: start) {
        bodies.append(
          Body(codes: start.codes..<block.end.codes, text: start.text..<block.end.text))
      }
      start = block.end
    }
    return bodies + heavyBlocks.map { Body(heavy: $0) }
  }

  /// The bytes of one of `bodies`.
  func bytes(_ body: Body) -> [UInt8] {
    Array(streams.codes.bytes[body.codes]) + Array(streams.text.bytes[body.text])
      + Array(heavy[body.heavy])
  }

  /// Whether the block is one of those that are stored as nothing.
  private func isNothing(_ block: Block, from start: PayloadStreams.Mark) -> Bool {
    block.end.count - start.count == block.spans && block.end.codes - start.codes == block.spans
      && streams.codes.bytes[start.codes..<block.end.codes].allSatisfy { $0 == 1 }
  }

  /// A slice in its blocks.
  struct Stored: Sendable {
    var group: Int
    var blocks = ByteWriter()
    var made: [GroupTable.MadeBlock] = []
    var heavyBlocks = ByteWriter()
    var madeHeavy: [(Int, raw: Int)] = []
  }

  /// Compresses the slice.
  func store(with compressors: borrowing PayloadCompressors) -> Stored {
    var stored = Stored(group: group)
    stored.made.reserveCapacity(blocks.count)
    var start = PayloadStreams.Mark()
    var own = PayloadStreams()
    for block in blocks {
      own.removeAll()
      own.append(streams, from: start, to: block.end)
      let parts = block.parts.map { $0.counted(from: start) }
      start = block.end
      let before = stored.blocks.count
      let isBare = BlockFrame.encode(
        own, spans: block.spans, parts: parts, heavyOffset: block.heavyOffset,
        with: compressors.blocks, to: &stored.blocks)
      stored.made.append(
        GroupTable.MadeBlock(
          spans: block.spans, stored: stored.blocks.count - before, isBare: isBare,
          heavy: block.heavy))
    }
    for range in heavyBlocks {
      let before = stored.heavyBlocks.count
      BlockFrame.encodeHeavy(Array(heavy[range]), with: compressors.heavy, to: &stored.heavyBlocks)
      stored.madeHeavy.append((stored.heavyBlocks.count - before, raw: range.count))
    }
    return stored
  }
}

/// What one worker compresses payload with.
struct PayloadCompressors: ~Copyable {
  let blocks: ZstdCompressor
  let heavy: ZstdCompressor

  init(_ options: FormatOptions, dictionary: [UInt8]) {
    blocks = ZstdCompressor(level: options.level, dictionary: dictionary)
    heavy = ZstdCompressor(level: options.heavyLevel, dictionary: dictionary)
  }
}

extension PayloadStreams.Mark {
  /// The mark in streams that begin at `start`.
  fileprivate func counted(from start: PayloadStreams.Mark) -> PayloadStreams.Mark {
    PayloadStreams.Mark(
      codes: codes - start.codes, text: text - start.text, random: random - start.random)
  }
}
