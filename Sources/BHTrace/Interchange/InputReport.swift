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
