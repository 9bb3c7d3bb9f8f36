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

  struct FlatShape: Sendable {
    var statusCode: Int32 = 0
    var flags: UInt8 = 0
    var unit: Int64 = 1
    var name: Int32 = -1
    var slots: Range<Int> = 0..<0
  }

  /// The bytes of all texts.
  private(set) var arena: [UInt8]
  private(set) var texts: [ByteRange] = []
  private(set) var slots: [FlatSlot] = []
  /// For each operation where its shapes lie in `spanShapes`.
  private(set) var shapeRanges: [Range<Int>] = []
  private(set) var spanShapes: [FlatShape] = []
  private(set) var eventShapes: [FlatShape] = []
  private(set) var linkShapes: [FlatShape] = []
  private(set) var contexts: [[(resource: UInt32, scope: UInt32)]]
  /// Resources and scopes.
  let catalog: SpanBatch
  /// For each operation the text of its name.
  private(set) var operationNames: [Int32] = []
  let keyCount: Int
  /// How many values all value tables hold.
  let valueCount: Int
  private(set) var templates: [TextTemplate] = []
  private var valueTables: [UInt32: (first: Int32, count: Int32)] = [:]
  private var templateTables: [UInt32: (first: Int32, count: Int32)] = [:]

  init(_ tables: SegmentTables, names: NameTable) {
    arena = tables.catalog.arena
    catalog = tables.catalog
    contexts = tables.contexts
    keyCount = tables.keys.count
    valueCount = tables.values.reduce(0) { $0 + $1.values.count }
    texts = tables.keyRanges
    operationNames = names.operations.map { add($0.name) }
    for table in tables.values {
      let first = Int32(texts.count)
      for value in table.values { _ = add(value) }
      valueTables[table.word.rawValue] = (first, Int32(table.values.count))
    }
    for table in tables.templates {
      templateTables[table.word.rawValue] = (
        Int32(templates.count), Int32(table.templates.count)
      )
      templates += table.templates
    }
    for shapes in tables.spanShapes {
      let first = spanShapes.count
      for shape in shapes {
        spanShapes.append(
          FlatShape(statusCode: shape.statusCode, flags: shape.flags, slots: add(shape.slots)))
      }
      shapeRanges.append(first..<spanShapes.count)
    }
    for shape in tables.eventShapes {
      eventShapes.append(
        FlatShape(
          unit: EventTime.units[Int(shape.unit)], name: add(shape.name), slots: add(shape.slots)))
    }
    for shape in tables.linkShapes { linkShapes.append(FlatShape(slots: add(shape.slots))) }
  }

  private mutating func add(_ bytes: [UInt8]) -> Int32 {
    texts.append(ByteRange(arena.count, bytes.count))
    arena.append(contentsOf: bytes)
    return Int32(texts.count - 1)
  }

  private mutating func add(_ list: [Slot]) -> Range<Int> {
    let first = slots.count
    for slot in list {
      var flat = flatten(slot.word)
      if let constant = slot.constant {
        flat.isConstant = true
        flat.bits = constant.bits
        if flat.kind.hasRange { flat.constant = add(constant.bytes) }
      }
      slots.append(flat)
    }
    return first..<slots.count
  }

  /// The slot of a word that was checked against the tables.
  func flatten(_ word: SlotWord) -> FlatSlot {
    var flat = FlatSlot(kind: word.kind ?? .absent, field: word.field)
    if word.key >= FieldKey.attributeBase { flat.key = Int32(word.key - FieldKey.attributeBase) }
    if let table = valueTables[word.rawValue] {
      flat.firstValue = table.first
      flat.valueCount = table.count
    }
    if let table = templateTables[word.rawValue] {
      flat.firstTemplate = table.first
      flat.templateCount = table.count
    }
    return flat
  }
}
