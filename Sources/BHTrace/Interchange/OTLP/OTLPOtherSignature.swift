/// Tells metrics and logs in OTLP protobuf from spans: the messages around them have the same
/// numbers, so that they would be read as spans that say nothing.
enum OTLPOtherSignature {
  /// `.otherSignal` where the first record of the first message in `head` is a metric or log record.
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    guard let format = OTLPProtobufSignature.recognise(head) else { return nil }
    var bytes = head.bytes[...]
    if format == .otlpProtobuf(.lengthPrefixed) {
      while bytes.starts(with: [0, 0, 0, 0]) { bytes = bytes.dropFirst(4) }
      bytes = bytes.dropFirst(4)
    }
    return signal(Array(bytes)).map { .otherSignal($0) }
  }

  /// What the first record in `message` is, whose end may be cut off; nil for a span, or none.
  private static func signal(_ message: [UInt8]) -> OtherSignal? {
    var cursor = WindowCursor(message, base: 0)
    // The group of a resource, the group of a scope, and the record.
    for tag in [
      OTLPTag.Message.resourceSpans, OTLPTag.ResourceSpans.scopeSpans, OTLPTag.ScopeSpans.spans,
    ] {
      guard let inner = first(tag, in: cursor) else { return nil }
      cursor = cursor.window(inner)
    }
    return signal(cursor)
  }

  /// The content of the first field `wanted`, as far as it is there.
  private static func first(_ wanted: UInt64, in body: borrowing WindowCursor) -> ByteRange? {
    var cursor = body.window(body.rest)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        if tag == wanted {
          let length = try cursor.varint()
          return try cursor.take(min(length, UInt64(cursor.rest.count)))
        }
        try cursor.skip(tag, from: start)
      }
    } catch { return nil }
    return nil
  }

  /// A log record has a time where spans and metrics have id and name; a metric has no times, and
  /// its data where a span has other things.
  private static func signal(_ record: borrowing WindowCursor) -> OtherSignal? {
    var cursor = record.window(record.rest)
    var (hasName, hasData) = (false, false)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        switch tag {
        case Tag.logTime, Tag.logObservedTime: return .logs
        case OTLPTag.Span.start, OTLPTag.Span.end: return nil
        case Tag.name: hasName = true
        case Tag.sum, Tag.exponentialHistogram: hasData = true
        case Tag.gauge, Tag.summary: hasData = hasData || isPoints(cursor, hasTemporality: false)
        case Tag.histogram: hasData = hasData || isPoints(cursor, hasTemporality: true)
        default: break
        }
        try cursor.skip(tag, from: start)
      }
    } catch {
      // Cut off: what came before counts.
    }
    return hasName && hasData ? .metrics : nil
  }

  /// Whether the field that comes next holds data points: messages with a time, then, of some, how
  /// their values add up.
  private static func isPoints(_ field: borrowing WindowCursor, hasTemporality: Bool) -> Bool {
    var cursor = field.window(field.rest)
    do throws(FormatError) {
      let length = try cursor.varint()
      let run = try cursor.take(min(length, UInt64(cursor.rest.count)))
      let points = cursor.window(run)
      guard let point = first(OTLPTag.List.values, in: points) else { return false }
      return hasTemporality
        ? has(Tag.temporality, in: points) : has(Tag.pointTime, in: points.window(point))
    } catch { return false }
  }

  /// Whether there is a field with this tag.
  private static func has(_ wanted: UInt64, in body: borrowing WindowCursor) -> Bool {
    var cursor = body.window(body.rest)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        if tag == wanted { return true }
        try cursor.skip(tag, from: start)
      }
    } catch { return false }
    return false
  }

  /// Tags of `Metric`, its data and points, and of `LogRecord`.
  private enum Tag {
    static let name: UInt64 = 0x0A
    static let gauge: UInt64 = 0x2A
    static let sum: UInt64 = 0x3A
    static let histogram: UInt64 = 0x4A
    static let exponentialHistogram: UInt64 = 0x52
    static let summary: UInt64 = 0x5A
    static let temporality: UInt64 = 0x10
    static let pointTime: UInt64 = 0x19
    static let logTime: UInt64 = 0x09
    static let logObservedTime: UInt64 = 0x59
  }
}

/// The reader of metrics or logs, which says that these are no spans.
final class OtherSignalInput: BatchReader {
  private let signal: OtherSignal

  /// The input holds `signal`.
  init(_ signal: OtherSignal) { self.signal = signal }

  func next(_ report: inout InputReport) throws -> SpanBatch? {
    throw FormatError(
      .noSpans, at: nil, "the content is OTLP protobuf with \(signal), and no spans")
  }
}
