@testable import BHTrace

/// Where the index sections of a segment say that a value may be: what a reader does with them.
struct IndexSearch {
  private let tables: SegmentTables
  private let layout: PostingLayout
  private let postings: Postings
  private let values: (bytes: [UInt8], pages: Int)?
  let indexedWords: Set<UInt32>

  init(
    _ fixture: MinedFixture, _ made: (sections: [OptionalSections.Encoded], indexedWords: [UInt32])
  )
    throws
  {
    tables = fixture.mined.tables
    layout = PostingLayout(tables)
    var content: [UInt8] = []
    if let section = made.sections.first(where: { $0.type == .postings }) {
      let stored = try Page.open(section.bytes, at: 0, "POSTINGS")
      content =
        stored.count == section.raw
        ? stored : ZstdDecompressor().decompress(stored.rawSpan, count: section.raw) ?? []
    }
    postings = try Postings.decode(content, layout, chunkCount: fixture.pages.count, at: 0)
    values = made.sections.first { $0.type == .values }.map { ($0.bytes, $0.raw) }
    indexedWords = Set(made.indexedWords)
  }

  /// The chunks that may have `value` (of an int: 8 bytes, little-endian) of attribute `key`; nil where
  /// they are not known.
  func chunks(_ kind: AttributeRecord.Kind, key: [UInt8], value: [UInt8]) throws -> ChunkSet? {
    var found = ChunkSet(noneOf: postings.chunkCount)
    guard let number = tables.keys.firstIndex(of: key) else { return found }
    let word = SlotWord(key: UInt32(number) + FieldKey.attributeBase, kind: kind)
    let int = value.count == 8 ? Int64(bitPattern: value.rawSpan.littleEndian64(at: 0)) : 0
    func add(_ entry: Postings.Entry) {
      if let chunks = postings.chunks(of: entry) { found.formUnion(chunks) }
    }
    func has(_ slots: [Slot]) -> Bool {
      slots.contains {
        guard $0.word == word, let constant = $0.constant else { return false }
        return kind == .int ? Int64(bitPattern: constant.bits) == int : constant.bytes == value
      }
    }
    for (operation, shapes) in tables.spanShapes.enumerated() {
      for (shape, content) in shapes.enumerated() where has(content.slots) {
        add(.spanShape(operation: operation, shape: shape))
      }
    }
    for (shape, content) in tables.eventShapes.enumerated() where has(content.slots) {
      add(.eventShape(shape))
    }
    for (shape, content) in tables.linkShapes.enumerated() where has(content.slots) {
      add(.linkShape(shape))
    }
    if kind == .int, let chunks = postings.chunks(ofInt: int, word) {
      found.formUnion(chunks)
      return found
    }
    let table = tables.values.first { $0.word == word }
    if let index = table?.values.firstIndex(of: value) { add(.value(word, value: index)) }
    guard indexedWords.contains(word.rawValue) else { return nil }
    guard let values else { return found }
    let hash = ValueHash(kind: kind, key: key).hash(value)
    let page = HashedPages.page(of: hash, of: values.pages)
    let size = values.bytes.count / values.pages
    let bytes = Array(values.bytes[(page * size)..<((page + 1) * size)])
    for chunk in try HashedPages.chunks(
      of: hash, in: bytes, page: page, of: values.pages, chunkCount: postings.chunkCount, at: 0)
    { found.insert(chunk) }
    return found
  }
}
