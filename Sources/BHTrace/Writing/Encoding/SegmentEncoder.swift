/// A segment as it goes into the file, and what the directory has to know of it.
struct EncodedSegment: Sendable {
  var bytes: [UInt8] = []
  var description = SegmentDescription()
  /// The zstd dictionary of its blocks, empty where there is none.
  var dictionary: [UInt8] = []
  /// For each trace, in order: its id, its chunk and slot in the segment, and its payload.
  var traces: [(id: [UInt8], chunk: Int, slot: Int, payload: PayloadPlace)] = []
}

/// Turns traces into a segment: mines what recurs, then encodes chunk by chunk.
enum SegmentEncoder {
  /// The segment of `traces`, which are sorted by (start, id) and whose spans lie in `batches`.
  /// `previousDictionary` served the segment before, empty for none. Throws where the tables would
  /// not fit into their cap.
  static func encode(
    _ traces: [SegmentTrace], batches: [SpanBatch], metadata: [[UInt8]],
    previousDictionary: [UInt8] = [], options: FormatOptions, threads: Int
  ) throws(FormatError) -> EncodedSegment {
    let chunkRuns = cut(traces, options: options)
    // Each thread mines a run of whole chunks.
    let runs = share(chunkRuns.map(\.traces), among: threads)
    let miners = Parallel.map(runs.count, threads: threads, state: 0) { index, _ in
      var miner = SegmentMiner(batches)
      miner.add(traces[runs[index]])
      return miner
    }
    let mined = MinedSegment(miners, runs, traces, batches: batches, threads: threads)
    let drafts = Parallel.map(chunkRuns.count, threads: threads, state: 0) { index, _ in
      let part = chunkRuns[index]
      let run = runs.firstIndex { $0.contains(part.traces.lowerBound) } ?? 0
      let firstOfRun = chunkRuns.first { $0.traces.lowerBound == runs[run].lowerBound }
      let encoder = ChunkEncoder(
        traces[part.traces], batches: batches, mined: mined, run: run, options: options)
      return encoder.makeDraft(firstSpan: part.firstSpan - (firstOfRun?.firstSpan ?? 0))
    }
    let times = TimeEncoder(TimeMiner.coding(drafts.map(\.page), threads: threads))
    let dictionary = DictionaryMiner(drafts, options: options)
      .best(previous: previousDictionary, threads: threads)
    let chunks = Parallel.map(
      drafts.count, threads: threads,
      state: PayloadCompressors(options, dictionary: dictionary)
    ) { index, compressors in drafts[index].encode(times, with: compressors) }
    var segment = EncodedSegment()
    segment.description.spans = traces.reduce(0) { $0 + $1.spans.count }
    segment.description.traces = traces.count
    segment.description.chunks = chunks.map(\.chunk)
    segment.traces.reserveCapacity(traces.count)
    for (number, chunk) in chunks.enumerated() {
      for (slot, place) in chunk.places.enumerated() {
        segment.traces.append(
          (traces[chunkRuns[number].traces.lowerBound + slot].id, number, slot, place))
      }
    }
    segment.dictionary = dictionary
    try assemble(
      &segment, chunks: chunks, mined: mined, times: times.coding, metadata: metadata,
      options: options)
    return segment
  }

  /// Joins `parts`, which follow each other, into at most `count` runs of about as many; one at
  /// least.
  private static func share(_ parts: [Range<Int>], among count: Int) -> [Range<Int>] {
    let count = max(1, min(count, parts.count))
    return (0..<count).map { index in
      let of = (index * parts.count / count)..<((index + 1) * parts.count / count)
      guard let first = parts[of].first, let last = parts[of].last else { return 0..<0 }
      return first.lowerBound..<last.upperBound
    }
  }

  /// Runs of whole traces of about the size of a chunk.
  private static func cut(
    _ traces: [SegmentTrace], options: FormatOptions
  ) -> [(traces: Range<Int>, firstSpan: Int)] {
    var runs: [(traces: Range<Int>, firstSpan: Int)] = []
    var first = 0
    var firstSpan = 0
    var spans = 0
    for (index, trace) in traces.enumerated() {
      if index > first && spans + trace.spans.count > options.chunkSpans {
        runs.append((first..<index, firstSpan))
        first = index
        firstSpan += spans
        spans = 0
      }
      spans += trace.spans.count
    }
    if first < traces.count { runs.append((first..<traces.count, firstSpan)) }
    return runs
  }

  private static func assemble(
    _ segment: inout EncodedSegment, chunks: [EncodedChunk], mined: MinedSegment,
    times: TimeCoding, metadata: [[UInt8]], options: FormatOptions
  ) throws(FormatError) {
    let compressor = ZstdCompressor(level: options.heavyLevel)
    var body = ByteWriter(capacity: chunks.reduce(0) { $0 + $1.blocks.count + $1.index.count })
    var sections: [Section] = []
    func add(_ type: SectionType, _ codec: Page.Codec, raw: Int, from start: Int) {
      if body.count > start {
        sections.append(
          Section(type: type, codec: codec, offset: start, stored: body.count - start, raw: raw))
      }
    }
    for chunk in chunks { body.append(chunk.blocks) }
    add(.blocks, .plain, raw: 0, from: 0)
    var start = body.count
    for chunk in chunks { body.append(chunk.spanIDs) }
    add(.spanIDs, .plain, raw: 0, from: start)
    if !segment.dictionary.isEmpty {
      start = body.count
      Page.seal(compressor.compress(segment.dictionary) ?? segment.dictionary, to: &body)
      add(.dictionary, .zstd, raw: segment.dictionary.count, from: start)
    }
    start = body.count
    let tables = TableSection.encode(mined.tables)
    guard tables.count <= Limits.tableBytes else {
      throw FormatError(
        .outOfBounds, at: nil,
        "the attribute keys, resources and shapes of \(segment.description.spans) spans take "
          + "\(tables.count) bytes, more than the \(Limits.tableBytes) a segment may have")
    }
    Page.seal(compressor.compress(tables) ?? tables, to: &body)
    add(.tables, .zstd, raw: tables.count, from: start)
    if !metadata.isEmpty {
      start = body.count
      let content = MetadataSection.encode(metadata)
      Page.seal(compressor.compress(content) ?? content, to: &body)
      add(.metadata, .zstd, raw: content.count, from: start)
    }
    start = body.count
    for chunk in chunks { body.append(chunk.traceIDs) }
    add(.traceIDs, .plain, raw: 0, from: start)
    start = body.count
    for chunk in chunks { body.append(chunk.index) }
    add(.index, .lz4, raw: 0, from: start)
    start = body.count
    let names = NameSection.encode(mined.names, times)
    _ = Page.sealLZ4(names, to: &body)
    add(.names, .lz4, raw: names.count, from: start)
    segment.description.sections = sections
    segment.bytes = segment.description.seal(body.bytes)
  }
}

extension SegmentDescription {
  /// The whole segment of the sections in `body`, whose offsets still count from its start.
  fileprivate mutating func seal(_ body: [UInt8]) -> [UInt8] {
    // The description holds offsets behind itself: its length grows until it fits.
    let relative = sections
    var head = 0
    var encoded = ByteWriter()
    repeat {
      head = Self.prefixCount + encoded.count + 4
      for index in sections.indices { sections[index].offset = relative[index].offset + head }
      encoded.removeAll()
      encode(to: &encoded)
    } while Self.prefixCount + encoded.count + 4 != head
    var writer = ByteWriter(capacity: head + body.count)
    writer.append(Self.magic)
    writer.uint32(UInt32(encoded.count))
    writer.uint64(UInt64(head + body.count))
    writer.append(encoded.bytes)
    writer.uint32(Checksum.crc32c(writer.bytes))
    writer.append(body)
    return writer.bytes
  }
}
