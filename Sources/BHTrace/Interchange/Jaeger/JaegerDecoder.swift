/// Makes Jaeger JSON objects into a batch: whole traces, or single spans.
///
/// | Jaeger | model |
/// |---|---|
/// | `traceID`, `spanID` | 1 to 32 (16) hex digits: 16 (8) bytes, zeros in front; other text as it is |
/// | `operationName`, `flags` | name, flags |
/// | `startTime`, `duration` | microseconds to nanoseconds; end is start plus duration |
/// | `process` beside `spans` | the resource of those that name none |
/// | `references`, `parentSpanID` | parent and links, see `JaegerReferences` |
/// | `tags`, `tag` | attributes in their order (`tag`: an object, `@` in keys stands for `.`), after what `SpanTags` takes for fields |
/// | `logs` | events; the first text field `event` is the name |
/// | `process`, `processID` | resource: `service.name`, then the tags |
/// | `warnings` | attribute `jaeger.warnings` (array of strings), the last one |
/// | `warnings` of the trace | attribute `jaeger.trace_warnings`, after that, on the trace's first span by start, id and content |
///
/// The spelling of Jaeger's gRPC API is read as well, see `JaegerDecoder+API.swift`, and its protobuf
/// form, see `JaegerDecoder+Protobuf.swift`: a span is the same in all of them.
///
/// No service name and the name `OTLPResourceNoServiceName` are the same: no attribute. Names of
/// processes, the trace id of a reference to the same trace and what Jaeger's UI adds are not kept.
struct JaegerDecoder {
  /// What was decoded and not yet taken.
  var batch = SpanBatch()
  /// What came up since it was last asked for.
  var notes = ReadNotes()
  // Equal processes and scopes of a batch share a record.
  var processTexts = ByteInterner()
  var processNumbers: [UInt32] = []
  private var scopeTexts = ByteInterner()
  // The trace being read: the number of each span's process among `processIDs`.
  var processIDs = ByteInterner()
  var processOfSpan: [UInt32] = []
  // The tags read so far of the span; while a log or process is read, its tags after them.
  var tags: [AttributeRecord] = []
  var references: [JaegerReference] = []
  // Whether the span is in the API's spelling, which leaves out empty values.
  var isOfAPI = false

  /// A process that is known already, or will not be.
  static let settled = UInt32.max

  init() { beginBatch() }

  /// Hands out the batch and starts a new one.
  mutating func takeBatch() -> SpanBatch {
    let taken = batch
    beginBatch()
    return taken
  }

  // Record 0 is that of spans without a process, or without a scope.
  private mutating func beginBatch() {
    batch = SpanBatch()
    batch.resources.append(ResourceRecord())
    batch.scopes.append(ScopeRecord())
    processTexts = ByteInterner()
    processNumbers = []
    scopeTexts = ByteInterner()
  }

  /// Reads a trace, a span, or an answer without traces. Throws where the text is no JSON; what was
  /// read before stays.
  mutating func decode(_ element: JSONElement) throws(FormatError) {
    let bytes = element.bytes
    let start = JSONTokenizer(bytes.rawSpan, base: element.offset)
    var json = start
    switch try Self.shape(start) {
    case .trace: try readTrace(&json)
    case .span: try readSingleSpan(&json)
    case .nothing: _ = try json.skipValue()
    case .unknown:
      _ = try json.skipValue()
      notes.leaveOut(
        .noSpans, at: element.offset,
        "an object is neither a trace nor a span of Jaeger's (line \(element.line))")
    }
    try json.requireEnd("the object")
  }

  /// What an object is.
  private enum Shape { case trace, span, nothing, unknown }

  /// Tells by the first key that occurs in one of them only.
  private static func shape(_ start: JSONTokenizer) throws(FormatError) -> Shape {
    var json = start
    var shape = Shape.unknown
    try json.beginObject()
    while let key = try json.nextKey() {
      if json.equals(key, "spans") || json.equals(key, "processes") { return .trace }
      if json.equals(key, "spanID") || json.equals(key, "operationName")
        || json.equals(key, "references") || json.equals(key, "spanId")
        || json.equals(key, "span_id")
      {
        return .span
      }
      if json.equals(key, "data") { shape = .nothing }
      _ = try json.skipValue()
    }
    return shape
  }

  @_lifetime(json: copy json)
  private mutating func readSingleSpan(_ json: inout JSONTokenizer) throws(FormatError) {
    let first = beginMessage()
    try readSpan(&json)
    endMessage(from: first)
  }

  // MARK: Traces

  @_lifetime(json: copy json)
  private mutating func readTrace(_ json: inout JSONTokenizer) throws(FormatError) {
    let first = beginMessage()
    var known: [(process: Int, resource: UInt32)] = []
    var (traceID, warnings) = (ByteRange.empty, [[UInt8]]())
    var commonProcess: UInt32 = 0
    var failure: FormatError?
    do throws(FormatError) {
      try json.beginObject()
      while let key = try json.nextKey() {
        let kind = try json.peek()
        if json.equals(key, "traceID"), kind == .string {
          traceID = batch.appendID(try json.string(), width: 16, of: json, &notes)
        } else if json.equals(key, "spans"), kind == .array {
          try json.beginArray()
          while try json.nextElement() { try readSpan(&json) }
        } else if json.equals(key, "processes"), kind == .object {
          try json.beginObject()
          while let name = try json.nextKey() {
            known.append((processIDs.intern(Self.text(name, json)), try readProcess(&json)))
          }
        } else if json.equals(key, "warnings"), kind == .array {
          warnings = try readWarnings(&json)
        } else if json.equals(key, "process"), kind == .object {
          commonProcess = try readProcess(&json)
        } else {
          _ = try json.skipValue()
        }
      }
    } catch { failure = error }
    for index in first..<batch.spans.count where batch.spans[index].traceID.isEmpty {
      batch.spans[index].traceID = traceID
    }
    endMessage(from: first, process: commonProcess, known: known)
    attach(warnings, from: first)
    if let failure { throw failure }
  }

  /// Gets ready for the spans of a message, whose processes are its own; returns the place of the
  /// first.
  mutating func beginMessage() -> Int {
    if processIDs.count > 0 { processIDs = ByteInterner() }
    processOfSpan.removeAll(keepingCapacity: true)
    return batch.spans.count
  }

  /// Settles the processes of the spans of a message: `known` by their numbers, and `process` for
  /// spans that name none.
  mutating func endMessage(
    from first: Int, process common: UInt32 = 0, known: [(process: Int, resource: UInt32)] = []
  ) {
    var resources = [UInt32?](repeating: nil, count: processIDs.count)
    for entry in known { resources[entry.process] = entry.resource }
    for (step, process) in processOfSpan.enumerated() {
      let span = first + step
      if process != Self.settled {
        if resources[Int(process)] == nil { notes.count(.missingProcesses) }
        batch.spans[span].resource = resources[Int(process)] ?? 0
      } else if batch.spans[span].resource == 0 {
        batch.spans[span].resource = common
      }
    }
  }

  /// Puts the trace's warnings on the span that comes first by start, id and content, so that it
  /// does not matter in which order the spans come.
  private mutating func attach(_ warnings: [[UInt8]], from first: Int) {
    if warnings.isEmpty || first == batch.spans.count { return }
    let chosen = firstInOrder(from: first)
    // A span's attributes lie together, so they move to the end.
    let run = batch.spans[chosen].attributes
    let start = batch.attributes.count
    for index in run.indices { batch.attributes.append(batch.attributes[index]) }
    appendWarnings(warnings, WarningList.traceKey)
    batch.spans[chosen].attributes = RecordRange(start, batch.attributes.count - start)
  }

  private func firstInOrder(from first: Int) -> Int {
    let batches = [batch]
    var chosen = SpanReference(batch: 0, span: first)
    for index in batch.spans.indices[first...] {
      let span = SpanReference(batch: 0, span: index)
      if SpanOrder.order(span, chosen, in: batches) < 0 { chosen = span }
    }
    return chosen.span
  }

  // MARK: Parts of traces and spans

  /// Reads a process and returns the number of its resource record.
  @_lifetime(json: copy json)
  mutating func readProcess(_ json: inout JSONTokenizer) throws(FormatError) -> UInt32 {
    let range = try json.skipValue()
    let number = processTexts.intern(json.bytes.array(range))
    if number < processNumbers.count { return processNumbers[number] }
    var process = JSONTokenizer(json.bytes.extracting(range), base: json.base + range.lowerBound)
    let resource = try readProcessOnce(&process)
    processNumbers.append(resource)
    return resource
  }

  @_lifetime(json: copy json)
  private mutating func readProcessOnce(
    _ json: inout JSONTokenizer
  ) throws(FormatError) -> UInt32 {
    guard try json.peek() == .object else { return 0 }
    var service = ByteRange.empty
    let mark = tags.count
    defer { tags.removeLast(tags.count - mark) }
    try json.beginObject()
    while let key = try json.nextKey() {
      if json.equals(key, "serviceName") || json.equals(key, "service_name"),
        try json.peek() == .string
      {
        service = batch.append(try json.string(), of: json)
      } else if json.equals(key, "tags") || json.equals(key, "tag") {
        try readTags(&json)
      } else {
        _ = try json.skipValue()
      }
    }
    return addResource(service, tagsFrom: mark)
  }

  /// Adds the resource of a process with the tags from `mark` on, and returns its number; 0 where
  /// there is nothing in it.
  mutating func addResource(_ name: ByteRange, tagsFrom mark: Int) -> UInt32 {
    let service = batch.equals(name, "OTLPResourceNoServiceName") ? .empty : name
    if service.isEmpty && tags.count == mark { return 0 }
    let first = batch.attributes.count
    if !service.isEmpty {
      batch.attributes.append(
        AttributeRecord(key: batch.append("service.name"), kind: .string, range: service))
    }
    batch.attributes.append(contentsOf: tags[mark...])
    var record = ResourceRecord()
    record.isPresent = true
    record.attributes = RecordRange(first, batch.attributes.count - first)
    batch.resources.append(record)
    return UInt32(batch.resources.count - 1)
  }

  /// The number of the scope record with this name and version.
  mutating func scope(_ name: ByteRange, _ version: ByteRange) -> UInt32 {
    if name.isEmpty && version.isEmpty { return 0 }
    var text: [UInt8] = []
    text.appendVarint(UInt64(name.count))
    text.append(contentsOf: batch.arena[name.positions])
    text.append(contentsOf: batch.arena[version.positions])
    let number = scopeTexts.intern(text) + 1
    if number == batch.scopes.count {
      var record = ScopeRecord()
      record.isPresent = true
      record.name = name
      record.version = version
      batch.scopes.append(record)
    }
    return UInt32(number)
  }

  /// Reads an array of texts; what else is in it is kept as its JSON text.
  @_lifetime(json: copy json)
  mutating func readWarnings(_ json: inout JSONTokenizer) throws(FormatError) -> [[UInt8]] {
    var warnings: [[UInt8]] = []
    try json.beginArray()
    while try json.nextElement() {
      if try json.peek() == .string {
        warnings.append(Self.text(try json.string(), json))
      } else {
        let range = try json.skipValue()
        warnings.append(json.bytes.array(range))
      }
    }
    return warnings
  }

  /// Appends an attribute with `warnings`.
  mutating func appendWarnings(_ warnings: [[UInt8]], _ key: StaticString) {
    let name = batch.append(key.description)
    batch.attributes.append(
      AttributeRecord(
        key: name, kind: .array, range: batch.append(WarningList.wireForm(warnings))))
  }

  static func text(_ string: JSONString, _ json: borrowing JSONTokenizer) -> [UInt8] {
    if !string.hasEscapes { return json.bytes.array(string.contents) }
    var text: [UInt8] = []
    json.decode(string, into: &text)
    return text
  }
}
