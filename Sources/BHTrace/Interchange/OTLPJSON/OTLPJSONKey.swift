/// The keys of OTLP JSON.
enum OTLPJSONKey: UInt8, Sendable {
  /// None of them.
  case unknown
  // Around the groups: by the specification, Tempo's API, Jaeger's API.
  case resourceSpans, batches, trace, result
  // Resource groups and scope groups.
  case resource, scopeSpans, instrumentationLibrarySpans, schemaURL
  case scope, instrumentationLibrary, spans
  // Spans, events, links, status, resources and scopes.
  case traceID, spanID, parentSpanID, traceState, flags, name, kind, start, end
  case attributes, droppedAttributes, events, droppedEvents, links, droppedLinks, status
  case time, message, code, version
  // Attributes and their values.
  case key, value, values
  case string, bool, int, double, array, keyValueList, bytes

  /// How a key is written that is not written as the specification has it.
  enum Spelling {
    case snake
    /// UpperCamelCase: the name of a Go struct's field.
    case upper
  }

  /// Which key stands at `range` of `bytes`, however it is written.
  static func find(_ bytes: RawSpan, _ range: Range<Int>) -> OTLPJSONKey {
    let camel = findCamel(bytes, range)
    return camel == .unknown ? findOther(bytes, range).key : camel
  }

  /// Which key stands at `range` of `bytes`, where it is not one as the specification has it.
  @inline(never)
  static func findOther(
    _ bytes: RawSpan, _ range: Range<Int>
  ) -> (key: OTLPJSONKey, spelling: Spelling) {
    let snake = findSnake(bytes, range)
    return snake == .unknown ? (findUpper(bytes, range), .upper) : (snake, .snake)
  }

  /// The key whose first letter, and abbreviation at the end, Go writes in capitals.
  private static func findUpper(_ bytes: RawSpan, _ range: Range<Int>) -> OTLPJSONKey {
    guard let first = range.first, range.count <= 27,
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes.byte(at: first))
    else { return .unknown }
    var name = bytes.array(range)
    name[0] |= 0x20
    for ending in ["ID", "URL"]
    where name.count > 3 && name.suffix(ending.count).elementsEqual(ending.utf8) {
      for index in (name.count - ending.count + 1)..<name.count { name[index] |= 0x20 }
    }
    return findCamel(name.rawSpan, 0..<name.count)
  }

  /// Which key stands at `range` of `bytes`, as the specification has it: in lowerCamelCase.
  static func findCamel(_ bytes: RawSpan, _ range: Range<Int>) -> OTLPJSONKey {
    switch range.count {
    case 3:
      if bytes.equals(range, "key") { return .key }
    case 4:
      if bytes.equals(range, "name") { return .name }
      if bytes.equals(range, "kind") { return .kind }
      if bytes.equals(range, "code") { return .code }
    case 5:
      if bytes.equals(range, "value") { return .value }
      if bytes.equals(range, "flags") { return .flags }
      if bytes.equals(range, "links") { return .links }
      if bytes.equals(range, "spans") { return .spans }
      if bytes.equals(range, "scope") { return .scope }
      if bytes.equals(range, "trace") { return .trace }
    case 6:
      if bytes.equals(range, "spanId") { return .spanID }
      if bytes.equals(range, "status") { return .status }
      if bytes.equals(range, "events") { return .events }
      if bytes.equals(range, "values") { return .values }
      if bytes.equals(range, "result") { return .result }
    case 7:
      if bytes.equals(range, "traceId") { return .traceID }
      if bytes.equals(range, "message") { return .message }
      if bytes.equals(range, "version") { return .version }
      if bytes.equals(range, "batches") { return .batches }
    case 8:
      if bytes.equals(range, "intValue") { return .int }
      if bytes.equals(range, "resource") { return .resource }
    case 9:
      if bytes.equals(range, "boolValue") { return .bool }
      if bytes.equals(range, "schemaUrl") { return .schemaURL }
    case 10:
      if bytes.equals(range, "attributes") { return .attributes }
      if bytes.equals(range, "traceState") { return .traceState }
      if bytes.equals(range, "scopeSpans") { return .scopeSpans }
      if bytes.equals(range, "arrayValue") { return .array }
      if bytes.equals(range, "bytesValue") { return .bytes }
    case 11:
      if bytes.equals(range, "stringValue") { return .string }
      if bytes.equals(range, "doubleValue") { return .double }
      if bytes.equals(range, "kvlistValue") { return .keyValueList }
    case 12:
      if bytes.equals(range, "parentSpanId") { return .parentSpanID }
      if bytes.equals(range, "timeUnixNano") { return .time }
    case 13:
      if bytes.equals(range, "resourceSpans") { return .resourceSpans }
    case 15:
      if bytes.equals(range, "endTimeUnixNano") { return .end }
    case 17:
      if bytes.equals(range, "startTimeUnixNano") { return .start }
      if bytes.equals(range, "droppedLinksCount") { return .droppedLinks }
    case 18:
      if bytes.equals(range, "droppedEventsCount") { return .droppedEvents }
    case 22:
      if bytes.equals(range, "droppedAttributesCount") { return .droppedAttributes }
      if bytes.equals(range, "instrumentationLibrary") { return .instrumentationLibrary }
    case 27:
      if bytes.equals(range, "instrumentationLibrarySpans") { return .instrumentationLibrarySpans }
    default: break
    }
    return .unknown
  }

  private static func findSnake(_ bytes: RawSpan, _ range: Range<Int>) -> OTLPJSONKey {
    switch range.count {
    case 7:
      if bytes.equals(range, "span_id") { return .spanID }
    case 8:
      if bytes.equals(range, "trace_id") { return .traceID }
    case 9:
      if bytes.equals(range, "int_value") { return .int }
    case 10:
      if bytes.equals(range, "bool_value") { return .bool }
      if bytes.equals(range, "schema_url") { return .schemaURL }
    case 11:
      if bytes.equals(range, "trace_state") { return .traceState }
      if bytes.equals(range, "scope_spans") { return .scopeSpans }
      if bytes.equals(range, "array_value") { return .array }
      if bytes.equals(range, "bytes_value") { return .bytes }
    case 12:
      if bytes.equals(range, "string_value") { return .string }
      if bytes.equals(range, "double_value") { return .double }
      if bytes.equals(range, "kvlist_value") { return .keyValueList }
    case 14:
      if bytes.equals(range, "parent_span_id") { return .parentSpanID }
      if bytes.equals(range, "time_unix_nano") { return .time }
      if bytes.equals(range, "resource_spans") { return .resourceSpans }
    case 18:
      if bytes.equals(range, "end_time_unix_nano") { return .end }
    case 19:
      if bytes.equals(range, "dropped_links_count") { return .droppedLinks }
    case 20:
      if bytes.equals(range, "start_time_unix_nano") { return .start }
      if bytes.equals(range, "dropped_events_count") { return .droppedEvents }
    case 23:
      if bytes.equals(range, "instrumentation_library") { return .instrumentationLibrary }
    case 24:
      if bytes.equals(range, "dropped_attributes_count") { return .droppedAttributes }
    case 29:
      if bytes.equals(range, "instrumentation_library_spans") {
        return .instrumentationLibrarySpans
      }
    default: break
    }
    return .unknown
  }
}
