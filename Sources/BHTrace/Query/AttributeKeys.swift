/// Which attributes an archive has, and which values recur: from TABLES and POSTINGS alone.
package struct AttributeKeys: Sendable {
  /// Who has an attribute.
  package enum Owner: Int, Sendable, CaseIterable {
    case resource
    case scope
    case span
    case event
    case link
  }

  /// One key.
  package struct Row: Sendable {
    /// The key, as bytes.
    package var key: [UInt8]
    /// Who has it.
    package var owners: Set<Owner> = []
    /// The kinds of its values.
    package var kinds: Set<AttributeRecord.Kind> = []
    /// In how many chunks it occurs.
    package var chunks = 0
    /// The values that recur, at most `mostValues`.
    package var values: Set<KnownValue> = []
    /// Whether there are values that do not recur.
    package var hasOthers = false
  }

  /// A value that is known from the tables.
  package struct KnownValue: Sendable, Hashable {
    /// Its kind.
    package var kind: AttributeRecord.Kind
    /// A scalar.
    package var bits: UInt64
    /// What is no scalar.
    package var bytes: [UInt8]
  }

  /// No more values of a key are kept.
  package static let mostValues = 100_000

  /// The keys by their bytes.
  package private(set) var rows: [[UInt8]: Row] = [:]
  /// How many chunks there are.
  package private(set) var chunks = 0
  /// How many chunks each value of `wanted` occurs in.
  package private(set) var valueChunks: [KnownValue: Int] = [:]
  private let wanted: [UInt8]?

  /// The keys of `archive`; of `wanted`, where one is given, also in how many chunks its values occur.
  package init(of archive: ArchiveSession, valuesOf wanted: [UInt8]? = nil) throws {
    self.wanted = wanted
    try archive.forEachFacts { facts in add(facts) }
  }

  /// No keys.
  package init() { wanted = nil }

  /// Adds those of another archive.
  package mutating func add(_ other: AttributeKeys) {
    chunks += other.chunks
    for (key, row) in other.rows {
      var own = rows[key] ?? Row(key: key)
      own.owners.formUnion(row.owners)
      own.kinds.formUnion(row.kinds)
      own.chunks += row.chunks
      own.hasOthers = own.hasOthers || row.hasOthers
      for value in row.values where own.values.count < Self.mostValues { own.values.insert(value) }
      rows[key] = own
    }
    for (value, count) in other.valueChunks { valueChunks[value, default: 0] += count }
  }

  private mutating func add(_ facts: SegmentFacts) {
    guard let tables = facts.tables else { return }
    chunks += facts.chunkCount
    var found = [SegmentKey](repeating: SegmentKey(facts.noChunks), count: tables.keyCount)
    for (owner, own) in [(AttributeOwner.span, Owner.span), (.event, .event), (.link, .link)] {
      facts.forEachShape(of: owner) { slots, _, known in
        let chunks = known() ?? facts.allChunks
        for slot in tables.slots[slots] where slot.key >= 0 {
          found[Int(slot.key)].add(slot, own, chunks, tables)
        }
      }
    }
    // Keys lie in the catalog once each.
    var numbers: [ByteRange: Int] = [:]
    for number in 0..<tables.keyCount { numbers[tables.texts[number]] = number }
    for (records, owner) in [
      (tables.catalog.resources.map(\.attributes), Owner.resource),
      (tables.catalog.scopes.map(\.attributes), .scope),
    ] {
      for (number, range) in records.enumerated() {
        let chunks = facts.chunks(ofOrigin: number, owner)
        for attribute in tables.catalog.attributes[range.indices] {
          guard let key = numbers[attribute.key] else { continue }
          found[key].add(attribute, owner, chunks, tables)
        }
      }
    }
    for (number, key) in found.enumerated() where !key.owners.isEmpty {
      let name = Array(tables.arena[tables.texts[number].positions])
      var row = rows[name] ?? Row(key: name)
      row.owners.formUnion(key.owners)
      row.kinds.formUnion(key.kinds)
      row.chunks += key.chunks.count
      var values = key.values
      facts.addRecurring(of: number, key.kinds, to: &values)
      row.hasOthers = row.hasOthers || facts.hasOthers(of: number, key.openKinds)
      for value in values.keys where row.values.count < Self.mostValues { row.values.insert(value) }
      rows[name] = row
      if name == wanted {
        for (value, chunks) in values { valueChunks[value, default: 0] += chunks.count }
      }
    }
  }
}

/// What a segment has of one key.
private struct SegmentKey {
  var owners: Set<AttributeKeys.Owner> = []
  var kinds: Set<AttributeRecord.Kind> = []
  var chunks: ChunkSet
  var values: [AttributeKeys.KnownValue: ChunkSet] = [:]
  /// The kinds of values that lie in the blocks.
  var openKinds: Set<AttributeRecord.Kind> = []

  init(_ chunks: ChunkSet) { self.chunks = chunks }

  mutating func add(
    _ slot: FlatTables.FlatSlot, _ owner: AttributeKeys.Owner, _ chunks: ChunkSet,
    _ tables: FlatTables
  ) {
    owners.insert(owner)
    kinds.insert(slot.kind)
    self.chunks.formUnion(chunks)
    if !slot.isConstant {
      openKinds.insert(slot.kind)
      return
    }
    let range = slot.constant < 0 ? .empty : tables.texts[Int(slot.constant)]
    add(
      AttributeKeys.KnownValue(
        kind: slot.kind, bits: slot.kind.hasRange ? 0 : slot.bits,
        bytes: Array(tables.arena[range.positions])), chunks)
  }

  mutating func add(
    _ attribute: AttributeRecord, _ owner: AttributeKeys.Owner, _ chunks: ChunkSet,
    _ tables: FlatTables
  ) {
    owners.insert(owner)
    kinds.insert(attribute.kind)
    self.chunks.formUnion(chunks)
    add(
      AttributeKeys.KnownValue(
        kind: attribute.kind, bits: attribute.kind.hasRange ? 0 : attribute.bits,
        bytes: attribute.kind.hasRange ? Array(tables.arena[attribute.range.positions]) : []),
      chunks)
  }

  private mutating func add(_ value: AttributeKeys.KnownValue, _ chunks: ChunkSet) {
    if values[value] == nil { values[value] = chunks } else { values[value]?.formUnion(chunks) }
  }
}

extension SegmentFacts {
  /// The chunks that may have spans of a resource or scope.
  fileprivate func chunks(ofOrigin number: Int, _ owner: AttributeKeys.Owner) -> ChunkSet {
    postings?.chunks(of: owner == .resource ? .resource(number) : .scope(number)) ?? allChunks
  }

  /// Whether values of key number `key` of `kinds` lie in blocks that neither tables nor postings list.
  fileprivate func hasOthers(of key: Int, _ kinds: Set<AttributeRecord.Kind>) -> Bool {
    kinds.contains { kind in
      if kind != .int { return true }
      let word = SlotWord(key: UInt32(key) + FieldKey.attributeBase, kind: kind)
      return !(postings?.integers.contains { $0.word == word } ?? false)
    }
  }

  /// Adds the values of key number `key` that tables and postings list, with the chunks they are in.
  fileprivate func addRecurring(
    of key: Int, _ kinds: Set<AttributeRecord.Kind>,
    to values: inout [AttributeKeys.KnownValue: ChunkSet]
  ) {
    guard let tables else { return }
    for kind in kinds {
      let word = SlotWord(key: UInt32(key) + FieldKey.attributeBase, kind: kind)
      let slot = tables.flatten(word)
      for number in 0..<Int(slot.valueCount) {
        let range = tables.texts[Int(slot.firstValue) + number]
        let value = AttributeKeys.KnownValue(
          kind: kind, bits: 0, bytes: Array(tables.arena[range.positions]))
        values[value, default: noChunks].formUnion(
          postings?.chunks(of: .value(word, value: number)) ?? allChunks)
      }
      guard let ints = postings?.integers.first(where: { $0.word == word }) else { continue }
      for int in ints.values {
        let value = AttributeKeys.KnownValue(
          kind: .int, bits: UInt64(bitPattern: int), bytes: [])
        values[value, default: noChunks].formUnion(postings?.chunks(ofInt: int, word) ?? allChunks)
      }
    }
  }
}
