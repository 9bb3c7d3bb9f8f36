/// The tables of a segment as decoding uses them: slots in one array, and every key, name, constant
/// and recurring value as a numbered text in one arena.
struct FlatTables: Sendable {
  /// A slot with everything decoding it needs.
  struct FlatSlot: Sendable {
    var kind: AttributeRecord.Kind
    /// The field of the model the value is for; nil for an attribute.
    var field: FieldKey?
    /// The text of the attribute's key.
    var key: Int32 = -1
    /// Whether the value is the same in every span of the shape.
    var isConstant = false
    /// The text of a constant that has bytes.
    var constant: Int32 = -1
    /// The bits of a constant scalar.
    var bits: UInt64 = 0
    /// The texts of the word's value table.
    var firstValue: Int32 = 0
    var valueCount: Int32 = 0
    /// The templates of the word.
    var firstTemplate: Int32 = 0
    var templateCount: Int32 = 0
  }

  /// A slot whose value lies in the blocks.
  struct Variable: Sendable {
    var slot: FlatSlot
    /// Which of the shape's attributes it is for; nothing where the slot is a field.
    var place: Int
  }

  struct FlatShape: Sendable {
    var statusCode: Int32 = 0
    var flags: UInt8 = 0
    var unit: Int64 = 1
    var name: Int32 = -1
    var slots: Range<Int> = 0..<0
    /// Those of its slots that are no constants, in `variables`.
    var variables: Range<Int> = 0..<0
    /// Its constants that are fields of the model, in `constantFields`.
    var constantFields: Range<Int> = 0..<0
    /// Its attributes, in `records`.
    var records: Range<Int> = 0..<0
    /// Whether all its attributes are constants.
    var hasConstantAttributes = true
  }

  /// A template with its literals among the texts: one more than there are variables.
  struct FlatTemplate: Sendable {
    var firstLiteral: Int32
    var variables: Range<Int>
  }

  /// The bytes of all texts.
  private(set) var arena: [UInt8]
  private(set) var texts: [ByteRange] = []
  private(set) var slots: [FlatSlot] = []
  private(set) var variables: [Variable] = []
  private(set) var constantFields: [FlatSlot] = []
  /// The attributes of all shapes as records over `arena`; those that are no constants have no
  /// value yet.
  private(set) var records: [AttributeRecord] = []
  /// For each operation where its shapes lie in `spanShapes`.
  private(set) var shapeRanges: [Range<Int>] = []
  private(set) var spanShapes: [FlatShape] = []
  private(set) var eventShapes: [FlatShape] = []
  private(set) var linkShapes: [FlatShape] = []
  /// For each operation where its (resource, scope) pairs lie in `contexts`.
  private(set) var contextRanges: [Range<Int>] = []
  private(set) var contexts: [(resource: UInt32, scope: UInt32)] = []
  /// Resources and scopes.
  let catalog: SpanBatch
  /// The same as they are copied.
  let origins: OriginImages
  /// For each operation the text of its name, and its kind.
  private(set) var operations: [(name: Int32, kind: Int32)] = []
  let keyCount: Int
  /// How many values all value tables hold.
  let valueCount: Int
  private(set) var templates: [FlatTemplate] = []
  private(set) var templateVariables: [TextTemplate.Variable] = []
  /// What words have values or templates, by key number; most keys have one kind.
  private var wordSlots: [[(word: UInt32, slot: FlatSlot)]]

  init(_ tables: SegmentTables, names: NameTable) {
    arena = tables.catalog.arena
    catalog = tables.catalog
    origins = OriginImages(tables.catalog)
    keyCount = tables.keys.count
    wordSlots = Array(repeating: [], count: tables.keys.count + Int(FieldKey.attributeBase))
    valueCount = tables.values.reduce(0) { $0 + $1.values.count }
    texts = tables.keyRanges
    for pairs in tables.contexts {
      contextRanges.append(contexts.count..<(contexts.count + pairs.count))
      contexts += pairs
    }
    operations = names.operations.map { (add($0.name), $0.kind) }
    for table in tables.values {
      let first = Int32(texts.count)
      for value in table.values { _ = add(value) }
      withSlot(table.word) {
        $0.firstValue = first
        $0.valueCount = Int32(table.values.count)
      }
    }
    for table in tables.templates {
      let first = Int32(templates.count)
      for template in table.templates { add(template) }
      withSlot(table.word) {
        $0.firstTemplate = first
        $0.templateCount = Int32(table.templates.count)
      }
    }
    for shapes in tables.spanShapes {
      let first = spanShapes.count
      for shape in shapes {
        var flat = add(shape.slots)
        flat.statusCode = shape.statusCode
        flat.flags = shape.flags
        spanShapes.append(flat)
      }
      shapeRanges.append(first..<spanShapes.count)
    }
    for shape in tables.eventShapes {
      var flat = add(shape.slots)
      flat.unit = EventTime.units[Int(shape.unit)]
      flat.name = add(shape.name)
      eventShapes.append(flat)
    }
    for shape in tables.linkShapes { linkShapes.append(add(shape.slots)) }
  }

  private mutating func add(_ bytes: [UInt8]) -> Int32 {
    texts.append(ByteRange(arena.count, bytes.count))
    arena.append(contentsOf: bytes)
    return Int32(texts.count - 1)
  }

  private mutating func add(_ template: TextTemplate) {
    let first = Int32(texts.count)
    for literal in template.literals { _ = add(literal) }
    let start = templateVariables.count
    templateVariables += template.variables
    templates.append(
      FlatTemplate(firstLiteral: first, variables: start..<templateVariables.count))
  }

  /// The shape that has these slots.
  private mutating func add(_ list: [Slot]) -> FlatShape {
    let first = (slots.count, variables.count, constantFields.count, records.count)
    var isConstant = true
    for slot in list {
      var flat = flatten(slot.word)
      if let constant = slot.constant {
        flat.isConstant = true
        flat.bits = constant.bits
        if flat.kind.hasRange { flat.constant = add(constant.bytes) }
        if flat.field != nil { constantFields.append(flat) }
      } else {
        variables.append(Variable(slot: flat, place: records.count - first.3))
        if flat.field == nil { isConstant = false }
      }
      if flat.field == nil { records.append(record(flat)) }
      slots.append(flat)
    }
    return FlatShape(
      slots: first.0..<slots.count, variables: first.1..<variables.count,
      constantFields: first.2..<constantFields.count, records: first.3..<records.count,
      hasConstantAttributes: isConstant)
  }

  private func record(_ slot: FlatSlot) -> AttributeRecord {
    let key = texts[Int(slot.key)]
    return slot.kind.hasRange
      ? AttributeRecord(
        key: key, kind: slot.kind, range: slot.constant < 0 ? .empty : texts[Int(slot.constant)])
      : AttributeRecord(key: key, kind: slot.kind, bits: slot.bits)
  }

  /// Changes what is known of a word.
  private mutating func withSlot(_ word: SlotWord, _ body: (inout FlatSlot) -> Void) {
    let key = Int(word.key)
    guard key < wordSlots.count else { return }
    let place = wordSlots[key].firstIndex { $0.word == word.rawValue }
    if place == nil { wordSlots[key].append((word.rawValue, plain(word))) }
    body(&wordSlots[key][place ?? wordSlots[key].count - 1].slot)
  }

  /// The slot of a word without values or templates.
  private func plain(_ word: SlotWord) -> FlatSlot {
    var slot = FlatSlot(kind: word.kind ?? .absent, field: word.field)
    if word.key >= FieldKey.attributeBase { slot.key = Int32(word.key - FieldKey.attributeBase) }
    return slot
  }

  /// The slot of a word that was checked against the tables.
  func flatten(_ word: SlotWord) -> FlatSlot {
    let key = Int(word.key)
    if key < wordSlots.count {
      for known in wordSlots[key] where known.word == word.rawValue { return known.slot }
    }
    return plain(word)
  }
}
