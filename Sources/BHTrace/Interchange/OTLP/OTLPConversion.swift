extension SpanBatch {
  /// The batch with its v1 spans made spans of the OpenTelemetry model; others stay as they are.
  ///
  /// A v1 id that is not hexadecimal of the right length (16 bytes of a trace, 8 of a span, lower
  /// case) becomes the first bytes of its SHA-256, and stays as the attribute `bht.trace_id` or
  /// `bht.span_id` at the end of the span's. Times still count from the start of the trace.
  /// Nothing is derived from attributes.
  public func convertedToOTLP() -> SpanBatch {
    guard spans.contains(where: { $0.dialect == .v1 }) else { return self }
    var converted = self
    var trace: (text: ByteRange, id: V1IDConversion)?
    for index in spans.indices where spans[index].dialect == .v1 {
      var span = spans[index]
      let traceID: V1IDConversion
      if let trace, trace.text == span.traceID {
        traceID = trace.id
      } else {
        traceID = V1IDConversion(span.traceID, byteCount: 16, in: &converted)
        trace = (span.traceID, traceID)
      }
      let spanID = V1IDConversion(span.spanID, byteCount: 8, in: &converted)
      let parentID = V1IDConversion(span.parentSpanID, byteCount: 8, in: &converted)
      if !traceID.isExact || !spanID.isExact {
        let first = converted.attributes.count
        converted.attributes.append(contentsOf: attributes[span.attributes.indices])
        if !traceID.isExact { converted.keep(span.traceID, "bht.trace_id") }
        if !spanID.isExact { converted.keep(span.spanID, "bht.span_id") }
        span.attributes = RecordRange(first, converted.attributes.count - first)
      }
      span.traceID = traceID.bytes
      span.spanID = spanID.bytes
      span.parentSpanID = parentID.bytes
      span.extra = .empty
      span.filePosition = 0
      span.dialect = .otlp
      converted.spans[index] = span
    }
    converted.v1Files = []
    return converted
  }

  private mutating func keep(_ id: ByteRange, _ key: String) {
    attributes.append(AttributeRecord(key: append(key), kind: .string, range: id))
  }
}

/// A v1 id as bytes.
private struct V1IDConversion {
  /// Where the bytes lie in the batch.
  let bytes: ByteRange
  /// Whether they say all the text did.
  let isExact: Bool

  /// The id with the text at `text` of `batch`, to which its bytes are added; none for no text.
  init(_ text: ByteRange, byteCount: Int, in batch: inout SpanBatch) {
    if text.isEmpty {
      bytes = .empty
      isExact = true
      return
    }
    let digits = batch.arena[text.positions]
    let decoded = digits.count == byteCount * 2 ? HexText.decodeLowerCase(digits) : nil
    isExact = decoded != nil
    bytes = batch.append(decoded ?? Array(SHA256.digest(digits).prefix(byteCount)))
  }
}

extension HexText {
  /// The bytes that pairs of lower-case digits say; nil where `text` is anything else.
  static func decodeLowerCase(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard text.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2)
    var high: UInt8?
    for digit in text {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      if let before = high {
        bytes.append(before << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return bytes
  }
}
