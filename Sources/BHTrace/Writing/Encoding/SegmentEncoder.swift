/// Turns traces into a segment: mines what recurs, then encodes structure chunk by chunk and payload
/// group by group.
struct SegmentEncoder {
  private let traces: [SegmentTrace]
  private let spans: SegmentSpans
  private let options: FormatOptions
  private let threads: Int
  private let mined: MinedSegment
  private let groups: PayloadGroups
  private let slices: [PayloadSlice]
  private let chunks: [ChunkPlan]
  private let drafts: [ChunkDraft]

  /// The segment of `traces`, which are sorted by (start, id) and whose spans lie in `batches`.
  /// `dictionary` says where that of the archive's first segment comes from; `isPartOfMany` that
  /// the archive has other segments. Depends on nothing else, so that segments can be encoded at the
  /// same time. Throws where the tables would not fit into their cap.
  static func encode(
    _ traces: [SegmentTrace], batches: [SpanBatch], metadata: [[UInt8]],
    dictionary: FirstDictionary, isPartOfMany: Bool, options: FormatOptions, threads: Int
  ) throws(FormatError) -> EncodedSegment {
    try SegmentEncoder(traces, batches: batches, options: options, threads: threads)
      .encode(metadata: metadata, dictionary: dictionary, isPartOfMany: isPartOfMany)
  }

  /// The dictionary of an archive's first segment, empty for none, which later ones may use.
  enum FirstDictionary {
    /// The segment is the first, and promises its own.
    case makes(Promise<[UInt8]>)
    /// The segment is a later one, which waits for it as late as it can.
    case takes(Promise<[UInt8]>)
  }

  /// A lone segment of fewer bytes has no POSTINGS and VALUES that nobody named.
  private static let indexedBytes = 1 << 20

  private init(
    _ traces: [SegmentTrace], batches: [SpanBatch], options: FormatOptions, threads: Int
  ) {
    let spans = SegmentSpans(traces, in: batches)
    let mined = MinedSegment(
      spans, valueTableBytes: options.valueTableBytes, threads: threads)
    let chunks = ChunkPlan.cut(traces, spans, mined, options: options)
    let (groups, slices) = Self.payload(spans, chunks, mined, options: options, threads: threads)
    drafts = Parallel.map(chunks.count, threads: threads, state: 0) { index, _ in
      ChunkDraft(chunks[index], traces, spans, mined, groups)
    }
    (self.traces, self.options, self.threads) = (traces, options, threads)
    (self.spans, self.chunks, self.mined) = (spans, chunks, mined)
    (self.groups, self.slices) = (groups, slices)
  }

  /// The payload by group, not compressed yet. Services with little of it share a group.
  private static func payload(
    _ spans: SegmentSpans, _ chunks: [ChunkPlan], _ mined: MinedSegment, options: FormatOptions,
    threads: Int
  ) -> (PayloadGroups, [PayloadSlice]) {
    var options = options
    options.scale(spans: spans.count)
    let scaled = options
    func slices(_ groups: PayloadGroups, from first: Int) -> [PayloadSlice] {
      let parts = SliceEncoder.slices(groups, from: first, options: scaled)
      return Parallel.map(parts.count, threads: threads, state: 0) { index, _ in
        SliceEncoder(spans, chunks, mined, options: scaled)
          .encode(parts[index].spans, group: parts[index].group)
      }
    }
    let byService = PayloadGroups(mined, most: options.groupCount)
    let all = slices(byService, from: 0)
    let count = byService.worthwhile(all, joining: scaled.leastGroupBytes)
    if count == byService.count { return (byService, all) }
    let joined = PayloadGroups(mined, most: count)
    return (joined, all.filter { $0.group < count - 1 } + slices(joined, from: count - 1))
  }

  private func encode(
    metadata: [[UInt8]], dictionary: FirstDictionary, isPartOfMany: Bool
  ) throws(FormatError) -> EncodedSegment {
    let dictionaries = DictionaryMiner(slices, options: options)
    var own: [UInt8] = []
    if case .makes(let promise) = dictionary {
      own = dictionaries.best(first: [], threads: threads)
      promise.keep(own)
    }
    let compressor = ZstdCompressor(level: options.tableLevel)
    var segment = EncodedSegment()
    var sections = SegmentSections()
    var head = SegmentHead()
    segment.summary = Summaries.Segment(traces)
    segment.services = mined.names.services
    head.spans = segment.summary.spans
    head.traces = segment.summary.traces
    try addTables(to: &sections, spans: head.spans, compressor)
    if !metadata.isEmpty {
      sections.addPacked(.metadata, MetadataSection.encode(metadata), with: compressor)
    }
    head.chunks = addStructure(to: &sections)
    let ids = spanIDs()
    (segment.lookups, head.kinds) = lookUps()
    if case .takes(let promise) = dictionary {
      own = dictionaries.best(first: promise.value, threads: threads)
    }
    if !own.isEmpty { sections.addPacked(.dictionary, own, with: compressor) }
    let payload = storePayload(dictionary: own)
    head.groups = groupTable(payload, ids: ids.pages)
    // Of each group all blocks, then all HEAVY blocks.
    sections.add(
      .blocks, .plain,
      (0..<groups.count).flatMap { group in
        let own = payload.filter { $0.group == group }
        return own.map(\.blocks.bytes) + own.map(\.heavyBlocks.bytes)
      })
    sections.add(.spanIDs, ids.isRegular ? .plain : .lz4, ids.pages.flatMap { $0 })
    if let found = SpanLookup.encode(chunks, spans) {
      sections.add(.spanLookup, .plain, raw: found.pages, [found.bytes])
    }
    let size = sections.byteCount
    let optional = OptionalSections.make(
      MinedChunks(
        mined, spans, pages: drafts.map(\.page), chunks: chunks.map(\.spans),
        longestTraces: chunks.map { $0.piece?.trace.duration ?? 0 }),
      choice: options.index, wantsIndex: isPartOfMany || size >= Self.indexedBytes,
      sizeWithout: size, threads: threads)
    for made in optional.sections {
      sections.add(made.type, made.codec, raw: made.raw, [made.bytes])
    }
    head.indexedWords = optional.indexedWords
    segment.features = sections.features
    (segment.bytes, segment.location) = sections.seal(head)
    return segment
  }

  private func addTables(
    to sections: inout SegmentSections, spans: Int, _ compressor: borrowing ZstdCompressor
  ) throws(FormatError) {
    let tables = TableSection.encode(mined.tables)
    guard tables.count <= Limits.tableBytes else {
      throw FormatError(
        .outOfBounds, at: nil,
        "the attribute keys, resources and shapes of \(spans) spans take "
          + "\(tables.count) bytes, more than the \(Limits.tableBytes) a segment may have")
    }
    sections.addPacked(.tables, tables, with: compressor)
  }

  /// Adds INDEX, TRACE_IDS and NAMES; returns what there is to know of each chunk.
  private func addStructure(to sections: inout SegmentSections) -> [Chunk] {
    let times = TimeEncoder(TimeMiner.coding(drafts.map(\.page), threads: threads))
    let (chunks, drafts, traces) = (self.chunks, self.drafts, self.traces)
    let stored = Parallel.map(chunks.count, threads: threads, state: 0) { index, _ in
      let (plan, page) = (chunks[index], drafts[index].page)
      var chunk = Chunk(traces: plan.begun, spans: plan.spans.count)
      chunk.piecePosition = plan.piece?.position
      chunk.start = page.traces.first?.start ?? 0
      var ids = ByteWriter()
      TraceIDPage.encode(traces[plan.traces].map(\.id), to: &ids)
      chunk.traceIDBytes = ids.count
      var structure = ByteWriter()
      chunk.indexRaw = page.encode(chunkStart: chunk.start, times, to: &structure)
      chunk.indexBytes = structure.count
      return (chunk: chunk, ids: ids.bytes, structure: structure.bytes)
    }
    sections.add(.traceIDs, .plain, stored.map(\.ids))
    sections.add(.index, .lz4, stored.map(\.structure))
    let names = NameSection.encode(mined.names, times.coding)
    var page = ByteWriter()
    _ = Page.sealLZ4(names, to: &page)
    sections.add(.names, .lz4, raw: names.count, [page.bytes])
    return stored.map(\.chunk)
  }

  /// The payload of all slices in order, compressed with `dictionary`.
  private func storePayload(dictionary: [UInt8]) -> [PayloadSlice.Stored] {
    let (slices, options) = (self.slices, self.options)
    return Parallel.map(
      slices.count, threads: threads, state: PayloadCompressors(options, dictionary: dictionary)
    ) { index, compressors in slices[index].store(with: compressors) }
  }

  /// The pages of span ids of each group, for each chunk one.
  private func spanIDs() -> (pages: [[[UInt8]]], isRegular: Bool) {
    let isRegular = drafts.allSatisfy(\.hasRegularIDs)
    let (drafts, count) = (self.drafts, groups.count)
    let byChunk = Parallel.map(drafts.count, threads: threads, state: 0) { index, _ in
      drafts[index].spanIDPages(groups: count, isRegular: isRegular)
    }
    return ((0..<count).map { group in byChunk.map { $0[group] } }, isRegular)
  }

  private func groupTable(_ payload: [PayloadSlice.Stored], ids: [[[UInt8]]]) -> GroupTable {
    var table = GroupTable(chunks: chunks.count)
    var next = 0
    for group in 0..<groups.count {
      var blocks: [GroupTable.MadeBlock] = []
      var heavy: [(Int, raw: Int)] = []
      while next < payload.count && payload[next].group == group {
        blocks += payload[next].made
        heavy += payload[next].madeHeavy
        next += 1
      }
      table.append(
        spans: drafts.map { $0.groupSpans[group] }, idBytes: ids[group].map(\.count),
        blocks: blocks, heavyBlocks: heavy)
    }
    return table
  }

  /// How each trace is found, and the kinds of traces.
  private func lookUps() -> ([EncodedSegment.Lookup], kinds: [[Int]]) {
    var lookups: [EncodedSegment.Lookup] = []
    lookups.reserveCapacity(traces.count)
    var kinds = TraceKinds()
    var last = -1
    for (number, chunk) in chunks.enumerated() {
      for (slot, trace) in chunk.traces.enumerated() where trace != last {
        last = trace
        let kind = chunk.piece == nil ? kinds.code(drafts[number].traceGroups[slot]) : 0
        lookups.append(
          EncodedSegment.Lookup(
            hash: TraceHash.hash(traces[trace].id), chunk: UInt32(number), slot: UInt32(slot),
            kind: UInt32(kind)))
      }
    }
    return (lookups, kinds.kinds)
  }
}
