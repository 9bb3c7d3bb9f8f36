/// All traces of an input, by number: what order and segments are decided from.
struct TraceTable: Sendable {
  private var identities = ByteInterner()
  /// Earliest start of each trace.
  private(set) var starts: [UInt64] = []
  /// Spans of each trace.
  private(set) var spans: [UInt32] = []
  /// Size of the names and values of each trace.
  private(set) var bytes: [Int] = []

  /// The number of traces.
  var count: Int { starts.count }

  /// The memory the table takes (bytes), roughly.
  var memoryBytes: Int { count * 80 + identities.arena.count }

  /// The id of trace `number`.
  func id(_ number: Int) -> [UInt8] { identities.bytes(number) }

  /// The number of the trace with the id at `range` of `arena`; ids with different tags are
  /// different traces.
  mutating func number(_ arena: [UInt8], _ range: ByteRange, tag: UInt32) -> Int {
    let number = identities.intern(arena, range, tag: tag)
    if number == starts.count {
      starts.append(.max)
      spans.append(0)
      bytes.append(0)
    }
    return number
  }

  /// Counts a span of trace `number`.
  mutating func count(_ number: Int, start: UInt64, bytes more: Int) {
    starts[number] = min(starts[number], start)
    spans[number] += 1
    bytes[number] += more
  }

  /// The traces in the order of (start, id), in runs of about the size of a segment.
  func segments(_ options: FormatOptions) -> [[Int]] {
    let order = (0..<count).sorted { a, b in
      if starts[a] != starts[b] { return starts[a] < starts[b] }
      let byID = ByteComparison.order(
        identities.arena, identities.range(a), identities.arena, identities.range(b))
      return byID != 0 ? byID < 0 : a < b
    }
    var segments: [[Int]] = []
    var current: [Int] = []
    var (spanTotal, byteTotal) = (0, 0)
    for trace in order where spans[trace] > 0 {
      spanTotal += Int(spans[trace])
      byteTotal += bytes[trace]
      if !current.isEmpty
        && (spanTotal > options.segmentSpans || byteTotal > options.segmentBytes)
      {
        segments.append(current)
        current = []
        (spanTotal, byteTotal) = (Int(spans[trace]), bytes[trace])
      }
      current.append(trace)
    }
    if !current.isEmpty { segments.append(current) }
    return segments
  }
}

extension SpanBatch {
  /// The size of a span's names and values: what a segment's size is measured by.
  func contentBytes(of span: SpanRecord) -> Int {
    var bytes = 32 + Int(span.name.count) + Int(span.extra.count) + Int(span.statusMessage.count)
    bytes += contentBytes(of: span.attributes)
    for index in span.events.indices {
      bytes += 8 + Int(events[index].name.count) + contentBytes(of: events[index].attributes)
    }
    for index in span.links.indices { bytes += 24 + contentBytes(of: links[index].attributes) }
    return bytes
  }

  private func contentBytes(of range: RecordRange) -> Int {
    var bytes = 0
    for index in range.indices {
      bytes += 2 + Int(attributes[index].key.count)
      bytes += attributes[index].kind.hasRange ? Int(attributes[index].range.count) : 8
    }
    return bytes
  }
}
