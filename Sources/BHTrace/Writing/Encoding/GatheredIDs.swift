/// The span ids of a chunk as the writer gathers them, before it knows their pages.
struct GatheredIDs: Sendable {
  private(set) var bytes: [UInt8] = []
  /// Where in `bytes` the id of each span lies.
  private(set) var spans: [ByteRange] = []
  /// Where stated parent ids lie, and which spans state them.
  private(set) var parents: [(span: Int, id: ByteRange)] = []
  private(set) var isRegular = true

  /// No ids.
  init() {}

  /// The ids of the spans `range` of a segment, which have `marks`.
  init(_ range: Range<Int>, _ marks: [SpanMarks], _ all: SegmentSpans) {
    bytes.reserveCapacity(range.count * 9)
    spans.reserveCapacity(range.count)
    let batches = all.batches.span
    for (place, span) in range.enumerated() {
      let reference = all.references[span]
      let id = batches[reference.batch].spans[reference.span].spanID
      spans.append(add(id, of: batches[reference.batch].arena))
      if marks[place].statesParent {
        let parent = batches[reference.batch].spans[reference.span].parentSpanID
        parents.append((place, add(parent, of: batches[reference.batch].arena)))
      }
    }
  }

  private mutating func add(_ id: ByteRange, of arena: [UInt8]) -> ByteRange {
    let range = ByteRange(bytes.count, Int(id.count))
    bytes.append(arena.rawSpan, id.positions)
    if id.count != 8 { isRegular = false }
    return range
  }
}
