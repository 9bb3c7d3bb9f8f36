/// Collects resources and scopes, each once, whatever batches they come in.
struct OriginCatalog: Sendable {
  /// The resources and scopes, with copies of their bytes.
  private(set) var batch = SpanBatch()
  private var resourceIdentities = ByteInterner()
  private var scopeIdentities = ByteInterner()
  /// For resources of some look the number of the one seen last, or -1.
  private var recent = [Int32](repeating: -1, count: recentCount)
  /// For some places in a batch the resource whose attributes lie there.
  private var places = [Place](repeating: Place(), count: placeCount)
  private var buffer = ByteWriter(capacity: 256)

  private static let recentCount = 256
  private static let placeCount = 64

  private struct Place {
    var batch = -1
    var attributes = RecordRange.empty
    var resource = 0
  }

  /// The number of `record` of `source`, which is batch number `batch`, a new one where it was not
  /// seen before; the keys of its attributes go into `keys`.
  mutating func resource(
    _ record: ResourceRecord, of source: SpanBatch, _ batch: Int, keys: inout SequenceInterner
  ) -> Int {
    // Records may share their attributes.
    let place = Int(record.attributes.first) & (Self.placeCount - 1)
    if places[place].batch == batch && places[place].attributes == record.attributes
      && isResource(places[place].resource, record, source, sharesAttributes: true)
    {
      return places[place].resource
    }
    let number = resource(record, of: source, keys: &keys)
    places[place] = Place(batch: batch, attributes: record.attributes, resource: number)
    return number
  }

  /// Like the one above, for a batch without a number.
  mutating func resource(
    _ record: ResourceRecord, of source: SpanBatch, keys: inout SequenceInterner
  ) -> Int {
    // Exporters repeat a resource with every group of spans.
    let look = look(of: record, source)
    if recent[look] >= 0 && isResource(Int(recent[look]), record, source, sharesAttributes: false) {
      return Int(recent[look])
    }
    buffer.removeAll()
    buffer.byte(record.isPresent ? 1 : 0)
    buffer.uint32(record.droppedAttributes)
    for range in [record.schemaURL, record.extra, record.outerExtra] { identify(range, source) }
    identify(record.attributes, source, keys: &keys)
    let number = resourceIdentities.intern(buffer.bytes)
    if number == batch.resources.count {
      batch.resources.append(batch.copy(record, from: source))
    }
    recent[look] = Int32(truncatingIfNeeded: number)
    return number
  }

  /// The number of `record` of `source`, a new one where it was not seen before; the keys of its
  /// attributes go into `keys`.
  mutating func scope(
    _ record: ScopeRecord, of source: SpanBatch, keys: inout SequenceInterner
  ) -> Int {
    buffer.removeAll()
    buffer.byte(record.isPresent ? 1 : 0)
    buffer.uint32(record.droppedAttributes)
    for range in [record.name, record.version, record.schemaURL, record.extra, record.outerExtra] {
      identify(range, source)
    }
    identify(record.attributes, source, keys: &keys)
    let number = scopeIdentities.intern(buffer.bytes)
    if number == batch.scopes.count { batch.scopes.append(batch.copy(record, from: source)) }
    return number
  }

  private mutating func identify(_ range: ByteRange, _ source: SpanBatch) {
    buffer.varint(Int(range.count))
    buffer.append(range, of: source.arena)
  }

  private mutating func identify(
    _ attributes: RecordRange, _ source: SpanBatch, keys: inout SequenceInterner
  ) {
    for index in attributes.indices {
      let attribute = source.attributes[index]
      buffer.varint(keys.intern(source.arena, attribute.key))
      buffer.byte(attribute.kind.rawValue)
      if attribute.kind.hasRange {
        identify(attribute.range, source)
      } else {
        buffer.uint64(attribute.bits)
      }
    }
  }

  /// A place in `recent`, from all lengths and scalars of the resource.
  @inline(__always)
  private func look(of record: ResourceRecord, _ source: SpanBatch) -> Int {
    var look = UInt64(record.attributes.count)
    for index in record.attributes.indices {
      let attribute = source.attributes[index]
      let value = attribute.kind.hasRange ? UInt64(attribute.range.count) : attribute.bits
      look = ByteComparison.mix(look ^ value ^ UInt64(attribute.key.count) << 32)
    }
    return Int(look & UInt64(Self.recentCount - 1))
  }

  /// Whether resource `number` says what `record` of `source` does; its attributes need no look
  /// where both are known to share them.
  @inline(__always)
  private func isResource(
    _ number: Int, _ record: ResourceRecord, _ source: SpanBatch, sharesAttributes: Bool
  ) -> Bool {
    let known = batch.resources[number]
    guard
      known.isPresent == record.isPresent, known.droppedAttributes == record.droppedAttributes,
      known.attributes.count == record.attributes.count,
      isEqual(known.schemaURL, record.schemaURL, source),
      isEqual(known.extra, record.extra, source),
      isEqual(known.outerExtra, record.outerExtra, source)
    else { return false }
    if sharesAttributes { return true }
    var other = record.attributes.indices.lowerBound
    for index in known.attributes.indices {
      let (left, right) = (batch.attributes[index], source.attributes[other])
      other += 1
      guard left.kind == right.kind, isEqual(left.key, right.key, source),
        left.kind.hasRange ? isEqual(left.range, right.range, source) : left.bits == right.bits
      else { return false }
    }
    return true
  }

  @inline(__always)
  private func isEqual(_ range: ByteRange, _ other: ByteRange, _ source: SpanBatch) -> Bool {
    ByteComparison.equal(batch.arena, range, source.arena, other)
  }
}
