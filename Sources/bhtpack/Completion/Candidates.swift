/// What may stand in a place of the command line, as far as that can be told.
enum Candidates: Equatable {
  /// One of these, with what each means where that is known.
  case words([Word])
  /// An archive, or a folder of them.
  case archives
  /// A file of any kind, or a folder.
  case files
  /// The id of a trace of the archives that are named before.
  case traceIDs
  /// A service of these archives.
  case services
  /// An operation of these archives.
  case operations
  /// Nobody knows.
  case unknown

  /// A word, and one line on what it means.
  struct Word: Equatable {
    var text: String
    var meaning = ""
  }

  /// What stands in the place that help calls `placeholder`; where that is only NAME, it is of what
  /// the option or command is called.
  init(placeholder: String, of name: String) {
    switch (placeholder, name) {
    case ("ARCHIVE", _): self = .archives
    case ("INPUT", _), ("FILE", _), ("OUT", _): self = .files
    case ("ID", _): self = .traceIDs
    case ("SERVICE", _), ("NAME", "service"): self = .services
    case ("OPERATION", _), ("NAME", "operation"): self = .operations
    case ("COMMAND", _): self = .commands
    default: self = .unknown
    }
  }

  /// The name of a command.
  static var commands: Candidates {
    .words(Command.all.map { Word(text: $0.name, meaning: $0.summary) })
  }
}

extension Flag {
  /// What its value may be. A closed list of words is the one it names where it refuses another.
  var candidates: Candidates {
    var options = Options()
    do throws(UsageError) {
      try apply(&options, "")
    } catch {
      if !error.words.isEmpty { return .words(error.words.map { Candidates.Word(text: $0) }) }
    }
    return Candidates(placeholder: value ?? "", of: long)
  }
}

extension Command {
  /// What the operand after `count` others may be: where any number of archives stand before the
  /// last one, either.
  func candidates(after count: Int) -> [Candidates] {
    let repeated = operands.firstIndex { $0.isRepeated } ?? operands.count
    let possible =
      count < repeated
      ? operands.dropFirst(count).prefix(1)
      : operands[repeated...].prefix(count > repeated ? operands.count : 1)
    return possible.map { operand in
      operand.words.isEmpty
        ? Candidates(placeholder: operand.name, of: name)
        : .words(operand.words.map { Candidates.Word(text: $0) })
    }
  }
}
