/// Runs of bytes of a file that were read, found again by where they lie in it.
package struct Extents: Sendable {
  /// In the order of their starts. None lies in another one, so they are in the order of their ends too.
  private var runs: [(start: Int, bytes: [UInt8])] = []

  /// Nothing was read.
  package init() {}

  /// All that `others` have.
  package init(joining others: [Extents]) {
    for other in others {
      if runs.isEmpty { runs = other.runs } else { add(other) }
    }
  }

  /// The number of bytes at hand.
  package var byteCount: Int { runs.reduce(0) { $0 + $1.bytes.count } }

  /// Takes in `bytes`, which lie at `start` of the file.
  package mutating func add(_ bytes: [UInt8], at start: Int) {
    let range = start..<(start + bytes.count)
    if holds(range) { return }
    // Mostly they come in order.
    var place = runs.count
    if let last = runs.last, last.start >= start { place = firstRun(startingAfter: start - 1) }
    var end = place
    while end < runs.count && runs[end].start + runs[end].bytes.count <= range.upperBound {
      end += 1
    }
    runs.replaceSubrange(place..<end, with: [(start: start, bytes: bytes)])
  }

  /// Takes in all that `other` has.
  package mutating func add(_ other: Extents) {
    for run in other.runs { add(run.bytes, at: run.start) }
  }

  /// Whether all bytes of `range` are at hand in one run.
  package func holds(_ range: Range<Int>) -> Bool { range.isEmpty || run(holding: range) != nil }

  /// Where the run starts that has the end of `range` but not its begin; nil where there is none.
  package func startOfRun(reaching range: Range<Int>) -> Int? {
    runs.first {
      $0.start > range.lowerBound && $0.start < range.upperBound
        && $0.start + $0.bytes.count >= range.upperBound
    }?.start
  }

  /// Lends the bytes at `range` to `body`. Throws `truncated` where they were not read: a plan
  /// forgot them.
  package func withBytes<Answer>(
    _ range: Range<Int>, _ body: (RawSpan) throws(FormatError) -> Answer
  ) throws(FormatError) -> Answer {
    if range.isEmpty { return try body(RawSpan()) }
    guard let run = run(holding: range) else {
      throw FormatError(
        .truncated, at: range.lowerBound,
        "the bytes \(range.lowerBound)..<\(range.upperBound) were not read")
    }
    let (start, bytes) = runs[run]
    return try body(
      bytes.rawSpan.extracting((range.lowerBound - start)..<(range.upperBound - start)))
  }

  /// A copy of the bytes at `range`.
  package func bytes(_ range: Range<Int>) throws(FormatError) -> [UInt8] {
    if range.isEmpty { return [] }
    if let run = run(holding: range), runs[run].start == range.lowerBound,
      runs[run].bytes.count == range.count
    {
      return runs[run].bytes
    }
    return try withBytes(range) { span throws(FormatError) in span.array(0..<span.byteCount) }
  }

  private func run(holding range: Range<Int>) -> Int? {
    // Of those that start at or before it the last one reaches furthest.
    let place = firstRun(startingAfter: range.lowerBound) - 1
    guard place >= 0 else { return nil }
    return range.upperBound <= runs[place].start + runs[place].bytes.count ? place : nil
  }

  private func firstRun(startingAfter position: Int) -> Int {
    var (low, high) = (0, runs.count)
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].start <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
