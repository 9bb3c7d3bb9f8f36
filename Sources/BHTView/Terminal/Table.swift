/// Rows in aligned columns, two spaces between them, cut to a terminal's width where one is given.
package struct Table {
  /// A column's title and the side its texts stand on.
  package struct Column {
    /// What stands on top.
    package let title: String
    /// Whether figures, which end in one place, stand in it.
    package let isFigures: Bool
    /// Whether its texts may be cut where the table is too wide.
    package let canBeCut: Bool

    /// A column of texts.
    package static func text(_ title: String) -> Column {
      Column(title: title, isFigures: false, canBeCut: false)
    }
    /// A column of names, which are cut in the middle where the table is too wide.
    package static func names(_ title: String) -> Column {
      Column(title: title, isFigures: false, canBeCut: true)
    }
    /// A column of figures.
    package static func figures(_ title: String) -> Column {
      Column(title: title, isFigures: true, canBeCut: false)
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// A table without rows.
  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row, a text for each column.
  package mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines, the titles first.
  package func page(_ style: Style) -> String {
    var widths = columns.indices.map { column in
      rows.reduce(DisplayWidth.columns(columns[column].title)) {
        max($0, DisplayWidth.columns($1[column]))
      }
    }
    if let limit = style.width { shrink(&widths, to: limit) }
    var page = style.bold(line(columns.map(\.title), widths)) + "\n"
    for row in rows { page += line(row, widths) + "\n" }
    return page
  }

  /// Takes columns from the widest names until the lines fit, or no name has more than a few.
  private func shrink(_ widths: inout [Int], to limit: Int) {
    var total = widths.reduce(2 * (columns.count - 1), +)
    while total > limit {
      let widest = columns.indices.filter { columns[$0].canBeCut }.max { widths[$0] < widths[$1] }
      guard let widest, widths[widest] > Self.narrowestName else { return }
      widths[widest] -= 1
      total -= 1
    }
  }

  private static let narrowestName = 8

  private func line(_ row: [String], _ widths: [Int]) -> String {
    var line = ""
    for (column, whole) in row.enumerated() {
      if column > 0 { line += "  " }
      let text = columns[column].canBeCut ? DisplayWidth.cut(whole, to: widths[column]) : whole
      line +=
        columns[column].isFigures
        ? Padded.right(text, widths[column]) : Padded.left(text, widths[column])
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}

/// Colours and weights, where they are wanted.
package struct Style {
  /// Whether to print any.
  package let isOn: Bool
  /// The columns of the terminal; nil where lines may be of any length.
  package let width: Int?

  /// Colours where `isOn`, and lines of at most `width` columns.
  package init(isOn: Bool, width: Int? = nil) {
    self.isOn = isOn
    self.width = width
  }

  /// Plain text.
  package static let plain = Style(isOn: false)

  /// Headings.
  package func bold(_ text: String) -> String { wrap(text, "1") }
  /// Errors.
  package func red(_ text: String) -> String { wrap(text, "31") }
  /// Remarks.
  package func dim(_ text: String) -> String { wrap(text, "2") }

  /// Text in the colour of service `number`, of those that are shown together. The colours are
  /// told apart on a dark and on a light ground.
  package func service(_ number: Int, _ text: String) -> String {
    wrap(text, "38;5;\(Self.serviceColours[number % Self.serviceColours.count])")
  }

  private static let serviceColours = [33, 172, 35, 134, 37, 203, 105, 142, 67, 168, 30, 136]

  private func wrap(_ text: String, _ code: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
