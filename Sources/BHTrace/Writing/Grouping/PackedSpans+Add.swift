extension PackedSpans {
  /// Adds `span` of `source` as one of resource and scope number `resource` and `scope` of these.
  mutating func add(
    _ span: SpanRecord, from source: borrowing SpanBatch, resource: UInt32, scope: UInt32
  ) {
    let window = Window(of: span, in: source)
    if window.isCompact {
      let place = base.arena.count
      base.arena.append(window.range, of: source.arena)
      append(
        span, from: source, windowStart: UInt32(window.range.lowerBound), place: place,
        count: window.range.count, resource: resource, scope: scope)
    } else {
      // What it says lies here and there: first brought together.
      var copy = SpanBatch()
      copy.add(span, from: source, resource: resource, scope: scope)
      let place = base.arena.count
      base.arena.append(contentsOf: copy.arena)
      append(
        copy.spans[0], from: copy, windowStart: 0, place: place, count: copy.arena.count,
        resource: resource, scope: scope)
    }
  }

  /// Where the bytes of a span lie in its arena.
  private struct Window {
    private var lower = UInt32.max
    private var upper: UInt32 = 0
    private var total = 0

    init(of span: SpanRecord, in source: borrowing SpanBatch) {
      include(span.traceID)
      include(span.spanID)
      include(span.parentSpanID)
      include(span.name)
      include(span.traceState)
      include(span.statusMessage)
      include(span.extra)
      include(span.attributes, source.attributes)
      for event in source.events[span.events.indices] {
        include(event.name)
        include(event.extra)
        include(event.attributes, source.attributes)
      }
      for link in source.links[span.links.indices] {
        include(link.traceID)
        include(link.spanID)
        include(link.traceState)
        include(link.extra)
        include(link.attributes, source.attributes)
      }
    }

    var range: Range<Int> { upper == 0 ? 0..<0 : Int(lower)..<Int(upper) }

    /// Whether not much else lies between the ranges.
    var isCompact: Bool { range.count <= total * 2 + 64 }

    @inline(__always)
    private mutating func include(_ range: ByteRange) {
      if range.isEmpty { return }
      lower = min(lower, range.offset)
      upper = max(upper, range.offset + range.count)
      total += Int(range.count)
    }

    @inline(__always)
    private mutating func include(_ run: RecordRange, _ attributes: [AttributeRecord]) {
      let attributes = attributes.span
      for index in run.indices {
        include(attributes[index].key)
        if attributes[index].kind.hasRange { include(attributes[index].range) }
      }
    }
  }

  private mutating func append(
    _ span: SpanRecord, from source: borrowing SpanBatch, windowStart: UInt32, place: Int,
    count: Int, resource: UInt32, scope: UInt32
  ) {
    let first = words.count
    var traits = Self.traits(of: span)
    let names = Self.names(of: span, from: windowStart)
    if names == nil { traits.insert(.wide) }
    words.append(UInt64(place) | UInt64(count) << 32)
    words.append(UInt64(resource) | UInt64(scope) << 32)
    words.append(UInt64(traits.rawValue) << 32)
    words.append(span.start)
    words.append(span.end)
    append(UInt32(bitPattern: span.kind), UInt32(bitPattern: span.statusCode))
    words.append(UInt64(span.attributes.count))
    if let names {
      words.append(names)
    } else {
      append(span.traceID, from: windowStart)
      append(span.spanID, from: windowStart)
      append(span.parentSpanID, from: windowStart)
      append(span.name, from: windowStart)
    }
    if traits.contains(.traceState) { append(span.traceState, from: windowStart) }
    if traits.contains(.statusMessage) { append(span.statusMessage, from: windowStart) }
    if traits.contains(.extra) { append(span.extra, from: windowStart) }
    if traits.contains(.flags) { words.append(UInt64(span.flags)) }
    if traits.contains(.dropped) {
      append(span.droppedAttributes, span.droppedEvents)
      words.append(UInt64(span.droppedLinks))
    }
    if traits.contains(.events) { words.append(UInt64(span.events.count)) }
    if traits.contains(.links) { words.append(UInt64(span.links.count)) }
    if traits.contains(.filePosition) { words.append(UInt64(span.filePosition)) }
    append(span.attributes, of: source.attributes, from: windowStart)
    for event in source.events[span.events.indices] {
      words.append(event.time)
      append(event.name, from: windowStart)
      append(event.extra, from: windowStart)
      append(event.attributes.count, event.droppedAttributes)
      append(event.attributes, of: source.attributes, from: windowStart)
    }
    for link in source.links[span.links.indices] {
      append(link.traceID, from: windowStart)
      append(link.spanID, from: windowStart)
      append(link.traceState, from: windowStart)
      append(link.extra, from: windowStart)
      append(link.attributes.count, link.droppedAttributes)
      words.append(UInt64(link.flags))
      append(link.attributes, of: source.attributes, from: windowStart)
    }
    words[first + 2] |= UInt64(words.count - first)
  }

  /// Ids and name in one word, nil where they do not fit.
  @inline(__always)
  private static func names(of span: SpanRecord, from windowStart: UInt32) -> UInt64? {
    var (word, end, fits) = (UInt64(0), windowStart, true)
    func add(_ range: ByteRange) {
      word <<= 16
      if range.isEmpty { return }
      let gap = range.offset &- end
      fits = fits && gap < 256 && range.count < 256
      word |= UInt64(gap & 0xFF) << 8 | UInt64(range.count & 0xFF)
      end = range.offset &+ range.count
    }
    add(span.traceID)
    add(span.spanID)
    add(span.parentSpanID)
    add(span.name)
    return fits ? word : nil
  }

  private static func traits(of span: SpanRecord) -> Traits {
    var traits: Traits = []
    if !span.traceState.isEmpty { traits.insert(.traceState) }
    if !span.statusMessage.isEmpty { traits.insert(.statusMessage) }
    if !span.extra.isEmpty { traits.insert(.extra) }
    if span.flags != 0 { traits.insert(.flags) }
    if span.droppedAttributes | span.droppedEvents | span.droppedLinks != 0 {
      traits.insert(.dropped)
    }
    if span.events.count > 0 { traits.insert(.events) }
    if span.links.count > 0 { traits.insert(.links) }
    if span.filePosition != 0 { traits.insert(.filePosition) }
    if span.hasStatus { traits.insert(.hasStatus) }
    if span.dialect == .v1 { traits.insert(.isV1) }
    return traits
  }

  @inline(__always)
  private mutating func append(_ low: UInt32, _ high: UInt32) {
    words.append(UInt64(low) | UInt64(high) << 32)
  }

  @inline(__always)
  private mutating func append(_ range: ByteRange, from windowStart: UInt32) {
    words.append(
      range.isEmpty ? 0 : UInt64(range.offset &- windowStart) | UInt64(range.count) << 32)
  }

  private mutating func append(
    _ run: RecordRange, of attributes: [AttributeRecord], from windowStart: UInt32
  ) {
    let attributes = attributes.span
    var end = windowStart
    for index in run.indices {
      let attribute = attributes[index]
      let key = attribute.key
      let value = attribute.kind.hasRange ? attribute.range : .empty
      let keyGap = key.isEmpty ? 0 : key.offset &- end
      let keyEnd = key.isEmpty ? end : key.offset &+ key.count
      let valueGap = value.isEmpty ? 0 : value.offset &- keyEnd
      if keyGap < AttributeWord.gapLimit && key.count < AttributeWord.keyLimit
        && valueGap < AttributeWord.gapLimit && value.count < AttributeWord.valueLimit
      {
        words.append(
          UInt64(attribute.kind.rawValue) | UInt64(keyGap) << 8 | UInt64(key.count) << 16
            | UInt64(valueGap) << 28 | UInt64(value.count) << 36)
      } else {
        words.append(AttributeWord.escape)
        words.append(UInt64(attribute.kind.rawValue))
        append(key, from: windowStart)
        append(value, from: windowStart)
      }
      if !attribute.kind.hasRange { words.append(attribute.bits) }
      end = value.isEmpty ? keyEnd : value.offset &+ value.count
    }
  }
}
