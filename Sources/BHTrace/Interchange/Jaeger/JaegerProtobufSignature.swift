/// Tells Jaeger's protobuf from other bytes: what messages there are, and how they lie in the input.
///
/// A span of Jaeger's has a trace id of 16 bytes (or 8), a span id of 8, and a start time with seconds
/// and nanoseconds as field 6. OTLP has no message whose fields look like that: its `ResourceSpans`
/// have three fields, and its spans a name as field 5 and a kind as field 6.
struct JaegerProtobufSignature: Equatable {
  /// The messages Jaeger's spans come in.
  enum Message { case span, batch, postedBatch }

  var message: Message
  var framing: JaegerProtobufRecords.Framing

  private typealias Tag = JaegerProtobufTag

  /// What starts with `head`; nil where it is no protobuf of Jaeger's.
  init?(_ head: Sniffer.Head) {
    let bytes = head.bytes
    let all = WindowCursor(bytes, base: 0)
    if let message = Self.message(all) {
      self.init(
        message, message == .span ? .endToEnd(startTag: Tag.Span.traceID) : .fields)
      return
    }
    // Records of no bytes may come first.
    var start = 0
    while bytes.count >= start + 8, bytes[start..<(start + 4)].allSatisfy({ $0 == 0 }) {
      start += 4
    }
    let length = bytes.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    if let message = Self.message(bytes, from: start + 4, count: length) {
      self.init(message, .bigEndianLength)
      return
    }
    var cursor = all
    guard let length = try? cursor.varint(), length <= UInt64(JaegerProtobufRecords.largest),
      let message = Self.message(bytes, from: cursor.position, count: Int(length))
    else { return nil }
    self.init(message, .varintLength)
  }

  private init(_ message: Message, _ framing: JaegerProtobufRecords.Framing) {
    self.message = message
    self.framing = framing
  }

  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    JaegerProtobufSignature(head) == nil ? nil : .documents
  }

  private static func message(_ bytes: [UInt8], from start: Int, count: Int) -> Message? {
    if count == 0 || count > JaegerProtobufRecords.largest || start >= bytes.count { return nil }
    let body = ByteRange(start, min(count, bytes.count - start))
    return message(WindowCursor(bytes, base: 0).window(body))
  }

  /// What the message in `window` is, which may end too early.
  private static func message(_ window: borrowing WindowCursor) -> Message? {
    if isSpan(window) { return .span }
    guard let inner = firstField(window) else { return nil }
    if isSpan(window.window(inner)) { return .batch }
    guard let innermost = firstField(window.window(inner)) else { return nil }
    return isSpan(window.window(innermost)) ? .postedBatch : nil
  }

  /// What lies in the first field, which has to be number 1; as much of it as is there.
  private static func firstField(_ window: borrowing WindowCursor) -> ByteRange? {
    var cursor = window.window(window.rest)
    guard let tag = try? cursor.varint(), tag == Tag.Batch.spans,
      let length = try? cursor.varint()
    else { return nil }
    return try? cursor.take(min(length, UInt64(cursor.rest.count)))
  }

  /// Whether the fields in `window`, which may end too early, are those of a span.
  private static func isSpan(_ window: borrowing WindowCursor) -> Bool {
    var cursor = window.window(window.rest)
    var (hasTraceID, hasSpanID, hasStart) = (false, false, false)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        switch try cursor.varint() {
        case Tag.Span.traceID:
          // The next span of several end to end.
          if hasTraceID { return hasSpanID && hasStart }
          let length = try cursor.delimited().count
          if length != 16 && length != 8 { return false }
          hasTraceID = true
        case Tag.Span.spanID:
          if try cursor.delimited().count != 8 || !hasTraceID { return false }
          hasSpanID = true
        case Tag.Span.startTime:
          guard isTime(cursor.window(try cursor.delimited())) else { return false }
          hasStart = true
        case Tag.Span.operationName, Tag.Span.references, Tag.Span.duration, Tag.Span.tags,
          Tag.Span.logs, Tag.Span.process, Tag.Span.processID, Tag.Span.warnings:
          _ = try cursor.delimited()
        case Tag.Span.flags: _ = try cursor.varint()
        default: return false
        }
      }
    } catch {
      return error.code == .truncated && hasTraceID && hasSpanID && hasStart
    }
    return hasTraceID && hasSpanID && hasStart
  }

  private static func isTime(_ window: borrowing WindowCursor) -> Bool {
    var cursor = window.window(window.rest)
    while !cursor.isAtEnd {
      guard let tag = try? cursor.varint(), let value = try? cursor.varint() else { return false }
      if tag == Tag.Time.nanoseconds && value > 999_999_999 { return false }
      if tag != Tag.Time.nanoseconds && tag != Tag.Time.seconds { return false }
    }
    return true
  }
}
