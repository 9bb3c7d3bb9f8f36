/// What mining found, in the numbers the segment uses: tables, names, and for every shape and
/// value where it stands in them.
struct MinedSegment: Sendable {
  let slots: MinedSlots
  let firstSlots: [Int]
  let firstEvents: [Int]
  let firstLinks: [Int]
  /// For each span its operation's number in `names`.
  let operations: [UInt32]
  let contexts: [UInt32]
  let spanShapes: [UInt32]
  let eventShapes: [UInt32]
  let linkShapes: [UInt32]
  private(set) var names = NameTable()
  private(set) var tables = SegmentTables()
  /// For each shape mined: 0 where spans say it themselves, else 1 + its number in the tables.
  private(set) var spanShapeCodes: [UInt32] = []
  private(set) var eventShapeCodes: [UInt32] = []
  private(set) var linkShapeCodes: [UInt32] = []
  /// For each value mined its code behind `ValueCode.tableBase`, or `MinedSlots.none`.
  private(set) var valueCodes: [UInt32] = []
  private(set) var templates = ChosenTemplates()
  /// For each value mined the word of its slots.
  private var valueWords: [UInt32] = []
  let spanShapeStats: ShapeStats
  let eventShapeStats: ShapeStats
  let linkShapeStats: ShapeStats
  let eventUnits: [UInt8]

  /// A shape that occurs less often says what it is where it occurs.
  private static let shapeMinimum = 2
  /// A value that occurs less often is stored where it occurs.
  private static let valueMinimum: UInt32 = 3
  /// All values in tables together have at most this many bytes.
  private static let valueTableBytes = 24 << 20

  /// Decides what goes into tables. O(slots).
  /// `references` are the segment's spans in order.
  init(_ miner: SegmentMiner, batches: [SpanBatch], references: [SpanReference]) {
    slots = miner.slots
    firstSlots = miner.firstSlots
    firstEvents = miner.firstEvents
    firstLinks = miner.firstLinks
    contexts = miner.contexts
    spanShapes = miner.spanShapes
    eventShapes = miner.eventShapes
    linkShapes = miner.linkShapes
    spanShapeStats = miner.spanShapeStats
    eventShapeStats = miner.eventShapeStats
    linkShapeStats = miner.linkShapeStats
    eventUnits = miner.eventUnits
    let operationNumbers = Self.ranks(miner.origins.operationCounts)
    operations = miner.operations.map { operationNumbers[Int($0)] }
    nameOperations(miner.origins, numbers: operationNumbers)
    tables.keys = miner.keys.ranges.indices.map { miner.keys.bytes($0) }
    tables.catalog = miner.origins.catalog
    chooseShapes(miner, operationNumbers: operationNumbers)
    chooseValues(miner)
    chooseTemplates(batches, references)
  }

  /// For each index of `counts` its place when sorted by count, the largest first.
  private static func ranks(_ counts: [Int]) -> [UInt32] {
    let order = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
    var ranks = [UInt32](repeating: 0, count: counts.count)
    for (rank, index) in order.enumerated() { ranks[index] = UInt32(rank) }
    return ranks
  }

  private mutating func nameOperations(_ origins: OriginMiner, numbers: [UInt32]) {
    var serviceCounts = [Int](repeating: 0, count: origins.services.count)
    for (operation, count) in zip(origins.operationList, origins.operationCounts) {
      serviceCounts[Int(operation.service)] += count
    }
    let serviceNumbers = Self.ranks(serviceCounts)
    names.services = [[UInt8]](repeating: [], count: serviceNumbers.count)
    for (service, number) in serviceNumbers.enumerated() {
      names.services[Int(number)] = origins.services.bytes(service)
    }
    names.operations = origins.operationList
    tables.contexts = origins.contexts
    for (index, number) in numbers.enumerated() {
      var operation = origins.operationList[index]
      operation.service = serviceNumbers[Int(operation.service)]
      names.operations[Int(number)] = operation
      tables.contexts[Int(number)] = origins.contexts[index]
    }
  }

  private mutating func chooseShapes(_ miner: SegmentMiner, operationNumbers: [UInt32]) {
    tables.spanShapes = [[SpanShape]](repeating: [], count: names.operations.count)
    spanShapeCodes = [UInt32](repeating: 0, count: spanShapeStats.count)
    for shape in Self.frequent(spanShapeStats) {
      let key = spanShapeStats.key(shape)
      var made = SpanShape()
      let head = key.rawSpan
      made.operation = operationNumbers[Int(head.littleEndian32(at: 0))]
      made.statusCode = Int32(bitPattern: head.littleEndian32(at: 4))
      made.setFlags(head.byte(at: 8))
      made.slots = tableSlots(of: shape, spanShapeStats, miner)
      tables.spanShapes[Int(made.operation)].append(made)
      spanShapeCodes[shape] = UInt32(tables.spanShapes[Int(made.operation)].count)
    }
    eventShapeCodes = [UInt32](repeating: 0, count: eventShapeStats.count)
    for shape in Self.frequent(eventShapeStats) {
      let key = eventShapeStats.key(shape)
      var made = EventShape()
      made.unit = eventUnits[shape]
      made.name = Array(key[Self.nameRange(key, slots: eventShapeStats.slotCounts[shape])])
      made.slots = tableSlots(of: shape, eventShapeStats, miner)
      tables.eventShapes.append(made)
      eventShapeCodes[shape] = UInt32(tables.eventShapes.count)
    }
    linkShapeCodes = [UInt32](repeating: 0, count: linkShapeStats.count)
    for shape in Self.frequent(linkShapeStats) {
      tables.linkShapes.append(LinkShape(slots: tableSlots(of: shape, linkShapeStats, miner)))
      linkShapeCodes[shape] = UInt32(tables.linkShapes.count)
    }
  }

  /// The event's name inside the key of its shape: what is left between its length and the words.
  private static func nameRange(_ key: [UInt8], slots: Int) -> Range<Int> {
    let start = (key.firstIndex { $0 < 0x80 } ?? -1) + 1
    return start..<(key.count - slots * 4)
  }

  /// The shapes that occur often enough, the most frequent first.
  private static func frequent(_ stats: ShapeStats) -> [Int] {
    (0..<stats.count).filter { stats.counts[$0] >= shapeMinimum }
      .sorted { (stats.counts[$1], $0) < (stats.counts[$0], $1) }
  }

  private func tableSlots(
    of shape: Int, _ stats: ShapeStats, _ miner: SegmentMiner
  ) -> [Slot] {
    let first = stats.firstSlots[shape]
    return (0..<stats.slotCounts[shape]).map { index in
      var slot = Slot(word: slots.words[first + index])
      if stats.isConstant(shape, index) {
        let isLong = slot.word.kind?.hasRange == true
        slot.constant =
          isLong
          ? Constant(bytes: miner.values.bytes(Int(slots.values[first + index])))
          : Constant(bits: slots.bits[first + index])
      }
      return slot
    }
  }

  private mutating func chooseValues(_ miner: SegmentMiner) {
    valueWords = (0..<miner.values.count).map { miner.values.tag($0) }
    var counts = [UInt32](repeating: 0, count: miner.values.count)
    countValues(into: &counts)
    let chosen = counts.indices.filter { counts[$0] >= Self.valueMinimum }
      .sorted {
        (miner.values.tag($0), counts[$1], $0) < (miner.values.tag($1), counts[$0], $1)
      }
    valueCodes = [UInt32](repeating: MinedSlots.none, count: miner.values.count)
    var total = 0
    for value in chosen {
      let word = SlotWord(rawValue: miner.values.tag(value))
      total += Int(miner.values.ranges[value].count)
      if total > Self.valueTableBytes { break }
      if tables.values.last?.word != word { tables.values.append((word, [])) }
      valueCodes[value] = UInt32(tables.values[tables.values.count - 1].values.count)
      tables.values[tables.values.count - 1].values.append(miner.values.bytes(value))
    }
  }

  /// Counts the values of slots that are not constants.
  private func countValues(into counts: inout [UInt32]) {
    forEachStoredSlot { slot, _ in
      let value = slots.values[slot]
      if value < MinedSlots.special { counts[Int(value)] += 1 }
    }
  }

  /// Goes through the slots that are not constants; `body` gets the slot and its span.
  private func forEachStoredSlot(_ body: (_ slot: Int, _ span: Int) -> Void) {
    for span in spanShapes.indices {
      var slot = firstSlots[span]
      func visit(_ shape: UInt32, _ stats: ShapeStats, inTable: Bool) {
        for index in 0..<stats.slotCounts[Int(shape)] {
          if !(inTable && stats.isConstant(Int(shape), index)) { body(slot, span) }
          slot += 1
        }
      }
      visit(spanShapes[span], spanShapeStats, inTable: spanShapeCodes[Int(spanShapes[span])] > 0)
      let isLast = span + 1 == spanShapes.count
      for event in firstEvents[span]..<(isLast ? eventShapes.count : firstEvents[span + 1]) {
        let shape = eventShapes[event]
        visit(shape, eventShapeStats, inTable: eventShapeCodes[Int(shape)] > 0)
      }
      for link in firstLinks[span]..<(isLast ? linkShapes.count : firstLinks[span + 1]) {
        let shape = linkShapes[link]
        visit(shape, linkShapeStats, inTable: linkShapeCodes[Int(shape)] > 0)
      }
    }
  }

  /// Finds templates for text that is in no table and has no binary form of its own.
  private mutating func chooseTemplates(
    _ batches: [SpanBatch], _ references: [SpanReference]
  ) {
    var miner = TemplateMiner()
    for grain in [TemplateScanner.Grain.numbers, .words] {
      forEachStoredSlot { slot, span in
        let word = slots.words[slot]
        guard word.mayHaveTemplates else { return }
        let value = slots.values[slot]
        if value >= MinedSlots.special && value != MinedSlots.none { return }
        if value != MinedSlots.none && valueCodes[Int(value)] != MinedSlots.none { return }
        let range = slots.range(slot)
        guard
          Int(range.count) >= TemplateMiner.shortestText,
          Int(range.count) <= TemplateMiner.longestText
        else { return }
        let arena = batches[references[span].batch].arena
        if word.kind == .string && TextForm.hasForm(arena, range) { return }
        if grain == .words && miner.isFrequent(arena, range, word, .numbers) { return }
        miner.count(arena, range, word, grain)
      }
    }
    templates = miner.chosen()
    tables.templates = templates.tables
    // Values are numbered behind the templates of their word.
    var counts: [UInt32: UInt32] = [:]
    for table in templates.tables {
      counts[table.word.rawValue] = UInt32(table.templates.count)
    }
    for (value, code) in valueCodes.enumerated() where code != MinedSlots.none {
      valueCodes[value] = code + (counts[valueWords[value]] ?? 0)
    }
  }
}
