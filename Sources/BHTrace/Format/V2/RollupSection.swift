/// Durations of a segment's spans summed up: by time, operation and whether they are errors.
///
/// ```
/// ROLLUP := Packed page of
///   width varint      of a bucket of time (ns); 0: one bucket for all
///   buckets varint    those with spans; for each:
///     number varint   start / width; the first as it is, then the distance to the previous one less 1;
///                     of width 0: 0
///     cells varint    for each, ascending:
///       cell varint   operation · 2 + error; the first as it is, then the distance to the previous one
///                     less 1
///       count varint  spans, 1 or more
///       sum varint    of their durations (ns), 2^64 - 1 at most; one that ends before it starts has 0
///       (band varint, count varint)*
///                     spans by duration, until they are `count`: the first band as it is, then the
///                     distance to the previous one less 1; count 1 or more
/// ```
/// A span counts in the bucket of its start. Band 0 has the durations of 0, band 1 those of 1 ns, band
/// b ≥ 2 those of more than 2^(b-2) and at most 2^(b-1) ns.
struct Rollup: Sendable, Equatable {
  /// Spans of one operation, all errors or none.
  struct Cell: Sendable, Equatable {
    /// Operation · 2 + error.
    var number: UInt64 = 0
    var durations = DurationSums()
  }

  struct Bucket: Sendable, Equatable {
    /// Start / width.
    var number: UInt64 = 0
    var cells: [Cell] = []
  }

  /// There are no more cells than these: what a reader takes memory for. A segment with more has no
  /// ROLLUP.
  static let largestTable = 1 << 18

  /// Of a bucket (ns); 0 where there is one for all.
  var width: UInt64 = 0
  var buckets: [Bucket] = []

  /// When `bucket` begins and its last nanosecond; all of time where there is one for all.
  func times(_ bucket: Bucket) -> ClosedRange<UInt64> {
    if width == 0 { return 0...UInt64.max }
    let (start, overflow) = bucket.number.multipliedReportingOverflow(by: width)
    if overflow { return UInt64.max...UInt64.max }
    let (end, isLast) = start.addingReportingOverflow(width - 1)
    return start...(isLast ? .max : end)
  }

  /// The sums of each cell over all buckets that lie in `times`, ascending by number; and whether
  /// buckets that lie in it in part were left out.
  func sums(in times: ClosedRange<UInt64>) -> (cells: [Cell], isExact: Bool) {
    var sums: [UInt64: DurationSums] = [:]
    var isExact = true
    for bucket in buckets {
      let own = self.times(bucket)
      if !own.overlaps(times) { continue }
      if times.lowerBound > own.lowerBound || own.upperBound > times.upperBound {
        isExact = false
        continue
      }
      for cell in bucket.cells { sums[cell.number, default: DurationSums()].add(cell.durations) }
    }
    let cells = sums.sorted { $0.key < $1.key }.map { Cell(number: $0.key, durations: $0.value) }
    return (cells, isExact)
  }

  /// The section.
  func encode() -> [UInt8] {
    var content = ByteWriter(capacity: 1024)
    content.varint(width)
    content.varint(buckets.count)
    var nextBucket: UInt64 = 0
    for bucket in buckets {
      content.varint(bucket.number &- nextBucket)
      nextBucket = bucket.number &+ 1
      content.varint(bucket.cells.count)
      var nextCell: UInt64 = 0
      for cell in bucket.cells {
        content.varint(cell.number &- nextCell)
        nextCell = cell.number &+ 1
        cell.durations.encode(to: &content)
      }
    }
    var writer = ByteWriter(capacity: content.count)
    Page.sealPacked(content.bytes, to: &writer)
    return writer.bytes
  }

  /// Decodes the section `bytes`, which lies at `offset` of the file, of a segment of `spans` spans
  /// of `operationCount` operations.
  static func decode(
    _ bytes: [UInt8], operationCount: Int, spans: Int, at offset: Int
  ) throws(FormatError) -> Rollup {
    let content = try Page.openPacked(bytes, at: offset, "ROLLUP")
    var cursor = ByteCursor(content.rawSpan, base: offset)
    var rollup = Rollup()
    rollup.width = try cursor.varint()
    let last = rollup.width == 0 ? 0 : UInt64.max / rollup.width
    var left = spans
    var room = operationCount == 0 ? 0 : largestTable
    let count = try cursor.count(
      upTo: min(rollup.width == 0 ? 1 : left, cursor.remaining), "the number of buckets of time")
    var nextBucket: UInt64 = 0
    for _ in 0..<count {
      var bucket = Bucket()
      bucket.number = try next(&nextBucket, last, from: &cursor, "a bucket of time")
      let cells = try cursor.count(
        upTo: min(left, room, cursor.remaining), "a bucket's number of cells")
      room -= cells
      var nextCell: UInt64 = 0
      for _ in 0..<cells {
        var cell = Cell()
        cell.number = try next(
          &nextCell, UInt64(operationCount) * 2 &- 1, from: &cursor, "an operation's number")
        cell.durations = try DurationSums(upTo: left, from: &cursor)
        left -= cell.durations.count
        bucket.cells.append(cell)
      }
      rollup.buckets.append(bucket)
    }
    guard left == 0 else {
      throw FormatError(.outOfBounds, at: offset, "ROLLUP lacks \(left) spans of its segment")
    }
    try cursor.requireEnd("ROLLUP")
    return rollup
  }

  /// The number whose distance to the next one possible comes now; at most `last`.
  fileprivate static func next(
    _ next: inout UInt64, _ last: UInt64, from cursor: inout ByteCursor, _ what: String
  ) throws(FormatError) -> UInt64 {
    let at = cursor.base + cursor.position
    let (number, overflow) = next.addingReportingOverflow(try cursor.varint())
    // After the largest number there is, none is next.
    guard !overflow, number <= last, number < UInt64.max else {
      throw FormatError(.outOfBounds, at: at, "\(what) lies beyond \(last)")
    }
    next = number + 1
    return number
  }
}

/// How many spans there are, how long they took, and by bands of durations.
struct DurationSums: Sendable, Equatable {
  private(set) var count = 0
  /// Of all durations (ns), `UInt64.max` at most.
  private(set) var sum: UInt64 = 0
  /// For each band how many spans it has; up to the last one that has any.
  private(set) var bands: [Int] = []

  /// The largest band: durations up to 2^64 - 1.
  static let lastBand = 65

  /// No spans.
  init() {}

  /// The band of a duration (ns).
  @inline(__always)
  static func band(_ duration: UInt64) -> Int {
    duration == 0 ? 0 : 1 + 64 - (duration - 1).leadingZeroBitCount
  }

  /// The largest duration of `band` (ns).
  static func largest(_ band: Int) -> UInt64 {
    band == 0 ? 0 : band > 64 ? .max : 1 << UInt64(band - 1)
  }

  /// Counts a span of `duration`.
  @inline(__always)
  mutating func add(_ duration: UInt64) { add(Self.band(duration), 1, sum: duration) }

  /// Counts all that `other` counts.
  mutating func add(_ other: DurationSums) {
    for (band, count) in other.bands.enumerated() where count > 0 { add(band, count, sum: 0) }
    add(sum: other.sum)
  }

  @inline(__always)
  private mutating func add(_ band: Int, _ spans: Int, sum more: UInt64) {
    while bands.count <= band { bands.append(0) }
    bands[band] += spans
    count += spans
    add(sum: more)
  }

  @inline(__always)
  private mutating func add(sum more: UInt64) {
    let (total, overflow) = sum.addingReportingOverflow(more)
    sum = overflow ? .max : total
  }

  fileprivate func encode(to writer: inout ByteWriter) {
    writer.varint(count)
    writer.varint(sum)
    var next = 0
    for (band, count) in bands.enumerated() where count > 0 {
      writer.varint(band - next)
      writer.varint(count)
      next = band + 1
    }
  }

  /// Reads the sums of at most `most` spans.
  fileprivate init(upTo most: Int, from cursor: inout ByteCursor) throws(FormatError) {
    let at = cursor.base + cursor.position
    let all = try cursor.count(upTo: most, "the number of spans of an operation")
    guard all > 0 else {
      throw FormatError(.invalid, at: at, "an operation is listed in ROLLUP without spans")
    }
    let sum = try cursor.varint()
    var next: UInt64 = 0
    while count < all {
      let band = try Rollup.next(
        &next, UInt64(Self.lastBand), from: &cursor, "a band of durations")
      let at = cursor.base + cursor.position
      let spans = try cursor.count(upTo: all - count, "the number of spans of a band")
      guard spans > 0 else {
        throw FormatError(.invalid, at: at, "a band of durations is listed without spans")
      }
      add(Int(band), spans, sum: 0)
    }
    self.sum = sum
  }
}
