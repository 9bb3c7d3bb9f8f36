import BHTView

/// The pages of `--help` and `-h`, made from the tables of commands and flags.
struct Help {
  /// How headings are printed.
  let style: Style
  /// Whether to tell the full story.
  let inFull: Bool

  private static let width = 100

  /// The page about `command`, or about all of them.
  func page(of command: Command?) -> String {
    command.map(page) ?? overview
  }

  private var overview: String {
    var page = """
      \(style.bold("Examples:"))
        bhtpack convert spans.otlp.pb.zst -o shop.bht
        bhtpack list shop.bht --errors
        bhtpack summary shop.bht
        bhtpack critical-path shop.bht --trace 4bf92f3577b34da6a3ce929d0e0e4736

      \(style.bold("Usage:")) bhtpack COMMAND [OPTIONS] …

      Makes small archives (.bht) of distributed traces and asks them for what you want to know,
      reading no more of them than that takes.

      \(style.bold("Commands:"))

      """
    page += list(Command.all.map { ($0.name, $0.summary) })
    page += """

      \(style.bold("Options of every command:"))

      """
    page += list(options(Flag.common.compactMap { Flag.named($0) }))
    page += """

      `bhtpack COMMAND --help` says more about a command. Exit codes: 0 done, 1 a negative answer
      (nothing found, a difference, damage), 2 an error, 3 done in part (some inputs could not be
      read, or some of what was asked for was not found; each is named). Colours and progress are
      printed on a terminal only; no colours where NO_COLOR is set.

      """
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
    flags.map { flag in
      let short = flag.short.map { "-\($0), " } ?? "    "
      return ("\(short)--\(flag.long)" + (flag.value.map { " \($0)" } ?? ""), flag.summary)
    } + [
      ("-h, --help", "Print this page; -h is the short form"),
      ("    --version", "Print the versions of tool, format and libraries"),
    ]
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
