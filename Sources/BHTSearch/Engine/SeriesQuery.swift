/// The times of series: intervals of one length, each stamped with its end.
///
/// A span counts in the interval in which it starts; an interval has its end, but not its begin.
package struct SeriesTimes: Sendable, Equatable {
  /// Where the first interval begins (ns since the Unix epoch).
  package let start: UInt64
  /// The length of an interval (ns), 1 or more.
  package let step: UInt64
  /// How many there are, 1 or more.
  package let count: Int

  /// No more intervals than these are computed.
  package static let most = 100_000

  /// Intervals of `step` ns that hold all of `start...end`: of whole steps since the Unix epoch. Nil
  /// where there were more than `most`, or `step` is 0.
  package init?(from start: UInt64, through end: UInt64, step: UInt64) {
    guard step > 0, start <= end else { return nil }
    let first = start / step
    let last = end / step + (end % step == 0 ? 0 : 1)
    guard last - first <= UInt64(Self.most), !(last.multipliedReportingOverflow(by: step).overflow)
    else { return nil }
    self.start = first * step
    self.step = step
    count = max(1, Int(last - first))
  }

  /// One interval from behind `start` through `end`.
  package init(instantFrom start: UInt64, through end: UInt64) {
    self.start = start
    step = max(1, end > start ? end - start : 1)
    count = 1
  }

  /// A step of a round number of seconds (or of less, where it is a short time) that makes about 60
  /// intervals of `start...end`.
  package static func suitableStep(from start: UInt64, through end: UInt64) -> UInt64 {
    let wanted = max(1, (end - start) / 60)
    let second: UInt64 = 1_000_000_000
    let round: [UInt64] =
      [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]
      .map { $0 * second }
    if wanted > second {
      return round.first { $0 >= wanted } ?? wanted / (86400 * second) * 86400 * second
    }
    var step: UInt64 = 1
    while step < wanted { step *= 10 }
    return step
  }

  /// The interval in which a span that starts at `time` counts; nil where in none.
  @inline(__always)
  func interval(of time: UInt64) -> Int? {
    if time <= start { return nil }
    let number = (time - start - 1) / step
    return number < UInt64(count) ? Int(number) : nil
  }

  /// The end of interval `number` (ns).
  package func stamp(_ number: Int) -> UInt64 {
    let (end, overflow) = start.addingReportingOverflow(step &* UInt64(number + 1))
    return overflow ? .max : end
  }

  /// The end of the last interval (ns).
  package var end: UInt64 { stamp(count - 1) }
}

/// One label of a series.
package struct SeriesLabel: Sendable, Hashable {
  /// Its name.
  package var name: String
  /// Its value.
  package var value: SearchValue

  /// The label `name`.
  package init(_ name: String, _ value: SearchValue) {
    self.name = name
    self.value = value
  }
}

/// Numbers over time.
package struct Series: Sendable {
  /// What tells it from others.
  package var labels: [SeriesLabel]
  /// A number for each interval; NaN where there is none.
  package var values: [Double]

  /// The series of `labels`.
  package init(_ labels: [SeriesLabel], _ values: [Double]) {
    self.labels = labels
    self.values = values
  }
}

/// What spans add up to in each interval, of one series.
struct SeriesSums: Sendable {
  /// What is kept.
  enum Kind: Sendable {
    /// How many spans there are.
    case counts
    /// Sum, least and greatest value.
    case values
    /// How many values there are up to each power of two.
    case buckets
  }

  /// Of counts and buckets the number of spans, of values that of spans with one.
  var counts: [Int]
  var sums: [Double] = []
  var least: [Double] = []
  var greatest: [Double] = []
  /// For each interval how many values there are up to 2^n.
  var buckets: [[Int]] = []

  init(_ kind: Kind, intervals: Int) {
    counts = [Int](repeating: 0, count: intervals)
    switch kind {
    case .counts: break
    case .values:
      sums = [Double](repeating: 0, count: intervals)
      least = [Double](repeating: .infinity, count: intervals)
      greatest = [Double](repeating: -.infinity, count: intervals)
    case .buckets: buckets = [[Int]](repeating: [], count: intervals)
    }
  }

  /// Counts a span in `interval`.
  @inline(__always)
  mutating func count(_ interval: Int, _ spans: Int = 1) { counts[interval] += spans }

  /// Adds a value.
  mutating func add(_ value: Double, _ interval: Int) {
    counts[interval] += 1
    sums[interval] += value
    least[interval] = min(least[interval], value)
    greatest[interval] = max(greatest[interval], value)
  }

  /// Counts `spans` whose values lie above 2^(power - 1) and at most at 2^power.
  mutating func add(power: Int, _ interval: Int, _ spans: Int = 1) {
    while buckets[interval].count <= power { buckets[interval].append(0) }
    buckets[interval][power] += spans
    counts[interval] += spans
  }

  /// Adds what another has.
  mutating func add(_ other: SeriesSums) {
    for interval in counts.indices {
      counts[interval] += other.counts[interval]
      if !sums.isEmpty {
        sums[interval] += other.sums[interval]
        least[interval] = min(least[interval], other.least[interval])
        greatest[interval] = max(greatest[interval], other.greatest[interval])
      }
      if buckets.isEmpty { continue }
      for (power, count) in other.buckets[interval].enumerated() {
        while buckets[interval].count <= power { buckets[interval].append(0) }
        buckets[interval][power] += count
      }
    }
  }
}
