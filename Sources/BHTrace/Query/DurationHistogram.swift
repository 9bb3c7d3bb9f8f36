/// Durations counted in classes, for quantiles in bounded memory.
///
/// A power of two has 64 classes of equal width, so a quantile is off by at most 1/128 of itself
/// (0.8 %); below 128 ns, and of up to 256 durations, it is exact. What comes out depends on the durations alone,
/// not on their order or on how they were added up in parts. At most 30 KiB, mostly a few.
package struct DurationHistogram: Sendable, Equatable {
  /// The number of durations.
  package private(set) var count = 0
  /// All durations, in no order, while they are few.
  private var few: [UInt64] = []
  /// The counts of a run of classes.
  private var counts: [UInt64] = []
  /// The class that `counts` begins with.
  private var firstClass = 0
  private var least = UInt64.max
  private var most: UInt64 = 0

  private static let fewLimit = 256
  private static let classBits = 6

  /// No durations.
  package init() {}

  /// Adds a duration in nanoseconds.
  package mutating func add(_ duration: UInt64) {
    count += 1
    if count <= Self.fewLimit { return few.append(duration) }
    if !few.isEmpty { classify() }
    addToClass(duration, 1)
  }

  /// Adds all durations of another histogram.
  package mutating func add(_ other: DurationHistogram) {
    count += other.count
    if count <= Self.fewLimit {
      few += other.few
      return
    }
    classify()
    for duration in other.few { addToClass(duration, 1) }
    if other.counts.isEmpty { return }
    (least, most) = (min(least, other.least), max(most, other.most))
    makeRoom(other.firstClass, other.firstClass + other.counts.count - 1)
    for (place, number) in other.counts.enumerated() {
      counts[other.firstClass - firstClass + place] += number
    }
  }

  /// The duration that at least `percent` of a hundred durations do not exceed, the smallest such
  /// one there is; 0 where there are none.
  package func percentile(_ percent: Int) -> UInt64 {
    quantiles([percent])[0]
  }

  /// The same for several, ascending.
  package func quantiles(_ percents: [Int]) -> [UInt64] {
    if count == 0 { return percents.map { _ in 0 } }
    let ranks = percents.map { percent in
      let (whole, rest) = count.quotientAndRemainder(dividingBy: 100)
      return max(1, whole * percent + (rest * percent + 99) / 100)
    }
    if count <= Self.fewLimit {
      let sorted = few.sorted()
      return ranks.map { sorted[min($0, sorted.count) - 1] }
    }
    var found: [UInt64] = []
    var (place, passed) = (0, UInt64(0))
    for rank in ranks {
      while place < counts.count && passed + counts[place] < UInt64(rank) {
        passed += counts[place]
        place += 1
      }
      if rank >= count {
        found.append(most)
      } else {
        found.append(min(max(Self.middle(of: firstClass + place), least), most))
      }
    }
    return found
  }

  // MARK: Classes

  /// Puts the durations that were kept as they are into their classes.
  private mutating func classify() {
    for duration in few { addToClass(duration, 1) }
    few = []
  }

  @inline(__always)
  private mutating func addToClass(_ duration: UInt64, _ number: UInt64) {
    let place = Self.classOf(duration)
    if place < firstClass || place >= firstClass + counts.count { makeRoom(place, place) }
    counts[place - firstClass] += number
    least = min(least, duration)
    most = max(most, duration)
  }

  /// Makes `counts` reach from class `first` to `last` at least.
  private mutating func makeRoom(_ first: Int, _ last: Int) {
    if counts.isEmpty {
      firstClass = first
      counts = [UInt64](repeating: 0, count: last - first + 1)
      return
    }
    if first < firstClass {
      counts.insert(contentsOf: repeatElement(0, count: firstClass - first), at: 0)
      firstClass = first
    }
    let end = firstClass + counts.count
    if last >= end { counts.append(contentsOf: repeatElement(0, count: last - end + 1)) }
  }

  @inline(__always)
  private static func classOf(_ duration: UInt64) -> Int {
    let shift = max(0, UInt64.bitWidth - duration.leadingZeroBitCount - 1 - classBits)
    return shift << classBits + Int(duration >> UInt64(shift))
  }

  private static func middle(of number: Int) -> UInt64 {
    let shift = max(0, number >> classBits - 1)
    let begin = UInt64(number - shift << classBits) << UInt64(shift)
    return shift == 0 ? begin : begin + 1 << UInt64(shift - 1)
  }

  /// Histograms of the same durations are the same, in whatever order these came.
  package static func == (left: DurationHistogram, right: DurationHistogram) -> Bool {
    guard left.count == right.count else { return false }
    if left.count <= fewLimit { return left.few.sorted() == right.few.sorted() }
    return left.least == right.least && left.most == right.most
      && left.firstClass == right.firstClass && left.counts == right.counts
  }
}
