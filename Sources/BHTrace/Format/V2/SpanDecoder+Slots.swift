/// The slots of spans, events and links: attributes, and fields of the model.
extension SpanDecoder {
  /// Values of fields that are slots like attributes.
  struct FieldValues {
    /// A bit for each field that is there, by its number.
    private(set) var set: UInt16 = 0
    private(set) var statusMessage = ByteRange.empty
    private(set) var traceState = ByteRange.empty
    private(set) var extra = ByteRange.empty
    private(set) var v1Header = ByteRange.empty
    private(set) var v1Tree = ByteRange.empty
    private(set) var v1Payload = ByteRange.empty
    private(set) var flags: UInt32 = 0
    private(set) var droppedAttributes: UInt32 = 0
    private(set) var droppedEvents: UInt32 = 0
    private(set) var droppedLinks: UInt32 = 0

    func has(_ field: FieldKey) -> Bool { set & 1 << UInt16(field.rawValue) != 0 }

    mutating func take(_ field: FieldKey, _ value: Value) {
      set |= 1 << UInt16(field.rawValue)
      switch field {
      case .statusMessage: statusMessage = value.range
      case .traceState: traceState = value.range
      case .flags: flags = UInt32(truncatingIfNeeded: value.bits)
      case .droppedAttributes: droppedAttributes = UInt32(truncatingIfNeeded: value.bits)
      case .droppedEvents: droppedEvents = UInt32(truncatingIfNeeded: value.bits)
      case .droppedLinks: droppedLinks = UInt32(truncatingIfNeeded: value.bits)
      case .extra: extra = value.range
      case .v1Header: v1Header = value.range
      case .v1Tree: v1Tree = value.range
      case .v1Payload: v1Payload = value.range
      }
    }

    /// Throws where there is another field than those of an event or link.
    func require(only fields: [FieldKey]) throws(FormatError) {
      if set == 0 { return }
      let allowed = fields.reduce(into: UInt16(0)) { $0 |= 1 << UInt16($1.rawValue) }
      guard set & ~allowed == 0 else {
        throw FormatError(.invalid, at: nil, "an event or link has a field only spans have")
      }
    }
  }

  /// Reads the values of a shape's slots: the attributes, and the fields into `fields`.
  mutating func read(
    _ shape: FlatTables.FlatShape, _ frame: SpanFrame, _ fields: inout FieldValues,
    _ streams: inout PayloadCursors
  ) throws(FormatError) -> RecordRange {
    if let projection {
      return try readProjected(shape, projection, frame, &fields, &streams)
    }
    if costs == nil { return try readShared(shape, frame, &fields, &streams) }
    let first = batch.attributes.count
    for index in shape.slots {
      try readSlot(tables.slots[index], frame, &fields, &streams)
    }
    return RecordRange(first, batch.attributes.count - first)
  }

  /// The same by what the batch holds already: the constants.
  private mutating func readShared(
    _ shape: FlatTables.FlatShape, _ frame: SpanFrame, _ fields: inout FieldValues,
    _ streams: inout PayloadCursors
  ) throws(FormatError) -> RecordRange {
    for index in shape.constantFields {
      let slot = tables.constantFields[index]
      if let field = slot.field { fields.take(field, constant(slot)) }
    }
    let first: Int
    if shape.hasConstantAttributes {
      first = tables.catalog.attributes.count + shape.records.lowerBound
    } else {
      first = batch.attributes.count
      batch.attributes.append(contentsOf: tables.records[shape.records])
    }
    for index in shape.variables {
      let variable = tables.variables[index]
      let value = try self.value(variable.slot, frame, &streams)
      if let field = variable.slot.field {
        fields.take(field, value)
      } else if variable.slot.kind.hasRange {
        let record = AttributeRecord(
          key: batch.attributes[first + variable.place].key, kind: variable.slot.kind,
          range: value.range)
        batch.attributes[first + variable.place] = record
      } else {
        batch.attributes[first + variable.place].bits = value.bits
      }
    }
    return RecordRange(first, shape.records.count)
  }

  /// The same of what is wanted only.
  private mutating func readProjected(
    _ shape: FlatTables.FlatShape, _ projection: PayloadProjection, _ frame: SpanFrame,
    _ fields: inout FieldValues, _ streams: inout PayloadCursors
  ) throws(FormatError) -> RecordRange {
    for index in shape.constantFields {
      let slot = tables.constantFields[index]
      if let field = slot.field { fields.take(field, constant(slot)) }
    }
    let first = batch.attributes.count
    let wanted = projection.wanted(shape.records)
    for record in wanted { batch.attributes.append(tables.records[Int(record)]) }
    for index in shape.variables {
      let place = projection.place(ofVariable: index)
      if place < 0 {
        try skipVariable(index, &streams)
        continue
      }
      let variable = tables.variables[index]
      let value = try self.value(variable.slot, frame, &streams)
      if let field = variable.slot.field {
        fields.take(field, value)
      } else if variable.slot.kind.hasRange {
        batch.attributes[first + place] = AttributeRecord(
          key: batch.attributes[first + place].key, kind: variable.slot.kind, range: value.range)
      } else {
        batch.attributes[first + place].bits = value.bits
      }
    }
    return RecordRange(first, wanted.count)
  }

  /// Reads the words of inline slots, and their values.
  mutating func readInline(
    _ frame: SpanFrame, _ fields: inout FieldValues, _ streams: inout PayloadCursors
  ) throws(FormatError) -> RecordRange {
    try readInlineSlots(&streams.codes)
    return try readInlineValues(frame, &fields, &streams)
  }

  mutating func readInlineValues(
    _ frame: SpanFrame, _ fields: inout FieldValues, _ streams: inout PayloadCursors
  ) throws(FormatError) -> RecordRange {
    let first = batch.attributes.count
    for index in inlineSlots.indices {
      if let projection, !projection.wants(inlineSlots[index]) {
        try skipValue(inlineSlots[index], &streams)
      } else {
        try readSlot(inlineSlots[index], frame, &fields, &streams)
      }
    }
    return RecordRange(first, batch.attributes.count - first)
  }

  mutating func readInlineSlots(_ codes: inout ByteCursor) throws(FormatError) {
    inlineSlots.removeAll(keepingCapacity: true)
    let count = try codes.count(upTo: codes.remaining, "a number of slots")
    for _ in 0..<count {
      let at = codes.base + codes.position
      let word = SlotWord(
        rawValue: UInt32(try codes.count(upTo: Int(UInt32.max), "a slot's word")))
      try TableSection.check(word, keys: tables.keyCount, at: at)
      inlineSlots.append(tables.flatten(word))
    }
  }

  private mutating func readSlot(
    _ slot: FlatTables.FlatSlot, _ frame: SpanFrame, _ fields: inout FieldValues,
    _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let (heavyBefore, before) = (heavyEnd, costs == nil ? 0 : streams.position)
    let value = try slot.isConstant ? constant(slot) : self.value(slot, frame, &streams)
    if costs != nil {
      let key = slot.field.map { Int32($0.rawValue) - 16 } ?? slot.key
      let isHeavy = heavyEnd != heavyBefore
      costs?.add(
        key: key, streams.position - before, heavy: isHeavy ? Int(value.range.count) : 0)
    }
    if let field = slot.field {
      fields.take(field, value)
      return
    }
    let key = range(ofText: slot.key)
    batch.attributes.append(
      slot.kind.hasRange
        ? AttributeRecord(key: key, kind: slot.kind, range: value.range)
        : AttributeRecord(key: key, kind: slot.kind, bits: value.bits))
  }

  private mutating func constant(_ slot: FlatTables.FlatSlot) -> Value {
    Value(bits: slot.bits, range: slot.constant < 0 ? .empty : range(ofText: slot.constant))
  }
}
