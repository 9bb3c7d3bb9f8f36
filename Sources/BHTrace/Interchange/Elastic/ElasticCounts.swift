/// What was found in an Elasticsearch input, besides its spans.
struct ElasticCounts {
  private var documents = [Int](repeating: 0, count: ElasticSort.allCases.count)
  private var answers = 0
  private var partialAnswers = 0
  // Of answers that say how many documents match: how many that are, and how many are in them.
  private var matching: Int64 = 0
  private var given: Int64 = 0
  // Whether the answer that was entered last says how many match.
  private var isInCountedAnswer = false
  /// Whether it was said already why there are no spans.
  var hasProblem = false

  /// Counts a document; nil for a hit without one.
  mutating func add(_ sort: ElasticSort?) {
    if let sort { documents[sort.rawValue] += 1 }
    if isInCountedAnswer { given += 1 }
  }

  /// Counts an answer, before its hits.
  mutating func add(_ answer: ElasticAnswer) {
    isInCountedAnswer = answer.total != nil
    answers += 1
    if answer.isPartial { partialAnswers += 1 }
    let (sum, overflow) = matching.addingReportingOverflow(max(0, answer.total ?? 0))
    matching = overflow ? .max : sum
  }

  /// Counts an answer that starts with `head`, up to its hits.
  mutating func add(head: [UInt8]) {
    let whole = head + Array("[]}}".utf8)
    do throws(FormatError) {
      let members = try ElasticMembers(whole, 0..<whole.count, base: 0)
      add(try ElasticAnswer(whole, members, base: 0))
    } catch { answers += 1 }
  }

  /// Puts what is to be said of an input at its end into `notes`.
  func note(in notes: inout DocumentNotes) {
    for sort in ElasticSort.allCases {
      if let words = sort.passedOver { notes.count(words, documents[sort.rawValue]) }
    }
    notes.count("answers that timed out or are not of all shards", partialAnswers)
    if matching > given {
      notes.count(
        "documents that match a search and are not in its answer", Int(clamping: matching - given))
    }
  }

  /// What is said of an input without spans.
  var withoutSpans: String {
    var parts: [String] = []
    for sort in ElasticSort.allCases where documents[sort.rawValue] > 0 {
      if let words = sort.passedOver { parts.append("\(words): \(documents[sort.rawValue])") }
    }
    if !parts.isEmpty {
      return "no document of the index is a span (\(parts.joined(separator: ", ")))"
    }
    if documents.contains(where: { $0 > 0 }) { return "no document of the index is a span" }
    return answers > 0
      ? "the content is a search answer without hits"
      : "the content is a bulk file without documents"
  }
}
