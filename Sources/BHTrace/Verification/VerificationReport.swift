/// What checking an archive found.
package struct VerificationReport: Sendable, Equatable {
  /// The damage, in the order in which it was met; at most `problemLimit` entries.
  package private(set) var problems: [FormatError] = []
  /// How much damage there is, entries that were not kept included.
  package private(set) var problemCount = 0
  /// Traces whose structure was checked.
  package var traces = 0
  /// Spans that were decoded whole.
  package var spans = 0
  /// Payload blocks whose checksum was compared.
  package var blocks = 0
  /// The size of the archive (bytes).
  package var bytes = 0

  /// How many entries `problems` keeps.
  package static let problemLimit = 100

  /// Whether no damage was found.
  package var isSound: Bool { problemCount == 0 }

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
