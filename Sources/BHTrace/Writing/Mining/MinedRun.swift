/// What was mined of a run of a segment's spans, in the run's own numbers, and what these are in
/// the segment's.
struct MinedRun: Sendable {
  /// Its spans, counted in the segment.
  let spans: Range<Int>
  /// The slots of spans, events and links, in the order in which the blocks store them.
  let slots: [MinedSlot]
  /// For each span of the run the position of its first slot; its events' and links' slots follow.
  let firstSlots: [Int]
  let spanShapes: [UInt32]
  /// For each span the position of its first event and link in the two arrays below.
  let firstEvents: [Int]
  let firstLinks: [Int]
  let eventShapes: [UInt32]
  let linkShapes: [UInt32]
  let numbers: SegmentMiner.Translation
  /// For each slot that says so how its text is stored where it is in no table.
  var texts: [TextSort] = []
  /// For each value of the run its number behind the templates of its word, or `MinedSlot.none`.
  var valueCodes: [UInt32] = []
  /// For each pattern of the run its number in the segment.
  var patterns: [UInt32] = []

  /// What `miner` found in the spans `spans` of the segment.
  init(_ miner: SegmentMiner, _ numbers: SegmentMiner.Translation, spans: Range<Int>) {
    self.spans = spans
    slots = miner.slots
    firstSlots = miner.firstSlots
    spanShapes = miner.spanShapes
    firstEvents = miner.firstEvents
    firstLinks = miner.firstLinks
    eventShapes = miner.eventShapes
    linkShapes = miner.linkShapes
    self.numbers = numbers
  }

  /// How many bytes the values of `part` have: spans of the run, counted in the segment.
  func valueBytes(_ part: Range<Int>) -> Int {
    if part.isEmpty { return 0 }
    let end = part.upperBound - spans.lowerBound
    let first = firstSlots[part.lowerBound - spans.lowerBound]
    let slots = slots[first..<(end < firstSlots.count ? firstSlots[end] : slots.count)]
    return slots.reduce(0) { $0 + ($1.word.kind?.hasRange == true ? Int($1.range.count) : 8) }
  }

  /// Goes through the slots that are no constants of shapes in tables; `body` gets the slot and
  /// its span's number in the run.
  @inline(__always)
  func forEachStoredSlot(
    _ plans: ShapePlans.OfSegment, _ body: (_ slot: Int, _ span: Int) -> Void
  ) {
    for span in spanShapes.indices {
      var first = firstSlots[span]
      let shape = Int(numbers.spanShapes[Int(spanShapes[span])])
      for offset in plans.spans.stored(shape) { body(first + plans.spans.offset(offset), span) }
      first += plans.spans.slotCount(shape)
      let isLast = span + 1 == spanShapes.count
      for event in firstEvents[span]..<(isLast ? eventShapes.count : firstEvents[span + 1]) {
        let shape = Int(numbers.eventShapes[Int(eventShapes[event])])
        for offset in plans.events.stored(shape) { body(first + plans.events.offset(offset), span) }
        first += plans.events.slotCount(shape)
      }
      for link in firstLinks[span]..<(isLast ? linkShapes.count : firstLinks[span + 1]) {
        let shape = Int(numbers.linkShapes[Int(linkShapes[link])])
        for offset in plans.links.stored(shape) { body(first + plans.links.offset(offset), span) }
        first += plans.links.slotCount(shape)
      }
    }
  }
}

/// For each shape its number in the tables, and which of its slots each span has to say.
struct ShapePlans: Sendable {
  /// The shapes of a segment's spans, events and links.
  struct OfSegment: Sendable {
    var spans = ShapePlans()
    var events = ShapePlans()
    var links = ShapePlans()
  }

  private struct Plan {
    /// 0 where spans say the shape itself, else 1 + its number in the tables.
    var code: UInt32
    var slotCount: UInt32
    var first: UInt32
    var storedCount: UInt32
  }

  private var plans: [Plan] = []
  private var offsets: [UInt32] = []

  /// No shapes.
  init() {}

  /// The plans of `stats`, whose shapes have `codes` in the tables.
  init(_ stats: ShapeStats, codes: [UInt32]) {
    for shape in 0..<stats.count {
      let first = offsets.count
      for slot in 0..<stats.slotCount(shape)
      where codes[shape] == 0 || !stats.isConstant(shape, slot) {
        offsets.append(UInt32(slot))
      }
      plans.append(
        Plan(
          code: codes[shape], slotCount: UInt32(stats.slotCount(shape)), first: UInt32(first),
          storedCount: UInt32(offsets.count - first)))
    }
  }

  @inline(__always)
  func code(_ shape: Int) -> UInt32 { plans[shape].code }

  @inline(__always)
  func slotCount(_ shape: Int) -> Int { Int(plans[shape].slotCount) }

  /// The slots of `shape` that are not constants: places for `offset`.
  @inline(__always)
  func stored(_ shape: Int) -> Range<Int> {
    let plan = plans[shape]
    return Int(plan.first)..<Int(plan.first + plan.storedCount)
  }

  /// Which slot of its shape the one at `place` is.
  @inline(__always)
  func offset(_ place: Int) -> Int { Int(offsets[place]) }
}
