import BHTView

/// Answers a shell that completes a command line: lines of a word, a tab and what it means. A line
/// that begins with a tab says what else may stand there: `archives` or `files`, which shells find
/// better themselves.
///
/// Whatever goes wrong on the way is no answer, and never an error.
enum Completion {
  /// At most this many words are named.
  static let limit = 300

  /// The lines for `words`, the last of which is being typed.
  static func page(for words: [String]) -> String {
    let typed = TypedSoFar(words)
    var page = ""
    var count = 0
    for candidates in candidates(for: typed) {
      for word in self.words(candidates, typed) where word.text.hasPrefix(typed.word) {
        if count == limit { break }
        count += 1
        page += typed.lead + word.text
        if !word.meaning.isEmpty { page += "\t" + Printable.text(word.meaning) }
        page += "\n"
      }
      switch candidates {
      case .archives: page += "\tarchives\n"
      case .files: page += "\tfiles\n"
      default: break
      }
    }
    return page
  }

  private static func candidates(for typed: TypedSoFar) -> [Candidates] {
    if typed.isCommand && !typed.word.hasPrefix("-") { return [.commands] }
    if let flag = typed.flag { return [flag.candidates] }
    if typed.word.hasPrefix("-") && !typed.isPastOptions { return [options(of: typed.command)] }
    return typed.command?.candidates(after: typed.operands.count) ?? []
  }

  private static func options(of command: Command?) -> Candidates {
    let flags = command?.flags ?? []
    return .words(
      flags.map { Candidates.Word(text: "--\($0.long)", meaning: $0.summary) } + [
        Candidates.Word(text: "--help", meaning: "Print the page about it"),
        Candidates.Word(text: "--version", meaning: "Print the versions"),
      ])
  }

  private static func words(
    _ candidates: Candidates, _ typed: TypedSoFar
  ) -> [Candidates.Word] {
    let names: ArchiveNames.Kind
    switch candidates {
    case .words(let words): return words
    case .traceIDs: names = .traceIDs
    case .services: names = .services
    case .operations: names = .operations
    case .archives, .files, .unknown: return []
    }
    // A name with a control character, or that is not UTF-8, cannot be typed.
    return ArchiveNames(beginningWith: typed.word, limit: limit).find(names, in: typed.operands)
      .filter { Printable.text($0) == $0 }.map { Candidates.Word(text: $0) }
  }
}
