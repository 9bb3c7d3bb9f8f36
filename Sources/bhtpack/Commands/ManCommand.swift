extension Command {
  /// `bhtpack man`
  static let man = Command(
    name: "man",
    summary: "Print the manual page of a command, for man",
    examples: ["man list | man -l -", "man > bhtpack.1"],
    details: """
      Prints the page of the whole program where no command is named. Pages are in the language of \
      man, made of what --help shows; `make install` puts all of them where man looks.
      """,
    operands: [
      Operand(name: "COMMAND", summary: "The command it is about", isOptional: true)
    ],
    ownFlags: [],
    run: { options, output in
      let command = try options.operands.first.map { name throws(UsageError) in
        try Command.named(name)
      }
      try output.page(ManPage(of: command).text, options)
      return .done
    })
}
