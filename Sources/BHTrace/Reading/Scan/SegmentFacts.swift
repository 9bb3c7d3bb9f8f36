/// What is known of a segment before its INDEX is read: names, bounds of chunks, and, where they were
/// read, tables and what occurs in which chunk.
package struct SegmentFacts: Sendable {
  /// Its services and operations.
  package let names: NameTable
  let map: SegmentMap
  let zones: Zones?
  let tables: FlatTables?
  let postings: Postings?
  /// By hash the chunks that VALUES have for it.
  let hashed: [UInt64: ChunkSet]

  init(
    _ map: SegmentMap, _ names: SegmentNames, _ payload: SegmentPayload?, _ postings: Postings?,
    hashed: [UInt64: ChunkSet]
  ) {
    self.map = map
    self.names = names.names
    zones = names.zones
    tables = payload?.tables
    self.postings = postings
    self.hashed = hashed
  }

  /// The number of chunks.
  package var chunkCount: Int { map.chunkCount }
  package var allChunks: ChunkSet { ChunkSet(allOf: chunkCount) }
  package var noChunks: ChunkSet { ChunkSet(noneOf: chunkCount) }

  /// The chunks for which `test` holds.
  private func chunks(where test: (Int) -> Bool) -> ChunkSet {
    var found = noChunks
    for chunk in 0..<chunkCount where test(chunk) { found.insert(chunk) }
    return found
  }

  // MARK: Operations and what INDEX says

  /// The chunks that may have spans of those operations for which `isWanted` is true.
  package func chunks(ofOperations isWanted: [Bool]) -> ChunkSet {
    var found = noChunks
    for operation in isWanted.indices where isWanted[operation] {
      found.formUnion(chunks(ofOperation: operation))
    }
    return found
  }

  private func chunks(ofOperation operation: Int) -> ChunkSet {
    if let known = postings?.chunks(of: .operation(operation)) { return known }
    let groups = map.head.groups
    let group = groups.group(ofService: Int(names.operations[operation].service))
    return chunks { !groups.spans(group, chunk: $0).isEmpty }
  }

  /// The chunks that may have a span of `duration` ns or longer.
  package func chunks(longestSpanAtLeast duration: UInt64) -> ChunkSet {
    guard let zones else { return allChunks }
    return chunks { zones.chunks[$0].longestSpan >= duration }
  }

  /// The chunks that may have a trace of `duration` ns or longer.
  package func chunks(longestTraceAtLeast duration: UInt64) -> ChunkSet {
    guard let zones else { return allChunks }
    return chunks {
      map.head.chunks[$0].piecePosition != nil || zones.chunks[$0].longestTrace >= duration
    }
  }

  /// The chunks that may have a span at one of `times`.
  package func chunks(at times: [ClosedRange<UInt64>]) -> ChunkSet {
    chunks { chunk in
      let start = map.head.chunks[chunk].start
      let (end, isBeyond) = start.addingReportingOverflow(
        zones?.chunks[chunk].latestEnd ?? UInt64.max)
      return times.contains { $0.lowerBound <= (isBeyond ? .max : end) && start <= $0.upperBound }
    }
  }

  /// The chunks with spans whose status is an error.
  package var chunksWithErrors: ChunkSet {
    guard let zones else { return allChunks }
    return chunks { zones.chunks[$0].errors > 0 }
  }

  // MARK: Resources, scopes and shapes

  /// Resources and scopes, and the attributes of these; nil where tables were not read.
  package var catalog: SpanBatch? { tables?.catalog }

  /// The pairs of resource and scope that spans of `operation` have, by number in `catalog`.
  package func contexts(ofOperation operation: Int) -> [(resource: UInt32, scope: UInt32)] {
    guard let tables else { return [] }
    return Array(tables.contexts[tables.contextRanges[operation]])
  }

  /// Where `key` lies in the arena of every batch of the segment; nil where no attribute has it.
  package func range(ofKey key: [UInt8]) -> ByteRange? {
    guard let tables, let number = tables.number(ofKey: key) else { return nil }
    return tables.texts[number]
  }

  /// The status codes that spans of `operation` may have, once each; nil where that is not known.
  package func statusCodes(ofOperation operation: Int) -> [Int32]? {
    guard let tables, chunksWithInlineSpans?.isEmpty ?? false else { return nil }
    var codes: [Int32] = []
    for shape in tables.spanShapes[tables.shapeRanges[operation]]
    where !codes.contains(shape.statusCode) {
      codes.append(shape.statusCode)
    }
    return codes
  }

  /// The chunks with spans that say their shape themselves; nil where that is not known.
  private var chunksWithInlineSpans: ChunkSet? { postings?.chunks(of: .inlineSpans) }

  /// For each operation whether none of its spans has an attribute `key`, as far as is known.
  package func operationsWithout(_ key: [UInt8]) -> [Bool] {
    let operations = names.operations.indices
    guard let tables else { return operations.map { _ in false } }
    guard let number = tables.number(ofKey: key) else { return operations.map { _ in true } }
    guard chunksWithInlineSpans?.isEmpty ?? false else { return operations.map { _ in false } }
    return operations.map { operation in
      tables.spanShapes[tables.shapeRanges[operation]].allSatisfy { shape in
        tables.slots[shape.slots].allSatisfy { Int($0.key) != number }
      }
    }
  }

  // MARK: Values

  /// The chunks in which an attribute `key` of an `owner` may have a value that passes `test`.
  package func chunks(
    of owner: AttributeOwner, _ key: [UInt8], _ test: some AttributeTest
  ) -> ChunkSet {
    guard let tables else { return allChunks }
    guard let number = tables.number(ofKey: key) else { return noChunks }
    var found = noChunks
    var variable: [AttributeRecord.Kind: (slot: FlatTables.FlatSlot, chunks: ChunkSet)] = [:]
    func add(_ slots: Range<Int>, _ chunks: () -> ChunkSet) {
      for slot in tables.slots[slots] where Int(slot.key) == number {
        if slot.isConstant {
          let range = slot.constant < 0 ? .empty : tables.texts[Int(slot.constant)]
          if test.accepts(slot.kind, bits: slot.bits, tables.arena, range) {
            found.formUnion(chunks())
          }
        } else if test.accepts(slot.kind) {
          variable[slot.kind, default: (slot, noChunks)].chunks.formUnion(chunks())
        }
      }
    }
    forEachShape(of: owner) { slots, operation, known in
      add(slots) { known() ?? operation.map(chunks(ofOperation:)) ?? allChunks }
    }
    let inline = chunksWithInline(owner)
    for kind in AttributeRecord.Kind.searched where test.accepts(kind) {
      // Spans that say their shape themselves may have any kind, whether a shape has it or not.
      let word = SlotWord(key: UInt32(number) + FieldKey.attributeBase, kind: kind)
      var (slot, chunks) = variable[kind] ?? (tables.flatten(word), noChunks)
      chunks.formUnion(inline)
      if chunks.isEmpty { continue }
      slot.kind = kind
      narrow(&chunks, slot, word, key, owner, test, tables)
      found.formUnion(chunks)
    }
    return found
  }

  private func chunksWithInline(_ owner: AttributeOwner) -> ChunkSet {
    let entry: Postings.Entry =
      switch owner {
      case .span: .inlineSpans
      case .event: .inlineEvents
      case .link: .inlineLinks
      }
    return postings?.chunks(of: entry) ?? allChunks
  }

  /// Leaves of `chunks`, those with values of `word` that are no constants, the ones in which some
  /// value passes `test`.
  private func narrow(
    _ chunks: inout ChunkSet, _ slot: FlatTables.FlatSlot, _ word: SlotWord, _ key: [UInt8],
    _ owner: AttributeOwner, _ test: some AttributeTest, _ tables: FlatTables
  ) {
    if owner == .span, let zones, word.kind == .int || word.kind == .double {
      for chunk in chunks.chunks where !test.accepts(zones.bounds(word, chunk: chunk)) {
        chunks.remove(chunk)
      }
    }
    guard let postings else { return }
    var known = noChunks
    if word.kind == .int, let ints = postings.integers.first(where: { $0.word == word }) {
      for value in ints.values
      where test.accepts(.int, bits: UInt64(bitPattern: value), [], .empty) {
        if let of = postings.chunks(ofInt: value, word) { known.formUnion(of) }
      }
      return chunks.formIntersection(known)
    }
    // Values that do not recur are known by their hashes only.
    guard let exact = test.exact(slot.kind), slot.kind.isHashed,
      map.head.indexedWords.contains(where: { $0.word == word }),
      let others = hashed[exact.hash(slot.kind, key: key)]
    else { return }
    known.formUnion(others)
    for value in 0..<Int(slot.valueCount)
    where test.accepts(
      slot.kind, bits: 0, tables.arena, tables.texts[Int(slot.firstValue) + value])
    {
      known.formUnion(postings.chunks(of: .value(word, value: value)) ?? allChunks)
    }
    chunks.formIntersection(known)
  }
}

extension AttributeRecord.Kind {
  /// The kinds a search compares.
  fileprivate static let searched: [Self] = [
    .absent, .empty, .string, .bool, .int, .double, .bytes, .array, .keyValueList, .rawValue,
    .rawKeyValue,
  ]

  /// Whether VALUES have values of the kind.
  fileprivate var isHashed: Bool { self == .string || self == .bytes || self == .int }
}

extension FlatTables {
  /// The number of a key; nil where no attribute has it.
  func number(ofKey key: [UInt8]) -> Int? {
    (0..<keyCount).first { ByteComparison.equal(arena, texts[$0], key, ByteRange(0, key.count)) }
  }
}

extension SegmentFacts {
  /// The chunks that may have spans whose resource has an attribute `key`; all where a service's name
  /// is meant.
  package func chunks(ofAnyResourceWith key: [UInt8]) -> ChunkSet {
    guard let tables, key != Array("service.name".utf8) else { return allChunks }
    let hasKey = tables.catalog.resources.map { resource in
      tables.catalog.attributes[resource.attributes.indices].contains {
        ByteComparison.equal(tables.catalog.arena, $0.key, key, ByteRange(0, key.count))
      }
    }
    return chunks(
      ofOperations: names.operations.indices.map { operation in
        tables.contexts[tables.contextRanges[operation]].contains { hasKey[Int($0.resource)] }
      })
  }
}
