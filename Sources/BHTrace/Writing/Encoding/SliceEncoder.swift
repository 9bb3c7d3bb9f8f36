/// Writes the spans of a payload group slice by slice, up to the point where payload is compressed.
/// Independent of other slices, so that any number of them can be made at a time.
struct SliceEncoder {
  private let spans: SegmentSpans
  private let chunks: [ChunkPlan]
  private let target: Int
  private var encoder: SpanEncoder
  private var slice = PayloadSlice(group: 0)
  /// How many spans the open block has, and what the streams held when it began.
  private var openSpans = 0
  private var openStart = PayloadStreams.Mark()
  private var openParts: [PayloadStreams.Mark] = []
  /// How much of the HEAVY stream blocks use already, and how much lies in HEAVY blocks.
  private var heavyUsed = 0
  private var heavyCut = 0

  /// A block is closed when it uses so much of the HEAVY stream (bytes).
  private static let heavyTarget = 64 << 10

  init(
    _ spans: SegmentSpans, _ chunks: [ChunkPlan], _ mined: MinedSegment, options: FormatOptions
  ) {
    self.spans = spans
    self.chunks = chunks
    target =
      switch options.block {
      case .span: 0
      case .bytes(let bytes): bytes
      }
    encoder = SpanEncoder(mined, heavyValueBytes: options.heavyValueBytes)
  }

  /// The slices of groups from number `first` on: runs of a fixed number of their spans.
  static func slices(
    _ groups: PayloadGroups, from first: Int, options: FormatOptions
  ) -> [(group: Int, spans: ArraySlice<UInt32>)] {
    (first..<groups.count).flatMap { group in
      let all = groups.spans(of: group)
      return stride(from: all.startIndex, to: all.endIndex, by: options.sliceSpans).map {
        (group: group, spans: all[$0..<min($0 + options.sliceSpans, all.endIndex)])
      }
    }
  }

  /// The slice of `members`, spans of the segment that belong to `group`.
  consuming func encode(_ members: ArraySlice<UInt32>, group: Int) -> PayloadSlice {
    slice.group = group
    encoder.beginBlock()
    var current = -1
    var batch = SpanBatch()
    var chunkEnd = self.chunkEnd(Int(members.first ?? 0))
    for member in members {
      if Int(member) >= chunkEnd {
        chunkEnd = self.chunkEnd(Int(member))
        if openSpans > 0 {
          openParts.append(encoder.streams.mark)
          encoder.beginPart()
        }
      }
      let reference = spans.references[Int(member)]
      if reference.batch != current {
        current = reference.batch
        batch = spans.batches[current]
      }
      encoder.encode(Int(member), batch.spans[reference.span], in: batch)
      openSpans += 1
      if isFull { closeBlock() }
    }
    if openSpans > 0 { closeBlock() }
    cutHeavy(minimum: 1)
    slice.streams = encoder.streams
    slice.heavy = encoder.heavy.bytes
    return slice
  }

  /// Whether the open block has what a block should have.
  @inline(__always)
  private var isFull: Bool {
    let mark = encoder.streams.mark
    let all = mark.count - openStart.count
    return all - (mark.random - openStart.random) >= target || all >= 2 * target
      || encoder.heavy.count - heavyUsed >= Self.heavyTarget
  }

  /// Where the chunk of a span ends.
  private func chunkEnd(_ span: Int) -> Int {
    var (low, high) = (0, chunks.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].spans.upperBound <= span { low = middle + 1 } else { high = middle }
    }
    return chunks[low].spans.upperBound
  }

  /// Makes a block of what was written since the last one.
  private mutating func closeBlock() {
    let end = encoder.streams.mark
    var block = PayloadSlice.Block(spans: openSpans, end: end, parts: openParts, heavy: 0)
    let body = end.codes - openStart.codes + end.text - openStart.text
    if body > Limits.blockBytes {
      block.heavyOffset = encoder.heavy.count - heavyUsed
      encoder.heavy.append(encoder.streams.codes.bytes[openStart.codes...])
      encoder.heavy.append(encoder.streams.text.bytes[openStart.text...])
    }
    block.heavy = encoder.heavy.count - heavyUsed
    slice.blocks.append(block)
    heavyUsed = encoder.heavy.count
    openStart = end
    openSpans = 0
    openParts = []
    encoder.beginBlock()
    cutHeavy(minimum: Limits.heavyBlockTarget)
  }

  /// Makes blocks of the rest of the HEAVY stream where it has at least `minimum` bytes.
  private mutating func cutHeavy(minimum: Int) {
    guard encoder.heavy.count - heavyCut >= minimum else { return }
    while heavyCut < encoder.heavy.count {
      let end = min(heavyCut + Limits.blockBytes, encoder.heavy.count)
      slice.heavyBlocks.append(heavyCut..<end)
      heavyCut = end
    }
  }
}
