/// What a reader of JSON formats mended or left out, by sort.
enum ReadRepair: Int, CaseIterable {
  case mistypedTags, nestedTags, textTags, unknownFields, missingProcesses, negativeTimes
  case otherParents, unknownKinds, missingTimes, cutTimes, spelledIDs, serviceDocuments
  case packedEvents, packedLinks

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
    case .cutTimes: "times with a fraction of a nanosecond cut to whole ones"
    case .spelledIDs: "ids with dashes or 0x read as the ids they name"
    case .serviceDocuments: "documents that list a service and its operation passed over"
    case .packedEvents: "annotations with attributes in their text read as events with attributes"
    case .packedLinks: "tags with links in their text read as links"
    case .missingTimes: "times that are not there taken as 0"
    }
  }
}

/// What a reader of JSON formats came across in one object of the input.
struct ReadNotes {
  /// What could not be read and was left out.
  private(set) var problems: [FormatError] = []
  private var repairs = [Int](repeating: 0, count: ReadRepair.allCases.count)
  /// Nanoseconds of one step of the input's times.
  var timeStep: UInt64 = 1_000

  /// Counts a repair.
  mutating func count(_ repair: ReadRepair) { repairs[repair.rawValue] += 1 }

  /// Notes that something at `offset` of the input was left out.
  mutating func leaveOut(
    _ code: FormatError.Code = .invalid, at offset: Int, _ what: String
  ) {
    problems.append(FormatError(code, at: offset, what))
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
  /// The time or duration that comes next, written as a number or as text, in nanoseconds; nil, with
  /// a note, where anything else stands there.
  @_lifetime(json: copy json)
  mutating func time(_ json: inout JSONTokenizer) throws(FormatError) -> Int128? {
    let kind = try json.peek()
    let start = json.base + json.position
    let text: Range<Int>
    if kind == .number {
      text = try json.number().text
    } else if kind == .string {
      text = try json.string().contents
    } else {
      _ = try json.skipValue()
      if kind != .null { leaveOut(at: start, "a time is not a number") }
      return nil
    }
    if let value = DecimalText.int64(json.bytes, text) { return Int128(value) * Int128(timeStep) }
    if let product = DecimalText.product(json.bytes, text, timeStep) {
      if product.isCut { count(.cutTimes) }
      return product.whole
    }
    leaveOut(at: start, "a time is not a number that is read")
    return nil
  }

  /// A time as the model has it, cut to its range.
  mutating func nanoseconds(_ time: Int128) -> UInt64 {
    if let value = UInt64(exactly: time) { return value }
    count(.negativeTimes)
    return time < 0 ? 0 : UInt64.max / 1_000 * 1_000
  }

  /// The end of a span that starts at `start` and takes so many nanoseconds.
  mutating func end(_ start: UInt64, _ duration: Int128) -> UInt64 {
    nanoseconds(Int128(start) + duration)
  }
}
