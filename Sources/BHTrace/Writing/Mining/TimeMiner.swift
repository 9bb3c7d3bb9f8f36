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
  private var counts: [UInt32] = []

  /// The coding for the chunks of a segment, whose operations are numbered by frequency. O(spans).
  static func coding(_ pages: [IndexPage], threads: Int) -> TimeCoding {
    var spans: [Int] = []
    for page in pages {
      for operation in page.operations {
        while spans.count <= Int(operation) { spans.append(0) }
        spans[Int(operation)] += 1
      }
    }
    let own = min(
      spans.firstIndex { $0 < TimeCoding.ownMinimum } ?? spans.count, TimeCoding.ownLimit)
    // Each thread takes a run of chunks; units have to be known before symbols are counted.
    let parts = max(1, min(threads, pages.count))
    let runs = (0..<parts).map {
      pages[($0 * pages.count / parts)..<(($0 + 1) * pages.count / parts)]
    }
    let found = Parallel.map(parts, threads: parts, state: 0) { part, _ in
      var miner = TimeMiner(own: own)
      miner.findUnits(runs[part])
      return miner.units
    }
    var units = TimeMiner(own: own).units
    for other in found {
      for index in units.indices { units[index] = min(units[index], other[index]) }
    }
    let common = units
    let counted = Parallel.map(parts, threads: parts, state: 0) { part, _ in
      var miner = TimeMiner(own: own)
      miner.units = common
      miner.countSymbols(runs[part])
      return miner
    }
    var miner = counted[0]
    for other in counted.dropFirst() {
      for index in miner.counts.indices { miner.counts[index] += other.counts[index] }
    }
    return miner.chosen()
  }

  private init(own: Int) {
    self.own = own
    units = [Int](
      repeating: TimeColumn.units.count - 1, count: (own + 1) * Self.candidates + 1)
  }

  private mutating func findUnits(_ pages: ArraySlice<IndexPage>) {
    visit(pages) { miner, candidate, time in
      miner.units[candidate] = TimeColumn.dividing(time, upTo: miner.units[candidate])
    }
  }

  private mutating func countSymbols(_ pages: ArraySlice<IndexPage>) {
    counts = [UInt32](repeating: 0, count: units.count * Self.symbols)
    visit(pages) { miner, candidate, time in
      let symbol = TimeColumn.symbol(
        TimeColumn.magnitude(time, unit: miner.units[candidate]), isNegative: time < 0,
        precision: TimeColumn.finest
      ).symbol
      miner.counts[candidate * Self.symbols + symbol] += 1
    }
  }

  /// Gives `body` every time there is, with the number of its candidate.
  @inline(__always)
  private mutating func visit(
    _ pages: ArraySlice<IndexPage>,
    _ body: (inout TimeMiner, _ candidate: Int, _ time: Int64) -> Void
  ) {
    for page in pages {
      var siblings = Siblings(spans: page.count)
      var previousStart = page.traces.first?.start ?? 0
      for trace in page.traces {
        body(&self, units.count - 1, Int64(bitPattern: trace.start &- previousStart))
        previousStart = trace.start
        siblings.begin(firstSpan: trace.firstSpan)
        for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
          let times = RelativeTimes(
            of: span, siblings.step(to: span, page.parents[span]), traceStart: trace.start,
            starts: page.starts, ends: page.ends, outer: page.outerSpans)
          let candidate = min(Int(page.operations[span]), own) * Self.candidates
          body(&self, candidate, times.gap)
          body(&self, candidate + 1, times.gapToStart)
          body(&self, candidate + 2, times.duration)
          body(&self, candidate + 3, times.tail)
        }
      }
    }
  }

  private func chosen() -> TimeCoding {
    var columns = [best([units.count - 1])]
    for pair in stride(from: 0, to: units.count - 1, by: 2) {
      columns.append(best([pair, pair + 1]))
    }
    return TimeCoding(own: own, columns: columns)
  }

  /// The shortest of the candidates at any precision, by estimate; the first of equals.
  private func best(_ candidates: [Int]) -> TimeColumn {
    var best: (bits: Int, candidate: Int, precision: Int, counts: [UInt32])?
    for candidate in candidates {
      // Few of the symbols occur.
      let first = candidate * Self.symbols
      var finest: [(symbol: Int, count: UInt32)] = []
      for symbol in 0..<Self.symbols where counts[first + symbol] > 0 {
        finest.append((symbol, counts[first + symbol]))
      }
      for precision in 0...TimeColumn.finest {
        let (counted, below) = Self.coarser(finest, precision)
        let bits = below + Self.codeBits(counted)
        if bits < best?.bits ?? .max { best = (bits, candidate, precision, counted) }
      }
    }
    guard let best else { return TimeColumn() }
    var column = TimeColumn()
    column.unit = units[best.candidate]
    column.precision = best.precision
    column.isAlternative = best.candidate != candidates[0]
    column.code = PrefixCode(counts: best.counts[...])
    return column
  }

  /// About how many bits codes take for symbols that occur as often as `counts` says, and the code
  /// itself: the entropy, but a bit a symbol at least.
  private static func codeBits(_ counts: [UInt32]) -> Int {
    var (total, spent, different) = (0, 0, 0)
    for index in 0..<counts.count where counts[index] > 0 {
      let count = counts[index]
      total += Int(count)
      spent += Int(count) * logarithm(Int(count))
      different += 1
    }
    if different < 2 { return 8 }
    return max((total * logarithm(total) - spent) >> 8, total) + 5 * different
  }

  /// The logarithm to base 2 in units of 1/256, straight lines between powers of two: in integers,
  /// so that every machine decides alike.
  @inline(__always)
  private static func logarithm(_ value: Int) -> Int {
    let whole = Int.bitWidth - 1 - value.leadingZeroBitCount
    return whole << 8 + (value << 8) >> whole - 256
  }

  /// The counts of the symbols that occur at a coarser precision, and how many bits follow all their
  /// codes.
  private static func coarser(
    _ finest: [(symbol: Int, count: UInt32)], _ precision: Int
  ) -> (counts: [UInt32], bits: Int) {
    var counts = [UInt32](repeating: 0, count: TimeColumn.symbolLimit(precision))
    var total = 0
    for (symbol, count) in finest {
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
