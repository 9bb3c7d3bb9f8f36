extension SpanBatch {
  /// Copies the bytes at `range` of `source`'s arena to the end of this one.
  mutating func copy(_ range: ByteRange, from source: SpanBatch) -> ByteRange {
    range.isEmpty ? .empty : append(source.arena[range.positions])
  }

  /// Copies a run of `source`'s attributes, with their bytes.
  mutating func copy(_ range: RecordRange, from source: SpanBatch) -> RecordRange {
    let first = attributes.count
    for attribute in source.attributes[range.indices] {
      let key = copy(attribute.key, from: source)
      attributes.append(
        attribute.kind.hasRange
          ? AttributeRecord(
            key: key, kind: attribute.kind, range: copy(attribute.range, from: source))
          : AttributeRecord(key: key, kind: attribute.kind, bits: attribute.bits))
    }
    return RecordRange(first, Int(range.count))
  }

  /// A copy of `record` of `source` whose ranges lie in this batch; it is not added to it.
  mutating func copy(_ record: ResourceRecord, from source: SpanBatch) -> ResourceRecord {
    var result = record
    result.attributes = copy(record.attributes, from: source)
    result.schemaURL = copy(record.schemaURL, from: source)
    result.extra = copy(record.extra, from: source)
    result.outerExtra = copy(record.outerExtra, from: source)
    return result
  }

  /// A copy of `record` of `source` whose ranges lie in this batch; it is not added to it.
  mutating func copy(_ record: ScopeRecord, from source: SpanBatch) -> ScopeRecord {
    var result = record
    result.name = copy(record.name, from: source)
    result.version = copy(record.version, from: source)
    result.attributes = copy(record.attributes, from: source)
    result.schemaURL = copy(record.schemaURL, from: source)
    result.extra = copy(record.extra, from: source)
    result.outerExtra = copy(record.outerExtra, from: source)
    return result
  }
}
