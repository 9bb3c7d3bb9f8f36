/// How many columns text takes on a terminal.
///
/// Counts what a reader sees as one character at a time: combining marks and joiners take no column
/// of their own, wide characters (Unicode's East Asian Width W and F, UAX #11) and emoji two.
package enum DisplayWidth {
  /// The columns that `text` takes.
  package static func columns(_ text: some StringProtocol) -> Int {
    // Most text is ASCII, a column a byte.
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + columns($1) }
  }

  /// The columns that one character takes.
  package static func columns(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      // The sign that asks for the form of an emoji makes it as wide as one.
      if scalar.value == 0xFE0F && width > 0 { return 2 }
      width = max(width, columns(scalar))
    }
    return width
  }

  /// `text` where it fits in `limit` columns, else its begin and its end with `…` between: what
  /// names have in common mostly stands in front, what tells them apart at the end.
  package static func cut(_ text: String, to limit: Int) -> String {
    if columns(text) <= limit { return text }
    if limit <= 1 { return limit == 1 ? "…" : "" }
    let front = (limit - 1 + 1) / 2
    return prefix(text, front) + "…" + suffix(text, limit - 1 - front)
  }

  /// `text` brought to exactly `width` columns: cut, or with spaces behind it.
  package static func fitted(_ text: String, to width: Int) -> String {
    let shown = cut(text, to: width)
    return shown + String(repeating: " ", count: max(0, width - columns(shown)))
  }

  private static func prefix(_ text: String, _ limit: Int) -> String {
    var (taken, width) = ("", 0)
    for character in text {
      width += columns(character)
      if width > limit { break }
      taken.append(character)
    }
    return taken
  }

  private static func suffix(_ text: String, _ limit: Int) -> String {
    var (start, width) = (text.endIndex, 0)
    while start > text.startIndex {
      let before = text.index(before: start)
      width += columns(text[before])
      if width > limit { break }
      start = before
    }
    return String(text[start...])
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Blocks of wide characters.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
    0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
    0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF,
    0x1F200...0x1F265, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
