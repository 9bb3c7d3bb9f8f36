/// Where the bytes of an archive go.
package struct ArchiveInspection: Sendable, Equatable {
  /// One part of the file.
  package struct Part: Sendable, Equatable {
    /// The section's name as in FORMAT.md, or what else it is.
    package var name: String
    /// Stored bytes, over all segments.
    package var stored: Int
    /// Decoded bytes, where they are known without decoding; else 0.
    package var decoded: Int

    /// A part of `stored` bytes.
    package init(name: String, stored: Int, decoded: Int) {
      self.name = name
      self.stored = stored
      self.decoded = decoded
    }
  }

  /// What payload a service, an operation or a key accounts for.
  package struct Cost: Sendable, Equatable {
    /// The name, as bytes.
    package var name: [UInt8]
    /// Spans counted (of a service or an operation); 0 for a key.
    package var spans: Int
    /// Decoded bytes of the blocks' streams.
    package var decoded: Int
    /// The share of the stored blocks in proportion to the decoded bytes of each block.
    package var stored: Double
  }

  /// Attributes of one key and kind whose values VALUES finds.
  package struct IndexedKey: Sendable, Equatable {
    /// The key, as bytes; fields of the model in angle brackets.
    package var name: [UInt8]
    /// What kind of values: "string", "int".
    package var kind: String
    /// Pairs of a value and a chunk that has it.
    package var entries: Int
  }

  /// The size of the file (bytes).
  package var bytes = 0
  /// The number of traces.
  package var traces = 0
  /// The number of spans.
  package var spans = 0
  /// The number of segments.
  package var segments = 0
  /// The number of chunks.
  package var chunks = 0
  /// The number of payload blocks, HEAVY ones not counted.
  package var blocks = 0
  /// The number of HEAVY blocks.
  package var heavyBlocks = 0
  /// Distinct resources, scopes, attribute keys, span shapes and recurring values, added up over
  /// the segments.
  package var tables: [(name: String, count: Int)] = []
  /// The parts in file order; together they are the whole file.
  package var parts: [Part] = []
  /// Payload by service, the dearest first.
  package var services: [Cost] = []
  /// Payload by operation ("service operation"), the dearest first.
  package var operations: [Cost] = []
  /// Payload by attribute key, the dearest first; fields of the model in angle brackets.
  package var keys: [Cost] = []
  /// The keys that VALUES has in some segment, those with the most entries first.
  package var indexedKeys: [IndexedKey] = []

  /// Nothing measured.
  package init() {}

  package static func == (left: ArchiveInspection, right: ArchiveInspection) -> Bool {
    left.bytes == right.bytes && left.parts == right.parts && left.services == right.services
      && left.operations == right.operations && left.keys == right.keys
      && left.tables.map(\.count) == right.tables.map(\.count)
      && left.indexedKeys == right.indexedKeys
  }
}

extension ArchiveSession {
  /// Measures where the bytes go; decodes every block. O(size of the archive).
  package func inspect() throws -> ArchiveInspection {
    var result = ArchiveInspection()
    result.bytes = stats.fileSize
    result.traces = traceCount
    result.spans = spanCount
    var maps: [SegmentMap] = []
    for segment in try locations().segments.indices { maps.append(try self.segment(segment).map) }
    result.segments = maps.count
    result.parts = parts(maps)
    result.chunks = maps.reduce(0) { $0 + $1.chunkCount }
    result.blocks = maps.reduce(0) { $0 + $1.head.groups.blocks.count }
    result.heavyBlocks = maps.reduce(0) { $0 + $1.head.groups.heavyBlocks.count }
    var costs = CostTable()
    var tables = [0, 0, 0, 0, 0]
    var indexed = IndexedKeyTable()
    var counted = -1
    try forEachRunOfChunks(
      { try $1.costs($0) },
      { found in
        let names = found.names
        for (operation, cost) in found.costs.byOperation.sorted(by: { $0.key < $1.key }) {
          let entry = names.operations[operation]
          let service = names.services[Int(entry.service)]
          costs.add(\.services, service, cost.spans, cost.bytes, found.share)
          costs.add(
            \.operations, service + [0x20] + entry.name, cost.spans, cost.bytes, found.share)
        }
        for (key, bytes) in found.keys { costs.add(\.keys, key, 0, bytes, found.share) }
        if counted < found.segment {
          counted = found.segment
          for (index, count) in found.tables.enumerated() { tables[index] += count }
          for key in found.indexedKeys { indexed.add(key) }
        }
      })
    let labels = ["resources", "scopes", "attribute keys", "shapes", "recurring values"]
    result.tables = zip(labels, tables).map { (name: $0, count: $1) }
    result.services = costs.services.sorted()
    result.operations = costs.operations.sorted()
    result.keys = costs.keys.sorted()
    result.indexedKeys = indexed.sorted()
    return result
  }

  /// The parts of the file, of all segments together.
  private func parts(_ maps: [SegmentMap]) -> [ArchiveInspection.Part] {
    var parts = [ArchiveInspection.Part(name: "header", stored: FileHeader.byteCount, decoded: 0)]
    for type in SectionType.fileOrder {
      let sections = maps.compactMap { $0.head.section(type) }
      if sections.isEmpty { continue }
      var decoded = sections.reduce(0) { $0 + $1.raw }
      if type == .index {
        decoded = maps.reduce(0) { sum, map in
          sum + map.head.chunks.reduce(0) { $0 + $1.indexRaw }
        }
      } else if type == .values || type == .spanLookup {
        // Their number of pages stands there.
        decoded = 0
      }
      parts.append(
        ArchiveInspection.Part(
          name: type.name, stored: sections.reduce(0) { $0 + $1.stored }, decoded: decoded))
    }
    let footer = archive.footer
    let heads = maps.reduce(0) { $0 + $1.location.headBytes }
    let headers = maps.count * SegmentHeader.byteCount
    let directory = stats.fileSize - footer.directoryOffset - Footer.byteCount
    let lookups = footer.lookupPages * footer.lookupPageBytes
    let rest = directory - lookups - footer.summariesBytes - footer.locationsBytes
    for (name, stored) in [
      ("HEAD", heads), ("segment headers", headers), ("LOOKUP", lookups),
      ("SUMMARIES", footer.summariesBytes), ("LOCATIONS", footer.locationsBytes),
      ("footer", Footer.byteCount + rest),
    ] {
      parts.append(ArchiveInspection.Part(name: name, stored: stored, decoded: 0))
    }
    let total = parts.reduce(0) { $0 + $1.stored }
    if total < stats.fileSize {
      parts.append(
        ArchiveInspection.Part(
          name: "earlier directories", stored: stats.fileSize - total, decoded: 0))
    }
    return parts
  }
}

/// What the payload of a run of chunks is made of.
private struct FoundCosts: Sendable {
  var segment: Int
  var names: NameTable
  var costs: PayloadCosts
  /// Stored bytes of the run's blocks for each decoded one.
  var share: Double
  var keys: [(key: [UInt8], bytes: Int)]
  /// What the segment's tables hold.
  var tables: [Int]
  /// What the segment's VALUES has.
  var indexedKeys: [ArchiveInspection.IndexedKey]
}

extension ChunkWorker {
  fileprivate mutating func costs(_ job: ChunkRunJob) throws -> FoundCosts {
    try withDecoder(job) { decoder in
      decoder.spans.costs = PayloadCosts()
      defer { decoder.spans.costs = nil }
      for chunk in job.chunks {
        try decoder.decode(job.pages(chunk), wanted: nil, counting: job.source)
      }
      let costs = decoder.spans.costs ?? PayloadCosts()
      // Blocks lie by group: their bytes count for the run in proportion to its spans.
      let spans = job.chunks.reduce(0) { $0 + job.map.head.chunks[$1].spans }
      let stored =
        Double(job.map.range(.blocks).count) * Double(spans) / Double(max(job.map.head.spans, 1))
      return FoundCosts(
        segment: job.segment, names: job.names.names, costs: costs,
        share: costs.total == 0 ? 0 : stored / Double(costs.total),
        keys: costs.bytesByKey.sorted { $0.key < $1.key }.map {
          (decoder.spans.name(ofKey: $0.key), $0.value)
        },
        tables: decoder.spans.tableCounts,
        indexedKeys: try job.map.head.indexedWords.map { indexed in
          ArchiveInspection.IndexedKey(
            name: try decoder.spans.name(of: indexed.word),
            kind: indexed.word.kind.map { "\($0)" } ?? "unknown", entries: indexed.entries)
        })
    }
  }
}

/// Indexed keys by name and kind, over segments.
private struct IndexedKeyTable {
  private struct Identity: Hashable {
    var name: [UInt8]
    var kind: String
  }
  private var entries: [Identity: Int] = [:]

  mutating func add(_ key: ArchiveInspection.IndexedKey) {
    entries[Identity(name: key.name, kind: key.kind), default: 0] += key.entries
  }

  /// Those with the most entries first; equal ones by name.
  func sorted() -> [ArchiveInspection.IndexedKey] {
    entries.map { ArchiveInspection.IndexedKey(name: $0.name, kind: $0.kind, entries: $1) }
      .sorted { a, b in
        if a.entries != b.entries { return a.entries > b.entries }
        let order = ByteComparison.order(a.name, b.name)
        return order != 0 ? order < 0 : a.kind < b.kind
      }
  }
}

/// Costs by name, over segments whose numbers differ.
private struct CostTable {
  struct Column {
    private var names = ByteInterner()
    private var costs: [ArchiveInspection.Cost] = []

    mutating func add(_ name: [UInt8], _ spans: Int, _ bytes: Int, _ share: Double) {
      let number = names.intern(name)
      if number == costs.count {
        costs.append(ArchiveInspection.Cost(name: name, spans: 0, decoded: 0, stored: 0))
      }
      costs[number].spans += spans
      costs[number].decoded += bytes
      costs[number].stored += Double(bytes) * share
    }

    /// The dearest first; equal ones by name.
    func sorted() -> [ArchiveInspection.Cost] {
      costs.sorted { a, b in
        a.stored != b.stored
          ? a.stored > b.stored : ByteComparison.order(a.name, b.name) < 0
      }
    }
  }

  var services = Column()
  var operations = Column()
  var keys = Column()

  mutating func add(
    _ column: WritableKeyPath<CostTable, Column>, _ name: [UInt8], _ spans: Int, _ bytes: Int,
    _ share: Double
  ) {
    self[keyPath: column].add(name, spans, bytes, share)
  }
}
