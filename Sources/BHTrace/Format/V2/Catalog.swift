/// Resources and scopes in TABLES; the byte table is the one of `TableSection`.
extension TableSection {
  static func encodeCatalog(_ tables: SegmentTables, to writer: inout ByteWriter) {
    let catalog = tables.catalog
    let encoder = CatalogEncoder(catalog: catalog, keys: tables.keys)
    writer.varint(catalog.resources.count)
    for resource in catalog.resources {
      writer.byte(resource.isPresent ? 1 : 0)
      encoder.attributes(resource.attributes, to: &writer)
      writer.varint(UInt64(resource.droppedAttributes))
      for range in [resource.schemaURL, resource.extra, resource.outerExtra] {
        encoder.bytes(range, to: &writer)
      }
    }
    writer.varint(catalog.scopes.count)
    for scope in catalog.scopes {
      writer.byte(scope.isPresent ? 1 : 0)
      encoder.bytes(scope.name, to: &writer)
      encoder.bytes(scope.version, to: &writer)
      encoder.attributes(scope.attributes, to: &writer)
      writer.varint(UInt64(scope.droppedAttributes))
      for range in [scope.schemaURL, scope.extra, scope.outerExtra] {
        encoder.bytes(range, to: &writer)
      }
    }
  }

  static func decodeCatalog(
    into tables: inout SegmentTables, from cursor: inout ByteCursor
  ) throws(FormatError) {
    let resources = try cursor.count(upTo: cursor.remaining, "the number of resources")
    for _ in 0..<resources {
      var resource = ResourceRecord()
      resource.isPresent = try cursor.byte() != 0
      resource.attributes = try attributes(into: &tables, from: &cursor)
      resource.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint())
      resource.schemaURL = tables.catalog.append(try cursor.lengthPrefixed("a schema URL"))
      resource.extra = tables.catalog.append(try cursor.lengthPrefixed("unknown fields"))
      resource.outerExtra = tables.catalog.append(try cursor.lengthPrefixed("unknown fields"))
      tables.catalog.resources.append(resource)
    }
    let scopes = try cursor.count(upTo: cursor.remaining, "the number of scopes")
    for _ in 0..<scopes {
      var scope = ScopeRecord()
      scope.isPresent = try cursor.byte() != 0
      scope.name = tables.catalog.append(try cursor.lengthPrefixed("a scope's name"))
      scope.version = tables.catalog.append(try cursor.lengthPrefixed("a scope's version"))
      scope.attributes = try attributes(into: &tables, from: &cursor)
      scope.droppedAttributes = UInt32(truncatingIfNeeded: try cursor.varint())
      scope.schemaURL = tables.catalog.append(try cursor.lengthPrefixed("a schema URL"))
      scope.extra = tables.catalog.append(try cursor.lengthPrefixed("unknown fields"))
      scope.outerExtra = tables.catalog.append(try cursor.lengthPrefixed("unknown fields"))
      tables.catalog.scopes.append(scope)
    }
  }

  private static func attributes(
    into tables: inout SegmentTables, from cursor: inout ByteCursor
  ) throws(FormatError) -> RecordRange {
    let count = try cursor.count(upTo: cursor.remaining, "a number of attributes")
    let first = tables.catalog.attributes.count
    for _ in 0..<count {
      let at = cursor.base + cursor.position
      let word = SlotWord(
        rawValue: UInt32(try cursor.count(upTo: Int(UInt32.max), "a key and kind")))
      try check(word, keys: tables.keys.count, at: at)
      guard word.key >= FieldKey.attributeBase, let kind = word.kind else {
        throw FormatError(.invalid, at: at, "an attribute names a field of the model")
      }
      let value = try constant(kind, from: &cursor)
      let key = tables.keyRanges[Int(word.key - FieldKey.attributeBase)]
      tables.catalog.attributes.append(
        kind.hasRange
          ? AttributeRecord(key: key, kind: kind, range: tables.catalog.append(value.bytes))
          : AttributeRecord(key: key, kind: kind, bits: value.bits))
    }
    return RecordRange(first, count)
  }
}

/// Writes the parts of resources and scopes, whose keys are all in `keys`.
private struct CatalogEncoder {
  let catalog: SpanBatch
  private var keyNumbers = ByteInterner()

  init(catalog: SpanBatch, keys: [[UInt8]]) {
    self.catalog = catalog
    for key in keys { _ = keyNumbers.intern(key) }
  }

  func bytes(_ range: ByteRange, to writer: inout ByteWriter) {
    writer.varint(Int(range.count))
    writer.append(range, of: catalog.arena)
  }

  func attributes(_ range: RecordRange, to writer: inout ByteWriter) {
    writer.varint(Int(range.count))
    for attribute in catalog.attributes[range.indices] {
      // The miner interned every key of the catalog, so the look-up finds it.
      let key = UInt32(keyNumbers.lookUp(catalog.arena, attribute.key) ?? 0)
      let word = SlotWord(key: key + FieldKey.attributeBase, kind: attribute.kind)
      writer.varint(UInt64(word.rawValue))
      switch attribute.kind {
      case .absent, .empty: break
      case .bool: writer.byte(UInt8(truncatingIfNeeded: attribute.bits))
      case .int: writer.signedVarint(Int64(bitPattern: attribute.bits))
      case .double: writer.uint64(attribute.bits)
      default: bytes(attribute.range, to: &writer)
      }
    }
  }
}
