/// The times of an index page: bit-packed by operation, in the unit each operation's times have.
///
/// The byte table is the one of `IndexPage`, *times*.
enum IndexTimes {
  /// An operation with at least this many spans in the chunk has a group of its own.
  static let groupMinimum = 16
  private static let units: [Int64] = [1, 1_000, 1_000_000, 1_000_000_000]

  static func encode(_ page: IndexPage, to writer: inout ByteWriter) {
    let gaps = page.gaps()
    var durations: [Int64] = []
    durations.reserveCapacity(page.count)
    for span in 0..<page.count {
      durations.append(Int64(bitPattern: page.ends[span] &- page.starts[span]))
    }
    let grouping = Grouping(page.operations)
    writer.varint(grouping.grouped.count)
    var previous = 0
    for operation in grouping.grouped {
      writer.varint(operation - previous)
      previous = operation
    }
    for group in 0...grouping.grouped.count {
      let spans = grouping.spans(of: group)
      encodeColumn(spans.map { gaps[$0] }, to: &writer)
      encodeColumn(spans.map { durations[$0] }, to: &writer)
    }
  }

  private static func encodeColumn(_ values: [Int64], to writer: inout ByteWriter) {
    var unit = units.count - 1
    while unit > 0 && !values.allSatisfy({ $0 % units[unit] == 0 }) { unit -= 1 }
    writer.byte(UInt8(unit))
    PackedColumn.encode(values.map { ZigZag.encode($0 / units[unit]) }, to: &writer)
  }

  /// Fills `starts` and `ends` of `page`, whose traces, parents and operations are decoded.
  static func decode(
    into page: inout IndexPage, operationCount: Int, from cursor: inout ByteCursor
  ) throws(FormatError) {
    let groupCount = try cursor.count(
      upTo: page.count / groupMinimum, "the number of operations with times of their own")
    var operations: [Int] = []
    var operation = 0
    for index in 0..<groupCount {
      let step = try cursor.count(
        upTo: operationCount - 1 - operation, "an operation's number")
      guard index == 0 || step > 0 else {
        throw FormatError(
          .invalid, at: cursor.base + cursor.position, "the groups of times are not in order")
      }
      operation += step
      operations.append(operation)
    }
    let grouping = Grouping(page.operations, grouped: operations)
    var gaps = [UInt64](repeating: 0, count: page.count)
    var durations = [UInt64](repeating: 0, count: page.count)
    var column: [UInt64] = []
    for group in 0...groupCount {
      let spans = grouping.spans(of: group)
      try decodeColumn(spans, from: &cursor, scratch: &column, into: &gaps)
      try decodeColumn(spans, from: &cursor, scratch: &column, into: &durations)
    }
    page.restoreTimes(gaps: gaps, durations: durations)
  }

  private static func decodeColumn(
    _ spans: ArraySlice<Int>, from cursor: inout ByteCursor, scratch: inout [UInt64],
    into values: inout [UInt64]
  ) throws(FormatError) {
    let unit = Int(try cursor.byte())
    guard unit < units.count else {
      throw FormatError(
        .invalid, at: cursor.base + cursor.position - 1, "times have the unknown unit \(unit)")
    }
    scratch.removeAll(keepingCapacity: true)
    try PackedColumn.decode(count: spans.count, from: &cursor, into: &scratch)
    let factor = units[unit]
    for (span, value) in zip(spans, scratch) {
      values[span] = UInt64(bitPattern: ZigZag.decode(value) &* factor)
    }
  }

  /// Spans sorted by group: those of each grouped operation, then all others, in pre-order.
  private struct Grouping {
    /// The operations with a group of their own, ascending.
    let grouped: [Int]
    private var order: [Int]
    private var bounds: [Int]

    /// Groups by the operations that occur often enough.
    init(_ operations: [UInt32]) {
      let largest = operations.max().map(Int.init) ?? 0
      // Operation numbers are dense in an archive that is being written.
      var counts = [Int](repeating: 0, count: largest + 1)
      for operation in operations { counts[Int(operation)] += 1 }
      self.init(
        operations, grouped: counts.indices.filter { counts[$0] >= IndexTimes.groupMinimum })
    }

    /// Groups by the operations of `grouped`, which ascend.
    init(_ operations: [UInt32], grouped: [Int]) {
      self.grouped = grouped
      let rest = grouped.count
      var groupOf = [Int](repeating: rest, count: (grouped.last ?? -1) + 1)
      for (group, operation) in grouped.enumerated() { groupOf[operation] = group }
      bounds = [Int](repeating: 0, count: rest + 2)
      for operation in operations {
        let group = Int(operation) < groupOf.count ? groupOf[Int(operation)] : rest
        bounds[group + 1] += 1
      }
      for group in 0...rest { bounds[group + 1] += bounds[group] }
      order = [Int](repeating: 0, count: operations.count)
      var next = bounds
      for (span, operation) in operations.enumerated() {
        let group = Int(operation) < groupOf.count ? groupOf[Int(operation)] : rest
        order[next[group]] = span
        next[group] += 1
      }
    }

    /// The spans of group `number`; the last number is that of all spans of no group.
    func spans(of number: Int) -> ArraySlice<Int> { order[bounds[number]..<bounds[number + 1]] }
  }
}

extension IndexPage {
  /// The distance of each span's start to where the spans before it lead one to expect it.
  fileprivate func gaps() -> [Int64] {
    var gaps: [Int64] = []
    gaps.reserveCapacity(count)
    // expected[d]: where the next span of depth d would start.
    var expected: [UInt64] = []
    var depths: [Int] = []
    for trace in traces {
      expected.removeAll(keepingCapacity: true)
      depths.removeAll(keepingCapacity: true)
      expected.append(trace.start)
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let parent = Int(parents[span])
        let depth = parent < 0 ? 0 : depths[parent] + 1
        depths.append(depth)
        gaps.append(Int64(bitPattern: starts[span] &- expected[depth]))
        expected[depth] = ends[span]
        expected.removeSubrange((depth + 1)...)
        expected.append(starts[span])
      }
    }
    return gaps
  }

  /// Turns gaps and durations back into starts and ends.
  fileprivate mutating func restoreTimes(gaps: [UInt64], durations: [UInt64]) {
    starts.reserveCapacity(count)
    ends.reserveCapacity(count)
    var expected: [UInt64] = []
    var depths: [Int] = []
    for trace in traces {
      expected.removeAll(keepingCapacity: true)
      depths.removeAll(keepingCapacity: true)
      expected.append(trace.start)
      for span in trace.firstSpan..<(trace.firstSpan + trace.spans) {
        let parent = Int(parents[span])
        let depth = parent < 0 ? 0 : depths[parent] + 1
        depths.append(depth)
        let start = expected[depth] &+ gaps[span]
        let end = start &+ durations[span]
        starts.append(start)
        ends.append(end)
        expected[depth] = end
        expected.removeSubrange((depth + 1)...)
        expected.append(start)
      }
    }
  }
}
