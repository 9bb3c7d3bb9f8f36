import BHTrace

/// What is typed after `--select`.
extension Options {
  /// Adds a condition as it is typed.
  mutating func select(_ typed: String) throws(UsageError) {
    let parts = typed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = parts.count > 1 ? String(parts[1]) : ""
    switch (String(parts[0]), parts.count) {
    case ("trace", 2):
      if value.hasPrefix("@") {
        traceIDFiles.append(String(value.dropFirst()))
      } else {
        selection.add(traceID: value)
      }
      return
    case ("service", 2): selection.add(service: Array(value.utf8))
    case ("since", 2): selection.add(since: try Timestamp.parse(value, for: "--select since="))
    case ("until", 2): selection.add(until: try Timestamp.parse(value, for: "--select until="))
    case ("errors", 1): selection.errorsOnly = true
    default:
      throw UsageError(
        "--select is trace=ID, service=NAME, since=TIME, until=TIME or errors, not '\(typed)'",
        words: ["trace=", "service=", "since=", "until=", "errors"])
    }
    conditions.append(typed)
  }

  /// Reads the ids of traces that files name, one a line.
  mutating func readTraceIDs() throws {
    for path in traceIDFiles {
      if path == "-" && operands.contains("-") {
        throw UsageError("standard input cannot be both an input and the ids of --select trace=@-")
      }
      var count = 0
      for line in try readWholeFile(path: path).split(whereSeparator: { $0 == 10 || $0 == 13 }) {
        let id = String(decoding: line, as: UTF8.self).trimmingSpaces
        if id.isEmpty || id.hasPrefix("#") { continue }
        selection.add(traceID: String(id))
        count += 1
      }
      if count == 0 {
        let name = path == "-" ? "standard input" : path
        throw UsageError("\(name) holds no trace ids; write one a line")
      }
    }
    traceIDFiles = []
  }
}

extension String {
  /// The text without spaces, tabs and a byte order mark around it.
  var trimmingSpaces: Substring {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
    let rest = drop(while: isSpace)
    guard let last = rest.lastIndex(where: { !isSpace($0) }) else { return "" }
    return rest[...last]
  }
}
