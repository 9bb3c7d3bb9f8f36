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

  /// Nothing measured.
  package init() {}

  package static func == (left: ArchiveInspection, right: ArchiveInspection) -> Bool {
    left.bytes == right.bytes && left.parts == right.parts && left.services == right.services
      && left.operations == right.operations && left.keys == right.keys
      && left.tables.map(\.count) == right.tables.map(\.count)
  }
}

extension V2Archive {
  /// Measures where the bytes go; decodes every block. O(size of the archive).
  package func inspect() throws -> ArchiveInspection {
    var result = ArchiveInspection()
    result.bytes = stats.fileSize
    result.traces = traceCount
    result.spans = spanCount
    result.segments = segments.count
    result.parts = parts()
    var costs = CostTable()
    var tables = [0, 0, 0, 0, 0]
    for segment in segments {
      result.chunks += segment.description.chunks.count
      for chunk in segment.description.chunks.indices {
        var reader = try wholeChunk(segment, chunk)
        result.blocks += reader.index.blocks.count { !$0.isHeavy }
        result.heavyBlocks += reader.index.blocks.count { $0.isHeavy }
        let found = try reader.measure()
        let share =
          found.total == 0
          ? 0 : Double(segment.description.chunks[chunk].blockBytes) / Double(found.total)
        let names = try segment.names()
        for (operation, cost) in found.byOperation.sorted(by: { $0.key < $1.key }) {
          let entry = names.operations[operation]
          let service = names.services[Int(entry.service)]
          costs.add(\.services, service, cost.spans, cost.bytes, share)
          costs.add(\.operations, service + [0x20] + entry.name, cost.spans, cost.bytes, share)
        }
        try segment.withDecoder { decoder in
          for (key, bytes) in found.bytesByKey.sorted(by: { $0.key < $1.key }) {
            costs.add(\.keys, decoder.spans.name(ofKey: key), 0, bytes, share)
          }
        }
      }
      try segment.withDecoder { decoder in
        for (index, count) in decoder.spans.tableCounts.enumerated() { tables[index] += count }
      }
    }
    let labels = ["resources", "scopes", "attribute keys", "shapes", "recurring values"]
    result.tables = zip(labels, tables).map { (name: $0, count: $1) }
    result.services = costs.services.sorted()
    result.operations = costs.operations.sorted()
    result.keys = costs.keys.sorted()
    return result
  }

  /// The parts of the file, of all segments together.
  private func parts() -> [ArchiveInspection.Part] {
    var parts = [ArchiveInspection.Part(name: "header", stored: FileHeader.byteCount, decoded: 0)]
    for type in SectionType.allCases {
      let sections = segments.compactMap { $0.description.section(type) }
      if sections.isEmpty { continue }
      var decoded = sections.reduce(0) { $0 + $1.raw }
      if type == .index {
        decoded = segments.reduce(0) { sum, segment in
          sum + segment.description.chunks.reduce(0) { $0 + $1.indexRaw }
        }
      }
      parts.append(
        ArchiveInspection.Part(
          name: type.label, stored: sections.reduce(0) { $0 + $1.stored }, decoded: decoded))
    }
    let inSections = segments.reduce(0) { sum, segment in
      sum + segment.description.sections.reduce(0) { $0 + $1.stored }
    }
    let segmentBytes = segments.reduce(0) { $0 + $1.length }
    let lookups = top.lookups.reduce(0) { $0 + $1.stored }
    parts.append(
      ArchiveInspection.Part(
        name: "segment headers", stored: segmentBytes - inSections, decoded: 0))
    parts.append(ArchiveInspection.Part(name: "LOOKUP", stored: lookups, decoded: 0))
    parts.append(
      ArchiveInspection.Part(name: "top level", stored: footer.topLevelCount, decoded: 0))
    parts.append(ArchiveInspection.Part(name: "footer", stored: Footer.byteCount, decoded: 0))
    return parts
  }
}

extension SectionType {
  /// The section's name as in FORMAT.md.
  var label: String {
    switch self {
    case .blocks: "BLOCKS"
    case .spanIDs: "SPAN_IDS"
    case .dictionary: "DICTIONARY"
    case .tables: "TABLES"
    case .metadata: "METADATA"
    case .traceIDs: "TRACE_IDS"
    case .index: "INDEX"
    case .names: "NAMES"
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
