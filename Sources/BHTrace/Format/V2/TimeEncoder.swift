/// Writes times in the codes of a segment's columns: the other side of `IndexTimes.decode`.
struct TimeEncoder: Sendable {
  let coding: TimeCoding
  private struct Column {
    var unit: Int
    var precision: Int
    var firstSymbol: Int
    /// Where its codes start in `codes`.
    var first: Int
  }
  private var columns: [Column] = []
  /// Of all columns, for each symbol its code and the code's length.
  private var codes: [(bits: UInt16, length: UInt8)] = []

  init(_ coding: TimeCoding) {
    self.coding = coding
    for column in coding.columns {
      columns.append(
        Column(
          unit: column.unit, precision: column.precision, firstSymbol: column.code.first,
          first: codes.count))
      codes.append(contentsOf: zip(column.code.codes(), column.code.lengths).map { ($0, $1) })
    }
  }

  /// Appends a time (ns), which the column has to have a code for.
  @inline(__always)
  func append(_ time: Int64, _ number: Int, to bits: inout BitWriter) {
    let column = columns[number]
    let value = TimeColumn.magnitude(time, unit: column.unit)
    let (symbol, count) = TimeColumn.symbol(
      value, isNegative: time < 0, precision: column.precision)
    let code = codes[column.first + symbol - column.firstSymbol]
    bits.append(UInt64(code.bits), Int(code.length))
    bits.append(value & (1 << UInt64(count) - 1), count)
  }
}

extension TimeColumn {
  /// How many whole units of number `unit` the magnitude of `time` (ns) has.
  @inline(__always)
  static func magnitude(_ time: Int64, unit: Int) -> UInt64 {
    // A division by a constant is a multiplication.
    switch unit {
    case 0: time.magnitude
    case 1: time.magnitude / 1_000
    case 2: time.magnitude / 1_000_000
    default: time.magnitude / 1_000_000_000
    }
  }

  /// The largest unit up to number `unit` that divides `time` (ns).
  @inline(__always)
  static func dividing(_ time: Int64, upTo unit: Int) -> Int {
    let value = time.magnitude
    if unit == 0 || value % 1_000 != 0 { return 0 }
    if unit == 1 || value % 1_000_000 != 0 { return 1 }
    return unit == 2 || value % 1_000_000_000 != 0 ? 2 : 3
  }
}
