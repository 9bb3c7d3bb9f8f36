import BHTView

/// The pages of `--help` and `-h`, made from the tables of commands and flags.
struct Help {
  /// How headings are printed.
  let style: Style
  /// Whether to tell the full story.
  let inFull: Bool

  private static let width = 100

  /// The program in one line.
  static let summary = "Keep distributed traces in small archives and ask them"

  /// What the program is for.
  static let purpose = """
    Makes small archives (.bht) of distributed traces and asks them for what you want to know, \
    reading no more of them than that takes.
    """

  /// Command lines to begin with, without `bhtpack`.
  static let examples = [
    "convert spans.otlp.pb.zst -o shop.bht",
    "list shop.bht --errors",
    "summary shop.bht",
    "critical-path shop.bht --trace 4bf92f3577b34da6a3ce929d0e0e4736",
  ]

  /// What the exit codes mean.
  static let exitCodes = [
    (code: 0, meaning: "done"),
    (code: 1, meaning: "a negative answer (nothing found, a difference, damage)"),
    (code: 2, meaning: "an error"),
    (
      code: 3,
      meaning: """
      done in part (some inputs could not be read, or some of what was asked for was not found; \
      each is named)
      """
    ),
  ]

  /// The environment variables that change what is printed.
  static let environment = [
    (name: "NO_COLOR", meaning: "Where it is set, nothing is coloured"),
    (name: "COLUMNS", meaning: "The width of the terminal, in place of what that says itself"),
    (
      name: "BHTPACK_PAGER, PAGER",
      meaning: """
      The pager for the answers of readings on a terminal, the first one that is set; empty or cat for \
      none
      """
    ),
    (name: "LESS", meaning: "What less is told; FRX where it is not set"),
    (name: "TERM", meaning: "dumb: no colours, no progress and no pager"),
    (name: "TMPDIR", meaning: "The folder where `measure` makes its archives, in place of /tmp"),
  ]

  /// The two options that end the command line.
  static let closingOptions = [
    (usage: "-h, --help", summary: "Print this page; -h is the short form"),
    (usage: "    --version", summary: "Print the versions of tool, format and libraries"),
  ]

  /// The page about `command`, or about all of them.
  func page(of command: Command?) -> String {
    command.map(page) ?? overview
  }

  private var overview: String {
    var page = style.bold("Examples:") + "\n"
    for example in Self.examples { page += "  bhtpack \(example)\n" }
    page += """

      \(style.bold("Usage:")) bhtpack COMMAND [OPTIONS] …

      \(wrapped(Self.purpose, 0))
      \(style.bold("Commands:"))

      """
    page += list(Command.all.map { ($0.name, $0.summary) })
    page += """

      \(style.bold("Options of every command:"))

      """
    page += list(options(Flag.common.compactMap { Flag.named($0) }))
    let codes = Self.exitCodes.map { "\($0.code) \($0.meaning)" }.joined(separator: ", ")
    page += "\n"
    page += wrapped(
      "`bhtpack COMMAND --help` says more about a command. Exit codes: \(codes). Colours and progress "
        + "are printed on a terminal only; no colours where NO_COLOR is set.", 0)
    return page
  }

  private func page(_ command: Command) -> String {
    var page = style.bold("Examples:") + "\n"
    for example in command.examples { page += "  bhtpack \(example)\n" }
    page += "\n\(style.bold("Usage:")) \(command.usage)\n\n"
    page += wrapped(inFull ? command.summary + ". " + command.details : command.summary + ".", 0)
    if !command.operands.isEmpty {
      page += "\n\(style.bold("Operands:"))\n"
      page += list(command.operands.map { ($0.name, $0.summary) })
    }
    page += "\n\(style.bold("Options:"))\n"
    if inFull {
      for (flag, option) in zip(command.flags, options(command.flags)) {
        page += "  \(option.0)\n" + wrapped(flag.details, 6)
      }
      for option in options([]) { page += "  \(option.0)\n" + wrapped(option.1 + ".", 6) }
    } else {
      page += list(options(command.flags))
    }
    return page
  }

  /// How each flag is typed, and its line; the two that end the command line at the end.
  private func options(_ flags: [Flag]) -> [(String, String)] {
    flags.map { ($0.usage, $0.summary) } + Self.closingOptions.map { ($0.usage, $0.summary) }
  }

  private func list(_ rows: [(String, String)]) -> String {
    let width = rows.reduce(0) { max($0, $1.0.count) }
    return rows.reduce(into: "") { $0 += "  \(Padded.left($1.0, width))  \($1.1)\n" }
  }

  /// `text` in lines of at most `width` characters after `indent` spaces.
  private func wrapped(_ text: String, _ indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var page = ""
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty && margin.count + line.count + 1 + word.count > Self.width {
        page += margin + line + "\n"
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return page + margin + line + "\n"
  }
}
