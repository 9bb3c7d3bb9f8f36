/// The TABLES section: what the payload blocks of a segment refer to.
///
/// ```
/// TABLES := Page, zstd, of
///   keys varint        (length varint, bytes)*
///   resources varint   Resource*
///   scopes varint      Scope*
///   operations varint  for each: pairs varint  (resource varint, scope varint)*
///   value tables varint  for each: word varint, distance to the previous one
///                                  values varint  (length varint, bytes)*
///   template tables varint  for each: word varint, distance to the previous one
///                                     templates varint  Template*
///   operations varint  for each: shapes varint  SpanShape*
///   event shapes varint  (name length varint, name, unit (1), Slots)*
///   link shapes varint   Slots*
/// SpanShape := flags (1)  status signed varint  Slots
/// Slots     := slots varint  (word varint · 2 + constant  Value where constant)*
/// Resource  := present (1)  Attributes  dropped varint  schema URL  extra  outer extra
/// Scope     := present (1)  name  version  Attributes  dropped varint  schema URL  extra
///              outer extra
/// Attributes := attributes varint  (word varint  Value)*
/// Value     := nothing (absent, empty), 1 byte (bool), signed varint (int), 8 bytes (double), or
///              length varint and bytes
/// ```
/// A word is key · 16 + kind; keys below 16 are fields of the model (`FieldKey`), attribute keys
/// are numbered from 16. Names, URLs and extras are length varint and bytes.
enum TableSection {
  static func encode(_ tables: SegmentTables) -> [UInt8] {
    var writer = ByteWriter(capacity: 4096)
    writer.varint(tables.keys.count)
    for key in tables.keys { writer.lengthPrefixed(key) }
    encodeCatalog(tables, to: &writer)
    writer.varint(tables.contexts.count)
    for pairs in tables.contexts {
      writer.varint(pairs.count)
      for pair in pairs {
        writer.varint(UInt64(pair.resource))
        writer.varint(UInt64(pair.scope))
      }
    }
    writer.varint(tables.values.count)
    var previous: UInt32 = 0
    for table in tables.values {
      writer.varint(UInt64(table.word.rawValue - previous))
      previous = table.word.rawValue
      writer.varint(table.values.count)
      for value in table.values { writer.lengthPrefixed(value) }
    }
    writer.varint(tables.templates.count)
    previous = 0
    for table in tables.templates {
      writer.varint(UInt64(table.word.rawValue - previous))
      previous = table.word.rawValue
      writer.varint(table.templates.count)
      for template in table.templates { template.encode(to: &writer) }
    }
    writer.varint(tables.spanShapes.count)
    for shapes in tables.spanShapes {
      writer.varint(shapes.count)
      for shape in shapes {
        writer.byte(shape.flags)
        writer.signedVarint(Int64(shape.statusCode))
        encode(shape.slots, to: &writer)
      }
    }
    writer.varint(tables.eventShapes.count)
    for shape in tables.eventShapes {
      writer.lengthPrefixed(shape.name)
      writer.byte(shape.unit)
      encode(shape.slots, to: &writer)
    }
    writer.varint(tables.linkShapes.count)
    for shape in tables.linkShapes { encode(shape.slots, to: &writer) }
    return writer.bytes
  }

  private static func encode(_ slots: [Slot], to writer: inout ByteWriter) {
    writer.varint(slots.count)
    for slot in slots {
      writer.varint(UInt64(slot.word.rawValue) << 1 | (slot.constant == nil ? 0 : 1))
      guard let constant = slot.constant, let kind = slot.word.kind else { continue }
      switch kind {
      case .absent, .empty: break
      case .bool: writer.byte(UInt8(truncatingIfNeeded: constant.bits))
      case .int: writer.signedVarint(Int64(bitPattern: constant.bits))
      case .double: writer.uint64(constant.bits)
      default: writer.lengthPrefixed(constant.bytes)
      }
    }
  }

  /// Decodes the content of the section, which lies at `offset` of the file, in a segment whose
  /// NAMES hold `operationCount` operations.
  static func decode(
    _ content: [UInt8], operationCount: Int, at offset: Int
  ) throws(FormatError) -> SegmentTables {
    var cursor = ByteCursor(content.rawSpan, base: offset)
    var tables = SegmentTables()
    let keyCount = try cursor.count(
      upTo: min(cursor.remaining, SlotWord.largestKey - 16), "the number of keys")
    tables.keys.reserveCapacity(keyCount)
    for _ in 0..<keyCount {
      let key = try cursor.lengthPrefixed("a key")
      tables.keyRanges.append(tables.catalog.append(key))
      tables.keys.append(key)
    }
    try decodeCatalog(into: &tables, from: &cursor)
    try requireOperations(operationCount, from: &cursor)
    tables.contexts.reserveCapacity(operationCount)
    for _ in 0..<operationCount {
      let pairs = try cursor.count(upTo: cursor.remaining, "an operation's number of contexts")
      var list: [(resource: UInt32, scope: UInt32)] = []
      list.reserveCapacity(pairs)
      for _ in 0..<pairs {
        let resource = try cursor.count(
          upTo: tables.catalog.resources.count - 1, "a resource's number")
        let scope = try cursor.count(upTo: tables.catalog.scopes.count - 1, "a scope's number")
        list.append((UInt32(resource), UInt32(scope)))
      }
      tables.contexts.append(list)
    }
    try decodeWordTables(&tables, from: &cursor) {
      (tables, word, count, cursor) throws(FormatError) in
      var values: [[UInt8]] = []
      values.reserveCapacity(count)
      for _ in 0..<count { values.append(try cursor.lengthPrefixed("a value")) }
      tables.values.append((word, values))
    }
    try decodeWordTables(&tables, from: &cursor) {
      (tables, word, count, cursor) throws(FormatError) in
      var templates: [TextTemplate] = []
      templates.reserveCapacity(count)
      for _ in 0..<count { templates.append(try TextTemplate.decode(from: &cursor)) }
      tables.templates.append((word, templates))
    }
    try requireOperations(operationCount, from: &cursor)
    tables.spanShapes.reserveCapacity(operationCount)
    for operation in 0..<operationCount {
      let count = try cursor.count(upTo: cursor.remaining, "an operation's number of shapes")
      var shapes: [SpanShape] = []
      shapes.reserveCapacity(count)
      for _ in 0..<count {
        var shape = SpanShape()
        shape.operation = UInt32(operation)
        shape.setFlags(try cursor.byte())
        shape.statusCode = Int32(truncatingIfNeeded: try cursor.signedVarint())
        shape.slots = try slots(keys: keyCount, from: &cursor)
        shapes.append(shape)
      }
      tables.spanShapes.append(shapes)
    }
    let events = try cursor.count(upTo: cursor.remaining, "the number of event shapes")
    for _ in 0..<events {
      var shape = EventShape()
      shape.name = try cursor.lengthPrefixed("an event's name")
      shape.unit = try cursor.byte()
      guard shape.unit < 4 else {
        throw FormatError(
          .invalid, at: cursor.base + cursor.position - 1,
          "event times have the unknown unit \(shape.unit)")
      }
      shape.slots = try slots(keys: keyCount, from: &cursor)
      tables.eventShapes.append(shape)
    }
    let links = try cursor.count(upTo: cursor.remaining, "the number of link shapes")
    for _ in 0..<links {
      tables.linkShapes.append(LinkShape(slots: try slots(keys: keyCount, from: &cursor)))
    }
    try cursor.requireEnd("the TABLES section")
    return tables
  }

  private static func requireOperations(
    _ wanted: Int, from cursor: inout ByteCursor
  ) throws(FormatError) {
    let at = cursor.base + cursor.position
    let found = try cursor.varint()
    guard found == UInt64(wanted) else {
      throw FormatError(
        .invalid, at: at, "TABLES speak of \(found) operations where NAMES hold \(wanted)")
    }
  }

  /// Reads tables by slot word: `body` is called for each with its number of entries.
  private static func decodeWordTables(
    _ tables: inout SegmentTables, from cursor: inout ByteCursor,
    _ body: (inout SegmentTables, SlotWord, Int, inout ByteCursor) throws(FormatError) -> Void
  ) throws(FormatError) {
    let count = try cursor.count(upTo: cursor.remaining, "the number of tables by slot word")
    var raw: UInt32 = 0
    for index in 0..<count {
      let at = cursor.base + cursor.position
      let step = try cursor.count(upTo: Int(UInt32.max - raw), "the slot word of a table")
      raw += UInt32(step)
      let word = SlotWord(rawValue: raw)
      try check(word, keys: tables.keys.count, at: at)
      guard index == 0 || step > 0, word.kind?.hasRange == true else {
        throw FormatError(.invalid, at: at, "the tables by slot word are not in order")
      }
      let entries = try cursor.count(upTo: cursor.remaining, "the number of entries of a table")
      try body(&tables, word, entries, &cursor)
    }
  }

  private static func slots(
    keys: Int, from cursor: inout ByteCursor
  ) throws(FormatError) -> [Slot] {
    let count = try cursor.count(upTo: cursor.remaining, "a shape's number of slots")
    var slots: [Slot] = []
    slots.reserveCapacity(count)
    for _ in 0..<count {
      let at = cursor.base + cursor.position
      let value = try cursor.varint()
      let word = SlotWord(rawValue: UInt32(truncatingIfNeeded: value >> 1))
      try check(word, keys: keys, at: at)
      var slot = Slot(word: word)
      if value & 1 != 0, let kind = word.kind {
        slot.constant = try constant(kind, from: &cursor)
      }
      slots.append(slot)
    }
    return slots
  }

  /// Reads a Value of the byte table.
  static func constant(
    _ kind: AttributeRecord.Kind, from cursor: inout ByteCursor
  ) throws(FormatError) -> Constant {
    var constant = Constant()
    switch kind {
    case .absent, .empty: break
    case .bool: constant.bits = try cursor.byte() == 0 ? 0 : 1
    case .int: constant.bits = UInt64(bitPattern: try cursor.signedVarint())
    case .double: constant.bits = try cursor.uint64()
    default: constant.bytes = try cursor.lengthPrefixed("a constant")
    }
    return constant
  }

  /// Throws `outOfBounds` unless `word` names a known kind and one of `keys` keys or a field with
  /// its own kind.
  static func check(_ word: SlotWord, keys: Int, at offset: Int) throws(FormatError) {
    let isAttribute = word.key >= FieldKey.attributeBase
    let known =
      isAttribute
      ? Int(word.key - FieldKey.attributeBase) < keys && word.kind != nil
      : word.field.map { $0.kind == word.kind } ?? false
    if !known {
      throw FormatError(
        .outOfBounds, at: offset, "a slot names the unknown key or kind \(word.rawValue)")
    }
  }
}
