import Testing

@testable import BHTrace

struct DurationHistogramTests {
  private func histogram(_ durations: [UInt64]) -> DurationHistogram {
    var histogram = DurationHistogram()
    for duration in durations { histogram.add(duration) }
    return histogram
  }

  /// The definition: the smallest duration that at least so many of a hundred do not exceed.
  private func exact(_ durations: [UInt64], _ percent: Int) -> UInt64 {
    let sorted = durations.sorted()
    let rank = (sorted.count * percent + 99) / 100
    return sorted[max(1, rank) - 1]
  }

  @Test func ofFewDurationsQuantilesAreExact() {
    #expect(histogram([]).percentile(50) == 0)
    #expect(histogram([7]).quantiles([0, 50, 99, 100]) == [7, 7, 7, 7])
    #expect(histogram([3, 1, 2]).quantiles([33, 34, 67]) == [1, 2, 3])
    let hundred = (1...100).map { UInt64($0) * 1_000_003 }
    #expect(
      histogram(hundred.reversed()).quantiles([50, 95, 99]) == [
        hundred[49], hundred[94], hundred[98],
      ])
  }

  @Test(arguments: UInt64(1)...20)
  func ofManyTheyAreOffByLittle(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let power = UInt64.random(in: 6...63, using: &random)
    let durations = (0..<2000).map { _ in
      UInt64.random(in: 0...(1 << UInt64.random(in: 1...power, using: &random)), using: &random)
    }
    let found = histogram(durations)
    for percent in [0, 1, 50, 90, 95, 99, 100] {
      let (expected, got) = (exact(durations, percent), found.percentile(percent))
      let error = max(expected, got) - min(expected, got)
      // A 128th, and the rounding of the class's middle.
      #expect(error <= expected / 128 + 1, "seed \(seed), \(percent): \(got), not \(expected)")
      if expected < 128 { #expect(got == expected, "seed \(seed), \(percent)") }
    }
  }

  @Test(arguments: UInt64(1)...20)
  func partsAddUpToTheSame(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...700, using: &random)
    let durations = (0..<count).map { _ in
      UInt64.random(in: 0..<(1 << 40), using: &random) >> UInt64.random(in: 0..<40, using: &random)
    }
    let whole = histogram(durations)
    var sum = DurationHistogram()
    var rest = durations.shuffled(using: &random)[...]
    while !rest.isEmpty {
      let part = rest.prefix(Int.random(in: 1...400, using: &random))
      sum.add(histogram(Array(part)))
      rest = rest.dropFirst(part.count)
    }
    sum.add(DurationHistogram())
    #expect(sum == whole)
    #expect(sum.quantiles([1, 50, 99]) == whole.quantiles([1, 50, 99]))
    #expect(sum.count == count)
  }

  @Test func theLargestDurationsHaveAClass() {
    let durations = [UInt64](repeating: .max, count: 300) + [0]
    let found = histogram(durations).quantiles([0, 50, 100])
    #expect(found[0] == 0 && found[2] == .max)
    #expect(found[1] >= .max - .max / 128)
  }
}
