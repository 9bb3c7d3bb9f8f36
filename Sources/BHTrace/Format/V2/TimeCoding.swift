/// How the times of a segment are written: a column for starts of traces, and for each frequent
/// operation, and all others together, one for gaps and one for durations. A part of NAMES.
///
/// ```
/// TimeCoding := own varint          how many operations, from the first on, have columns of their own
///               TimeColumn          distances of the starts of traces
///               (TimeColumn  TimeColumn)*    gaps and durations: of each of these operations, then
///                                   of all others
/// ```
struct TimeCoding: Sendable, Equatable {
  /// An operation of fewer spans in the segment has no columns of its own.
  static let ownMinimum = 32
  /// No more operations have columns of their own.
  static let ownLimit = 1024

  /// How many operations have columns of their own.
  let own: Int
  let columns: [TimeColumn]
  /// The number of the column of starts.
  static let starts = 0

  /// What a decoder needs of a column at once.
  struct Head: Sendable, Equatable {
    /// Where its entries start in `entries`.
    var first: Int32
    /// The low bits of the stream that choose an entry.
    var mask: UInt32
    var unit: Int64
    var isAlternative: Bool
  }
  private(set) var heads: [Head] = []
  /// Of all columns: code length (4 bits), bits that follow (6), whether it is negative (1), and the
  /// top bits of the magnitude (4).
  private(set) var entries: [UInt16] = []

  /// The coding of `columns`, which are two more than there are columns of `own` operations.
  init(own: Int, columns: [TimeColumn]) {
    self.own = own
    self.columns = columns
    for column in columns { addEntries(of: column) }
  }

  /// The number of the column of gaps of an operation; that of durations is the next.
  @inline(__always)
  func column(ofOperation operation: UInt32) -> Int { 1 + 2 * min(Int(operation), own) }

  private mutating func addEntries(of column: TimeColumn) {
    let lengths = column.code.lengths
    let longest = Int(lengths.max() ?? 0)
    let first = entries.count
    heads.append(
      Head(
        first: Int32(first), mask: UInt32(1 << longest - 1), unit: TimeColumn.units[column.unit],
        isAlternative: column.isAlternative))
    entries.append(contentsOf: repeatElement(0, count: 1 << longest))
    let end = entries.count
    for (offset, code) in column.code.codes().enumerated() {
      let length = Int(lengths[offset])
      if length == 0 && lengths.count > 1 { continue }
      let symbol = column.code.first + offset
      let bucket = symbol >> 1
      let bits = max(bucket >> column.precision - 1, 0)
      let top = bucket - bits << column.precision
      let entry = UInt16(length | bits << 4 | (symbol & 1) << 10 | top << 11)
      var index = first + Int(code)
      while index < end {
        entries[index] = entry
        index += 1 << length
      }
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(own)
    for column in columns { column.encode(to: &writer) }
  }

  /// Reads the coding of a segment of `operationCount` operations.
  static func decode(
    from cursor: inout ByteCursor, operationCount: Int
  ) throws(FormatError) -> TimeCoding {
    let own = try cursor.count(
      upTo: min(operationCount, ownLimit), "the number of operations with times of their own")
    var columns: [TimeColumn] = []
    for _ in 0..<(2 * own + 3) { columns.append(try TimeColumn.decode(from: &cursor)) }
    return TimeCoding(own: own, columns: columns)
  }
}
