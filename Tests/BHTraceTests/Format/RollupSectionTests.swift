import Testing

@testable import BHTrace

struct RollupSectionTests {
  private func rollup(width: UInt64, buckets: Int, seed: UInt64) -> (Rollup, spans: Int) {
    var random = SeededGenerator(seed: seed)
    var rollup = Rollup()
    rollup.width = width
    var number: UInt64 = width == 0 ? 0 : 1_700_000_000_000_000_000 / width
    var spans = 0
    for _ in 0..<buckets {
      var bucket = Rollup.Bucket(number: number)
      for cell in UInt64(0)..<8 where Bool.random(using: &random) || cell == 3 {
        var durations = DurationSums()
        for _ in 0..<Int.random(in: 1...9, using: &random) {
          durations.add(random.next() >> UInt64.random(in: 0...63, using: &random))
          spans += 1
        }
        bucket.cells.append(Rollup.Cell(number: cell, durations: durations))
      }
      rollup.buckets.append(bucket)
      number += UInt64.random(in: 1...5, using: &random)
    }
    return (rollup, spans)
  }

  @Test(arguments: [(UInt64(0), 1), (1_000_000_000, 1), (60_000_000_000, 12)])
  func sumsComeBack(width: UInt64, buckets: Int) throws {
    let (rollup, spans) = rollup(width: width, buckets: buckets, seed: width &+ 1)
    let back = try Rollup.decode(rollup.encode(), operationCount: 4, spans: spans, at: 0)
    #expect(back == rollup)
    #expect(throws: FormatError.self) {
      try Rollup.decode(rollup.encode(), operationCount: 4, spans: spans + 1, at: 0)
    }
    #expect(throws: FormatError.self) {
      try Rollup.decode(rollup.encode(), operationCount: 1, spans: spans, at: 0)
    }
  }

  @Test func bandsArePowersOfTwo() {
    let expected: [(UInt64, Int)] = [
      (0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (8, 4), (9, 5), (1 << 63, 64),
      (1 << 63 + 1, 65), (.max, 65),
    ]
    for (duration, band) in expected {
      #expect(DurationSums.band(duration) == band)
      #expect(DurationSums.largest(band) >= duration)
      #expect(band == 0 || DurationSums.largest(band - 1) < duration)
    }
  }

  @Test func sumsStopAtTheLargestNumber() {
    var sums = DurationSums()
    sums.add(UInt64.max - 1)
    sums.add(7)
    #expect(sums.sum == .max)
    var both = DurationSums()
    both.add(3)
    both.add(sums)
    #expect(both.sum == .max)
    #expect(both.count == 3)
    #expect(both.bands[3] == 1 && both.bands[4] == 1 && both.bands[65] == 1)
  }

  @Test func damageNeverTraps() throws {
    let (rollup, spans) = rollup(width: 10_000_000_000, buckets: 5, seed: 8)
    let thrown = try damagedPage(rollup.encode(), seed: 9) { bytes in
      let found = try Rollup.decode(bytes, operationCount: 4, spans: spans, at: 0)
      for bucket in found.buckets { _ = found.sums(in: found.times(bucket)) }
    }
    #expect(thrown > 500)
  }

  @Test func moreCellsThanAllowedAreRefused() {
    let bytes = packed { writer in
      writer.varint(0)
      writer.varint(1)
      writer.varint(0)
      writer.varint(Rollup.largestTable + 1)
      writer.append([UInt8](repeating: 1, count: Rollup.largestTable * 2))
    }
    #expect(throws: FormatError.self) {
      try Rollup.decode(bytes, operationCount: 1 << 30, spans: 1 << 40, at: 0)
    }
  }
}
