/// Rows in aligned columns, two spaces between them, brought to a terminal's width where one is given.
///
/// A table that is too wide takes the short forms of what has one, cuts names in the middle, leaves
/// out the columns that may be, and cuts names to the last.
package struct Table {
  /// A column's title, and how its texts are shown.
  package struct Column {
    private enum Kind { case text, names, services, figures, errors, bars }

    /// What stands on top.
    package let title: String
    private let kind: Kind
    /// Columns of the highest rank are left out first; one of rank 0 is never.
    fileprivate var rank = 0
    /// Names are cut to this before columns are left out.
    fileprivate var shortest = 16

    private init(_ title: String, _ kind: Kind) {
      self.title = title
      self.kind = kind
    }

    /// A column of texts.
    package static func text(_ title: String) -> Column { Column(title, .text) }
    /// A column of names, which are cut in the middle where the table is too wide: to `shortest` columns,
    /// and further where there is nothing else to leave out.
    package static func names(_ title: String, shortest: Int = 16) -> Column {
      var column = Column(title, .names)
      column.shortest = shortest
      return column
    }
    /// A column of services' names, each in its own colour.
    package static func services(_ title: String) -> Column { Column(title, .services) }
    /// A column of figures.
    package static func figures(_ title: String) -> Column { Column(title, .figures) }
    /// A column of figures that are red where they are not 0.
    package static func errors(_ title: String) -> Column { Column(title, .errors) }
    /// A column of bars.
    package static func bars(_ title: String) -> Column { Column(title, .bars) }

    /// The column, which may be left out: of several the one of the highest `rank` first.
    package func leftOut(_ rank: Int) -> Column {
      var column = self
      column.rank = rank
      return column
    }

    /// Whether what is in it ends in one place.
    fileprivate var isFigures: Bool { kind == .figures || kind == .errors }
    /// Whether its texts may be cut where the table is too wide.
    fileprivate var canBeCut: Bool { kind == .names || kind == .services }
    fileprivate var isServices: Bool { kind == .services }

    /// `text` of this column, of service `number` where it is one, coloured.
    fileprivate func coloured(_ text: String, _ number: Int?, _ style: Style) -> String {
      switch kind {
      case .services, .bars: number.map { style.service($0, text) } ?? text
      case .errors: text.contains { ("1"..."9").contains($0) } ? style.red(text) : text
      case .text, .names, .figures: text
      }
    }
  }

  private struct Row {
    var texts: [String]
    /// By column: what stands there where the table is too wide.
    var short: [Int: String]
    /// The number of the service it is about.
    var service: Int?
  }

  private let columns: [Column]
  private var rows: [Row] = []
  private var services: [String: Int] = [:]

  /// A table without rows.
  package init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row, a text for each column; in `short` by column what may stand there instead.
  package mutating func add(_ texts: [String], short: [Int: String] = [:]) {
    let name = columns.firstIndex { $0.isServices }.map { texts[$0] }
    let number = name.map { services[$0, default: services.count] }
    if let name { services[name] = number }
    rows.append(Row(texts: texts, short: short, service: number))
  }

  /// The lines, the titles first.
  package func page(_ style: Style) -> String {
    let layout = Layout(self, style.width)
    var page = style.bold(line(columns.map(\.title), nil, layout, .plain)) + "\n"
    for row in rows { page += line(layout.texts(of: row), row.service, layout, style) + "\n" }
    return page
  }

  private func line(
    _ texts: [String], _ service: Int?, _ layout: Layout, _ style: Style
  ) -> String {
    var line = ""
    for column in layout.shown {
      if column != layout.shown.first { line += "  " }
      let (described, width) = (columns[column], layout.widths[column])
      let text =
        described.canBeCut ? DisplayWidth.cut(texts[column], to: width) : texts[column]
      let room = String(repeating: " ", count: max(0, width - DisplayWidth.columns(text)))
      let shown = described.coloured(text, service, style)
      line += described.isFigures ? room + shown : shown + room
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// Which columns are shown, and how wide.
  private struct Layout {
    var shown: [Int]
    var widths: [Int] = []
    var isShort = false

    /// Names are cut to this where nothing else helps.
    private static let shortestName = 8

    init(_ table: Table, _ limit: Int?) {
      shown = Array(table.columns.indices)
      measure(table)
      guard let limit, total > limit else { return }
      isShort = true
      measure(table)
      shown.removeAll { column in
        table.columns[column].rank > 0 && table.rows.allSatisfy { $0.texts[column].isEmpty }
      }
      while true {
        let full = widths
        if cutNames(table, { $0.shortest }, limit) { return }
        guard
          let last = shown.filter({ table.columns[$0].rank > 0 })
            .max(by: { table.columns[$0].rank < table.columns[$1].rank })
        else { break }
        widths = full
        shown.removeAll { $0 == last }
      }
      _ = cutNames(table, { _ in Self.shortestName }, limit)
    }

    func texts(of row: Row) -> [String] {
      guard isShort, !row.short.isEmpty else { return row.texts }
      return row.texts.indices.map { row.short[$0] ?? row.texts[$0] }
    }

    private var total: Int { shown.reduce(2 * (shown.count - 1)) { $0 + widths[$1] } }

    private mutating func measure(_ table: Table) {
      widths = table.columns.map { DisplayWidth.columns($0.title) }
      for row in table.rows {
        for (column, text) in texts(of: row).enumerated() {
          widths[column] = max(widths[column], DisplayWidth.columns(text))
        }
      }
    }

    /// Takes columns from the widest names until the lines fit, and answers whether they do.
    private mutating func cutNames(
      _ table: Table, _ least: (Column) -> Int, _ limit: Int
    ) -> Bool {
      let names = shown.filter { table.columns[$0].canBeCut }
      var surplus = total - limit
      while surplus > 0 {
        let cuttable = names.filter { widths[$0] > least(table.columns[$0]) }
        guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else { return false }
        widths[widest] -= 1
        surplus -= 1
      }
      return true
    }
  }
}
