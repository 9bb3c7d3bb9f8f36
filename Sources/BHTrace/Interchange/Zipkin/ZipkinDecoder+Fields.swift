/// The text of a span, of either version, into its fields.
extension ZipkinDecoder {
  /// Reads a span's object.
  @_lifetime(json: copy json)
  mutating func read(
    _ json: inout JSONTokenizer, into span: inout ZipkinV1Span
  ) throws(FormatError) {
    try json.beginObject()
    while let key = try json.nextKey() {
      let kind = try json.peek()
      if kind == .null {
        try json.null()
      } else if json.equals(key, "traceId"), kind == .string {
        span.common.traceID = batch.appendID(try json.string(), width: 16, of: json, &notes)
      } else if json.equals(key, "id"), kind == .string {
        span.isSpan = true
        span.common.id = batch.appendID(try json.string(), width: 8, of: json, &notes)
      } else if json.equals(key, "parentId"), kind == .string {
        span.common.parentID = batch.appendID(try json.string(), width: 8, of: json, &notes)
      } else if json.equals(key, "name"), kind == .string {
        span.common.name = batch.append(try json.string(), of: json)
      } else if json.equals(key, "kind"), kind == .string {
        readKind(try json.string(), json, into: &span.common)
      } else if json.equals(key, "timestamp") {
        span.common.timestamp = try notes.time(&json)
      } else if json.equals(key, "duration") {
        span.common.duration = try notes.time(&json)
      } else if json.equals(key, "shared"), kind == .bool {
        span.common.isShared = try json.bool()
      } else if json.equals(key, "debug"), kind == .bool {
        span.common.isDebug = try json.bool()
      } else if json.equals(key, "localEndpoint"), kind == .object {
        span.common.local = try readEndpoint(&json)
      } else if json.equals(key, "remoteEndpoint"), kind == .object {
        span.common.remote = try readEndpoint(&json)
      } else if json.equals(key, "tags"), kind == .object {
        try readTags(&json, into: &span.common)
      } else if json.equals(key, "annotations"), kind == .array {
        try json.beginArray()
        while try json.nextElement() { try readAnnotation(&json, into: &span) }
      } else if json.equals(key, "binaryAnnotations"), kind == .array {
        span.isVersion1 = true
        try json.beginArray()
        while try json.nextElement() { try readBinaryAnnotation(&json, into: &span) }
      } else if json.equals(key, "timestamp_millis") || json.equals(key, "_q") {
        // What an index adds says what other fields say.
        _ = try json.skipValue()
      } else {
        notes.count(.unknownFields)
        _ = try json.skipValue()
      }
    }
  }

  private mutating func readKind(
    _ name: JSONString, _ json: borrowing JSONTokenizer, into span: inout ZipkinSpan
  ) {
    for (kind, text) in Self.kinds where json.equals(name, text) {
      span.kind = kind
      return
    }
    notes.count(.unknownKinds)
  }

  private static let kinds: [(Int32, StaticString)] = [
    (2, "SERVER"), (3, "CLIENT"), (4, "PRODUCER"), (5, "CONSUMER"),
  ]

  @_lifetime(json: copy json)
  private mutating func readTags(
    _ json: inout JSONTokenizer, into span: inout ZipkinSpan
  ) throws(FormatError) {
    try json.beginObject()
    while let key = try json.nextKey() {
      let name = batch.append(key, of: json)
      let value = try readText(&json)
      span.tags.append(AttributeRecord(key: name, kind: .string, range: value))
    }
  }

  /// Reads a text; of any other value its JSON text.
  @_lifetime(json: copy json)
  private mutating func readText(_ json: inout JSONTokenizer) throws(FormatError) -> ByteRange {
    if try json.peek() == .string { return batch.append(try json.string(), of: json) }
    notes.count(.textTags)
    return batch.append(try json.skipValue(), of: json)
  }

  @_lifetime(json: copy json)
  private mutating func readEndpoint(
    _ json: inout JSONTokenizer
  ) throws(FormatError) -> ZipkinSpan.Endpoint {
    var endpoint = ZipkinSpan.Endpoint()
    try json.beginObject()
    while let key = try json.nextKey() {
      let kind = try json.peek()
      if json.equals(key, "serviceName"), kind == .string {
        endpoint.serviceName = batch.append(try json.string(), of: json)
      } else if json.equals(key, "ipv4"), kind == .string {
        endpoint.ipv4 = batch.append(try json.string(), of: json)
      } else if json.equals(key, "ipv6"), kind == .string {
        endpoint.ipv6 = batch.append(try json.string(), of: json)
      } else if json.equals(key, "port"), kind == .number {
        endpoint.port = try json.number().int64(in: json.bytes)
      } else {
        if kind != .null { notes.count(.unknownFields) }
        _ = try json.skipValue()
      }
    }
    return endpoint
  }

  @_lifetime(json: copy json)
  private mutating func readAnnotation(
    _ json: inout JSONTokenizer, into span: inout ZipkinV1Span
  ) throws(FormatError) {
    guard try json.peek() == .object else { return try leaveOut("an annotation", &json) }
    var annotation = ZipkinSpan.Annotation()
    var endpoint: ZipkinSpan.Endpoint?
    var hasTime = false
    try json.beginObject()
    while let key = try json.nextKey() {
      let kind = try json.peek()
      if json.equals(key, "timestamp") {
        if let time = try notes.time(&json) {
          annotation.time = time
          hasTime = true
        }
      } else if json.equals(key, "value"), kind == .string {
        annotation.value = batch.append(try json.string(), of: json)
      } else if json.equals(key, "endpoint"), kind == .object {
        endpoint = try readEndpoint(&json)
        span.isVersion1 = true
      } else {
        if kind != .null { notes.count(.unknownFields) }
        _ = try json.skipValue()
      }
    }
    if !hasTime { notes.count(.missingTimes) }
    span.common.annotations.append(annotation)
    span.endpoints.append(endpoint.flatMap { $0.isEmpty ? nil : $0 })
  }

  @_lifetime(json: copy json)
  private mutating func readBinaryAnnotation(
    _ json: inout JSONTokenizer, into span: inout ZipkinV1Span
  ) throws(FormatError) {
    guard try json.peek() == .object else { return try leaveOut("a binary annotation", &json) }
    var annotation = ZipkinV1Span.BinaryAnnotation()
    try json.beginObject()
    while let key = try json.nextKey() {
      let kind = try json.peek()
      if json.equals(key, "key"), kind == .string {
        annotation.key = batch.append(try json.string(), of: json)
      } else if json.equals(key, "value") {
        annotation.isFlag = kind == .bool
        annotation.value =
          kind == .string || kind == .bool || kind == .number
          ? try readPlainText(&json) : try readText(&json)
      } else if json.equals(key, "endpoint"), kind == .object {
        let endpoint = try readEndpoint(&json)
        annotation.endpoint = endpoint.isEmpty ? nil : endpoint
      } else {
        // The type of a number is in its digits.
        _ = try json.skipValue()
      }
    }
    span.binaryAnnotations.append(annotation)
  }

  /// Reads a text, a number or a flag as text.
  @_lifetime(json: copy json)
  private mutating func readPlainText(
    _ json: inout JSONTokenizer
  ) throws(FormatError) -> ByteRange {
    if try json.peek() == .string { return batch.append(try json.string(), of: json) }
    return batch.append(try json.skipValue(), of: json)
  }

  @_lifetime(json: copy json)
  private mutating func leaveOut(
    _ wanted: String, _ json: inout JSONTokenizer
  ) throws(FormatError) {
    let range = try json.skipValue()
    notes.leaveOut(at: json.base + range.lowerBound, "a value stands where \(wanted) has to")
  }
}
