import BHTrace

/// One command: how it is called, what help says about it, what it does.
struct Command: Sendable {
  /// Something a command is given that is not an option.
  struct Operand: Sendable {
    /// How help names it.
    let name: String
    /// One line on what it is.
    let summary: String
    /// Whether there may be several; one operand of a command at most.
    var isRepeated = false
    /// Whether it may be left out; the last operand only.
    var isOptional = false
    /// The words it may be, where it is one of a closed list.
    var words: [String] = []

    /// How help writes it.
    var usage: String {
      let name = isRepeated ? name + "…" : name
      return isOptional ? "[\(name)]" : name
    }

    /// The archive a reading is taken from.
    static let archive = Operand(name: "ARCHIVE", summary: "A .bht file; - is standard input")
    /// The archives a reading is taken from, as one.
    static let asked = Operand(
      name: "ARCHIVE", summary: "A .bht file, or a folder or pattern of them; - is standard input",
      isRepeated: true)
    /// A trace of these.
    static let traceID = Operand(
      name: "ID", summary: "The trace's id, or its first digits", isOptional: true)
    /// The archives a command goes through.
    static let archives = Operand(
      name: "ARCHIVE", summary: "A .bht file; - is standard input", isRepeated: true)
    /// What is measured.
    static let corpora = Operand(
      name: "INPUT", summary: "A trace file, or a folder of them", isRepeated: true)
    /// The inputs of a command.
    static let inputs = Operand(
      name: "INPUT", summary: "A trace file, or a folder of them; - is standard input",
      isRepeated: true)
  }

  /// The name it is called by.
  let name: String
  /// One line for the list of commands.
  let summary: String
  /// Command lines to copy, without `bhtpack`.
  let examples: [String]
  /// The full story, for `--help`.
  let details: String
  /// What it is given, all of it.
  let operands: [Operand]
  /// The names of the flags it takes beside the common ones.
  let ownFlags: [String]
  /// Whether its answer is for reading, and goes through a pager on a terminal.
  var isPaged = true
  /// Does it.
  let run: @Sendable (Options, Output) throws -> ExitCode

  /// All commands, in the order help shows them. The one table parsing, help and tests go by.
  static let all: [Command] = [
    .convert, .verify, .inspect, .list, .summary, .criticalPath, .subtree, .service, .trace, .full,
    .errors, .compare, .search, .metrics, .topology, .flame, .keys, .values, .measure, .generate,
    .completion, .man,
  ]

  /// The command called `name`. Throws where there is none, with the nearest there is.
  static func named(_ name: String) throws(UsageError) -> Command {
    if let command = all.first(where: { $0.name == name }) { return command }
    throw UsageError(
      "unknown command '\(name)'\(Spelling.hint(name, among: all.map(\.name))); "
        + "`bhtpack --help` shows the commands")
  }

  /// The flags it takes, its own ones first.
  var flags: [Flag] { (ownFlags + Flag.common).compactMap { Flag.named($0) } }

  /// How it is called, in one line.
  var usage: String {
    (["bhtpack", name] + operands.map(\.usage) + ["[OPTIONS]"]).joined(separator: " ")
  }

  /// Throws where too few or too many operands were typed.
  func checkOperands(_ typed: [String]) throws(UsageError) {
    let required = operands.filter { !$0.isOptional }
    if typed.count < required.count {
      throw UsageError(
        "`bhtpack \(name)` wants \(required[typed.count].name), as in "
          + "`bhtpack \(examples.first ?? name)`")
    }
    if operands.isEmpty, let first = typed.first {
      throw UsageError("`bhtpack \(name)` takes options only, but got '\(first)'")
    }
    if typed.count > operands.count && !operands.contains(where: \.isRepeated) {
      throw UsageError(
        "`bhtpack \(name)` wants no more than \(operands.map(\.name).joined(separator: " ")), "
          + "but got '\(typed[operands.count])' as well")
    }
  }
}
