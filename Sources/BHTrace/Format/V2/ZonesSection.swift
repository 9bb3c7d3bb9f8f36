/// Bounds of each chunk of a segment: what questions about time, duration, errors, kinds and numbers
/// pass over without reading INDEX.
///
/// ```
/// ZONES := Packed page of
///   of all chunks of the segment, as a packed column each:
///     latest end       Rounded, ns from the chunk's start; a span ends at its end, or its start where
///                      that is later
///     longest trace    Rounded, ns from the earliest start to the latest end; of a piece, of the whole
///                      trace
///     longest span     Rounded, ns; 0 for one that ends before it starts
///     errors           spans whose status is an error
///     kinds            bit k: it has spans of kind k, 0...5; bit 7: of other kinds
///   words varint       for each:
///     word varint      distance to the previous one; kind int or double, an attribute of spans
///     least            least value in the segment: int: signed varint; double: its order, varint
///     of all chunks, as a packed column each:
///       extents        0: no value; 2^64 - 1: any; else 1 + order of the greatest value minus that of
///                      the least one
///       minima         order of the least value minus that of the least in the segment; 0 for no value
///                      and any
/// ```
/// *Rounded* is a number rounded up to 8 significant bits: below 256 the number, else 128 e + m for
/// m · 2^e, 128 ≤ m < 256; 7,424 is 2^64 - 1. The *order* of an int is the int with its sign bit inverted, as an unsigned number; that of a double
/// the top 16 bits of its bits, all inverted where the sign bit is set, else only that one. An int whose
/// extent would be 2^64 - 1 or more has *any*, as has a word with a NaN in the chunk. Only attributes of
/// spans count, constants of shapes among them.
struct Zones: Sendable, Equatable {
  /// What is known of all spans of a chunk. Lengths of time are upper bounds once they are read.
  struct Bounds: Sendable, Equatable {
    /// Latest end, from the chunk's start (ns).
    var latestEnd: UInt64 = 0
    var longestTrace: UInt64 = 0
    var longestSpan: UInt64 = 0
    var errors: UInt64 = 0
    var kinds: UInt8 = 0

    /// Whether spans of `kind` may be among them.
    func mayHave(kind: Int32) -> Bool { kinds & Zones.kindBit(kind) != 0 }
  }

  /// The values of one attribute that are numbers of one kind.
  struct Numbers: Sendable, Equatable {
    var word: SlotWord
    /// The order of the least value in the segment.
    var least: UInt64
    var extents: [UInt64]
    var minima: [UInt64]

    static let any = UInt64.max
  }

  var chunks: [Bounds] = []
  /// By word, ascending.
  var numbers: [Numbers] = []

  /// Words times chunks are at most so many: what a reader takes memory for.
  static let largestTable = 1 << 22

  /// The bit of `kind` among those of a chunk.
  static func kindBit(_ kind: Int32) -> UInt8 { (0...5).contains(kind) ? 1 << UInt8(kind) : 0x80 }

  /// What numbers of `word` lie in `chunk`.
  func bounds(_ word: SlotWord, chunk: Int) -> NumberBounds {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle].word.rawValue < word.rawValue { low = middle + 1 } else { high = middle }
    }
    guard low < numbers.count, numbers[low].word == word else { return .unknown }
    let found = numbers[low]
    if found.extents[chunk] == 0 { return .none }
    if found.extents[chunk] == Numbers.any { return .unknown }
    let least = found.least + found.minima[chunk]
    let greatest = least + (found.extents[chunk] - 1)
    return word.kind == .int
      ? .ints(NumberOrder.int(least)...NumberOrder.int(greatest))
      : .doubles(NumberOrder.leastDouble(least)...NumberOrder.greatestDouble(greatest))
  }

  /// The section.
  func encode() -> [UInt8] {
    var content = ByteWriter(capacity: chunks.count * 16)
    PackedColumn.encode(chunks.map { Rounded.code($0.latestEnd) }, to: &content)
    PackedColumn.encode(chunks.map { Rounded.code($0.longestTrace) }, to: &content)
    PackedColumn.encode(chunks.map { Rounded.code($0.longestSpan) }, to: &content)
    PackedColumn.encode(chunks.map(\.errors), to: &content)
    PackedColumn.encode(chunks.map { UInt64($0.kinds) }, to: &content)
    content.varint(numbers.count)
    var previous: UInt32 = 0
    for word in numbers {
      content.varint(UInt64(word.word.rawValue - previous))
      previous = word.word.rawValue
      word.encode(to: &content)
    }
    var writer = ByteWriter(capacity: content.count)
    Page.sealPacked(content.bytes, to: &writer)
    return writer.bytes
  }

  /// Decodes the section `bytes`, which lies at `offset` of the file, of a segment of `chunkCount`
  /// chunks.
  static func decode(
    _ bytes: [UInt8], chunkCount: Int, at offset: Int
  ) throws(FormatError) -> Zones {
    let content = try Page.openPacked(bytes, at: offset, "ZONES")
    var cursor = ByteCursor(content.rawSpan, base: offset)
    try PackedColumn.require(5 * chunkCount, in: cursor, "ZONES")
    var columns: [[UInt64]] = []
    for _ in 0..<5 { columns.append(try PackedColumn.decode(count: chunkCount, from: &cursor)) }
    var zones = Zones()
    zones.chunks.reserveCapacity(chunkCount)
    for chunk in 0..<chunkCount {
      guard columns[4][chunk] <= UInt64(UInt8.max),
        (0..<3).allSatisfy({ columns[$0][chunk] <= Rounded.largest })
      else {
        throw FormatError(.invalid, at: offset, "the bounds of chunk \(chunk) are out of range")
      }
      zones.chunks.append(
        Bounds(
          latestEnd: Rounded.value(columns[0][chunk]),
          longestTrace: Rounded.value(columns[1][chunk]),
          longestSpan: Rounded.value(columns[2][chunk]), errors: columns[3][chunk],
          kinds: UInt8(columns[4][chunk])))
    }
    let words = try cursor.count(
      upTo: min(cursor.remaining, largestTable / max(1, chunkCount)), "the number of number keys")
    try PackedColumn.require(2 * chunkCount * words, in: cursor, "number keys")
    var raw: UInt32 = 0
    for index in 0..<words {
      let at = cursor.base + cursor.position
      let step = try cursor.count(upTo: Int(UInt32.max - raw), "the slot word of a number key")
      raw += UInt32(step)
      let word = SlotWord(rawValue: raw)
      guard index == 0 || step > 0, word.key >= FieldKey.attributeBase,
        word.kind == .int || word.kind == .double
      else { throw FormatError(.invalid, at: at, "ZONES have no numbers of the word \(raw)") }
      zones.numbers.append(try Numbers(word, chunkCount: chunkCount, from: &cursor))
    }
    try cursor.requireEnd("ZONES")
    return zones
  }
}

extension Zones.Numbers {
  fileprivate func encode(to writer: inout ByteWriter) {
    if word.kind == .int {
      writer.signedVarint(NumberOrder.int(least))
    } else {
      writer.varint(least)
    }
    PackedColumn.encode(extents, to: &writer)
    PackedColumn.encode(minima, to: &writer)
  }

  /// How many bytes it takes in the section before it is packed.
  var encodedCount: Int {
    var writer = ByteWriter()
    encode(to: &writer)
    return writer.count
  }

  fileprivate init(
    _ word: SlotWord, chunkCount: Int, from cursor: inout ByteCursor
  ) throws(FormatError) {
    let at = cursor.base + cursor.position
    let isInt = word.kind == .int
    let largest = isInt ? UInt64.max : NumberOrder.largestDouble
    self.word = word
    least =
      isInt
      ? NumberOrder.ofInt(UInt64(bitPattern: try cursor.signedVarint())) : try cursor.varint()
    extents = try PackedColumn.decode(count: chunkCount, from: &cursor)
    minima = try PackedColumn.decode(count: chunkCount, from: &cursor)
    for chunk in 0..<chunkCount where extents[chunk] > 0 && extents[chunk] != Self.any {
      guard least <= largest, minima[chunk] <= largest - least,
        extents[chunk] - 1 <= largest - least - minima[chunk]
      else {
        throw FormatError(.outOfBounds, at: at, "the bounds of a number key lie beyond its kind")
      }
    }
  }
}

/// Numbers rounded up to 8 significant bits, by codes in the same order.
enum Rounded {
  /// The code of 2^64 - 1.
  static let largest: UInt64 = 7424

  /// The code of the least number there is one for that is not below `value`.
  static func code(_ value: UInt64) -> UInt64 {
    let exponent = UInt64(max(0, 56 - value.leadingZeroBitCount))
    let top = value >> exponent
    return exponent * 128 + top + (top << exponent == value ? 0 : 1)
  }

  /// The number of `code`, which is at most `largest`.
  static func value(_ code: UInt64) -> UInt64 {
    if code < 256 { return code }
    if code >= largest { return .max }
    let exponent = code / 128 - 1
    return (code - exponent * 128) << exponent
  }
}
