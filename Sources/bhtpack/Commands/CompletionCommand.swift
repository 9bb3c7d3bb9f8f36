import BHTrace

extension Command {
  /// `bhtpack completion`
  static let completion = Command(
    name: "completion",
    summary: "Print the script that completes command lines in bash, zsh or fish",
    examples: [
      "completion bash > ~/.local/share/bash-completion/completions/bhtpack",
      "completion zsh > ~/.zfunc/_bhtpack",
      "completion fish > ~/.config/fish/completions/bhtpack.fish",
    ],
    details: """
      Commands, options, their values and file names are completed, and trace ids, services and \
      operations of the archives that stand on the line already. `source <(bhtpack completion bash)` \
      tries it in a running shell (`bhtpack completion fish | source` in fish). The script asks this \
      program, so that it stays right when the program changes.
      """,
    operands: [
      Operand(
        name: "SHELL", summary: "bash, zsh or fish",
        words: CompletedShell.allCases.map(\.rawValue))
    ],
    ownFlags: [],
    run: { options, output in
      let typed = options.operands[0]
      guard let shell = CompletedShell(rawValue: typed) else {
        throw UsageError(
          "`bhtpack completion` is for bash, zsh or fish, not '\(typed)'"
            + Spelling.hint(typed, among: CompletedShell.allCases.map(\.rawValue)))
      }
      try output.page(shell.script, options)
      return .done
    })
}
