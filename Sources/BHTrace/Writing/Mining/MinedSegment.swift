/// What mining found, in the numbers the segment uses: tables, names, and for every shape and
/// value where it stands in them.
struct MinedSegment: Sendable {
  private(set) var runs: [MinedRun]
  private(set) var names = NameTable()
  private(set) var tables = SegmentTables()
  private(set) var plans = ShapePlans.OfSegment()
  private(set) var templates = ChosenTemplates()
  /// For each span of the segment its operation in `names`.
  private(set) var operations: [UInt32] = []
  /// For each span of the segment which of its operation's (resource, scope) pairs it has.
  private(set) var contexts: [UInt32] = []
  let eventUnits: [UInt8]

  /// A shape that occurs less often says what it is where it occurs.
  private static let shapeMinimum = 2
  /// A value that occurs less often is stored where it occurs.
  private static let valueMinimum: UInt32 = 3
  /// All values in tables together have at most this many bytes.
  private static let valueTableBytes = 24 << 20

  /// Mines `spans`, all of a segment, with `threads` threads, each a run of them: what comes out does
  /// not depend on how many. The values in tables take about `valueTableBytes` compressed at most.
  /// O(slots).
  init(_ spans: SegmentSpans, valueTableBytes: Int, threads: Int) {
    let cuts = spans.runs(threads)
    let miners = Parallel.map(cuts.count, threads: threads, state: 0) { index, _ in
      var miner = SegmentMiner(spans.batches)
      miner.add(spans, cuts[index])
      return miner
    }
    var miner = miners[0]
    runs = [MinedRun(miner, miner.ownTranslation, spans: cuts[0])]
    for (next, cut) in zip(miners, cuts).dropFirst() {
      let numbers = miner.adopt(next)
      runs.append(MinedRun(next, numbers, spans: cut))
    }
    let operationNumbers = Self.ranks(miner.origins.operationCounts)
    eventUnits = miner.eventUnits
    nameOperations(miner.origins, operationNumbers)
    numberOrigins(miners, operationNumbers)
    tables.keys = (0..<miner.keys.count).map { miner.keys.strings.bytes($0) }
    tables.catalog = miner.origins.catalog
    chooseShapes(miner, operationNumbers)
    chooseValues(miner.values, budget: valueTableBytes, threads: threads)
    chooseTemplates(spans, miner.values, threads: threads)
  }

  /// Sets the operation and context of each span.
  private mutating func numberOrigins(_ miners: [SegmentMiner], _ operationNumbers: [UInt32]) {
    let count = runs.last?.spans.upperBound ?? 0
    operations.reserveCapacity(count)
    contexts.reserveCapacity(count)
    for (miner, run) in zip(miners, runs) {
      let origins = run.numbers.origins
      for (operation, context) in zip(miner.operations, miner.contexts) {
        operations.append(operationNumbers[Int(origins.operations[Int(operation)])])
        contexts.append(origins.contexts[Int(operation)][Int(context)])
      }
    }
  }

  /// How many bytes the values of `spans` of the segment have.
  func valueBytes(_ spans: Range<Int>) -> Int {
    runs.reduce(0) { $0 + $1.valueBytes(spans.clamped(to: $1.spans)) }
  }

  /// The run that has span number `span` of the segment.
  func run(holding span: Int) -> MinedRun {
    runs.first { $0.spans.contains(span) } ?? runs[0]
  }

  /// For each index of `counts` its place when sorted by count, the largest first.
  private static func ranks(_ counts: [Int]) -> [UInt32] {
    let order = counts.indices.sorted { (counts[$1], $0) < (counts[$0], $1) }
    var ranks = [UInt32](repeating: 0, count: counts.count)
    for (rank, index) in order.enumerated() { ranks[index] = UInt32(rank) }
    return ranks
  }

  private mutating func nameOperations(_ origins: OriginMiner, _ operationNumbers: [UInt32]) {
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
    for (index, number) in operationNumbers.enumerated() {
      var operation = origins.operationList[index]
      operation.service = serviceNumbers[Int(operation.service)]
      names.operations[Int(number)] = operation
      tables.contexts[Int(number)] = origins.contexts[index]
    }
  }

  private mutating func chooseShapes(_ miner: SegmentMiner, _ operationNumbers: [UInt32]) {
    tables.spanShapes = [[SpanShape]](repeating: [], count: names.operations.count)
    var codes = [UInt32](repeating: 0, count: miner.spanShapeStats.count)
    for shape in Self.frequent(miner.spanShapeStats) {
      let head = miner.spanShapeStats.head(shape)
      var made = SpanShape()
      made.operation = operationNumbers[Int(head.origin)]
      made.statusCode = head.statusCode
      made.setFlags(head.flags)
      made.slots = Self.tableSlots(of: shape, miner.spanShapeStats, miner.values)
      tables.spanShapes[Int(made.operation)].append(made)
      codes[shape] = UInt32(tables.spanShapes[Int(made.operation)].count)
    }
    plans.spans = ShapePlans(miner.spanShapeStats, codes: codes)
    codes = [UInt32](repeating: 0, count: miner.eventShapeStats.count)
    for shape in Self.frequent(miner.eventShapeStats) {
      var made = EventShape()
      made.unit = eventUnits[shape]
      made.name = miner.eventNames.strings.bytes(Int(miner.eventShapeStats.head(shape).origin))
      made.slots = Self.tableSlots(of: shape, miner.eventShapeStats, miner.values)
      tables.eventShapes.append(made)
      codes[shape] = UInt32(tables.eventShapes.count)
    }
    plans.events = ShapePlans(miner.eventShapeStats, codes: codes)
    codes = [UInt32](repeating: 0, count: miner.linkShapeStats.count)
    for shape in Self.frequent(miner.linkShapeStats) {
      tables.linkShapes.append(
        LinkShape(slots: Self.tableSlots(of: shape, miner.linkShapeStats, miner.values)))
      codes[shape] = UInt32(tables.linkShapes.count)
    }
    plans.links = ShapePlans(miner.linkShapeStats, codes: codes)
  }

  /// The shapes that occur often enough, the most frequent first.
  private static func frequent(_ stats: ShapeStats) -> [Int] {
    (0..<stats.count).filter { stats.occurrences($0) >= shapeMinimum }
      .sorted { (stats.occurrences($1), $0) < (stats.occurrences($0), $1) }
  }

  private static func tableSlots(
    of shape: Int, _ stats: ShapeStats, _ values: ByteInterner
  ) -> [Slot] {
    (0..<stats.slotCount(shape)).map { index in
      let mined = stats.slot(shape, index)
      var slot = Slot(word: mined.word)
      if stats.isConstant(shape, index) {
        slot.constant =
          mined.word.kind?.hasRange == true
          ? Constant(bytes: values.bytes(Int(mined.value))) : Constant(bits: mined.bits)
      }
      return slot
    }
  }

  private mutating func chooseValues(_ values: ByteInterner, budget: Int, threads: Int) {
    let counts = countValues(values.count, threads: threads)
    let chosen = ValueTables(values, counts: counts, minimum: Self.valueMinimum)
      .chosen(budget: budget)
    var codes = [UInt32](repeating: MinedSlot.none, count: values.count)
    var total = 0
    for value in chosen {
      let word = SlotWord(rawValue: values.tag(value))
      total += Int(values.range(value).count)
      if total > Self.valueTableBytes { break }
      if tables.values.last?.word != word { tables.values.append((word, [])) }
      codes[value] = UInt32(tables.values[tables.values.count - 1].values.count)
      tables.values[tables.values.count - 1].values.append(values.bytes(value))
    }
    for run in runs.indices {
      runs[run].valueCodes = runs[run].numbers.values.map { codes[Int($0)] }
    }
  }

  /// How often each value is that of a slot that is not a constant.
  private func countValues(_ count: Int, threads: Int) -> [UInt32] {
    let counted = Parallel.map(runs.count, threads: threads, state: 0) { index, _ in
      let run = runs[index]
      var counts = [UInt32](repeating: 0, count: run.numbers.values.count)
      run.forEachStoredSlot(plans) { slot, _ in
        let value = run.slots[slot].value
        if value < MinedSlot.special { counts[Int(value)] += 1 }
      }
      return counts
    }
    var counts = [UInt32](repeating: 0, count: count)
    for (run, theirs) in zip(runs, counted) {
      for (value, number) in run.numbers.values.enumerated() {
        counts[Int(number)] += theirs[value]
      }
    }
    return counts
  }

  /// Finds templates for text that is in no table and has no binary form of its own.
  private mutating func chooseTemplates(
    _ spans: SegmentSpans, _ values: ByteInterner, threads: Int
  ) {
    let found = TextSorter.sort(runs, spans, plans, threads: threads)
    for (run, sorted) in found.runs.enumerated() {
      runs[run].texts = sorted.texts
      runs[run].patterns = sorted.patterns
    }
    templates = found.templates
    tables.templates = templates.tables
    // Values are numbered behind the templates of their word.
    var counts: [UInt32: UInt32] = [:]
    for table in templates.tables {
      counts[table.word.rawValue] = UInt32(table.templates.count)
    }
    if counts.isEmpty { return }
    for run in runs.indices {
      for (value, number) in runs[run].numbers.values.enumerated()
      where runs[run].valueCodes[value] != MinedSlot.none {
        runs[run].valueCodes[value] += counts[values.tag(Int(number))] ?? 0
      }
    }
  }
}
