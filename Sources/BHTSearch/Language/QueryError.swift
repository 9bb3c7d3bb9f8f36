/// What is wrong with a query, and where.
package struct QueryError: Error, Sendable, Equatable {
  /// The line, from 1.
  package var line: Int
  /// The character of the line at which the faulty part starts, from 1.
  package var column: Int
  /// What was found and what would be right, as a sentence without its full stop.
  package var message: String
  /// The line of the query, as far as it can be shown.
  package var excerpt: String
  /// How many characters of `excerpt` stand before the faulty one.
  package var caret: Int

  /// Shown of a long line: so many characters before the fault, and as many from it on.
  private static let margin = 60

  /// `message` about the bytes of `text` at `range`.
  package init(_ message: String, at range: QueryRange, in text: [UInt8]) {
    self.message = message
    let offset = min(max(range.start, 0), text.count)
    let lineStart = text[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let lineEnd = text[offset...].firstIndex(of: 0x0A) ?? text.count
    line = 1 + text[..<lineStart].count { $0 == 0x0A }
    let before = Array(String(decoding: text[lineStart..<offset], as: UTF8.self).unicodeScalars)
    let after = Array(String(decoding: text[offset..<lineEnd], as: UTF8.self).unicodeScalars)
    column = before.count + 1
    var shown = before.suffix(Self.margin).map(Self.printable)
    if before.count > Self.margin { shown.insert("…", at: 0) }
    caret = shown.count
    shown += after.prefix(Self.margin).map(Self.printable)
    if after.count > Self.margin { shown.append("…") }
    excerpt = String(String.UnicodeScalarView(shown))
  }

  private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned:
      scalar == "\t" ? " " : "\u{FFFD}"
    default: scalar
    }
  }
}

extension QueryError: CustomStringConvertible {
  /// Place and message, and under them the line with a caret under the fault.
  package var description: String {
    """
    line \(line), column \(column): \(message)
      \(excerpt)
      \(String(repeating: " ", count: caret))^
    """
  }
}
