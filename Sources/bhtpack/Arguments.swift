internal import BHTrace

/// A command line taken apart: which command with what typed, or a call for help.
enum CommandLineArguments {
  /// `--help`, `-h` or `help`: about one command, or all where it is nil; `-h` is the short form.
  case help(Command?, inFull: Bool)
  /// `--version`, with `--json` or without.
  case version(Options)
  /// `complete`, which the scripts of `completion` call: the words typed so far, taken as they are.
  case complete([String])
  /// A command and its options.
  case command(Command, Options)

  /// Takes `arguments` (without the program's name) apart by the tables of commands and flags.
  init(_ arguments: [String]) throws(UsageError) {
    guard let first = arguments.first else {
      throw UsageError("no command was given; `bhtpack --help` shows them")
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help": self = .help(nil, inFull: true)
    case "-h": self = .help(nil, inFull: false)
    case "--version", "-V": self = .version(try Self.versionOptions(rest))
    case "help":
      self = .help(
        try rest.first.map { name throws(UsageError) in try Command.named(name) }, inFull: true)
    case "complete": self = .complete(rest.first == "--" ? Array(rest.dropFirst()) : rest)
    case _ where first.hasPrefix("-") && first != "-":
      if Flag.all.contains(where: { "--\($0.long)" == first || $0.short.map { "-\($0)" } == first })
      {
        throw UsageError(
          "\(first) stands before the command; options follow it, as in "
            + "`bhtpack summary ARCHIVE --json`")
      }
      throw UsageError(
        "unknown option '\(first)'\(Spelling.hint(first, among: ["--help", "--version"])); "
          + "`bhtpack --help` shows the commands and options")
    default: self = try Self.parse(rest, for: Command.named(first))
    }
  }

  /// What stands behind `--version`: `--json`, or nothing.
  private static func versionOptions(
    _ rest: [String], _ before: Options = Options()
  ) throws(UsageError) -> Options {
    var options = before
    for argument in rest {
      guard argument == "--json" || argument == "-j" else {
        throw UsageError("--version goes with --json only, not with '\(argument)'")
      }
      options.json = true
    }
    return options
  }

  private static func parse(
    _ arguments: [String], for command: Command
  ) throws(UsageError) -> CommandLineArguments {
    var options = Options()
    var rest = arguments[...]
    // The flag that operands go to from here on.
    var taking: Flag?
    var values: [String: String] = [:]
    func add(_ operand: String) throws(UsageError) {
      guard let taking else { return options.operands.append(operand) }
      try taking.apply(&options, operand)
    }
    while let argument = rest.popFirst() {
      switch argument {
      case "--help": return .help(command, inFull: true)
      case "-h": return .help(command, inFull: false)
      case "--version": return .version(try versionOptions(Array(rest), options))
      case "--":
        for operand in rest { try add(operand) }
        rest = []
      case _ where argument.hasPrefix("--"):
        let flag = try long(argument, &rest, command, &values, &options)
        if flag.takesFollowing && !options.operands.isEmpty { taking = flag }
      case _ where argument.hasPrefix("-") && argument != "-":
        try letters(argument, &rest, command, &values, &options)
      default: try add(argument)
      }
    }
    try command.checkOperands(options.operands)
    return .command(command, options)
  }

  /// `--name`, `--name value` or `--name=value`.
  private static func long(
    _ argument: String, _ rest: inout ArraySlice<String>, _ command: Command,
    _ values: inout [String: String], _ options: inout Options
  ) throws(UsageError) -> Flag {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0].dropFirst(2))
    guard let flag = command.flags.first(where: { $0.long == name }) else {
      throw unknown(String(parts[0]), command)
    }
    if flag.value == nil {
      if parts.count > 1 { throw UsageError("--\(name) takes no value, but got '\(parts[1])'") }
      try flag.apply(&options, "")
    } else {
      let value = parts.count > 1 ? String(parts[1]) : rest.popFirst()
      try apply(flag, value, "--\(name)", &values, &options)
    }
    return flag
  }

  /// `-n value`, `-nvalue`, `-n=value`, or several letters without values in one.
  private static func letters(
    _ argument: String, _ rest: inout ArraySlice<String>, _ command: Command,
    _ values: inout [String: String], _ options: inout Options
  ) throws(UsageError) {
    var letters = argument.dropFirst()
    while let letter = letters.popFirst() {
      guard let flag = command.flags.first(where: { $0.short == letter }) else {
        throw unknown("-\(letter)", command)
      }
      if flag.value == nil {
        try flag.apply(&options, "")
        continue
      }
      // `-o=x` means what `-o x` does.
      let value =
        letters.isEmpty
        ? rest.popFirst() : String(letters.first == "=" ? letters.dropFirst() : letters)
      letters = ""
      try apply(flag, value, "-\(letter)", &values, &options)
    }
  }

  private static func apply(
    _ flag: Flag, _ value: String?, _ typed: String, _ values: inout [String: String],
    _ options: inout Options
  ) throws(UsageError) {
    guard let value else {
      throw UsageError("\(typed) wants \(flag.value ?? "a value") after it")
    }
    if !flag.addsUp, let earlier = values.updateValue(value, forKey: flag.long) {
      throw UsageError(
        "\(typed) is given twice, as '\(earlier)' and as '\(value)'; it takes one value")
    }
    try flag.apply(&options, value)
  }

  private static func unknown(_ typed: String, _ command: Command) -> UsageError {
    let elsewhere = Command.all.filter { other in
      other.flags.contains { "--\($0.long)" == typed }
    }
    if !elsewhere.isEmpty {
      let names = elsewhere.map { "`\($0.name)`" }.joined(separator: ", ")
      return UsageError(
        "`bhtpack \(command.name)` has no option \(typed), which belongs to \(names); "
          + "`bhtpack \(command.name) --help` shows its options")
    }
    let names = command.flags.map { "--\($0.long)" } + ["--help", "--version"]
    return UsageError(
      "unknown option '\(typed)'\(Spelling.hint(typed, among: names)); "
        + "`bhtpack \(command.name) --help` shows the options")
  }
}
