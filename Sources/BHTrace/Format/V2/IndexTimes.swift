/// The times of an index page: a stream of bits, each time in the code of its column (`TimeCoding`).
///
/// ```
/// times := for each trace: start, then for each of its spans in pre-order: gap, duration
///          zeros up to a whole byte
/// ```
/// - The start of a trace is the distance to the start of the previous trace of the chunk, of the first
///   to the chunk's start in the segment's description.
/// - A gap is the distance of a span's start to the end of its previous sibling (alternative: to its
///   start). A first child's is that to its parent's start, a first root's to the start of its trace. In
///   a piece of a trace the siblings before the piece do not count.
/// - A duration is end minus start (alternative: the distance of the end to the parent's end; a root's
///   is end minus start all the same).
///
/// All wrap at 64 bits, so that any times come back.
enum IndexTimes {
  /// The times of `page`, in a chunk whose description says `chunkStart`.
  static func encode(
    _ page: IndexPage, chunkStart: UInt64, _ encoder: TimeEncoder
  ) -> [UInt8] {
    var bits = BitWriter()
    var siblings = Siblings(spans: page.count)
    var previousStart = chunkStart
    for trace in page.traces {
      encoder.append(
        Int64(bitPattern: trace.start &- previousStart), TimeCoding.starts, to: &bits)
      previousStart = trace.start
      siblings.begin(firstSpan: trace.firstSpan)
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let column = encoder.coding.column(ofOperation: page.operations[span])
        let times = RelativeTimes(
          of: span, siblings.step(to: span, page.parents[span]), traceStart: trace.start,
          starts: page.starts, ends: page.ends, outer: page.outerSpans)
        encoder.append(
          encoder.coding.heads[column].isAlternative ? times.gapToStart : times.gap, column,
          to: &bits)
        encoder.append(
          encoder.coding.heads[column + 1].isAlternative ? times.tail : times.duration, column + 1,
          to: &bits)
      }
    }
    bits.finish()
    return bits.bytes
  }

  /// Times that are not decoded yet, from a trace on.
  struct Rest: Sendable {
    /// The page, of which `stream` is the times.
    fileprivate let bytes: [UInt8]
    fileprivate let stream: Range<Int>
    /// Offset of the page in the file.
    fileprivate let offset: Int
    fileprivate var bit = 0
    /// The first trace whose times are not decoded.
    fileprivate var slot = 0
    fileprivate var previousStart: UInt64

    /// All times of a page in a chunk whose description says `chunkStart`.
    init(_ bytes: [UInt8], _ stream: Range<Int>, chunkStart: UInt64, at offset: Int) {
      self.bytes = bytes
      self.stream = stream
      self.offset = offset
      previousStart = chunkStart
    }
  }

  /// Decodes the times of traces up to the one with number `last` into `page`, whose traces, parents
  /// and operations are decoded. Of all traces nothing else may be left over.
  static func decode(
    into page: inout IndexPage, _ rest: inout Rest, through last: Int, _ coding: TimeCoding
  ) throws(FormatError) {
    if rest.slot > last { return }
    let bytes = rest.bytes
    var bits = BitReader(bytes.rawSpan.extracting(rest.stream), at: rest.bit)
    let heads = coding.heads.span
    let entries = coding.entries.span
    var siblings = Siblings(spans: page.count)
    let parents = page.parents
    let operations = page.operations
    // Taken out while they change, so that they are not copied.
    var allStarts = page.starts
    var allEnds = page.ends
    page.starts = []
    page.ends = []
    var starts = allStarts.mutableSpan
    var ends = allEnds.mutableSpan
    var traceStart = rest.previousStart
    for slot in rest.slot...last {
      traceStart =
        traceStart &+ UInt64(bitPattern: next(heads[TimeCoding.starts], entries, &bits))
      page.traces[slot].start = traceStart
      let trace = page.traces[slot]
      siblings.begin(firstSpan: trace.firstSpan)
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let near = siblings.step(to: span, parents[span])
        let column = coding.column(ofOperation: operations[span])
        let gaps = heads[column]
        let from =
          if near.previous >= 0 {
            gaps.isAlternative ? starts[near.previous] : ends[near.previous]
          } else {
            near.parent >= 0
              ? starts[near.parent]
              : near.parent == -1 ? traceStart : page.outerSpans[-2 - near.parent].start
          }
        let start = from &+ UInt64(bitPattern: next(gaps, entries, &bits))
        let durations = heads[column + 1]
        let duration = UInt64(bitPattern: next(durations, entries, &bits))
        starts[span] = start
        ends[span] =
          !durations.isAlternative || near.parent == -1
          ? start &+ duration
          : near.parent >= 0
            ? ends[near.parent] &- duration : page.outerSpans[-2 - near.parent].end &- duration
      }
    }
    page.starts = allStarts
    page.ends = allEnds
    rest.bit = bits.position
    rest.slot = last + 1
    rest.previousStart = traceStart
    guard rest.slot < page.traces.count || bits.isAtEnd else {
      throw FormatError(
        .invalid, at: rest.offset, "the times of an INDEX page do not fill the bytes they have")
    }
  }

  /// The next time of a column, in nanoseconds.
  @inline(__always)
  private static func next(
    _ head: TimeCoding.Head, _ entries: Swift.Span<UInt16>, _ bits: inout BitReader
  ) -> Int64 {
    var word = bits.next
    let entry = UInt64(entries[Int(head.first) + Int(UInt32(truncatingIfNeeded: word) & head.mask)])
    let length = entry & 15
    let count = entry >> 4 & 63
    var low: UInt64
    if length + count <= 57 {
      word >>= length
      low = word & (1 << count - 1)
      bits.skip(Int(length + count))
    } else {
      bits.skip(Int(length))
      low = bits.next & 0xFFFF_FFFF
      bits.skip(32)
      low |= (bits.next & (1 << (count - 32) - 1)) << 32
      bits.skip(Int(count - 32))
    }
    let magnitude = Int64(bitPattern: (entry >> 11) << count | low)
    return (entry & 0x400 != 0 ? 0 &- magnitude : magnitude) &* head.unit
  }
}

/// Finds the previous sibling of each span while one goes through traces in pre-order.
struct Siblings {
  private var firstSpan = 0
  /// The trace's last root so far, -1 where there is none yet.
  private var lastRoot = -1
  /// The last span that hangs under an outer one, and that outer one's number as a parent.
  private var lastOuter = (parent: -1, span: -1)
  /// For each span so far its last child, -1 where there is none yet.
  private var lastChild: [Int32]

  /// For places below `spans`.
  init(spans: Int) { lastChild = [Int32](repeating: -1, count: spans) }

  /// Starts with a trace whose first span has the place `firstSpan`.
  mutating func begin(firstSpan: Int) {
    self.firstSpan = firstSpan
    lastRoot = -1
    lastOuter = (-1, -1)
  }

  /// Steps to the span with the place `span`, whose parent has the position `parent` in the trace
  /// (-1: none, less: an outer span); answers with the places of parent and previous sibling, or
  /// negative numbers.
  @inline(__always)
  mutating func step(to span: Int, _ parent: Int32) -> (parent: Int, previous: Int) {
    if parent == -1 {
      defer { lastRoot = span }
      return (-1, lastRoot)
    }
    if parent < 0 {
      defer { lastOuter = (Int(parent), span) }
      return (Int(parent), lastOuter.parent == Int(parent) ? lastOuter.span : -1)
    }
    let place = firstSpan + Int(parent)
    let previous = Int(lastChild[place])
    lastChild[place] = Int32(span)
    return (place, previous)
  }
}

/// A span's times as the columns may want them.
struct RelativeTimes {
  var gap: Int64
  var gapToStart: Int64
  var duration: Int64
  var tail: Int64

  /// The times of a span with the given neighbours, in a trace that starts at `traceStart`.
  @inline(__always)
  init(
    of span: Int, _ near: (parent: Int, previous: Int), traceStart: UInt64, starts: [UInt64],
    ends: [UInt64], outer: [IndexPage.OuterSpan]
  ) {
    let start = starts[span]
    let first =
      near.parent >= 0
      ? starts[near.parent] : near.parent == -1 ? traceStart : outer[-2 - near.parent].start
    let spent = ends[span] &- start
    gap = Int64(bitPattern: start &- (near.previous >= 0 ? ends[near.previous] : first))
    gapToStart = Int64(
      bitPattern: start &- (near.previous >= 0 ? starts[near.previous] : first))
    duration = Int64(bitPattern: spent)
    let parentEnd =
      near.parent >= 0
      ? ends[near.parent] : near.parent == -1 ? ends[span] &+ spent : outer[-2 - near.parent].end
    tail = Int64(bitPattern: parentEnd &- ends[span])
  }
}
