/// What was repaired while reading OTLP JSON, and which keys nobody knows; small enough to be
/// copied before a record is tried.
struct OTLPJSONRepairs: Sendable {
  /// The sorts of repairs.
  enum Kind: Int, CaseIterable, Sendable {
    case skippedNUL, skippedMark
    case olderScopeGroup, snakeKey, upperKey, repeatedKey
    case base64TraceID, base64SpanID, base64OfHexID, spelledID, textID
    case lowAndHigh, cutTime, enumName, bareNonFinite, textBool
    case nullItem, severalValues, halfSurrogate

    /// What was done, for the report.
    var words: String {
      switch self {
      case .skippedNUL: "NUL byte outside of the documents left out"
      case .skippedMark: "byte order mark left out"
      case .olderScopeGroup: "instrumentationLibrarySpans read as scopeSpans"
      case .snakeKey: "snake_case key read as lowerCamelCase"
      case .upperKey: "UpperCamelCase key of a Go struct read as lowerCamelCase"
      case .repeatedKey: "repeated key read: lists joined, of other values the last kept"
      case .base64TraceID: "base64 trace id read as bytes"
      case .base64SpanID: "base64 span id read as bytes"
      case .base64OfHexID: "base64 of a hex id read as the id"
      case .spelledID: "id with dashes or 0x read as the id it names"
      case .textID: "id that is neither hex nor base64 kept as its text"
      case .lowAndHigh: "number in two halves, low and high, read as one"
      case .cutTime: "time with a fraction of a nanosecond cut to whole ones"
      case .enumName: "enum name read as its number"
      case .bareNonFinite: "bare NaN or Infinity read as a number"
      case .textBool: "text read as true or false"
      case .nullItem: "null in a list read as nothing"
      case .severalValues: "attribute with several values kept with all of them"
      case .halfSurrogate: "text with half a surrogate pair read with U+FFFD in its place"
      }
    }
  }

  /// So many different unknown keys are told apart; the others are counted together.
  static let namesKept = 20
  /// Longer names are cut (bytes).
  private static let longestName = 100

  private var counts = InlineArray<20, Int>(repeating: 0)
  private var unknownNames: [[UInt8]] = []
  private var unknownCounts: [Int] = []
  private var otherUnknown = 0

  /// Counts repairs of one sort.
  @inline(__always)
  mutating func note(_ kind: Kind, _ count: Int = 1) { counts[kind.rawValue] += count }

  /// Counts a key that is dropped with its value.
  mutating func noteUnknown(_ name: [UInt8]) {
    let name = Array(name.prefix(Self.longestName))
    if let known = unknownNames.firstIndex(of: name) {
      unknownCounts[known] += 1
    } else if unknownNames.count < Self.namesKept {
      unknownNames.append(name)
      unknownCounts.append(1)
    } else {
      otherUnknown += 1
    }
  }

  /// Adds all counts to `report` and sets them to zero; the names of unknown keys stay, so that
  /// only the first ones of the whole input are told apart.
  mutating func report(to report: inout InputReport) {
    for kind in Kind.allCases { report.noteRepairs(kind.words, counts[kind.rawValue]) }
    counts = InlineArray(repeating: 0)
    for (number, name) in unknownNames.enumerated() {
      let text = String(decoding: name, as: UTF8.self)
      report.noteRepairs("dropped unknown key \"\(text)\"", unknownCounts[number])
      unknownCounts[number] = 0
    }
    report.noteRepairs("dropped other unknown keys", otherUnknown)
    otherUnknown = 0
  }
}
