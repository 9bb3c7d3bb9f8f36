/// All traces of an input, by number: what order and segments are decided from.
struct TraceTable: Sendable {
  private var identities = ByteInterner()
  /// Earliest start of each trace.
  private(set) var starts: [UInt64] = []
  /// Spans of each trace.
  private(set) var spans: [UInt32] = []
  /// Size of the names and values of each trace.
  private var bytes: [Int] = []
  /// Resources and scopes of the traces.
  var origins = CountedOrigins()

  /// The number of traces.
  var count: Int { starts.count }

  /// The memory the table takes (bytes), with what it takes to bring it into order, roughly.
  var memoryBytes: Int { count * 192 + identities.arena.count + origins.memoryBytes }

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

  /// Traces that follow each other in the order of (start, id).
  enum Run {
    case segments([Segment])
    /// A trace that may be too large for one segment.
    case large(Int)
  }

  /// Whole traces, together of about the size of a segment.
  struct Segment {
    var traces: [UInt32] = []
    var spans = 0
    var bytes = 0
  }

  /// All traces that have spans.
  func runs(_ options: FormatOptions) -> [Run] {
    let order = spans.indices.filter { spans[$0] > 0 }.sorted { a, b in
      if starts[a] != starts[b] { return starts[a] < starts[b] }
      let byID = ByteComparison.order(
        identities.arena, identities.range(a), identities.arena, identities.range(b))
      return byID != 0 ? byID < 0 : a < b
    }
    var cutting = Cutting(options)
    var counting = origins.counting()
    for trace in order {
      var size = bytes[trace] + counting.add(trace: trace)
      if cutting.isFull(with: Int(spans[trace]), size) {
        cutting.closeSegment()
        counting.begin()
        size = bytes[trace] + counting.add(trace: trace)
      }
      if cutting.isFull(with: Int(spans[trace]), size, isAlone: true) {
        cutting.add(large: trace)
        counting.begin()
      } else {
        cutting.add(trace, Int(spans[trace]), size)
      }
    }
    return cutting.finish()
  }

  /// Puts traces into segments.
  private struct Cutting {
    private let options: FormatOptions
    private var runs: [Run] = []
    private var segments: [Segment] = []
    private var segment = Segment()

    init(_ options: FormatOptions) { self.options = options }

    /// Whether the segment cannot take a trace of so many spans and bytes too; an empty one cannot
    /// where `isAlone`.
    func isFull(with moreSpans: Int, _ moreBytes: Int, isAlone: Bool = false) -> Bool {
      (isAlone || !segment.traces.isEmpty)
        && (segment.spans + moreSpans > options.segmentSpans
          || segment.bytes + moreBytes > options.segmentBytes)
    }

    mutating func add(_ trace: Int, _ moreSpans: Int, _ moreBytes: Int) {
      segment.traces.append(UInt32(trace))
      segment.spans += moreSpans
      segment.bytes += moreBytes
    }

    mutating func add(large trace: Int) {
      closeRun()
      runs.append(.large(trace))
    }

    mutating func closeSegment() {
      if !segment.traces.isEmpty { segments.append(segment) }
      segment = Segment()
    }

    private mutating func closeRun() {
      closeSegment()
      if !segments.isEmpty { runs.append(.segments(segments)) }
      segments = []
    }

    consuming func finish() -> [Run] {
      closeRun()
      return runs
    }
  }
}
