/// The payload groups of a segment, and which spans each has.
struct PayloadGroups: Sendable {
  /// The number of groups.
  let count: Int
  /// For each operation its group.
  private let ofOperation: [UInt8]
  /// For each span of the segment its operation.
  private let operations: [UInt32]
  /// The spans of all groups, group by group, each in canonical order.
  private let members: [UInt32]
  /// For each group, and one more, where its spans start in `members`.
  private let starts: [Int]

  /// At most `most` groups: group n is service n, the last group is all services from its number on.
  init(_ mined: MinedSegment, most: Int) {
    count = min(mined.names.services.count, most)
    let last = max(count, 1) - 1
    ofOperation = mined.names.operations.map { UInt8(min(Int($0.service), last)) }
    operations = mined.operations
    var starts = [Int](repeating: 0, count: count + 1)
    for operation in operations { starts[Int(ofOperation[Int(operation)]) + 1] += 1 }
    for group in 0..<count { starts[group + 1] += starts[group] }
    var members = [UInt32](repeating: 0, count: operations.count)
    var next = starts
    for (span, operation) in operations.enumerated() {
      let group = Int(ofOperation[Int(operation)])
      members[next[group]] = UInt32(span)
      next[group] += 1
    }
    self.members = members
    self.starts = starts
  }

  /// The group of a span of the segment.
  @inline(__always)
  func group(ofSpan span: Int) -> Int { Int(ofOperation[Int(operations[span])]) }

  /// The spans of `group`, in canonical order.
  func spans(of group: Int) -> ArraySlice<UInt32> { members[starts[group]..<starts[group + 1]] }

  /// How many groups there should be where groups at the end that together hold no more than `bytes`
  /// are to be one, random bytes not counted. `slices` are the payload of these groups.
  func worthwhile(_ slices: [PayloadSlice], joining bytes: Int) -> Int {
    var sizes = [Int](repeating: 0, count: count)
    for slice in slices {
      sizes[slice.group] +=
        slice.streams.codes.count + slice.streams.text.count + slice.heavy.count
    }
    var rest = 0
    var first = count
    while first > 0 && rest + sizes[first - 1] <= bytes {
      first -= 1
      rest += sizes[first]
    }
    return min(count, first + 1)
  }

  /// How many spans each group has in the run `spans` of the segment.
  func counts(_ spans: Range<Int>) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for span in spans { counts[group(ofSpan: span)] += 1 }
    return counts
  }
}
