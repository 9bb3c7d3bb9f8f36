/// How the fields of a table's rows are parted and written.
enum TableDialect: Sendable {
  /// RFC 4180: commas, quotes around fields that need them, quotes in those doubled.
  case commas
  /// Tabs; in fields, backslash escapes for tabs, line breaks and backslashes.
  case tabs

  fileprivate var separator: UInt8 { self == .commas ? UInt8(ascii: ",") : 0x09 }

  /// The text of `field` of a row.
  func text(_ field: String) -> String {
    let written = field.utf8
    if self == .commas || !written.contains(UInt8(ascii: "\\")) { return field }
    var text: [UInt8] = []
    var isEscaped = false
    for byte in written {
      if isEscaped {
        text += Self.escapes[byte] ?? [byte]
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// What stands for a letter behind a backslash, where that is not the letter; `N` is null.
  private static let escapes: [UInt8: [UInt8]] = [
    UInt8(ascii: "t"): [0x09], UInt8(ascii: "n"): [0x0A], UInt8(ascii: "r"): [0x0D],
    UInt8(ascii: "b"): [0x08], UInt8(ascii: "f"): [0x0C], UInt8(ascii: "0"): [0],
    UInt8(ascii: "N"): [],
  ]
}

/// One row of a table.
struct TableRow {
  /// As they are written, quotes around them taken off; `TableDialect` knows their text.
  var fields: [String]
  /// Where it starts in the input.
  var offset: Int
  /// The line it starts on, from 1.
  var line: Int
}

/// The rows of a stream, one after the other.
struct TableText {
  private let stream: BufferedStream
  private let dialect: TableDialect
  private var chunk: [UInt8] = []
  private var used = 0
  private var base: Int
  private var line = 1

  /// A row is no longer than this (bytes), and has no more fields than that.
  static let longestRow = 1 << 26
  static let mostFields = 4096

  /// The rows of what is left of `stream`.
  init(_ stream: BufferedStream, _ dialect: TableDialect) {
    self.stream = stream
    self.dialect = dialect
    base = stream.offset
  }

  /// The first row of an input that starts with `head`; nil where it does not end there.
  static func first(of head: Sniffer.Head, _ dialect: TableDialect) -> [String]? {
    var text = TableText(BufferedStream(MemoryByteStream(head.bytes)), dialect)
    guard let row = try? text.next(), head.isWhole || text.base + text.used < head.bytes.count
    else { return nil }
    return row.fields
  }

  /// The next row that is not empty, or nil at the end. Throws where a row has no end or is too
  /// long: where the next one starts cannot be told then.
  mutating func next() throws -> TableRow? {
    while try peek() != nil {
      let row = try row()
      if row.fields.count > 1 || row.fields.first?.isEmpty == false { return row }
    }
    return nil
  }

  private mutating func row() throws -> TableRow {
    var row = TableRow(fields: [], offset: base + used, line: line)
    if row.offset == 0, try starts(with: [0xEF, 0xBB, 0xBF]) { used += 3 }
    var field: [UInt8] = []
    while true {
      if dialect == .commas, field.isEmpty, try peek() == UInt8(ascii: "\"") {
        used += 1
        try quoted(into: &field, of: row)
      }
      guard let byte = try peek() else { break }
      used += 1
      if byte == 0x0A { break }
      if byte == dialect.separator {
        row.fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        if row.fields.count > Self.mostFields { throw tooLong("has more than 4,096 fields", row) }
      } else if byte == UInt8(ascii: "\\") && dialect == .tabs, let escape = try peek() {
        used += 1
        field += [byte, escape]
      } else {
        field.append(byte)
      }
      try check(row)
    }
    line += 1
    if field.last == 0x0D { field.removeLast() }
    row.fields.append(String(decoding: field, as: UTF8.self))
    return row
  }

  /// What stands between quotes, the first of which was taken.
  private mutating func quoted(into field: inout [UInt8], of row: TableRow) throws {
    while let byte = try peek() {
      used += 1
      if byte == 0x0A { line += 1 }
      if byte == UInt8(ascii: "\"") {
        if try peek() != byte { return }
        used += 1
      }
      field.append(byte)
      try check(row)
    }
    throw FormatError(
      .truncated, at: row.offset,
      "the input ends inside a field in quotes, in the row that starts on line \(row.line)")
  }

  private func check(_ row: TableRow) throws {
    if base + used - row.offset > Self.longestRow { throw tooLong("is longer than 64 MiB", row) }
  }

  private func tooLong(_ what: String, _ row: TableRow) -> FormatError {
    FormatError(.outOfBounds, at: row.offset, "a row \(what) (line \(row.line))")
  }

  // MARK: Bytes

  private mutating func peek() throws -> UInt8? {
    if used == chunk.count {
      base += used
      used = 0
      chunk = []
      chunk = try stream.next(upTo: BufferedStream.chunkSize)
    }
    return used < chunk.count ? chunk[used] : nil
  }

  private mutating func starts(with bytes: [UInt8]) throws -> Bool {
    try peek() != nil && chunk[used...].starts(with: bytes)
  }
}

/// The rows of a table as documents, each field under the name of its column.
final class TableDocuments: DocumentSource {
  private var text: TableText
  private let dialect: TableDialect
  private var columns: [String]?
  private let isLiteral: (String) -> Bool

  /// The rows of what is left of `stream`, under `columns`, or where there are none under what the
  /// first row says. Fields of the columns that `isLiteral` names have escapes of their own only.
  init(
    _ stream: BufferedStream, _ dialect: TableDialect, columns: [String]?,
    isLiteral: @escaping (String) -> Bool
  ) {
    text = TableText(stream, dialect)
    self.dialect = dialect
    self.columns = columns
    self.isLiteral = isLiteral
  }

  func next(_ report: inout InputReport) throws -> Document? {
    while let row = try text.next() {
      guard let names = columns else {
        columns = row.fields.map(dialect.text)
        continue
      }
      if row.fields.count != names.count {
        try report.note(
          FormatError(
            .invalid, at: row.offset,
            "a row has \(row.fields.count) fields where there are \(names.count) columns "
              + "(line \(row.line))"))
        continue
      }
      let fields = AttributeList(
        zip(names, row.fields).map { ($0, .string(isLiteral($0) ? $1 : dialect.text($1))) })
      return Document(fields: fields, offset: row.offset, line: row.line)
    }
    return nil
  }
}
