import BHTView
import BHTrace

/// A row of an answer for programs: what it says under the keys of JSON and the titles of CSV.
struct Record: ExpressibleByDictionaryLiteral {
  /// What stands under a key.
  enum Value {
    /// Text, repaired where it is not UTF-8.
    case text([UInt8])
    /// A whole number.
    case integer(Int128)
    /// A part of 1, say.
    case fraction(Double)
    /// Nothing.
    case none

    /// A count.
    static func count(_ count: Int) -> Value { .integer(Int128(count)) }
    /// A time or duration.
    static func nanoseconds(_ nanoseconds: UInt64) -> Value { .integer(Int128(nanoseconds)) }
    /// An id as people type it.
    static func id(_ id: [UInt8], _ dialect: Dialect) -> Value {
      .text(Array(SpanObjectWriter.idText(id, dialect).utf8))
    }
  }

  /// In the order in which they are printed.
  var fields: [(key: String, value: Value)]

  /// What it says, in order.
  init(dictionaryLiteral fields: (String, Value)...) {
    self.fields = fields.map { (key: $0.0, value: $0.1) }
  }
}

/// How rows are printed.
enum RowFormat: String, CaseIterable {
  /// Aligned columns, for eyes.
  case table
  /// RFC 4180, with a line of titles.
  case csv
  /// A JSON object a line and row.
  case jsonl

  /// Prints `records` for programs, `titles` being the keys of each.
  func write(
    _ records: some Sequence<Record>, titles: [String], to output: Output
  ) throws {
    if self == .csv { try output.write(titles.joined(separator: ",") + "\r\n") }
    var json = CompactJSON()
    for record in records {
      switch self {
      case .csv: try output.write(record.line())
      case .table, .jsonl:
        json.record(record)
        json.endLine()
        try output.write(&json)
      }
    }
  }
}

extension Record {
  /// The row as CSV has it.
  fileprivate func line() -> [UInt8] {
    var line: [UInt8] = []
    for (index, field) in fields.enumerated() {
      if index > 0 { line.append(UInt8(ascii: ",")) }
      switch field.value {
      case .text(let text): line += Self.quoted(text)
      case .integer(let number): line += String(number).utf8
      case .fraction(let fraction): line += String(fraction).utf8
      case .none: break
      }
    }
    return line + [0x0D, 0x0A]
  }

  /// `text` as a field of CSV.
  static func csv(_ text: String) -> String {
    String(decoding: quoted(Array(text.utf8)), as: UTF8.self)
  }

  private static func quoted(_ text: [UInt8]) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    let isPlain = text.allSatisfy {
      $0 != quote && $0 != UInt8(ascii: ",") && $0 != 0x0A && $0 != 0x0D
    }
    return isPlain
      ? text : [quote] + text.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote]
  }
}

extension CompactJSON {
  /// Writes a row as an object.
  mutating func record(_ record: Record) {
    beginObject()
    fields(record)
    endObject()
  }

  /// Writes what a row says into an object that is open.
  mutating func fields(_ record: Record) {
    for field in record.fields {
      key(field.key)
      switch field.value {
      case .text(let text): string(text)
      case .integer(let number): integer(number)
      case .fraction(let fraction): double(fraction)
      case .none: null()
      }
    }
  }
}

extension Options {
  /// Throws where `--json` and `--format`, which both say how to print, are given.
  func checkRowFormat() throws(UsageError) {
    if json, let rows = rowFormat {
      throw UsageError(
        "--json prints one object, so it does not go with --format \(rows.rawValue)")
    }
  }
}
