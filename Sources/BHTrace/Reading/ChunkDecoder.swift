/// The pages of a chunk that are at hand, decoded: what its payload is decoded with.
struct ChunkPages: Sendable {
  let map: SegmentMap
  let names: SegmentNames
  /// The number of the segment in the archive.
  let segment: Int
  let chunk: Int
  /// Its times are decoded as far as `takeTimes` was asked for.
  private(set) var index: IndexPage
  private var times: IndexTimes.Rest
  let groups: ChunkGroups
  var traceIDs = TraceIDs()
  var ids: ChunkSpanIDs?
  /// Stored bytes of pages and blocks.
  var extents: Extents

  /// Decodes the index page, its times up to those of trace `last` (all where it is nil), and, where they
  /// are at hand, trace ids.
  init(
    _ map: SegmentMap, _ names: SegmentNames, segment: Int, chunk: Int,
    timesThrough last: Int? = nil, _ extents: Extents, counting source: AccountedSource
  ) throws(FormatError) {
    self.map = map
    self.names = names
    self.segment = segment
    self.chunk = chunk
    self.extents = extents
    let described = map.head.chunks[chunk]
    let range = map.index(chunk)
    (index, times) = try IndexPage.open(
      extents.bytes(range), chunk: described, operationCount: names.names.operations.count,
      at: range.lowerBound)
    groups = ChunkGroups(index, names.groups)
    try takeTimes(through: last ?? index.traces.count - 1)
    source.count(rawBytes: described.indexRaw + range.count)
    try takeTraceIDs(counting: source)
  }

  /// Decodes the times of traces up to the one with number `last`, as far as they are not yet.
  mutating func takeTimes(through last: Int) throws(FormatError) {
    try IndexTimes.decode(into: &index, &times, through: last, names.times)
  }

  /// Decodes the trace ids where they are at hand and not decoded yet.
  mutating func takeTraceIDs(counting source: AccountedSource) throws(FormatError) {
    let range = map.traceIDs(chunk)
    guard traceIDs.isEmpty, !range.isEmpty, extents.holds(range) else { return }
    traceIDs = try TraceIDPage.decode(
      extents.bytes(range), count: map.head.chunks[chunk].slots, at: range.lowerBound)
    source.count(rawBytes: range.count)
  }

  /// Decodes the span ids that are at hand.
  mutating func takeSpanIDs(counting source: AccountedSource) throws(FormatError) {
    let found = try ChunkSpanIDs(map, chunk: chunk, index, groups, from: extents)
    source.count(rawBytes: found.bytes.count)
    ids = found
  }

  /// The ids of the spans of trace `slot`; empty where they were not read.
  func spanIDs(of slot: Int) -> [[UInt8]] {
    guard let ids else { return [] }
    let trace = index.traces[slot]
    return (trace.firstSpan..<(trace.firstSpan + trace.spans)).map { ids.id($0) }
  }
}

/// Decodes payload of chunks of one segment; has contexts and memory of its own, so make one a
/// worker. The one way from blocks to spans.
struct ChunkDecoder: ~Copyable {
  var spans: SpanDecoder
  private let decompressor: ZstdDecompressor
  /// For each group the block that was decoded last: the next chunk may begin in it.
  private var open: [OpenBlock] = []
  /// The HEAVY block that was decoded last.
  private var heavy: (number: Int, bytes: [UInt8]) = (-1, [])
  /// For each group where its spans start in `byGroup`.
  private var starts: [Int] = []
  /// The spans of the chunk by group, in order.
  private var byGroup: [Int32] = []

  private struct OpenBlock {
    var number = -1
    var body: [UInt8] = []
    var content = BlockFrame.Content()
    /// Its parts, and where each starts in the streams.
    var parts: [GroupTable.Part] = []
    var starts: [PayloadStreams.Mark] = []
    var heavy: [UInt8] = []

    /// The number of the part that is of `chunk`. O(log parts).
    func part(of chunk: Int) -> Int? {
      var (low, high) = (0, parts.count)
      while low < high {
        let middle = (low + high) / 2
        if parts[middle].chunk < chunk { low = middle + 1 } else { high = middle }
      }
      return low < parts.count && parts[low].chunk == chunk ? low : nil
    }
  }

  /// Larger bodies are not kept for the next chunk (bytes).
  private static let keptBody = 64 << 10

  init(_ payload: SegmentPayload) {
    spans = SpanDecoder(payload.tables)
    decompressor = ZstdDecompressor(dictionary: payload.dictionary)
  }

  /// Forgets the blocks that are open: what is decoded next is counted as if nothing had been before.
  mutating func closeBlocks() {
    open.removeAll(keepingCapacity: true)
    heavy = (-1, [])
  }

  /// Decodes the spans of `pages` that `wanted` says (all where it is nil) into the batch of `spans`,
  /// in the order of the chunk. Ids, trace ids and blocks have to be at hand.
  mutating func decode(
    _ pages: ChunkPages, wanted: [Bool]?, counting source: AccountedSource
  ) throws(FormatError) {
    guard let ids = pages.ids, pages.traceIDs.count >= pages.index.traces.count else {
      throw FormatError(.invalid, at: nil, "the ids of a chunk were not read")
    }
    let count = pages.index.count
    var places: [Int32] = []
    var total = count
    if let wanted {
      total = 0
      places.reserveCapacity(count)
      for isWanted in wanted {
        places.append(Int32(truncatingIfNeeded: total))
        if isWanted { total += 1 }
      }
    }
    spans.beginBatch(spans: total)
    var frames = SpanFrames(pages, ids, in: &spans.batch)
    sortByGroup(pages)
    let table = pages.map.head.groups
    while open.count < table.count { open.append(OpenBlock()) }
    var v1Slots = V1Slots(pages.index)
    for group in 0..<table.count {
      let of = starts[group]..<starts[group + 1]
      let inGroup = table.spans(group, chunk: pages.chunk)
      guard of.count == inGroup.count else {
        throw FormatError(
          .outOfBounds, at: pages.map.location.head.lowerBound,
          "a chunk has \(of.count) spans of group \(group), its segment's HEAD says \(inGroup.count)"
        )
      }
      if of.isEmpty { continue }
      for number in table.blocks(of: group, holding: inGroup) {
        let block = table.blocks[number]
        let part = block.spans.clamped(to: inGroup)
        let first = of.lowerBound + part.lowerBound - inGroup.lowerBound
        var run = first..<(first + part.count)
        if let wanted {
          // Nobody steps over what comes behind the last of them.
          guard let last = byGroup[run].lastIndex(where: { wanted[Int($0)] }) else { continue }
          run = first..<(last + 1)
        }
        if open[group].number != number {
          try openBlock(number, of: group, pages, counting: source)
        }
        try readPart(
          pages, group: group, run: run, wanted: wanted, places: places, &frames, &v1Slots)
      }
    }
    v1Slots.finish(pages.index, wanted, &spans, frames.traceIDs)
    guard spans.batch.arena.count <= SpanBatch.arenaLimit else {
      throw FormatError(
        .outOfBounds, at: nil,
        "the spans asked for at once hold more than \(SpanBatch.arenaLimit) bytes")
    }
  }

  private mutating func sortByGroup(_ pages: ChunkPages) {
    let count = pages.map.head.groups.count
    let groups = pages.groups.groups
    // Made as values of their own: members would be looked at anew for every span.
    var counts = [Int](repeating: 0, count: count + 1)
    for group in groups { counts[Int(group) + 1] += 1 }
    for group in 0..<count { counts[group + 1] += counts[group] }
    var next = counts
    var sorted = [Int32](repeating: 0, count: groups.count)
    for (span, group) in groups.enumerated() {
      sorted[next[Int(group)]] = Int32(truncatingIfNeeded: span)
      next[Int(group)] += 1
    }
    (starts, byGroup) = (counts, sorted)
  }

  /// Decodes the spans `run` of `byGroup`, which are the chunk's part of the open block of `group`.
  private mutating func readPart(
    _ pages: ChunkPages, group: Int, run: Range<Int>, wanted: [Bool]?, places: [Int32],
    _ frames: inout SpanFrames, _ v1Slots: inout V1Slots
  ) throws(FormatError) {
    let operations = pages.index.operations
    // Taken out while it is read: where it is damaged nobody goes on with it.
    let opened = open[group]
    open[group] = OpenBlock()
    spans.heavy = opened.heavy
    let stored = pages.map.block(opened.number)
    let at = stored.lowerBound
    guard let part = opened.part(of: pages.chunk) else {
      throw FormatError(
        .outOfBounds, at: at, "a payload block has no part for chunk \(pages.chunk)")
    }
    try pages.extents.withBytes(stored) { bytes throws(FormatError) in
      var streams = PayloadCursors(
        body: opened.body.rawSpan, codeCount: opened.content.codeCount,
        random: bytes.extracting(opened.content.random), from: opened.starts[part],
        to: part + 1 < opened.starts.count ? opened.starts[part + 1] : nil, at: at)
      spans.beginPart()
      for index in run {
        let span = Int(byGroup[index])
        if let wanted, !wanted[span] {
          try spans.skip(Int(operations[span]), &streams)
          continue
        }
        let place = wanted == nil ? span : Int(places[span])
        if try spans.passOver(Int(operations[span]), at: place, &streams) { continue }
        try spans.decode(frames.frame(span), at: place, &streams)
        v1Slots.take(span, &spans)
      }
    }
    open[group] = opened
    if opened.body.count > Self.keptBody || opened.heavy.count > Self.keptBody {
      open[group] = OpenBlock()
    }
  }

  private mutating func openBlock(
    _ number: Int, of group: Int, _ pages: ChunkPages, counting source: AccountedSource
  ) throws(FormatError) {
    let table = pages.map.head.groups
    let block = table.blocks[number]
    var opened = OpenBlock()
    swap(&opened, &open[group])
    opened.number = -1
    opened.heavy = try heavyBytes(block.heavy, of: group, pages, counting: source)
    let range = pages.map.block(number)
    opened.parts = table.parts(of: group, block: block)
    let shape = BlockFrame.Shape(
      spans: block.spans.count, isBare: block.isBare, parts: opened.parts.map(\.first))
    opened.content = try pages.extents.withBytes(range) { stored throws(FormatError) in
      try BlockFrame.decode(
        stored, shape, at: range.lowerBound, with: decompressor, heavy: opened.heavy,
        body: &opened.body, starts: &opened.starts)
    }
    opened.number = number
    source.count(
      blocks: range.isEmpty ? 0 : 1, rawBytes: opened.body.count + opened.content.random.count)
    swap(&opened, &open[group])
  }

  /// The bytes at `range` of the HEAVY stream of `group`.
  private mutating func heavyBytes(
    _ range: Range<Int>, of group: Int, _ pages: ChunkPages, counting source: AccountedSource
  ) throws(FormatError) -> [UInt8] {
    if range.isEmpty { return [] }
    guard range.count <= SpanBatch.arenaLimit else {
      throw FormatError(
        .outOfBounds, at: nil,
        "the HEAVY values of a block hold more than \(SpanBatch.arenaLimit) bytes")
    }
    let table = pages.map.head.groups
    var bytes: [UInt8] = []
    for number in table.heavyBlocks(of: group, holding: range) {
      let block = table.heavyBlocks[number]
      if heavy.number != number {
        let stored = pages.map.heavyBlock(number)
        heavy.number = -1
        heavy.bytes = try pages.extents.withBytes(stored) { span throws(FormatError) in
          try BlockFrame.decodeHeavy(
            span, count: block.raw.count, at: stored.lowerBound, with: decompressor)
        }
        heavy.number = number
        source.count(blocks: 1, rawBytes: heavy.bytes.count)
      }
      let part = block.raw.clamped(to: range)
      let base = block.raw.lowerBound
      bytes.append(heavy.bytes.rawSpan, (part.lowerBound - base)..<(part.upperBound - base))
    }
    return bytes
  }
}

/// Puts together what index and ids say of spans.
private struct SpanFrames {
  private let index: IndexPage
  private let ids: ChunkSpanIDs
  /// Where the ids start in the batch's arena.
  private let base: UInt32
  /// For each trace where its id lies in the batch.
  let traceIDs: [ByteRange]
  /// For each span the slot of its trace.
  private let slots: [Int32]

  init(_ pages: ChunkPages, _ ids: ChunkSpanIDs, in batch: inout SpanBatch) {
    index = pages.index
    self.ids = ids
    base = UInt32(truncatingIfNeeded: batch.arena.count)
    batch.arena.append(contentsOf: ids.bytes)
    let first = UInt32(truncatingIfNeeded: batch.arena.count)
    batch.arena.append(contentsOf: pages.traceIDs.bytes)
    traceIDs = pages.traceIDs.ranges.map {
      ByteRange(offset: first &+ $0.offset, count: $0.count)
    }
    var slots: [Int32] = []
    slots.reserveCapacity(index.count)
    for (slot, trace) in index.traces.enumerated() {
      slots.append(contentsOf: repeatElement(Int32(truncatingIfNeeded: slot), count: trace.spans))
    }
    self.slots = slots
  }

  /// The frame of span number `span` of the chunk.
  @inline(__always)
  mutating func frame(_ span: Int) -> SpanFrame {
    var frame = SpanFrame()
    let slot = Int(slots[span])
    frame.operation = Int(index.operations[span])
    frame.context = Int(index.contexts[span])
    frame.start = index.starts[span]
    frame.end = index.ends[span]
    let first = index.traces[slot].firstSpan
    frame.dialect = index.traces[slot].dialect
    if frame.dialect == .v1 {
      frame.filePosition =
        index.traces[slot].hasFilePositions
        ? index.filePositions[span]
        : UInt32(truncatingIfNeeded: (index.piecePosition ?? 0) + span - first)
    }
    frame.traceID = traceIDs[slot]
    frame.spanID = moved(ids.ids[span])
    let marks = index.marks[span]
    if marks.statesParent {
      frame.parentSpanID = moved(ids.parents[span])
    } else if !marks.hasParentAbove {
      frame.parentSpanID = .empty
    } else if index.parents[span] >= 0 {
      frame.parentSpanID = moved(ids.ids[first + Int(index.parents[span])])
    } else if index.parents[span] < -1 {
      frame.parentSpanID = moved(ids.outer[-2 - Int(index.parents[span])])
    }
    return frame
  }

  @inline(__always)
  private func moved(_ range: ByteRange) -> ByteRange {
    range.isEmpty ? .empty : ByteRange(offset: base &+ range.offset, count: range.count)
  }
}

/// What v1 files say beside their spans: the first span of such a trace brings it.
private struct V1Slots {
  private var files: [Int: V1FileRecord] = [:]
  /// The first spans of v1 traces, and their slots; empty where there are none.
  private var firsts: [Int: Int] = [:]

  init(_ index: IndexPage) {
    if index.piecePosition ?? 0 > 0 { return }
    for (slot, trace) in index.traces.enumerated() where trace.dialect == .v1 && trace.spans > 0 {
      firsts[trace.firstSpan] = slot
    }
  }

  /// Takes what span `span`, just decoded, brought.
  @inline(__always)
  mutating func take(_ span: Int, _ decoder: inout SpanDecoder) {
    if firsts.isEmpty { return }
    if let slot = firsts[span] { files[slot] = decoder.v1File }
    decoder.v1File = V1FileRecord()
  }

  /// Adds the files of the traces that are whole in the batch.
  func finish(
    _ index: IndexPage, _ wanted: [Bool]?, _ decoder: inout SpanDecoder, _ ids: [ByteRange]
  ) {
    for (slot, trace) in index.traces.enumerated() {
      guard var file = files[slot] else { continue }
      let all = trace.firstSpan..<(trace.firstSpan + trace.spans)
      if let wanted, !wanted[all].allSatisfy({ $0 }) { continue }
      file.traceID = ids[slot]
      decoder.batch.v1Files.append(file)
    }
  }
}
