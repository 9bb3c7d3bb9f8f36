/// Rows in aligned columns, two spaces between them.
struct Table {
  /// A column's title and the side its texts stand on.
  struct Column {
    /// What stands on top.
    let title: String
    /// Whether figures, which end in one place, stand in it.
    let isFigures: Bool

    /// A column of texts.
    static func text(_ title: String) -> Column { Column(title: title, isFigures: false) }
    /// A column of figures.
    static func figures(_ title: String) -> Column { Column(title: title, isFigures: true) }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// A table without rows.
  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row, a text for each column.
  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, the titles first.
  func page(_ style: Style) -> String {
    let widths = columns.indices.map { column in
      rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
    }
    var page = style.bold(line(columns.map(\.title), widths)) + "\n"
    for row in rows { page += line(row, widths) + "\n" }
    return page
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, text) in row.enumerated() {
      if column > 0 { line += "  " }
      line +=
        columns[column].isFigures
        ? Padded.right(text, widths[column]) : Padded.left(text, widths[column])
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Colours and weights, where they are wanted.
struct Style {
  /// Whether to print any.
  let isOn: Bool

  /// Plain text.
  static let plain = Style(isOn: false)

  /// Headings.
  func bold(_ text: String) -> String { wrap(text, "1") }
  /// Errors.
  func red(_ text: String) -> String { wrap(text, "31") }
  /// Remarks.
  func dim(_ text: String) -> String { wrap(text, "2") }

  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
