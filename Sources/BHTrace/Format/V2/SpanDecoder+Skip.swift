/// Stepping over spans to come to the ones after them: what they say is checked only as far as that
/// takes, and goes nowhere.
extension SpanDecoder {
  /// Steps over a span of `operation`, which is to go to `place`, where spans of its shape are not
  /// wanted; answers whether it did.
  mutating func passOver(
    _ operation: Int, at place: Int, _ streams: inout PayloadCursors
  ) throws(FormatError) -> Bool {
    guard let projection, projection.skipsShapes else { return false }
    let shapes = tables.shapeRanges[operation]
    let start = streams.codes.position
    let code = try streams.codes.count(upTo: shapes.count, "a shape's number")
    if code == 0 || projection.wants(shape: shapes.lowerBound + code - 1) {
      streams.codes.rewind(to: start)
      return false
    }
    passedOver.append(place)
    try skip(shapes, code, &streams)
    return true
  }

  /// Steps over a span of `operation`.
  mutating func skip(
    _ operation: Int, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let shapes = tables.shapeRanges[operation]
    let code = try streams.codes.count(upTo: shapes.count, "a shape's number")
    try skip(shapes, code, &streams)
  }

  @inline(__always)
  private mutating func skip(
    _ shapes: Range<Int>, _ code: Int, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let flags: UInt8
    if code == 0 {
      flags = try streams.codes.byte()
      _ = try streams.codes.signedVarint()
      try readInlineSlots(&streams.codes)
      try skipInlineValues(&streams)
    } else {
      // Single fields of shapes and slots are looked at, so that no more is copied.
      let place = shapes.lowerBound + code - 1
      flags = tables.spanShapes[place].flags
      for index in tables.spanShapes[place].variables {
        try skipVariable(index, &streams)
      }
    }
    if flags & 2 != 0 { try skipEvents(&streams) }
    if flags & 4 != 0 { try skipLinks(&streams) }
  }

  @inline(__always)
  mutating func skipVariable(
    _ index: Int, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let kind = tables.variables[index].slot.kind
    if kind.hasRange {
      try skipLongValue(tables.variables[index].slot, &streams)
    } else {
      try skipScalar(kind, &streams)
    }
  }

  private mutating func skipInlineValues(
    _ streams: inout PayloadCursors
  ) throws(FormatError) {
    for index in inlineSlots.indices { try skipValue(inlineSlots[index], &streams) }
  }

  /// Steps over the value of a slot that is no constant.
  mutating func skipValue(
    _ slot: FlatTables.FlatSlot, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    if slot.kind.hasRange {
      try skipLongValue(slot, &streams)
    } else {
      try skipScalar(slot.kind, &streams)
    }
  }

  mutating func skipEvents(
    _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let count = try streams.codes.count(
      upTo: streams.codes.remaining, "a span's number of events")
    for _ in 0..<count {
      let code = try streams.codes.count(
        upTo: tables.eventShapes.count, "an event shape's number")
      if code == 0 {
        let length = try streams.codes.count(
          upTo: streams.text.remaining, "the length of an event's name")
        _ = try streams.text.take(length, "an event's name")
        try readInlineSlots(&streams.codes)
      }
      _ = try streams.codes.signedVarint()
      if code == 0 {
        try skipInlineValues(&streams)
      } else {
        for index in tables.eventShapes[code - 1].variables {
          try skipVariable(index, &streams)
        }
      }
    }
  }

  mutating func skipLinks(
    _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let count = try streams.codes.count(
      upTo: streams.codes.remaining, "a span's number of links")
    for _ in 0..<count {
      let code = try streams.codes.count(
        upTo: tables.linkShapes.count, "a link shape's number")
      if code == 0 { try readInlineSlots(&streams.codes) }
      let ids = try readLinkedIDCounts(&streams)
      _ = try streams.random.take(ids.trace ?? 0, "a link's trace id")
      _ = try streams.random.take(ids.span, "a link's span id")
      if code == 0 {
        try skipInlineValues(&streams)
      } else {
        for index in tables.linkShapes[code - 1].variables {
          try skipVariable(index, &streams)
        }
      }
    }
  }

  private func skipScalar(
    _ kind: AttributeRecord.Kind, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    switch kind {
    case .bool: _ = try streams.codes.byte()
    case .int: _ = try streams.codes.varint()
    case .double:
      let scale = try streams.codes.count(
        upTo: ValueCode.largestScale + 1, "a double's scale")
      if scale == 0 {
        _ = try streams.random.take(8, "a double")
      } else {
        _ = try streams.codes.varint()
      }
    default: return
    }
  }

  private mutating func skipLongValue(
    _ slot: FlatTables.FlatSlot, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    let at = streams.codes.base + streams.codes.position
    let code = try streams.codes.varint()
    if code >= ValueCode.tableBase {
      let place = code - ValueCode.tableBase
      if place < UInt64(slot.templateCount) {
        return try skipTemplateText(
          tables.templates[Int(slot.firstTemplate) + Int(place)], &streams)
      }
      _ = try Self.text(place, of: slot, at: at)
      return
    }
    switch code {
    case ValueCode.literal: try skipText(&streams)
    case ValueCode.hex:
      let count = try streams.codes.count(
        upTo: streams.random.bytes.byteCount, "the length of a hex text")
      _ = try recentBytes(count, &streams)
    case ValueCode.uuid: _ = try recentBytes(16, &streams)
    case ValueCode.decimal: _ = try streams.codes.varint()
    case ValueCode.ipv4: _ = try streams.random.take(4, "an IPv4 address")
    case ValueCode.traceID, ValueCode.spanID, ValueCode.parentID: break
    case ValueCode.heavy:
      _ = try heavyPlace(&streams.codes, at: at)
    default:
      throw FormatError(.invalid, at: at, "a value has the unknown code \(code)")
    }
  }

  private mutating func skipTemplateText(
    _ template: FlatTables.FlatTemplate, _ streams: inout PayloadCursors
  ) throws(FormatError) {
    for index in template.variables {
      switch tables.templateVariables[index] {
      case .decimal, .padded: _ = try streams.codes.varint()
      case .hex(let width): _ = try recentBytes((width + 1) / 2, &streams)
      case .text: try skipText(&streams)
      }
    }
  }

  private func skipText(_ streams: inout PayloadCursors) throws(FormatError) {
    let length = try streams.codes.count(upTo: streams.text.remaining, "a text's length")
    _ = try streams.text.take(length, "a text")
  }
}
