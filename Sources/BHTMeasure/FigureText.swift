import BHTrace

/// Figures as results print them, the same way on every platform.
enum FigureText {
  /// A whole number with commas: `391,267`.
  static func grouped(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number.magnitude).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + String(text.reversed())
  }

  /// A number that is 0 or more with so many decimals, rounded.
  static func decimal(_ value: Double, _ places: Int) -> String {
    guard value.isFinite, value >= 0, value < 1e15 else { return "?" }
    let scale = (0..<places).reduce(1) { product, _ in product * 10 }
    let scaled = Int((value * Double(scale)).rounded())
    if places == 0 { return grouped(scaled) }
    var fraction = String(scaled % scale)
    while fraction.utf8.count < places { fraction = "0" + fraction }
    return grouped(scaled / scale) + "." + fraction
  }

  /// A number with as many decimals as make three digits.
  static func short(_ value: Double) -> String {
    decimal(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
  }

  /// A part of 1: `10.6 %`.
  static func percent(_ part: Double) -> String { short(part * 100) + " %" }

  /// Bytes in a unit that suits, powers of 1000: `382 kB`.
  static func size(_ bytes: Double) -> String {
    if bytes < 999.5 { return decimal(bytes, 0) + " B" }
    if bytes < 999_500 { return short(bytes / 1e3) + " kB" }
    if bytes < 999_500_000 { return short(bytes / 1e6) + " MB" }
    return short(bytes / 1e9) + " GB"
  }

  /// Seconds in a unit that suits: `41.4 µs`.
  static func time(_ seconds: Double) -> String {
    if seconds < 0.000_999_5 { return short(seconds * 1e6) + " µs" }
    if seconds < 0.999_5 { return short(seconds * 1e3) + " ms" }
    return short(seconds) + " s"
  }

  /// A block size: `16 KiB`.
  static func block(_ block: FormatOptions.BlockSize) -> String {
    switch block {
    case .span: "span"
    case .bytes(let count) where count % 1024 == 0: "\(count / 1024) KiB"
    case .bytes(let count): "\(count) B"
    }
  }

  /// Text from a corpus as Markdown code: one line, nothing in it ends the code or a cell.
  static func code(_ bytes: [UInt8]) -> String {
    var text = ""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      let breaks = scalar.value < 0x20 || scalar == "`" || scalar == "|" || scalar == "\u{7F}"
      text.unicodeScalars.append(breaks ? "\u{FFFD}" : scalar)
    }
    return text.isEmpty ? "(no name)" : "`\(text)`"
  }
}

/// A table of Markdown, its columns padded to look like one in the source too.
struct MarkdownTable {
  private let titles: [String]
  private var rows: [[String]] = []

  /// A table without rows; the first column is text, the others figures.
  init(_ titles: [String]) { self.titles = titles }

  /// Adds a row, a text for each column.
  mutating func add(_ row: [String]) { rows.append(row) }

  /// The lines.
  var text: String {
    let widths = titles.indices.map { column in
      rows.reduce(max(3, titles[column].count)) { max($0, $1[column].count) }
    }
    var rule = "|"
    for (column, width) in widths.enumerated() {
      rule += column == 0 ? ":" : "-"
      rule += String(repeating: "-", count: width)
      rule += column == 0 ? "-|" : ":|"
    }
    return line(titles, widths) + rule + "\n" + rows.map { line($0, widths) }.joined()
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var line = "|"
    for (column, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      line += column == 0 ? " \(cell)\(padding) |" : " \(padding)\(cell) |"
    }
    return line + "\n"
  }
}
