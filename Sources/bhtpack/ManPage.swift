/// A manual page in roff's man macros, made from the tables of commands and flags.
struct ManPage {
  private(set) var text = ""

  private static let width = 76

  /// The page about `command`, or about all of them.
  init(of command: Command?) {
    let name = command.map { "bhtpack-\($0.name)" } ?? "bhtpack"
    text =
      ".TH \(name.uppercased()) 1 \(Versions.date) \"bhtpack \(Versions.tool)\" \"User Commands\"\n"
    section("NAME")
    line("\(name) \\- \(Self.escaped(command?.summary ?? Help.summary))")
    if let command { about(command) } else { aboutAll() }
    section("EXIT STATUS")
    for code in Help.exitCodes { item("\(code.code)", code.meaning) }
    section("SEE ALSO")
    let others = [nil] + Command.all.map(Optional.some)
    line(
      others.filter { $0?.name != command?.name }
        .map { "\\fBbhtpack\($0.map { "\\-" + Self.escaped($0.name) } ?? "")\\fR(1)" }
        .joined(separator: ",\n"))
  }

  private mutating func about(_ command: Command) {
    section("SYNOPSIS")
    line(
      "\\fBbhtpack \(Self.escaped(command.name))\\fR "
        + Self.escaped((command.operands.map(\.usage) + ["[OPTIONS]"]).joined(separator: " ")))
    section("DESCRIPTION")
    prose(command.summary + ". " + command.details)
    if !command.operands.isEmpty {
      section("OPERANDS")
      for operand in command.operands { item(operand.name, operand.summary) }
    }
    section("OPTIONS")
    for flag in command.flags { option(flag.usage, flag.details) }
    for flag in Help.closingOptions { option(flag.usage, flag.summary) }
    examples(command.examples)
  }

  private mutating func aboutAll() {
    section("SYNOPSIS")
    line("\\fBbhtpack\\fR COMMAND [OPTIONS] ...")
    section("DESCRIPTION")
    prose(Help.purpose)
    section("COMMANDS")
    for command in Command.all { item(command.name, command.summary) }
    section("OPTIONS")
    for flag in Flag.common.compactMap({ Flag.named($0) }) { option(flag.usage, flag.details) }
    for flag in Help.closingOptions { option(flag.usage, flag.summary) }
    section("ENVIRONMENT")
    for variable in Help.environment { item(variable.name, variable.meaning) }
    examples(Help.examples)
  }

  private mutating func section(_ title: String) { line(".SH \(title)") }

  private mutating func line(_ line: String) { text += line + "\n" }

  /// A paragraph under `tag`.
  private mutating func item(_ tag: String, _ meaning: String) {
    line(".TP\n\\fB\(Self.escaped(tag))\\fR")
    prose(meaning.hasSuffix(".") ? meaning : meaning + ".")
  }

  private mutating func option(_ usage: String, _ meaning: String) {
    item(String(usage.drop { $0 == " " }), meaning)
  }

  private mutating func examples(_ examples: [String]) {
    section("EXAMPLES")
    let lines = examples.map { ".nf\n\\fBbhtpack \(Self.escaped($0))\\fR\n.fi" }
    line(lines.joined(separator: "\n.PP\n"))
  }

  /// Text in lines, what stands between backticks in bold.
  private mutating func prose(_ prose: String) {
    var isCode = false
    let words = prose.split(separator: " ").map { word in
      word.split(separator: "`", omittingEmptySubsequences: false).enumerated().map {
        number, part in
        if number > 0 { isCode.toggle() }
        return (number == 0 ? "" : isCode ? "\\fB" : "\\fR") + Self.escaped(String(part))
      }.joined()
    }
    var line = ""
    for word in words {
      if !line.isEmpty && line.count + 1 + word.count > Self.width {
        self.line(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    self.line(line)
  }

  /// `text` as roff prints it and takes none of it for a request.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    if let first = text.first, ".'".contains(first) { escaped = "\\&" }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      case "~": escaped += "\\(ti"
      case "^": escaped += "\\(ha"
      case "'": escaped += "\\(aq"
      case "`": escaped += "\\(ga"
      case _ where scalar.isASCII: escaped.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    return escaped
  }
}
