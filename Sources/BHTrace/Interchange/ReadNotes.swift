/// What a reader of JSON formats mended or left out, by sort.
enum ReadRepair: Int, CaseIterable {
  case mistypedTags, nestedTags, textTags, unknownFields, missingProcesses, negativeTimes
  case otherParents, unknownKinds, missingTimes

  /// What was done, as reports say it.
  var words: String {
    switch self {
    case .mistypedTags: "tag values that are not of the type the tag names, taken as written"
    case .nestedTags: "objects and arrays as tag values kept as JSON text"
    case .textTags: "tag values that are no strings kept as their text"
    case .unknownFields: "fields the format does not define left out"
    case .missingProcesses: "spans whose process is not described"
    case .negativeTimes: "times before 1970 or after 2554 cut to that"
    case .otherParents: "parentSpanID fields that contradict the references left out"
    case .unknownKinds: "span kinds the format does not define left out"
    case .missingTimes: "times that are not there taken as 0"
    }
  }
}

/// What a reader of JSON formats came across in one object of the input.
struct ReadNotes {
  /// What could not be read and was left out.
  private(set) var problems: [FormatError] = []
  private var repairs = [Int](repeating: 0, count: ReadRepair.allCases.count)

  /// Counts a repair.
  mutating func count(_ repair: ReadRepair) { repairs[repair.rawValue] += 1 }

  /// Notes that something at `offset` of the input was left out.
  mutating func leaveOut(at offset: Int, _ what: String) {
    problems.append(FormatError(.invalid, at: offset, what))
  }

  /// Puts everything into `report` and forgets it.
  mutating func move(to report: inout InputReport) throws(FormatError) {
    for repair in ReadRepair.allCases where repairs[repair.rawValue] > 0 {
      report.noteRepairs(repair.words, repairs[repair.rawValue])
      repairs[repair.rawValue] = 0
    }
    let problems = problems
    self.problems.removeAll()
    for problem in problems { try report.note(problem) }
  }
}

extension ReadNotes {
  /// The number of microseconds that comes next, written as a number or as text; nil, with a note,
  /// where anything else stands there.
  @_lifetime(json: copy json)
  mutating func microseconds(_ json: inout JSONTokenizer) throws(FormatError) -> Int64? {
    let kind = try json.peek()
    let start = json.base + json.position
    if kind == .number {
      let number = try json.number()
      if let value = number.int64(in: json.bytes) { return value }
      if let value = Int64(exactly: number.double(in: json.bytes).rounded()) { return value }
    } else if kind == .string {
      let string = try json.string()
      if let value = DecimalText.int64(json.bytes, string.contents) { return value }
    } else {
      _ = try json.skipValue()
      if kind == .null { return nil }
    }
    leaveOut(at: start, "a time is not a number of microseconds")
    return nil
  }

  /// Microseconds as the model's nanoseconds, cut to its range.
  mutating func nanoseconds(_ microseconds: Int64) -> UInt64 {
    let (value, overflow) = UInt64(clamping: microseconds).multipliedReportingOverflow(by: 1_000)
    if overflow || microseconds < 0 { count(.negativeTimes) }
    return overflow ? UInt64.max / 1_000 * 1_000 : value
  }

  /// The end of a span that starts at `start` (nanoseconds) and takes so many units of so many
  /// nanoseconds each: microseconds where none is named.
  mutating func end(_ start: UInt64, _ duration: Int64, unit: UInt64 = 1_000) -> UInt64 {
    let length = duration.magnitude.multipliedReportingOverflow(by: unit)
    let (sum, overflow) =
      duration < 0
      ? start.subtractingReportingOverflow(length.partialValue)
      : start.addingReportingOverflow(length.partialValue)
    if !overflow && !length.overflow { return sum }
    count(.negativeTimes)
    return duration < 0 ? 0 : UInt64.max / 1_000 * 1_000
  }
}
