/// The spans of one id that are no client and server pair (retries, attempts, a copy sent before
/// the span ended), and which of them a child of that id hangs under.
///
/// - A copy that has not ended gives way to those that have.
/// - Among these it is the first whose time encloses the child's, else the first that encloses the
///   child's start, else the first. First means: in canonical order.
struct SpanCopies {
  /// The copies that have ended, in canonical order.
  private var numbers: [Int32] = []
  private var starts: [UInt64] = []
  /// For each of them the latest end up to and with it: the first one that ends at some time or
  /// later is where this reaches that time.
  private var latestEnds: [UInt64] = []
  /// The first copy of all.
  private let first: Int32

  /// Copies, the first of which is span number `first`.
  init(first: Int32) { self.first = first }

  /// Adds the next copy in canonical order.
  mutating func add(_ number: Int32, start: UInt64, end: UInt64) {
    if end == 0 || end < start { return }
    numbers.append(number)
    starts.append(start)
    latestEnds.append(max(end, latestEnds.last ?? 0))
  }

  /// The number of the copy that a child from `start` to `end` hangs under. O(log n).
  func parent(ofChildFrom start: UInt64, to end: UInt64) -> Int32 {
    enclosing(start, max(start, end)) ?? enclosing(start, start) ?? numbers.first ?? first
  }

  /// The first copy that is under way from `start` to `end`.
  private func enclosing(_ start: UInt64, _ end: UInt64) -> Int32? {
    var (low, high) = (0, latestEnds.count)
    while low < high {
      let middle = low + (high - low) / 2
      if latestEnds[middle] < end { low = middle + 1 } else { high = middle }
    }
    // Canonical order starts with the start: where this one starts too late, so do all after it.
    return low < numbers.count && starts[low] <= start ? numbers[low] : nil
  }
}
