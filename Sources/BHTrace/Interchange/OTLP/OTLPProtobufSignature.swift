/// Tells OTLP protobuf from other bytes, its framings from each other, and spans from metrics and
/// logs.
///
/// A message has no magic; what is checked is that the fields follow each other as they must, as
/// far as the first bytes go. Behind fields nobody knows, spans are told by their ids.
enum OTLPProtobufSignature {
  static func recognise(_ head: Sniffer.Head) -> InputFormat? {
    let found = ProtobufFraming.recognise(head) {
      isMessage($0.bytes, isWhole: $0.isWhole) || OTLPSignal.of($0.bytes) == .spans
    }
    guard let (framing, first) = found else { return nil }
    switch OTLPSignal.of(first.bytes) {
    case .metrics: return .noSpans("OTLP metrics in protobuf")
    case .logs: return .noSpans("OTLP logs in protobuf")
    case .spans, nil: return .otlpProtobuf(framing)
    }
  }

  /// Whether `bytes` can be the start of an export message: `ResourceSpans` with fields that fit
  /// in it. A message cut off at the end of an input counts if its first fields are there.
  private static func isMessage(_ head: [UInt8], isWhole: Bool) -> Bool {
    var cursor = WindowCursor(head, base: 0)
    var seen = 0
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        if tag != OTLPTag.Message.resourceSpans {
          if seen == 0 { return false }
          try cursor.skip(tag, from: start)
          continue
        }
        let length = try cursor.varint()
        let available = UInt64(cursor.rest.count)
        guard length < UInt64(SpanBatch.arenaLimit) else { return false }
        let run = try cursor.take(min(length, available))
        let fields = groupFields(
          cursor.window(run), isCut: length > available, isWhole: isWhole)
        guard let fields, fields > 0 || length == 0 else { return false }
        seen += 1
      }
    } catch {
      // What comes after the first group may be torn; random bytes do not get this far.
      return seen > 0 && (error.code == .truncated || !isWhole)
    }
    return seen > 0
  }

  /// The number of fields of a `ResourceSpans`, or nil where the bytes cannot be one. Of a group
  /// cut off by the input's end only whole fields count; a few newlines look like half a one.
  private static func groupFields(
    _ body: borrowing WindowCursor, isCut: Bool, isWhole: Bool
  ) -> Int? {
    var cursor = body.window(body.rest)
    var (fields, wholeFields) = (0, 0)
    do throws(FormatError) {
      while !cursor.isAtEnd {
        let start = cursor.position
        let tag = try cursor.varint()
        switch tag {
        case OTLPTag.ResourceSpans.resource, OTLPTag.ResourceSpans.scopeSpans,
          OTLPTag.ResourceSpans.schemaURL, OTLPTag.ResourceSpans.instrumentationLibrarySpans:
          fields += 1
        default:
          if fields == 0 { return nil }
        }
        try cursor.skip(tag, from: start)
        wholeFields += 1
      }
    } catch {
      guard isCut && error.code == .truncated else { return nil }
      return isWhole ? wholeFields : fields
    }
    return fields
  }
}
