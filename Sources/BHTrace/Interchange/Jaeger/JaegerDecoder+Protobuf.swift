/// Spans of Jaeger's protobuf model, api_v2 (`model.proto`): its fields are those of the JSON, ids are
/// bytes, and times have nanoseconds.
///
/// Fields that Jaeger does not define are left out, and counted.
extension JaegerDecoder {
  private typealias Tag = JaegerProtobufTag

  /// Reads the span that `message` is and adds it to the batch; takes back what belongs to it where
  /// it is no protobuf.
  mutating func readSpan(_ message: borrowing WindowCursor) throws(FormatError) {
    var cursor = message.window(message.rest)
    let offset = cursor.base + cursor.position
    let start = beginSpan()
    var fields = Fields()
    fields.span.events.first = UInt32(batch.events.count)
    do throws(FormatError) {
      while !cursor.isAtEnd { try readField(of: &fields, &cursor) }
    } catch {
      takeBack(to: start)
      throw error
    }
    fields.span.events.count = UInt32(batch.events.count) - fields.span.events.first
    endSpan(fields, at: offset)
  }

  @_lifetime(cursor: copy cursor)
  private mutating func readField(
    of fields: inout Fields, _ cursor: inout WindowCursor
  ) throws(FormatError) {
    let start = cursor.position
    let tag = try cursor.varint()
    switch tag {
    case Tag.Span.traceID: fields.span.traceID = appendID(try cursor.delimited(), 16, cursor)
    case Tag.Span.spanID: fields.span.spanID = appendID(try cursor.delimited(), 8, cursor)
    case Tag.Span.operationName: fields.span.name = append(try cursor.delimited(), cursor)
    case Tag.Span.references: try readReference(cursor.window(try cursor.delimited()))
    case Tag.Span.flags: fields.span.flags = UInt32(truncatingIfNeeded: try cursor.varint())
    case Tag.Span.startTime: fields.start = Int128(try time(cursor.window(try cursor.delimited())))
    case Tag.Span.duration:
      let (seconds, nanoseconds) = try Self.parts(cursor.window(try cursor.delimited()))
      fields.duration = Int128(seconds) * 1_000_000_000 + Int128(nanoseconds)
    case Tag.Span.tags: tags.append(try readTag(cursor.window(try cursor.delimited())))
    case Tag.Span.logs: try readLog(cursor.window(try cursor.delimited()))
    case Tag.Span.process:
      fields.span.resource = try readProcess(cursor, try cursor.delimited())
    case Tag.Span.processID:
      let text = append(try cursor.delimited(), cursor)
      fields.process = UInt32(processIDs.intern(batch.arena, text))
      batch.arena.removeLast(Int(text.count))
    case Tag.Span.warnings:
      var warning: [UInt8] = []
      cursor.copy(try cursor.delimited(), to: &warning)
      fields.warnings.append(warning)
    default:
      fields.unknown += 1
      try cursor.skip(tag, from: start)
    }
    if fields.span.resource != 0 { fields.process = Self.settled }
  }

  private mutating func readReference(_ message: borrowing WindowCursor) throws(FormatError) {
    var cursor = message.window(message.rest)
    var reference = JaegerReference(
      kind: .childOf, type: .empty, traceID: .empty, spanID: .empty)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case Tag.Reference.traceID: reference.traceID = appendID(try cursor.delimited(), 16, cursor)
      case Tag.Reference.spanID: reference.spanID = appendID(try cursor.delimited(), 8, cursor)
      case Tag.Reference.type:
        let number = Int64(bitPattern: try cursor.varint())
        reference.take(type: number)
        if reference.kind == .other { reference.type = batch.append(String(number)) }
      default:
        notes.count(.unknownFields)
        try cursor.skip(tag, from: start)
      }
    }
    references.append(reference)
  }

  private mutating func readLog(_ message: borrowing WindowCursor) throws(FormatError) {
    var cursor = message.window(message.rest)
    var event = EventRecord()
    var hasTime = false
    let mark = tags.count
    defer { tags.removeLast(tags.count - mark) }
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case Tag.Log.timestamp:
        event.time = try time(cursor.window(try cursor.delimited()))
        hasTime = true
      case Tag.Log.fields: tags.append(try readTag(cursor.window(try cursor.delimited())))
      default:
        notes.count(.unknownFields)
        try cursor.skip(tag, from: start)
      }
    }
    if !hasTime { notes.count(.missingTimes) }
    addEvent(event, fieldsFrom: mark)
  }

  private mutating func readTag(
    _ message: borrowing WindowCursor
  ) throws(FormatError) -> AttributeRecord {
    var cursor = message.window(message.rest)
    var key = ByteRange.empty
    var type: UInt64 = 0
    var (string, binary): (ByteRange?, ByteRange?)
    var (bool, int64, float64): (UInt64?, UInt64?, UInt64?)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case Tag.KeyValue.key: key = append(try cursor.delimited(), cursor)
      case Tag.KeyValue.type: type = try cursor.varint()
      case Tag.KeyValue.string: string = append(try cursor.delimited(), cursor)
      case Tag.KeyValue.bool: bool = try cursor.varint() == 0 ? 0 : 1
      case Tag.KeyValue.int64: int64 = try cursor.varint()
      case Tag.KeyValue.float64: float64 = try cursor.fixed64()
      case Tag.KeyValue.binary: binary = append(try cursor.delimited(), cursor)
      default:
        notes.count(.unknownFields)
        try cursor.skip(tag, from: start)
      }
    }
    func given(_ type: UInt64) -> AttributeRecord? {
      switch type {
      case 0: string.map { AttributeRecord(key: key, kind: .string, range: $0) }
      case 1: bool.map { AttributeRecord(key: key, kind: .bool, bits: $0) }
      case 2: int64.map { AttributeRecord(key: key, kind: .int, bits: $0) }
      case 3: float64.map { AttributeRecord(key: key, kind: .double, bits: $0) }
      case 4: binary.map { AttributeRecord(key: key, kind: .bytes, range: $0) }
      default: nil
      }
    }
    if let value = given(type) { return value }
    for other: UInt64 in 0...4 {
      guard let value = given(other) else { continue }
      notes.count(.mistypedTags)
      return value
    }
    switch type {
    case 1: return Self.empty(.bool, key)
    case 2: return Self.empty(.int64, key)
    case 3: return Self.empty(.float64, key)
    case 4: return Self.empty(.binary, key)
    default: return Self.empty(.string, key)
    }
  }

  /// Reads the process at `run` and returns the number of its resource record.
  mutating func readProcess(
    _ message: borrowing WindowCursor, _ run: ByteRange
  ) throws(FormatError) -> UInt32 {
    var bytes: [UInt8] = []
    message.copy(run, to: &bytes)
    let number = processTexts.intern(bytes)
    if number < processNumbers.count { return processNumbers[number] }
    var resource: UInt32 = 0
    // A process that cannot be read is one without a word, also where it comes again.
    defer { processNumbers.append(resource) }
    var cursor = message.window(run)
    var service = ByteRange.empty
    let mark = tags.count
    defer { tags.removeLast(tags.count - mark) }
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case Tag.Process.serviceName: service = append(try cursor.delimited(), cursor)
      case Tag.Process.tags: tags.append(try readTag(cursor.window(try cursor.delimited())))
      default:
        notes.count(.unknownFields)
        try cursor.skip(tag, from: start)
      }
    }
    resource = addResource(service, tagsFrom: mark)
    return resource
  }

  // MARK: Values

  private mutating func append(_ run: ByteRange, _ cursor: borrowing WindowCursor) -> ByteRange {
    let start = batch.arena.count
    cursor.copy(run, to: &batch.arena)
    return ByteRange(start, Int(run.count))
  }

  /// An id; one of 8 bytes padded with zeros in front to `width`, as older clients wrote trace ids.
  private mutating func appendID(
    _ run: ByteRange, _ width: Int, _ cursor: borrowing WindowCursor
  ) -> ByteRange {
    if run.count != 8 || width == 8 { return append(run, cursor) }
    let padding = batch.append([UInt8](repeating: 0, count: width - 8))
    _ = append(run, cursor)
    return ByteRange(offset: padding.offset, count: UInt32(width))
  }

  private mutating func time(_ message: borrowing WindowCursor) throws(FormatError) -> UInt64 {
    let (seconds, nanoseconds) = try Self.parts(message)
    let (whole, tooLate) = UInt64(max(0, seconds)).multipliedReportingOverflow(by: 1_000_000_000)
    let (time, overflow) = whole.addingReportingOverflow(UInt64(max(0, nanoseconds)))
    if seconds < 0 || nanoseconds < 0 || tooLate || overflow { notes.count(.negativeTimes) }
    return tooLate || overflow ? .max : time
  }

  /// What a `Timestamp` or a `Duration` is made of.
  private static func parts(
    _ message: borrowing WindowCursor
  ) throws(FormatError) -> (seconds: Int64, nanoseconds: Int64) {
    var cursor = message.window(message.rest)
    var (seconds, nanoseconds): (Int64, Int64) = (0, 0)
    while !cursor.isAtEnd {
      let start = cursor.position
      let tag = try cursor.varint()
      switch tag {
      case Tag.Time.seconds: seconds = Int64(bitPattern: try cursor.varint())
      case Tag.Time.nanoseconds: nanoseconds = Int64(bitPattern: try cursor.varint())
      default: try cursor.skip(tag, from: start)
      }
    }
    return (seconds, nanoseconds)
  }
}
