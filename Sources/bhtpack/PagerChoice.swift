import BHTrace

/// Which pager is wanted.
enum PagerChoice {
  /// What BHTPACK_PAGER says, else PAGER, else less; nil where none is wanted, it is not there, or the
  /// terminal is too simple for one.
  static var command: String? {
    if Terminal.environment("TERM") == "dumb" { return nil }
    let typed = ["BHTPACK_PAGER", "PAGER"].lazy.compactMap { Terminal.environment($0) }.first
    guard let typed else { return Pager.isInstalled("less") ? "less" : nil }
    let command = typed.trimmingSpaces
    if command.isEmpty || command == "cat" { return nil }
    let name = String(command.prefix { $0 != " " })
    let isPlain = name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0))
    }
    return isPlain && !Pager.isInstalled(name) ? nil : String(command)
  }
}
