/// What checking an archive found.
public struct VerificationReport: Sendable, Equatable {
  /// The damage, in the order in which it was met; at most `problemLimit` entries.
  public private(set) var problems: [FormatError] = []
  /// How much damage there is, entries that were not kept included.
  public private(set) var problemCount = 0
  /// Traces whose structure was checked.
  public package(set) var traces = 0
  /// Spans that were decoded whole.
  public package(set) var spans = 0
  /// Payload blocks whose checksum was compared.
  public package(set) var blocks = 0
  /// The size of the archive (bytes).
  public package(set) var bytes = 0

  /// How many entries `problems` keeps.
  package static let problemLimit = 100

  /// Whether no damage was found.
  public var isSound: Bool { problemCount == 0 }

  /// Nothing checked yet.
  package init() {}

  mutating func add(_ problem: FormatError) {
    problemCount += 1
    if problems.count < Self.problemLimit { problems.append(problem) }
  }

  /// Does `work`, and notes the damage it throws; other errors pass through.
  mutating func noting(_ work: (inout VerificationReport) throws -> Void) rethrows {
    do {
      try work(&self)
    } catch let problem as FormatError {
      add(problem)
    }
  }
}
