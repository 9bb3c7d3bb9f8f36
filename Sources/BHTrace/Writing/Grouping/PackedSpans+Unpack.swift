extension PackedSpans {
  /// Adds the `count` spans that begin at word `index` to `batch`, whose arena is that of these.
  func unpack(_ count: Int, at index: Int, to batch: inout SpanBatch) {
    var unpacking = Unpacking(next: index, words: words)
    for _ in 0..<count { unpacking.readSpan(to: &batch) }
  }

  /// Reads words that `add` wrote.
  private struct Unpacking {
    var next: Int
    let words: [UInt64]
    private var windowStart: UInt32 = 0

    init(next: Int, words: [UInt64]) {
      self.next = next
      self.words = words
    }

    @inline(__always)
    private mutating func word() -> UInt64 {
      defer { next += 1 }
      return words[next]
    }

    @inline(__always)
    private mutating func pair() -> (low: UInt32, high: UInt32) {
      let value = word()
      return (UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32))
    }

    @inline(__always)
    private mutating func number() -> UInt32 { UInt32(truncatingIfNeeded: word()) }

    @inline(__always)
    private mutating func range() -> ByteRange {
      let (offset, count) = pair()
      return count == 0 ? .empty : ByteRange(offset: windowStart &+ offset, count: count)
    }

    mutating func readSpan(to batch: inout SpanBatch) {
      var span = SpanRecord()
      windowStart = pair().low
      (span.resource, span.scope) = pair()
      let traits = Traits(rawValue: pair().high)
      span.start = word()
      span.end = word()
      let (kind, status) = pair()
      span.kind = Int32(bitPattern: kind)
      span.statusCode = Int32(bitPattern: status)
      let attributes = number()
      if traits.contains(.wide) {
        span.traceID = range()
        span.spanID = range()
        span.parentSpanID = range()
        span.name = range()
      } else {
        readNames(of: &span)
      }
      if traits.contains(.traceState) { span.traceState = range() }
      if traits.contains(.statusMessage) { span.statusMessage = range() }
      if traits.contains(.extra) { span.extra = range() }
      if traits.contains(.flags) { span.flags = number() }
      if traits.contains(.dropped) {
        (span.droppedAttributes, span.droppedEvents) = pair()
        span.droppedLinks = number()
      }
      let events = traits.contains(.events) ? number() : 0
      let links = traits.contains(.links) ? number() : 0
      if traits.contains(.filePosition) { span.filePosition = number() }
      span.hasStatus = traits.contains(.hasStatus)
      span.dialect = traits.contains(.isV1) ? .v1 : .otlp
      span.attributes = readAttributes(attributes, to: &batch.attributes)
      span.events = readEvents(events, to: &batch)
      span.links = readLinks(links, to: &batch)
      batch.spans.append(span)
    }

    @inline(__always)
    private mutating func readNames(of span: inout SpanRecord) {
      let names = word()
      var end = windowStart
      func take(_ shift: UInt64) -> ByteRange {
        let count = UInt32(names >> shift & 0xFF)
        if count == 0 { return .empty }
        let range = ByteRange(offset: end &+ UInt32(names >> (shift + 8) & 0xFF), count: count)
        end = range.offset &+ count
        return range
      }
      span.traceID = take(48)
      span.spanID = take(32)
      span.parentSpanID = take(16)
      span.name = take(0)
    }

    private mutating func readEvents(_ count: UInt32, to batch: inout SpanBatch) -> RecordRange {
      if count == 0 { return .empty }
      let first = batch.events.count
      for _ in 0..<count {
        var event = EventRecord()
        event.time = word()
        event.name = range()
        event.extra = range()
        let (attributes, dropped) = pair()
        event.droppedAttributes = dropped
        event.attributes = readAttributes(attributes, to: &batch.attributes)
        batch.events.append(event)
      }
      return RecordRange(first, Int(count))
    }

    private mutating func readLinks(_ count: UInt32, to batch: inout SpanBatch) -> RecordRange {
      if count == 0 { return .empty }
      let first = batch.links.count
      for _ in 0..<count {
        var link = LinkRecord()
        link.traceID = range()
        link.spanID = range()
        link.traceState = range()
        link.extra = range()
        let (attributes, dropped) = pair()
        link.droppedAttributes = dropped
        link.flags = number()
        link.attributes = readAttributes(attributes, to: &batch.attributes)
        batch.links.append(link)
      }
      return RecordRange(first, Int(count))
    }

    private mutating func readAttributes(
      _ count: UInt32, to attributes: inout [AttributeRecord]
    ) -> RecordRange {
      if count == 0 { return .empty }
      let first = attributes.count
      var end = windowStart
      for _ in 0..<count {
        let packed = word()
        var kind: AttributeRecord.Kind
        var (key, value) = (ByteRange.empty, ByteRange.empty)
        if packed == AttributeWord.escape {
          kind = Self.kind(number())
          key = range()
          value = range()
          if !key.isEmpty { end = key.offset &+ key.count }
        } else {
          kind = Self.kind(UInt32(packed & 0xFF))
          let keyCount = UInt32(packed >> 16 & 0xFFF)
          if keyCount > 0 {
            key = ByteRange(offset: end &+ UInt32(packed >> 8 & 0xFF), count: keyCount)
            end = key.offset &+ keyCount
          }
          let valueCount = UInt32(packed >> 36)
          if valueCount > 0 {
            value = ByteRange(offset: end &+ UInt32(packed >> 28 & 0xFF), count: valueCount)
          }
        }
        if !value.isEmpty { end = value.offset &+ value.count }
        attributes.append(
          kind.hasRange
            ? AttributeRecord(key: key, kind: kind, range: value)
            : AttributeRecord(key: key, kind: kind, bits: word()))
      }
      return RecordRange(first, Int(count))
    }

    @inline(__always)
    private static func kind(_ number: UInt32) -> AttributeRecord.Kind {
      AttributeRecord.Kind(rawValue: UInt8(truncatingIfNeeded: number)) ?? .absent
    }
  }
}
