/// Where the payload of one trace lies in the blocks of its chunk.
struct PayloadPlace: Sendable, Equatable {
  var start = 0
  var end = 0

  /// Grows to hold `range` too; an empty one adds nothing.
  mutating func cover(_ range: Range<Int>) {
    if range.isEmpty { return }
    start = end == 0 ? range.lowerBound : min(start, range.lowerBound)
    end = max(end, range.upperBound)
  }
}

/// The encoded pages of one chunk, and what the segment has to know of it.
struct EncodedChunk: Sendable {
  var chunk = Chunk()
  var blocks: [UInt8] = []
  var spanIDs: [UInt8] = []
  var traceIDs: [UInt8] = []
  var index: [UInt8] = []
  /// For each trace where its payload lies.
  var places: [PayloadPlace] = []
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

/// A chunk whose payload is not compressed yet: what there is to compress is known before a
/// dictionary for it is made.
struct ChunkDraft: Sendable {
  /// A payload block.
  struct Block: Sendable {
    var streams: PayloadStreams
    var spans: Int
    /// The traces that have spans in it.
    var traces: [Int]
    /// Where codes and text lie in the HEAVY stream, of a block too large to hold them.
    var heavyOffset: Int?
  }

  enum Piece: Sendable {
    case block(Block)
    /// A part of the HEAVY stream, which these traces use.
    case heavy(Range<Int>, traces: [Int])
  }

  /// All of the index but the block map.
  var page = IndexPage()
  var traceIDs: [UInt8] = []
  var spanIDs: [UInt8] = []
  var traceCount = 0
  /// The payload in the order of the file.
  var pieces: [Piece] = []
  /// The HEAVY stream.
  var heavy: [UInt8] = []

  /// What zstd will be given for one frame.
  struct Body: Sendable {
    fileprivate var piece: Int
    fileprivate var heavy: Range<Int>?
    /// The number of bytes.
    var count: Int
  }

  /// All that zstd will be given, in the order of the file.
  var bodies: [Body] {
    var bodies: [Body] = []
    for (number, piece) in pieces.enumerated() {
      switch piece {
      case .block(let block):
        if block.heavyOffset == nil && !BlockFrame.isNothing(block.streams, spans: block.spans) {
          let count = block.streams.codes.count + block.streams.text.count
          bodies.append(Body(piece: number, heavy: nil, count: count))
        }
      case .heavy(let range, _):
        bodies += Self.heavyBlocks(range).map { Body(piece: number, heavy: $0, count: $0.count) }
      }
    }
    return bodies
  }

  /// The bytes of one of `bodies`.
  func bytes(_ body: Body) -> [UInt8] {
    if let range = body.heavy { return Array(heavy[range]) }
    guard case .block(let block) = pieces[body.piece] else { return [] }
    return block.streams.codes.bytes + block.streams.text.bytes
  }

  /// The blocks a part of the HEAVY stream is cut into.
  private static func heavyBlocks(_ range: Range<Int>) -> [Range<Int>] {
    stride(from: range.lowerBound, to: range.upperBound, by: Limits.blockBytes).map {
      $0..<min($0 + Limits.blockBytes, range.upperBound)
    }
  }

  /// Compresses the payload, and completes the chunk.
  consuming func encode(
    _ times: TimeEncoder, with compressors: borrowing PayloadCompressors
  ) -> EncodedChunk {
    var result = EncodedChunk()
    result.places = [PayloadPlace](repeating: PayloadPlace(), count: traceCount)
    var blocks = ByteWriter()
    for piece in pieces {
      let start = blocks.count
      switch piece {
      case .block(let block):
        let isBare = BlockFrame.encode(
          block.streams, spans: block.spans, heavyOffset: block.heavyOffset,
          with: compressors.blocks,
          to: &blocks)
        page.blocks.append(
          IndexPage.Block(spans: block.spans, isBare: isBare, stored: blocks.count - start))
        for trace in block.traces { result.places[trace].cover(start..<blocks.count) }
      case .heavy(let range, let traces):
        for part in Self.heavyBlocks(range) {
          let before = blocks.count
          BlockFrame.encodeHeavy(Array(heavy[part]), with: compressors.heavy, to: &blocks)
          page.blocks.append(
            IndexPage.Block(
              spans: 0, isHeavy: true, stored: blocks.count - before, raw: part.count))
        }
        for trace in traces { result.places[trace].cover(start..<blocks.count) }
      }
    }
    result.blocks = blocks.bytes
    result.traceIDs = traceIDs
    result.spanIDs = spanIDs
    result.chunk.traces = traceCount
    result.chunk.spans = page.count
    result.chunk.start = page.traces.first?.start ?? 0
    result.chunk.blockBytes = blocks.count
    result.chunk.traceIDBytes = traceIDs.count
    result.chunk.spanIDBytes = spanIDs.count
    var writer = ByteWriter()
    result.chunk.indexRaw = page.encode(chunkStart: result.chunk.start, times, to: &writer)
    result.chunk.indexBytes = writer.count
    result.index = writer.bytes
    return result
  }
}
