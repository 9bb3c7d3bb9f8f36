/// A command line that is still being typed: what is known of it, mistakes passed over.
struct TypedSoFar {
  /// The command; nil where it is the one being typed, or there is none of that name.
  private(set) var command: Command?
  /// The operands that stand before the word being typed.
  private(set) var operands: [String] = []
  /// The flag whose value is being typed.
  private(set) var flag: Flag?
  /// What of the word being typed stands in front of that value: `--method=`.
  private(set) var lead = ""
  /// What is typed of the command, value, option or operand.
  private(set) var word: String
  /// Whether a command is being typed.
  let isCommand: Bool
  /// Whether options are over.
  private(set) var isPastOptions = false

  /// Takes `words` apart, the last of which is being typed; the program's name is not one of them.
  init(_ words: [String]) {
    word = words.last ?? ""
    var before = words.dropLast()
    let isHelp = before.first == "help"
    isCommand = before.isEmpty || isHelp
    if isHelp { return }
    let name = before.popFirst()
    command = Command.all.first { $0.name == name }
    guard let command else { return }
    while let typed = before.popFirst() {
      if isPastOptions || !typed.hasPrefix("-") || typed == "-" {
        operands.append(typed)
      } else if typed == "--" {
        isPastOptions = true
      } else if let flag = Self.flag(wantingValue: typed, of: command) {
        if before.popFirst() == nil { self.flag = flag }
      }
    }
    if isPastOptions || flag != nil { return }
    if word.hasPrefix("--"), let sign = word.firstIndex(of: "="),
      let flag = command.flags.first(where: { "--\($0.long)" == word[..<sign] && $0.value != nil })
    {
      self.flag = flag
      lead = String(word[...sign])
      word = String(word[sign...].dropFirst())
    }
  }

  /// The flag that `typed` ends with and whose value is the next word.
  private static func flag(wantingValue typed: String, of command: Command) -> Flag? {
    if typed.hasPrefix("--") {
      return command.flags.first { "--\($0.long)" == typed && $0.value != nil }
    }
    var letters = typed.dropFirst()
    while let letter = letters.popFirst() {
      guard let flag = command.flags.first(where: { $0.short == letter }) else { return nil }
      if flag.value != nil { return letters.isEmpty ? flag : nil }
    }
    return nil
  }
}
