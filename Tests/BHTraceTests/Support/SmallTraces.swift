@testable import BHTrace

/// A few traces that use most of the format: shapes and inline spans, every kind of value, events,
/// links, orphans, odd ids, a HEAVY value.
func smallTraces() -> SpanBatch {
  var batch = SpanBatch()
  var resource = ResourceRecord()
  resource.isPresent = true
  resource.attributes = batch.attributes([("service.name", "shop"), ("host", "a1")])
  batch.resources.append(resource)
  resource.attributes = batch.attributes([("service.name", "db")])
  batch.resources.append(resource)
  var scope = ScopeRecord()
  scope.isPresent = true
  scope.name = batch.append("tracer")
  scope.version = batch.append("1.0")
  batch.scopes.append(scope)
  for trace in 0..<3 {
    let traceID = [UInt8](repeating: UInt8(trace + 1), count: 16)
    for position in 0..<6 {
      var span = SpanRecord()
      span.traceID = batch.append(traceID)
      span.spanID = batch.append([UInt8](repeating: UInt8(position + 1), count: 8))
      if position > 0 {
        // The last one names a parent that is not there.
        span.parentSpanID = batch.append(
          [UInt8](repeating: position == 5 ? 99 : UInt8((position + 1) / 2), count: 8))
      }
      span.name = batch.append(position == 0 ? "GET /cart" : "SELECT")
      span.kind = position == 0 ? 2 : 3
      span.start = 1_700_000_000_000_000_000 + UInt64(trace * 1_000_000 + position * 7_000)
      span.end = span.start + UInt64(40_000 - position * 6_000)
      span.hasStatus = true
      span.statusCode = position == 4 ? 2 : 0
      if position == 4 { span.statusMessage = batch.append("timeout after 30 ms") }
      span.resource = position == 0 ? 0 : 1
      span.flags = 257
      let first = batch.attributes.count
      _ = batch.attributes([
        ("db.system", "postgresql"), ("request.id", "5f3a\(trace)\(position)c0ffee00"),
        ("peer", "10.0.\(trace).\(position)"), ("body", position == 2 ? long(trace) : "short"),
      ])
      batch.attributes.append(
        AttributeRecord(
          key: batch.append("rows"), kind: .int, bits: UInt64(bitPattern: Int64(position - 3))))
      batch.attributes.append(
        AttributeRecord(
          key: batch.append("ratio"), kind: .double, bits: (Double(position) * 0.25).bitPattern))
      batch.attributes.append(
        AttributeRecord(key: batch.append("ok"), kind: .bool, bits: UInt64(position & 1)))
      batch.attributes.append(AttributeRecord(key: batch.append("none"), kind: .empty))
      span.attributes = RecordRange(first, batch.attributes.count - first)
      if position == 1 || position == 4 {
        var event = EventRecord()
        event.time = span.start + 3_000
        event.name = batch.append("exception")
        event.attributes = batch.attributes([("message", "lost \(trace)")])
        span.events = RecordRange(batch.events.count, 1)
        batch.events.append(event)
      }
      if position == 3 {
        var link = LinkRecord()
        link.traceID = batch.append([UInt8](repeating: 7, count: 16))
        link.spanID = batch.append([UInt8](repeating: 8, count: 8))
        span.links = RecordRange(batch.links.count, 1)
        batch.links.append(link)
      }
      batch.spans.append(span)
    }
  }
  return batch
}

private func long(_ seed: Int) -> String {
  (0..<150).map { "line \($0 * (seed + 3)) of a stack" }.joined(separator: "\n")
}

extension SpanBatch {
  /// Adds attributes of kind text.
  mutating func attributes(_ list: [(String, String)]) -> RecordRange {
    let first = attributes.count
    for (key, value) in list {
      let range = append(value)
      attributes.append(AttributeRecord(key: append(key), kind: .string, range: range))
    }
    return RecordRange(first, list.count)
  }

  private func isASCII(_ range: ByteRange) -> Bool {
    let bytes = arena.rawSpan.extracting(range.positions)
    var at = 0
    while at + 8 <= bytes.byteCount {
      if bytes.word(at: at) & 0x8080_8080_8080_8080 != 0 { return false }
      at += 8
    }
    while at < bytes.byteCount {
      if bytes.byte(at: at) >= 0x80 { return false }
      at += 1
    }
    return true
  }

  /// Everything the spans say, as text that does not depend on how the batch is laid out: equal
  /// for equal spans.
  func described() -> [String] {
    spans.map { span in
      // Strings are equal where they only look alike, so that what is not ASCII becomes digits.
      func bytes(_ range: ByteRange) -> String {
        let bytes = arena[range.positions]
        return isASCII(range)
          ? "'" + String(decoding: bytes, as: UTF8.self) + "'"
          : String(decoding: HexText.encode(bytes), as: UTF8.self)
      }
      func list(_ range: RecordRange) -> String {
        attributes[range.indices].map { attribute in
          let value =
            attribute.kind.hasRange ? bytes(attribute.range) : "\(attribute.bits)"
          return "\(bytes(attribute.key)) \(attribute.kind) \(value)"
        }.joined(separator: ",")
      }
      let resource = resources[Int(span.resource)]
      let scope = scopes[Int(span.scope)]
      return [
        bytes(span.traceID), bytes(span.spanID), bytes(span.parentSpanID), bytes(span.name),
        bytes(span.traceState), bytes(span.statusMessage), bytes(span.extra),
        "\(span.start) \(span.end) \(span.kind) \(span.statusCode) \(span.flags)",
        "\(span.droppedAttributes) \(span.droppedEvents) \(span.droppedLinks)",
        "\(span.hasStatus) \(span.dialect) \(span.filePosition)", list(span.attributes),
        events[span.events.indices].map { event in
          "\(event.time) \(bytes(event.name)) \(list(event.attributes)) "
            + "\(event.droppedAttributes) \(bytes(event.extra))"
        }.joined(separator: ";"),
        links[span.links.indices].map { link in
          "\(bytes(link.traceID)) \(bytes(link.spanID)) \(bytes(link.traceState)) "
            + "\(list(link.attributes)) \(link.flags) \(link.droppedAttributes) "
            + bytes(link.extra)
        }.joined(separator: ";"),
        "\(resource.isPresent) \(list(resource.attributes)) \(bytes(resource.schemaURL))",
        "\(scope.isPresent) \(bytes(scope.name)) \(bytes(scope.version))",
      ].joined(separator: "|")
    }
  }
}
