/// What reading an input came across so far.
public struct InputReport: Sendable {
  /// Something in an input that could not be read, or was not as it should be.
  public struct Problem: Sendable, Equatable {
    /// The member of the container it is about; nil where the input is none, or all of it is meant.
    public var member: String?
    /// Where: offset in the input with its compression layers taken off (damage of a layer itself:
    /// offset in that layer's bytes); nil where no one place is meant.
    public var offset: Int?
    /// What was found and what was wanted, as the middle of a sentence.
    public var what: String
    /// The kind of damage.
    public var code: FormatError.Code
  }

  /// A member of a container that holds no spans.
  public struct PassedOver: Sendable, Equatable {
    /// Its name in the container.
    public var member: String
    /// Why, as the middle of a sentence.
    public var what: String
  }

  /// A repair that was made while reading, and how often.
  public struct Repair: Sendable, Equatable {
    /// What was done.
    public var what: String
    /// How often.
    public var count: Int
  }

  /// Something that is kept as it came, and that a person should know of.
  public struct Notice: Sendable, Equatable {
    /// What can be done about it.
    public enum Remedy: Sendable, Equatable {
      /// Nothing.
      case none
      /// The ids can be mended (`InputMending.repairsIDs`).
      case repairIDs
      /// The times may be in another unit (`InputMending.timeUnit`); in this one, if it can be told.
      case timeUnit(InputMending.TimeUnit?)
    }

    /// What was found, with its count, as a clause.
    public var what: String
    /// How often.
    public var count: Int
    /// What can be done about it.
    public var remedy: Remedy
  }

  /// Bytes read of the file or stream itself, compressed as it may be.
  public internal(set) var bytesIn = 0
  /// Export messages: length-prefixed records, one for a bare input, documents of JSON.
  public internal(set) var messages = 0
  /// Spans delivered.
  public internal(set) var spans = 0
  /// What was repaired, in order of first occurrence.
  public private(set) var repairs: [Repair] = []
  /// What could not be read, in order; the first `problemsKept` of `problemCount`.
  public private(set) var problems: [Problem] = []
  /// How many problems there were.
  public private(set) var problemCount = 0
  /// The members of a container that were passed over, in order; the first `problemsKept` of
  /// `passedOverCount`.
  public private(set) var passedOver: [PassedOver] = []
  /// How many members were passed over.
  public private(set) var passedOverCount = 0
  /// How many members could not be read, which are among the problems.
  package var failedMembers = 0
  /// What people call the input's format; empty where it is an archive.
  var formatName = ""
  /// What is doubtful about the spans.
  var doubts = SpanDoubts()
  /// Messages of other telemetry that were passed over, by `OtherSignal`.
  var signals = OtherSignal.none
  /// The unit in which the input's times were read, where the format leaves room for doubt.
  var timeUnit: InputMending.TimeUnit?
  /// Whether the first problem ends the reading.
  package let isStrict: Bool

  /// So many problems are kept; the rest is only counted.
  package static let problemsKept = 100

  /// Nothing read.
  init(isStrict: Bool) { self.isStrict = isStrict }

  /// Notes what could not be read; throws it where the reading is strict.
  mutating func note(_ error: FormatError, of member: String? = nil) throws(FormatError) {
    if isStrict { throw error }
    problemCount += 1
    if problems.count < Self.problemsKept {
      problems.append(
        Problem(member: member, offset: error.offset, what: error.what, code: error.code))
    }
  }

  /// Notes that a member of a container holds no spans.
  mutating func notePassedOver(_ member: String, _ reason: String) {
    passedOverCount += 1
    if passedOver.count < Self.problemsKept {
      passedOver.append(PassedOver(member: member, what: reason))
    }
  }

  /// Adds what came up in one member of a container.
  mutating func add(_ part: InputReport, of member: String) {
    messages += part.messages
    spans += part.spans
    for repair in part.repairs { noteRepairs(repair.what, repair.count) }
    for problem in part.problems.prefix(Self.problemsKept - problems.count) {
      problems.append(
        Problem(
          member: member, offset: problem.offset, what: problem.what, code: problem.code))
    }
    problemCount += part.problemCount
  }

  /// Mends the ids of `batch`, and counts what was done.
  mutating func mendIDs(of batch: inout SpanBatch) {
    let mended = batch.mendIDs()
    noteRepairs("hex text of an id read as the id", mended.misread)
    noteRepairs("span without a trace id made a trace of its own", mended.traces)
    noteRepairs("span without a span id given one", mended.spans)
  }

  /// Counts repairs of one sort.
  mutating func noteRepairs(_ what: String, _ count: Int) {
    if count == 0 { return }
    if let known = repairs.firstIndex(where: { $0.what.utf8.elementsEqual(what.utf8) }) {
      repairs[known].count += count
    } else {
      repairs.append(Repair(what: what, count: count))
    }
  }
}

/// What was found and kept.
extension InputReport {
  /// What is doubtful about the spans, and what was passed over beside them.
  public var notices: [Notice] {
    var notices: [Notice] = []
    func add(_ count: Int, _ one: String, _ many: String, _ remedy: Notice.Remedy = .none) {
      if count == 0 { return }
      notices.append(
        Notice(what: count == 1 ? "1 \(one)" : "\(count) \(many)", count: count, remedy: remedy))
    }
    if let words = signalWords {
      notices.append(
        Notice(
          what: words + " passed over", count: signals[0] + signals[1] + signals[2], remedy: .none)
      )
    }
    add(
      doubts.withoutTrace, "span has a trace id of zeros or none",
      "spans have a trace id of zeros or none, and count as one trace", .repairIDs)
    add(
      doubts.withoutID, "span has a span id of zeros or none",
      "spans have a span id of zeros or none", .repairIDs)
    add(
      doubts.misreadIDs, "id is the hex text of an id, kept as it came",
      "ids are the hex text of ids, kept as they came", .repairIDs)
    add(
      doubts.otherIDs, "id is not of 16 bytes (traces) or 8 (spans), and kept as it came",
      "ids are not of 16 bytes (traces) or 8 (spans), and kept as they came")
    var unit = Notice.Remedy.none
    var isRelative = false
    if let timeUnit, doubts.areAllTimesOdd {
      let likely = doubts.likelyUnit(readAs: timeUnit)
      unit = .timeUnit(likely)
      // Times that no unit puts into our days count from the start of their trace.
      isRelative = likely == nil
    }
    let of = "of \(doubts.spans) spans"
    if !isRelative {
      add(
        doubts.before2000, "\(of) starts or ends before the year 2000",
        "\(of) start or end before the year 2000", unit)
    }
    add(
      doubts.after2100, "\(of) starts after the year 2100", "\(of) start after the year 2100", unit)
    add(
      doubts.longerThanAYear, "\(of) is longer than a year", "\(of) are longer than a year")
    return notices
  }

  /// "3 messages of metrics, 1 of logs"; nil where there were none.
  var signalWords: String? {
    var parts: [String] = []
    for signal in OtherSignal.allCases where signals[signal.rawValue] > 0 {
      let count = signals[signal.rawValue]
      let unit = parts.isEmpty ? (count == 1 ? "message " : "messages ") : ""
      parts.append("\(count) \(unit)of \(signal)")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

extension InputReport {
  /// That the input was read and holds no spans; nil where it does, or has no bytes.
  var withoutSpans: FormatError? {
    if spans > 0 || bytesIn == 0 || formatName.isEmpty { return nil }
    let what = signalWords.map { "\($0), and" } ?? ""
    return FormatError(
      .noSpans, at: nil,
      "the content is \(formatName) with \(what.isEmpty ? "" : what + " ")no spans")
  }
}
