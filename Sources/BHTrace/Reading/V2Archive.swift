/// An open `.bht` v2 archive.
///
/// Opening reads the tail: footer and top level. Everything else is read when a query needs it,
/// and names, tables and dictionaries are kept once they are read.
package final class V2Archive: TraceArchive {
  let source: AccountedSource
  let footer: Footer
  let top: TopLevel
  /// Offset of the top level in the file.
  let topOffset: Int
  let segments: [SegmentReader]

  /// How many threads decode payload where all of it is read; what is handed out does not depend
  /// on it.
  package var threads = Processors.count

  package var formatVersion: Int { 2 }
  package var traceCount: Int { footer.traces }
  package var spanCount: Int { footer.spans }
  package var stats: ReadStats { source.stats }

  /// Opens the archive `source` holds. Throws `FormatError` where it is none or is damaged.
  package convenience init(_ source: any ByteSource) throws {
    try self.init(AccountedSource(source))
  }

  init(_ source: AccountedSource) throws {
    self.source = source
    let least = FileHeader.byteCount + Footer.byteCount
    guard source.byteCount >= least else {
      throw FormatError(
        .truncated, at: source.byteCount,
        "an archive has at least \(least) bytes, the file has \(source.byteCount)")
    }
    if !source.hasTail { _ = try source.readTail(minimum: Footer.byteCount) }
    let footerOffset = source.byteCount - Footer.byteCount
    footer = try Footer.decode(
      try source.read(footerOffset..<source.byteCount), at: footerOffset)
    topOffset = footerOffset - footer.topLevelCount
    let bytes = try source.read(topOffset..<footerOffset)
    guard Checksum.crc32c(bytes) == footer.topLevelChecksum else {
      throw FormatError(
        .checksumMismatch, at: topOffset, "the directory's top level does not match its checksum")
    }
    top = try TopLevel.decode(bytes, at: topOffset, directory: footer.directoryOffset)
    source.count(rawBytes: bytes.count + Footer.byteCount)
    var firstChunk = 0
    var readers: [SegmentReader] = []
    for segment in top.segments {
      readers.append(SegmentReader(segment, firstChunk: firstChunk, source: source))
      firstChunk += segment.description.chunks.count
    }
    segments = readers
    let counted = top.segments.reduce(into: (traces: 0, spans: 0)) {
      $0.traces += $1.description.traces
      $0.spans += $1.description.spans
    }
    guard counted.traces == footer.traces, counted.spans == footer.spans else {
      throw FormatError(
        .outOfBounds, at: footerOffset + 24,
        "the footer counts \(footer.traces) traces and \(footer.spans) spans, "
          + "the segments hold \(counted.traces) and \(counted.spans)")
    }
  }

  /// The file range of LOOKUP page `number`.
  func lookupRange(_ number: Int) -> Range<Int> {
    let start = top.lookups[..<number].reduce(footer.directoryOffset) { $0 + $1.stored }
    return start..<(start + top.lookups[number].stored)
  }

  /// LOOKUP page `number`, read and decoded.
  func lookupPage(_ number: Int) throws -> LookupPage {
    let range = lookupRange(number)
    return try LookupPage.decode(try source.read(range), at: range.lowerBound)
  }

  /// Structure and trace ids of a chunk, read and decoded.
  func structure(
    _ segment: SegmentReader, _ chunk: Int
  ) throws -> (index: IndexPage, traceIDs: [[UInt8]]) {
    let pages = try source.readRound([
      segment.range(.index, chunk: chunk), segment.range(.traceIDs, chunk: chunk),
    ])
    return (try segment.index(chunk, pages[0]), try segment.traceIDs(chunk, pages[1]))
  }

  /// A chunk with all its pages and blocks, read and decoded in one round.
  func wholeChunk(_ segment: SegmentReader, _ chunk: Int) throws -> ChunkReader {
    let types: [SectionType] = [.index, .traceIDs, .spanIDs, .blocks]
    let pages = try source.readRound(types.map { segment.range($0, chunk: chunk) })
    let index = try segment.index(chunk, pages[0])
    var reader = ChunkReader(segment, chunk: chunk, index: index, source: source)
    reader.traceIDs = try segment.traceIDs(chunk, pages[1])
    reader.spanIDs = try segment.spanIDs(chunk, pages[2], index: index)
    reader.provide(pages[3], from: 0)
    return reader
  }

  package func locate(
    traceID: [UInt8], for parts: TraceParts
  ) throws -> [TraceHandle] {
    let key = LookupPage.key(of: traceID, bits: top.keyBits)
    // The pages that can hold the key: the last that starts before it and all that start with it.
    let pages = top.lookups.indices.filter { number in
      top.lookups[number].firstKey <= key
        && (number + 1 == top.lookups.count || top.lookups[number + 1].firstKey >= key)
    }
    try loadLookups(pages)
    var handles: [TraceHandle] = []
    for number in pages {
      for entry in lookups[number]?.entries(of: key) ?? [] {
        handles.append(try handle(entry, at: lookupRange(number).lowerBound))
      }
    }
    return try confirm(handles, traceID, parts)
  }

  /// Look-up pages that were read: a warm reader finds them here.
  private var lookups: [Int: LookupPage] = [:]
  private static let lookupLimit = 64

  private func loadLookups(_ pages: [Int]) throws {
    let missing = pages.filter { lookups[$0] == nil }
    if lookups.count + missing.count > Self.lookupLimit { lookups.removeAll() }
    let wanted = lookups.isEmpty ? pages : missing
    let ranges = wanted.map { lookupRange($0) }
    for (number, bytes) in zip(wanted, try source.readRound(ranges)) {
      let page = try LookupPage.decode(bytes, at: lookupRange(number).lowerBound)
      source.count(rawBytes: bytes.count)
      lookups[number] = page
    }
  }

  private func handle(_ entry: LookupPage.Entry, at offset: Int) throws -> TraceHandle {
    guard
      let number = segments.lastIndex(where: { $0.firstChunk <= entry.chunk }),
      case let segment = segments[number],
      case let chunk = entry.chunk - segment.firstChunk,
      chunk < segment.description.chunks.count,
      entry.slot < segment.description.chunks[chunk].traces
    else {
      throw FormatError(
        .outOfBounds, at: offset,
        "a LOOKUP page names trace \(entry.slot) of chunk \(entry.chunk), which is not there")
    }
    let blocks = segment.description.chunks[chunk].blockBytes
    let start = min(entry.payloadStart * LookupPage.quantum, blocks)
    let end = min(
      start + min(entry.payloadCount, blocks) * LookupPage.quantum, blocks)
    return TraceHandle(segment: number, chunk: chunk, slot: entry.slot, payload: start..<end)
  }

  /// Those of `handles` whose trace has the id. What loading `parts` of them takes is read in the
  /// same round as the ids, and kept for the load.
  private func confirm(
    _ handles: [TraceHandle], _ traceID: [UInt8], _ parts: TraceParts
  ) throws -> [TraceHandle] {
    guard !handles.isEmpty else { return [] }
    try prepare(handles, parts.union(.traceID))
    return handles.filter { handle in
      warm[ChunkKey(handle)]?.traceIDs[handle.slot] == traceID
    }
  }

  // MARK: Pages at hand

  private struct ChunkKey: Hashable {
    var segment: Int
    var chunk: Int

    init(_ handle: TraceHandle) {
      segment = handle.segment
      chunk = handle.chunk
    }
  }

  /// Chunks whose pages were read for a single trace: a warm reader finds them here.
  private var warm: [ChunkKey: ChunkReader] = [:]
  private static let warmLimit = 64

  /// Reads what all loads share and what is not at hand yet: names and tables of all segments, and
  /// of the directory as much as is kept. Then any trace is read in one round.
  package func warmUp() throws {
    var plan: [(range: Range<Int>, take: Part)] = []
    for (number, segment) in segments.enumerated() {
      for type in segment.missing(payload: true) {
        plan.append((segment.range(type), .section(number, type)))
      }
    }
    try take(plan)
    try loadLookups(Array(top.lookups.indices.prefix(Self.lookupLimit)))
  }

  /// Reads what is not at hand of what loading `parts` of the traces of `handles` takes, in one
  /// round. With payload that is all of theirs, where their handles say where it lies.
  private func prepare(_ handles: [TraceHandle], _ parts: TraceParts) throws {
    let unknown = handles.count { warm[ChunkKey($0)] == nil }
    if unknown > 0 && warm.count + unknown > Self.warmLimit { warm.removeAll() }
    var plan: [(range: Range<Int>, take: Part)] = []
    func add(_ take: Part, _ range: Range<Int>) {
      if !plan.contains(where: { $0.take == take }) { plan.append((range, take)) }
    }
    for handle in handles {
      let segment = segments[handle.segment]
      let key = ChunkKey(handle)
      let known = warm[key]
      for type in segment.missing(payload: parts.contains(.payload)) {
        add(.section(handle.segment, type), segment.range(type))
      }
      // The index page of a chunk comes before what is decoded with its help.
      var types: [SectionType] = known == nil ? [.index] : []
      if parts.needsTraceIDs && known?.traceIDs.isEmpty ?? true { types.append(.traceIDs) }
      if parts.needsSpanIDs && known?.spanIDs == nil { types.append(.spanIDs) }
      for type in types { add(.page(key, type), segment.range(type, chunk: handle.chunk)) }
      if parts.contains(.payload) && !handle.payload.isEmpty
        && known?.holds(handle.payload) != true
      {
        let base = segment.range(.blocks, chunk: handle.chunk).lowerBound
        add(
          .payload(key, handle.payload.lowerBound),
          (base + handle.payload.lowerBound)..<(base + handle.payload.upperBound))
      }
    }
    try take(plan)
  }

  /// What a range of a plan is.
  private enum Part: Equatable {
    case section(Int, SectionType)
    case page(ChunkKey, SectionType)
    case payload(ChunkKey, Int)
  }

  private func take(_ plan: [(range: Range<Int>, take: Part)]) throws {
    if plan.isEmpty { return }
    let answers = try source.readRound(plan.map(\.range))
    for (part, bytes) in zip(plan, answers) {
      if case .section(let segment, .names) = part.take {
        try segments[segment].take(.names, bytes)
      }
    }
    for (part, bytes) in zip(plan, answers) {
      switch part.take {
      case .section(let segment, let type):
        if type != .names { try segments[segment].take(type, bytes) }
      case .page(let key, let type): try takePage(key, type, bytes)
      case .payload(let key, let start): warm[key]?.provide(bytes, from: start)
      }
    }
  }

  private func takePage(_ key: ChunkKey, _ type: SectionType, _ bytes: [UInt8]) throws {
    let segment = segments[key.segment]
    if type == .index {
      let opened = try segment.openIndex(key.chunk, bytes)
      warm[key] = ChunkReader(
        segment, chunk: key.chunk, index: opened.page, times: opened.times, source: source)
    }
    // Taken out while it changes, so that its pages are not copied.
    guard var reader = warm.removeValue(forKey: key) else { return }
    switch type {
    case .traceIDs: reader.traceIDs = try segment.traceIDs(key.chunk, bytes)
    case .spanIDs: reader.spanIDs = try segment.spanIDs(key.chunk, bytes, index: reader.index)
    default: break
    }
    warm[key] = reader
  }

  // MARK: Loading

  package func load(
    _ handle: TraceHandle, _ parts: TraceParts, positions: [Int]?
  ) throws -> LoadedTrace {
    var handle = handle
    // Only the blocks of the chosen spans are read.
    if positions != nil { handle.payload = 0..<0 }
    try prepare([handle], parts)
    let key = ChunkKey(handle)
    // Taken out while it changes, so that its pages are not copied.
    guard var reader = warm.removeValue(forKey: key) else {
      throw FormatError(.invalid, at: nil, "a chunk has no INDEX page")
    }
    defer { warm[key] = reader }
    try reader.decodeTimes(through: handle.slot)
    var trace = try loaded(reader, handle, parts)
    if parts.contains(.payload) {
      let wanted = positions ?? Array(0..<trace.tree.count)
      if !wanted.isEmpty {
        trace.batch = try reader.load([(handle.slot, wanted)]).first ?? SpanBatch()
      }
    }
    return trace
  }

  private func loaded(
    _ reader: ChunkReader, _ handle: TraceHandle, _ parts: TraceParts
  ) throws -> LoadedTrace {
    var trace = LoadedTrace(
      handle: handle, tree: reader.index.tree(handle.slot), names: try reader.segment.names())
    if parts.needsTraceIDs { trace.traceID = reader.traceIDs[handle.slot] }
    if parts.contains(.spanIDs) { trace.spanIDs = reader.spanIDs(of: handle.slot) }
    return trace
  }

  package func forEachTrace(
    _ parts: TraceParts, choose: (LoadedTrace) throws -> [Int]?,
    body: (LoadedTrace) throws -> Void
  ) throws {
    for (number, segment) in segments.enumerated() where segment.description.traces > 0 {
      // Structure and ids of a whole segment are a few hundred KB, and lie in one run each.
      let types =
        segment.missing(payload: parts.contains(.payload))
        + (parts.needsSpanIDs ? [.spanIDs] : []) + (parts.needsTraceIDs ? [.traceIDs] : [])
        + [.index]
      let sections = try source.readRound(types.map { segment.range($0) })
      for (type, bytes) in zip(types, sections) { try segment.take(type, bytes) }
      func page(_ type: SectionType, _ chunk: Int) -> [UInt8]? {
        guard let index = types.firstIndex(of: type) else { return nil }
        let range = segment.range(type, chunk: chunk)
        let start = segment.range(type).lowerBound
        return Array(sections[index][(range.lowerBound - start)..<(range.upperBound - start)])
      }
      for chunk in segment.description.chunks.indices {
        var reader = ChunkReader(
          segment, chunk: chunk, index: try segment.index(chunk, page(.index, chunk) ?? []),
          source: source)
        if let bytes = page(.traceIDs, chunk) {
          reader.traceIDs = try segment.traceIDs(chunk, bytes)
        }
        if let bytes = page(.spanIDs, chunk) {
          reader.spanIDs = try segment.spanIDs(chunk, bytes, index: reader.index)
        }
        try deliver(&reader, segment: number, parts, choose: choose, body: body)
      }
    }
  }

  private func deliver(
    _ reader: inout ChunkReader, segment: Int, _ parts: TraceParts,
    choose: (LoadedTrace) throws -> [Int]?, body: (LoadedTrace) throws -> Void
  ) throws {
    func handle(_ slot: Int) -> TraceHandle {
      TraceHandle(segment: segment, chunk: reader.chunk, slot: slot)
    }
    if !parts.contains(.payload) {
      for slot in reader.index.traces.indices {
        let trace = try loaded(reader, handle(slot), parts)
        if try choose(trace)?.isEmpty ?? false { continue }
        try body(trace)
      }
      return
    }
    var traces: [LoadedTrace] = []
    var wanted: [WantedTrace] = []
    for slot in reader.index.traces.indices {
      let trace = try loaded(reader, handle(slot), parts)
      let positions = try choose(trace)
      if positions?.isEmpty ?? (trace.tree.count == 0) { continue }
      wanted.append(WantedTrace(slot: slot, positions: positions))
      traces.append(trace)
    }
    if wanted.isEmpty { return }
    for (number, batch) in try reader.load(wanted).enumerated() {
      traces[number].batch = batch
      try body(traces[number])
    }
  }
}

extension TraceParts {
  fileprivate var needsTraceIDs: Bool { !isDisjoint(with: [.traceID, .spanIDs, .payload]) }
  fileprivate var needsSpanIDs: Bool { !isDisjoint(with: [.spanIDs, .payload]) }
}
