/// Finds the coding that makes the times of a segment shortest.
struct TimeMiner {
  /// What a column could hold: each operation chooses between two kinds of gaps and of durations.
  private static let candidates = 4
  /// Symbols of the finest precision.
  private static let symbols = TimeColumn.symbolLimit(TimeColumn.finest)

  private let own: Int
  /// For each candidate its unit; those of the starts of traces come last.
  private var units: [Int]
  /// For each candidate how often each symbol of the finest precision occurs.
  private var counts: [UInt32]

  /// The coding for `traces`, whose spans have the `operations` in turn, numbered by frequency.
  /// O(spans).
  static func coding(_ traces: [SegmentTrace], operations: [UInt32]) -> TimeCoding {
    var spans = [Int](repeating: 0, count: Int(operations.max() ?? 0) + 1)
    for operation in operations { spans[Int(operation)] += 1 }
    let own = spans.firstIndex { $0 < TimeCoding.ownMinimum } ?? spans.count
    var miner = TimeMiner(own: min(own, TimeCoding.ownLimit))
    miner.visit(traces, operations) { miner, candidate, time in
      miner.units[candidate] = TimeColumn.dividing(time, upTo: miner.units[candidate])
    }
    miner.visit(traces, operations) { miner, candidate, time in
      let symbol = TimeColumn.symbol(
        TimeColumn.magnitude(time, unit: miner.units[candidate]), isNegative: time < 0,
        precision: TimeColumn.finest
      ).symbol
      miner.counts[candidate * Self.symbols + symbol] += 1
    }
    return miner.chosen()
  }

  private init(own: Int) {
    self.own = own
    let count = (own + 1) * Self.candidates + 1
    units = [Int](repeating: TimeColumn.units.count - 1, count: count)
    counts = [UInt32](repeating: 0, count: count * Self.symbols)
  }

  /// Gives `body` every time there is, with the number of its candidate.
  private mutating func visit(
    _ traces: [SegmentTrace], _ operations: [UInt32],
    _ body: (inout TimeMiner, _ candidate: Int, _ time: Int64) -> Void
  ) {
    var first = 0
    var previousStart = traces.first?.tree.earliestStart ?? 0
    for trace in traces {
      let tree = trace.tree
      let start = tree.earliestStart
      body(&self, units.count - 1, Int64(bitPattern: start &- previousStart))
      previousStart = start
      var siblings = Siblings(spans: tree.count)
      for position in 0..<tree.count {
        let near = siblings.step(to: position, tree.parents[position])
        let times = RelativeTimes(
          of: position, near, traceStart: start, starts: tree.starts, ends: tree.ends)
        let candidate = min(Int(operations[first + position]), own) * Self.candidates
        body(&self, candidate, times.gap)
        body(&self, candidate + 1, times.gapToStart)
        body(&self, candidate + 2, times.duration)
        body(&self, candidate + 3, times.tail)
      }
      first += tree.count
    }
  }

  private func chosen() -> TimeCoding {
    var columns = [best([units.count - 1])]
    for pair in stride(from: 0, to: units.count - 1, by: 2) {
      columns.append(best([pair, pair + 1]))
    }
    return TimeCoding(own: own, columns: columns)
  }

  /// The shortest of the candidates at any precision; the first of equals.
  private func best(_ candidates: [Int]) -> TimeColumn {
    var best: (bits: Int, column: TimeColumn)?
    for (index, candidate) in candidates.enumerated() {
      let finest = counts[(candidate * Self.symbols)..<((candidate + 1) * Self.symbols)]
      for precision in 0...TimeColumn.finest {
        let (counted, below) = Self.coarser(finest, precision)
        var column = TimeColumn()
        column.unit = units[candidate]
        column.precision = precision
        column.isAlternative = index == 1
        column.code = PrefixCode(counts: counted[...])
        let bits =
          below + column.code.bits(counts: counted[...]) + 4 * column.code.lengths.count
        if bits < best?.bits ?? .max { best = (bits, column) }
      }
    }
    return best?.column ?? TimeColumn()
  }

  /// The counts of symbols at a coarser precision, and how many bits follow all their codes.
  private static func coarser(
    _ finest: ArraySlice<UInt32>, _ precision: Int
  ) -> (counts: [UInt32], bits: Int) {
    var counts = [UInt32](repeating: 0, count: TimeColumn.symbolLimit(precision))
    var total = 0
    for (symbol, count) in zip(0..., finest) where count > 0 {
      let bucket = symbol >> 1
      let below = max(bucket >> TimeColumn.finest - 1, 0)
      let top = UInt64(bucket - below << TimeColumn.finest)
      let (coarse, bits) = TimeColumn.symbol(
        top, isNegative: symbol & 1 == 1, precision: precision)
      // Below the top bits of the magnitude are as many more as before.
      counts[coarse + (below << precision) << 1] += count
      total += Int(count) * (bits + below)
    }
    return (counts, total)
  }
}
