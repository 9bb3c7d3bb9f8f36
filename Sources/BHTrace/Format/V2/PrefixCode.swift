/// A prefix code over numbered symbols: frequent ones get short codes.
///
/// ```
/// PrefixCode := first varint     the smallest symbol that occurs
///               symbols varint   from it to the largest that occurs
///               lengths          of 2 symbols or more: the length of each one's code, 4 bits, the
///                                first in the low half; 0: it does not occur
/// ```
/// Codes are numbered as those of DEFLATE (RFC 1951, 3.2.2): shorter ones first, those of equal
/// length by symbol; a code's highest bit comes first in the stream. The lengths fill the code
/// space, so that every run of bits says something. A single symbol takes no bits.
struct PrefixCode: Sendable, Equatable {
  /// No code is longer (bits).
  static let longest = 10

  /// The smallest symbol that occurs.
  var first = 0
  /// For each symbol from `first` on the length of its code, 0 where it does not occur; of a single
  /// symbol 0 too.
  var lengths: [UInt8] = []

  /// The shortest code for symbols that occur as often as `counts` says. Package-merge (Larmore and
  /// Hirschberg 1990), O(symbols · longest).
  init(counts: ArraySlice<UInt32>) {
    let symbols = counts.indices.filter { counts[$0] > 0 }
      .sorted { (counts[$0], $0) < (counts[$1], $1) }
    guard let least = symbols.min(), let largest = symbols.max() else { return }
    first = least - counts.startIndex
    lengths = [UInt8](repeating: 0, count: largest - least + 1)
    if symbols.count == 1 { return }
    // isSymbol[level]: the merged list of symbols and packages, by weight, as whether each entry is
    // a symbol.
    var lists: [[Bool]] = []
    var packages: [UInt64] = []
    for _ in 0..<Self.longest {
      var weights: [UInt64] = []
      var isSymbol: [Bool] = []
      var (next, package) = (0, 0)
      while next < symbols.count || package < packages.count {
        let weight = next < symbols.count ? UInt64(counts[symbols[next]]) : .max
        if package == packages.count || weight <= packages[package] {
          weights.append(weight)
          isSymbol.append(true)
          next += 1
        } else {
          weights.append(packages[package])
          isSymbol.append(false)
          package += 1
        }
      }
      lists.append(isSymbol)
      packages = (0..<(weights.count / 2)).map { weights[2 * $0] + weights[2 * $0 + 1] }
    }
    var taken = 2 * symbols.count - 2
    for isSymbol in lists.reversed() {
      let chosen = isSymbol[..<taken].count { $0 }
      for symbol in symbols[..<chosen] { lengths[symbol - least] += 1 }
      taken = 2 * (taken - chosen)
    }
  }

  private init() {}

  /// The number of bits the symbols take that occur as often as `counts` says.
  func bits(counts: ArraySlice<UInt32>) -> Int {
    var total = 0
    for (offset, length) in lengths.enumerated() {
      total += Int(counts[counts.startIndex + first + offset]) * Int(length)
    }
    return total
  }

  /// For each symbol from `first` on its code, the bit that comes first lowest.
  func codes() -> [UInt16] {
    var counts = [UInt16](repeating: 0, count: Self.longest + 1)
    for length in lengths where length > 0 { counts[Int(length)] += 1 }
    // next[n]: the next code of length n.
    var next = counts
    var code: UInt16 = 0
    for length in 1...Self.longest {
      code = (code + (length > 1 ? counts[length - 1] : 0)) << 1
      next[length] = code
    }
    return lengths.map { length in
      if length == 0 { return 0 }
      let code = next[Int(length)]
      next[Int(length)] += 1
      var reversed: UInt16 = 0
      for bit in 0..<UInt16(length) {
        reversed |= ((code >> bit) & 1) << (UInt16(length) - 1 - bit)
      }
      return reversed
    }
  }

  func encode(to writer: inout ByteWriter) {
    writer.varint(first)
    writer.varint(lengths.count)
    if lengths.count < 2 { return }
    for index in stride(from: 0, to: lengths.count, by: 2) {
      let high = index + 1 < lengths.count ? lengths[index + 1] : 0
      writer.byte(lengths[index] | high << 4)
    }
  }

  /// Reads a code for symbols smaller than `limit`.
  static func decode(
    from cursor: inout ByteCursor, limit: Int
  ) throws(FormatError) -> PrefixCode {
    let at = cursor.base + cursor.position
    var code = PrefixCode()
    code.first = try cursor.count(upTo: limit - 1, "a code's first symbol")
    let count = try cursor.count(upTo: limit - code.first, "a code's number of symbols")
    code.lengths = [UInt8](repeating: 0, count: count)
    if count < 2 { return code }
    var space = 0
    for index in stride(from: 0, to: count, by: 2) {
      let byte = try cursor.byte()
      code.lengths[index] = byte & 15
      if index + 1 < count {
        code.lengths[index + 1] = byte >> 4
      } else if byte > 15 {
        throw FormatError(.invalid, at: at, "a code has lengths behind its last symbol")
      }
    }
    for length in code.lengths where length > 0 {
      guard length <= longest else {
        throw FormatError(
          .invalid, at: at, "a code has \(length) bits, more than \(longest)")
      }
      space += 1 << (longest - Int(length))
    }
    guard space == 1 << longest else {
      throw FormatError(.invalid, at: at, "the lengths of codes do not fill the code space")
    }
    return code
  }
}
