/// The spelling of Jaeger's gRPC API (api_v2) in JSON: what `grpcurl` prints, and what Jaeger writes to
/// Kafka. Names may also be spelled as in the protobuf definition (`trace_id`, `v_str`).
///
/// | API | as in Jaeger's other JSON |
/// |---|---|
/// | `traceId`, `spanId` | the same ids, in base64 |
/// | `startTime`, `timestamp` as text | the same times, to the nanosecond |
/// | `duration`: `"0.008420s"` | duration, to the nanosecond |
/// | `vType` and `vStr`, `vBool`, `vInt64`, `vFloat64`, `vBinary` | `type` and `value`; what is left out is text, and empty, 0 or false |
/// | `refType` as a number, or none | 0 and none: `CHILD_OF`; 1: `FOLLOWS_FROM` |
/// | `processId`, `process.serviceName` | the same |
extension JaegerDecoder {
  /// The values a tag gives for each type.
  struct APIValues {
    fileprivate(set) var isPresent = false
    fileprivate var type: TagType?
    fileprivate var string, bool, int64, float64, binary: TagValue?

    fileprivate func value(_ type: TagType) -> TagValue? {
      switch type {
      case .none, .string: string
      case .bool: bool
      case .int64: int64
      case .float64: float64
      case .binary: binary
      }
    }
  }

  // MARK: Fields

  /// Reads a field of a span that only the API spells so; false, and nothing is read, for others.
  @_lifetime(json: copy json)
  mutating func readAPIField(
    _ key: JSONString, of fields: inout Fields, _ json: inout JSONTokenizer
  ) throws(FormatError) -> Bool {
    let kind = try json.peek()
    if json.equals(key, "start_time") {
      fields.start = try time(&json)
      return true
    }
    guard kind == .string else { return false }
    if json.equals(key, "traceId") || json.equals(key, "trace_id") {
      isOfAPI = true
      fields.span.traceID = appendAPIID(try json.string(), width: 16, json)
    } else if json.equals(key, "spanId") || json.equals(key, "span_id") {
      fields.span.spanID = appendAPIID(try json.string(), width: 8, json)
    } else if json.equals(key, "operation_name") {
      fields.span.name = batch.append(try json.string(), of: json)
    } else if json.equals(key, "processId") || json.equals(key, "process_id") {
      let process = UInt32(processIDs.intern(Self.text(try json.string(), json)))
      if fields.span.resource == 0 { fields.process = process }
    } else {
      return false
    }
    return true
  }

  /// Reads a field of a reference that only the API spells so; false, and nothing is read, for
  /// others.
  @_lifetime(json: copy json)
  mutating func readAPIField(
    _ key: JSONString, of reference: inout JaegerReference, _ json: inout JSONTokenizer
  ) throws(FormatError) -> Bool {
    let kind = try json.peek()
    let isType = json.equals(key, "refType") || json.equals(key, "ref_type")
    if isType && kind == .number {
      let number = try json.number()
      reference.take(type: number.int64(in: json.bytes) ?? -1)
      if reference.kind == .other { reference.type = batch.append(number.text, of: json) }
    } else if isType && kind == .string {
      if json.equals(try json.string(), "FOLLOWS_FROM") { reference.kind = .followsFrom }
    } else if kind == .string, json.equals(key, "traceId") || json.equals(key, "trace_id") {
      reference.traceID = appendAPIID(try json.string(), width: 16, json)
    } else if kind == .string, json.equals(key, "spanId") || json.equals(key, "span_id") {
      reference.spanID = appendAPIID(try json.string(), width: 8, json)
    } else {
      return false
    }
    return true
  }

  /// Reads a field of a tag that only the API spells so; false, and nothing is read, for others.
  @_lifetime(json: copy json)
  mutating func readAPIField(
    _ key: JSONString, of values: inout APIValues, _ json: inout JSONTokenizer
  ) throws(FormatError) -> Bool {
    if json.equals(key, "vStr") || json.equals(key, "v_str") {
      values.string = try readValue(&json)
    } else if json.equals(key, "vType") || json.equals(key, "v_type") {
      values.type = Self.apiType(try readValue(&json), json)
    } else if json.equals(key, "vInt64") || json.equals(key, "v_int64") {
      values.int64 = try readValue(&json)
    } else if json.equals(key, "vBool") || json.equals(key, "v_bool") {
      values.bool = try readValue(&json)
    } else if json.equals(key, "vFloat64") || json.equals(key, "v_float64") {
      values.float64 = try readValue(&json)
    } else if json.equals(key, "vBinary") || json.equals(key, "v_binary") {
      values.binary = try readValue(&json)
    } else {
      return false
    }
    values.isPresent = true
    return true
  }

  private static func apiType(_ value: TagValue, _ json: borrowing JSONTokenizer) -> TagType? {
    let types: [TagType] = [.string, .bool, .int64, .float64, .binary]
    let names: [StaticString] = ["STRING", "BOOL", "INT64", "FLOAT64", "BINARY"]
    switch value {
    case .string(let name):
      return names.firstIndex { json.equals(name, $0) }.map { types[$0] }
    case .number(let number):
      return number.int64(in: json.bytes).flatMap(Int.init(exactly:))
        .flatMap { types.indices.contains($0) ? types[$0] : nil }
    default: return nil
    }
  }

  /// The attribute of a tag in the API's spelling.
  mutating func attribute(
    _ key: ByteRange, _ values: APIValues, _ json: borrowing JSONTokenizer
  ) -> AttributeRecord {
    let type = values.type ?? .string
    if let value = values.value(type) { return attribute(key, type, value, json) }
    for other in [TagType.string, .bool, .int64, .float64, .binary] {
      guard let value = values.value(other) else { continue }
      if values.type != nil { notes.count(.mistypedTags) }
      return attribute(key, other, value, json)
    }
    return Self.empty(type, key)
  }

  /// The attribute of a tag of `type` whose value is left out.
  static func empty(_ type: TagType, _ key: ByteRange) -> AttributeRecord {
    switch type {
    case .none, .string: AttributeRecord(key: key, kind: .string, range: .empty)
    case .bool: AttributeRecord(key: key, kind: .bool)
    case .int64: AttributeRecord(key: key, kind: .int)
    case .float64: AttributeRecord(key: key, kind: .double)
    case .binary: AttributeRecord(key: key, kind: .bytes, range: .empty)
    }
  }

  // MARK: Ids and times

  /// Puts the bytes of the id that `string` writes in base64 at the end of the arena, padded with
  /// zeros in front to `width` bytes. Else as in Jaeger's other JSON: the number of hex digits, or
  /// the text itself.
  private mutating func appendAPIID(
    _ string: JSONString, width: Int, _ json: borrowing JSONTokenizer
  ) -> ByteRange {
    let text = batch.append(string, of: json)
    var bytes: [UInt8] = []
    let isBase64 = Base64.append(batch.arena.rawSpan, text.positions, to: &bytes)
    if isBase64 && (bytes.count == width || bytes.count == 8) {
      bytes = [UInt8](repeating: 0, count: width - bytes.count) + bytes
    } else if let number = HexID.bytes(batch.arena, text, width: width) {
      bytes = number
    } else {
      return text
    }
    batch.arena.removeLast(Int(text.count))
    return batch.append(bytes)
  }

  /// The time that comes next, in nanoseconds: a number of microseconds, or a calendar's time.
  @_lifetime(json: copy json)
  mutating func time(_ json: inout JSONTokenizer) throws(FormatError) -> Int128? {
    if try json.peek() == .string {
      let place = json.place
      let string = try json.string()
      let text = json.bytes.array(string.contents)
      if let time = CalendarTime.nanoseconds(text) { return Int128(time) }
      if text.count > 4 && text[4] == UInt8(ascii: "-") && text.last == UInt8(ascii: "Z") {
        notes.count(.negativeTimes)
        return 0
      }
      json.goBack(to: place)
    }
    return try notes.time(&json)
  }

  /// The duration that comes next, in nanoseconds: a number of microseconds, or seconds as
  /// `"0.008420s"`.
  @_lifetime(json: copy json)
  mutating func duration(_ json: inout JSONTokenizer) throws(FormatError) -> Int128? {
    if try json.peek() == .string {
      let place = json.place
      let string = try json.string()
      let text = json.bytes.array(string.contents)
      if let nanoseconds = Self.nanoseconds(ofSeconds: text) { return Int128(nanoseconds) }
      json.goBack(to: place)
    }
    return try notes.time(&json)
  }

  /// The nanoseconds of `-1.5s`; nil for all that is not written so, or too long.
  private static func nanoseconds(ofSeconds text: [UInt8]) -> Int64? {
    guard text.last == UInt8(ascii: "s") else { return nil }
    let isNegative = text.first == UInt8(ascii: "-")
    let parts = text.dropLast().dropFirst(isNegative ? 1 : 0)
      .split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard let seconds = parts.first.flatMap({ Int64(String(decoding: $0, as: UTF8.self)) }) else {
      return nil
    }
    var (fraction, weight): (Int64, Int64) = (0, 1_000_000_000)
    for byte in parts.count > 1 ? parts[1] : [] {
      let digit = byte &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      weight /= 10
      fraction += Int64(digit) * weight
    }
    let (whole, tooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (length, overflow) = whole.addingReportingOverflow(fraction)
    return tooLong || overflow || seconds < 0 ? nil : isNegative ? -length : length
  }
}

extension JaegerReference {
  /// Takes the number the API has for a type.
  mutating func take(type number: Int64) {
    switch number {
    case 0: kind = .childOf
    case 1: kind = .followsFrom
    default: kind = .other
    }
  }
}

/// Recognises the JSON of Jaeger's gRPC API.
enum JaegerAPISignature {
  /// `.jaegerJSON` where one of the first objects is a span with the API's names.
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    let wrappers = [["spans"], ["batch", "spans"], ["result", "spans"]] as [JSONElements.Wrapper]
    let first = JSONDocuments.first(4, of: head, wrappers: wrappers)
    return first.contains { isSpan($0.fields) } ? .jaegerJSON : nil
  }

  /// Whether a document has both a trace id and what only Jaeger has beside it.
  private static func isSpan(_ fields: AttributeList) -> Bool {
    guard fields.text("traceId") != nil || fields.text("trace_id") != nil else { return false }
    guard fields.text("spanId") != nil || fields.text("span_id") != nil else { return false }
    return fields.text("operationName") != nil || fields.text("operation_name") != nil
      || fields.text("duration")?.hasSuffix("s") == true
  }
}
