import BHTrace
internal import Glibc

/// A logarithmic axis: where values lie on it, and where its ticks are.
struct LogAxis {
  /// One tick.
  struct Tick {
    var value: Double
    /// Whether the value is written at it.
    var isLabelled: Bool
  }

  private let low: Double
  private let high: Double
  /// Where the smallest value lies, in units of the drawing.
  let start: Double
  /// Where the largest value lies.
  let end: Double

  /// An axis from `start` to `end` of the drawing with room for `values`, all above 0, and some at
  /// both ends.
  init(_ values: [Double], from start: Double, to end: Double) {
    let smallest = max(values.min() ?? 1, 1e-3)
    let largest = max(values.max() ?? 10, smallest)
    // A factor of 4 at least, so that equal values have an axis as well.
    let spread = max(log10(largest / smallest), log10(4))
    let middle = (log10(smallest) + log10(largest)) / 2
    low = middle - spread / 2 * 1.25 - 0.05
    high = middle + spread / 2 * 1.25 + 0.05
    self.start = start
    self.end = end
  }

  /// Where `value` lies.
  func place(_ value: Double) -> Double {
    start + (log10(max(value, 1e-9)) - low) / (high - low) * (end - start)
  }

  /// The ticks, ascending; those that are labelled are at least `distance` apart.
  func ticks(apart distance: Double) -> [Tick] {
    let decade = (end - start).magnitude / (high - low)
    let labelled: [Int] =
      decade * log10(2) >= distance ? [1, 2, 5] : decade * log10(3) >= distance ? [1, 3] : [1]
    var ticks: [Tick] = []
    var power = Int(low.rounded(.down))
    while Double(power) <= high {
      for factor in 1...9 {
        let value = Double(factor) * pow(10, Double(power))
        if log10(value) < low || log10(value) > high { continue }
        ticks.append(Tick(value: value, isLabelled: labelled.contains(factor)))
      }
      power += 1
    }
    return ticks
  }
}
