/// Sums up the durations of a segment's spans, in buckets of time as narrow as pays.
struct RollupMiner {
  /// Widths of buckets (ns), each a multiple of the one behind it: 24 h, 6 h, 1 h, 10 min, 1 min, 10 s,
  /// 1 s.
  private static let widths: [UInt64] = [86_400, 21_600, 3_600, 600, 60, 10, 1]
    .map { $0 * 1_000_000_000 }
  /// So many cells are fine in any segment.
  private static let cells = 64
  /// Of larger segments, one for so many spans.
  private static let spansPerCell = 512

  private let pages: [IndexPage]
  private let width: UInt64
  private var cells = CellNumbers()

  /// The rollup of `pages`, in the narrowest buckets of time that have few enough cells; nil where a
  /// reader would not take so many cells as there are.
  static func rollup(_ pages: [IndexPage]) -> Rollup? {
    let spans = pages.reduce(0) { $0 + $1.count }
    let most = max(cells, spans / spansPerCell)
    var (first, last) = (UInt64.max, UInt64.min)
    for page in pages {
      for start in page.starts { (first, last) = (min(first, start), max(last, start)) }
    }
    var width: UInt64 = 0
    var isKnownToFit = false
    for next in widths {
      // All in one bucket is as many cells as without buckets.
      if first / next != last / next || !isKnownToFit {
        var miner = RollupMiner(pages, width: next)
        if !miner.fits(most) { break }
      }
      isKnownToFit = true
      width = next
    }
    var miner = RollupMiner(pages, width: width)
    guard miner.fits(Rollup.largestTable) else { return nil }
    return miner.summed()
  }

  private init(_ pages: [IndexPage], width: UInt64) {
    self.pages = pages
    self.width = width
  }

  /// The bucket and the cell of span number `span` of `page`.
  @inline(__always)
  private func key(_ page: IndexPage, _ span: Int) -> CellNumbers.Key {
    CellNumbers.Key(
      bucket: width == 0 ? 0 : page.starts[span] / width,
      cell: UInt64(page.operations[span]) << 1 | (page.marks[span].contains(.error) ? 1 : 0))
  }

  /// Whether there are at most `most` cells.
  private mutating func fits(_ most: Int) -> Bool {
    for page in pages {
      for span in 0..<page.count {
        if cells.number(key(page, span)) >= most { return false }
      }
    }
    return true
  }

  /// The rollup, of cells that were all numbered before.
  private mutating func summed() -> Rollup {
    var sums = [DurationSums](repeating: DurationSums(), count: cells.count)
    for page in pages {
      for span in 0..<page.count {
        let start = page.starts[span]
        sums[cells.number(key(page, span))].add(max(start, page.ends[span]) - start)
      }
    }
    var rollup = Rollup()
    rollup.width = width
    let order = cells.keys.indices.sorted {
      (cells.keys[$0].bucket, cells.keys[$0].cell) < (cells.keys[$1].bucket, cells.keys[$1].cell)
    }
    for number in order {
      let key = cells.keys[number]
      if rollup.buckets.last?.number != key.bucket {
        rollup.buckets.append(Rollup.Bucket(number: key.bucket))
      }
      rollup.buckets[rollup.buckets.count - 1].cells.append(
        Rollup.Cell(number: key.cell, durations: sums[number]))
    }
    return rollup
  }
}

/// Numbers cells in the order of their first appearance.
private struct CellNumbers {
  struct Key: Equatable {
    var bucket: UInt64
    var cell: UInt64
  }

  private(set) var keys: [Key] = []
  private var table = [UInt32](repeating: free, count: 256)

  private static let free = UInt32.max
  /// No input can be made to collide.
  private static let seed = UInt64.random(in: .min ... .max)

  var count: Int { keys.count }

  @inline(__always)
  mutating func number(_ key: Key) -> Int {
    let mask = table.count - 1
    var place = Self.place(key) & mask
    while table[place] != Self.free {
      if keys[Int(table[place])] == key { return Int(table[place]) }
      place = (place + 1) & mask
    }
    table[place] = UInt32(keys.count)
    keys.append(key)
    if keys.count * 2 > table.count { grow() }
    return keys.count - 1
  }

  @inline(__always)
  private static func place(_ key: Key) -> Int {
    Int(truncatingIfNeeded: ByteComparison.mix(ByteComparison.mix(key.bucket ^ seed) ^ key.cell))
  }

  private mutating func grow() {
    table = [UInt32](repeating: Self.free, count: table.count * 2)
    let mask = table.count - 1
    for (number, key) in keys.enumerated() {
      var place = Self.place(key) & mask
      while table[place] != Self.free { place = (place + 1) & mask }
      table[place] = UInt32(number)
    }
  }
}
