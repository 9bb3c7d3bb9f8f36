/// Reads header and tree of a v1 file.
enum V1IndexReader {
  /// Keys every resource of a v1 batch is made with.
  private static let serviceKey = "service.name"

  /// The structure in `file`, which holds at least everything up to the end of the tree.
  ///
  /// A key that comes twice counts as the last one, unknown keys are stepped over, and what has
  /// an unexpected type is taken as text or as 0. Only `off` and `size` have to be there.
  static func read(
    _ file: [UInt8], header: Range<Int>, tree: Range<Int>
  ) throws(FormatError) -> V1Structure {
    guard file.count <= SpanBatch.arenaLimit else {
      throw FormatError(
        .unsupported, at: nil,
        "a v1 file of \(file.count) bytes is larger than the \(SpanBatch.arenaLimit) bytes that "
          + "can be read at once")
    }
    var structure = V1Structure(batch: SpanBatch(arena: file), header: header, tree: tree)
    structure.batch.scopes = [ScopeRecord()]
    try readHeader(file, &structure)
    try readTree(file, &structure)
    return structure
  }

  private static func readHeader(
    _ file: [UInt8], _ structure: inout V1Structure
  ) throws(FormatError) {
    let start = structure.header.lowerBound
    var reader = V1FieldReader(
      file.rawSpan.extracting(structure.header), base: start, arenaOffset: start)
    try reader.json.beginObject()
    while let key = try reader.json.nextKey() {
      if reader.json.equals(key, "trace_id") {
        structure.traceID = try reader.text(in: &structure.batch)
      } else {
        _ = try reader.json.skipValue()
      }
    }
    try reader.json.requireEnd("the header")
  }

  private static func readTree(
    _ file: [UInt8], _ structure: inout V1Structure
  ) throws(FormatError) {
    let start = structure.tree.lowerBound
    var reader = V1FieldReader(
      file.rawSpan.extracting(structure.tree), base: start, arenaOffset: start)
    var services = ByteInterner()
    let serviceKey = structure.batch.append(serviceKey)
    try reader.json.beginArray()
    while try reader.json.nextElement() {
      var span = SpanRecord()
      span.traceID = structure.traceID
      span.dialect = .v1
      span.hasStatus = true
      span.statusCode = 1
      span.filePosition = UInt32(structure.blocks.count)
      let (service, block) = try readSpan(&reader, &span, &structure.batch)
      span.resource = UInt32(services.intern(structure.batch.arena, service))
      if Int(span.resource) == structure.batch.resources.count {
        var resource = ResourceRecord()
        resource.isPresent = true
        resource.attributes = RecordRange(structure.batch.attributes.count, 1)
        structure.batch.attributes.append(
          AttributeRecord(key: serviceKey, kind: .string, range: service))
        structure.batch.resources.append(resource)
      }
      structure.batch.spans.append(span)
      structure.blocks.append(block)
    }
    try reader.json.requireEnd("the tree")
  }

  private static func readSpan(
    _ reader: inout V1FieldReader, _ span: inout SpanRecord, _ batch: inout SpanBatch
  ) throws(FormatError) -> (service: ByteRange, block: Range<Int>) {
    var (start, duration, service) = (Int64(0), Int64(0), ByteRange.empty)
    var (offset, size): (Int?, Int?)
    let first = reader.json.position
    try reader.json.beginObject()
    while let key = try reader.json.nextKey() {
      if reader.json.equals(key, "id") {
        span.spanID = try reader.text(in: &batch)
      } else if reader.json.equals(key, "parent") {
        span.parentSpanID = try reader.textOrNull(in: &batch) ?? .empty
      } else if reader.json.equals(key, "service") {
        service = try reader.text(in: &batch)
      } else if reader.json.equals(key, "op") {
        span.name = try reader.text(in: &batch)
      } else if reader.json.equals(key, "start_us") {
        start = try reader.time()
      } else if reader.json.equals(key, "dur_us") {
        duration = try reader.time()
      } else if reader.json.equals(key, "status") {
        setStatus(try reader.text(in: &batch), of: &span, batch)
      } else if reader.json.equals(key, "off") {
        offset = try place(&reader)
      } else if reader.json.equals(key, "size") {
        size = try place(&reader)
      } else {
        _ = try reader.json.skipValue()
      }
    }
    guard let offset, let size, case (let end, let overflow) = offset.addingReportingOverflow(size),
      !overflow
    else {
      throw FormatError(
        .invalid, at: reader.json.base + first, "a span of the tree lacks a usable off and size")
    }
    span.start = V1Time.shifted(0, by: start)
    let (stop, isBeyond) = start.addingReportingOverflow(duration)
    span.end = V1Time.shifted(0, by: isBeyond ? (duration < 0 ? 0 : .max) : stop)
    return (service, offset..<end)
  }

  private static func setStatus(
    _ text: ByteRange, of span: inout SpanRecord, _ batch: SpanBatch
  ) {
    span.statusMessage = .empty
    span.statusCode = batch.equals(text, "ok") ? 1 : 2
    if span.statusCode == 2 && !batch.equals(text, "error") { span.statusMessage = text }
  }

  /// Reads `off` or `size`: an integer of 0 or more.
  private static func place(_ reader: inout V1FieldReader) throws(FormatError) -> Int {
    _ = try reader.json.peek()
    let start = reader.json.position
    let number = try reader.json.number()
    guard let value = number.int64(in: reader.json.bytes), value >= 0 else {
      throw FormatError(
        .outOfBounds, at: reader.json.base + start,
        "the place of a payload block is not an integer of 0 or more")
    }
    return Int(value)
  }
}
