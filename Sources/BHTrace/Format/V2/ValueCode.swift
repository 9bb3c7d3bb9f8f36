/// How the value of a slot is stored.
///
/// ```
/// bool            1 byte in codes
/// int             signed varint in codes
/// double          code varint: 0, 8 bytes in random; 1 + d, signed varint m: m / 10^d
/// text and bytes  code varint, then
///    0  literal       length varint in codes, bytes in text
///    1  hex           length / 2 varint in codes, that many bytes: lower-case hex text of them
///    2  UUID          16 bytes: lower-case, with hyphens
///    3  decimal       varint in codes: text without leading zeros
///    4  IPv4          4 bytes in random
///    5  trace id, 6 span id, 7 parent id: the lower-case hex text of the span's own
///    8  heavy         offset in the chunk's HEAVY stream varint, length varint in codes
///    9...15           reserved
///   16 + n            template n of the word (`TextTemplate`); where it has t templates and n is t
///                     or more: value n - t of the word's value table
/// ```
/// The bytes of hex, UUIDs and hex variables of templates lie in random; 8 to 64 of them are a
/// `Recent` (`TextTemplate`), which may repeat earlier ones.
/// Codes 1 to 7 are for slots of kind string only.
enum ValueCode {
  static let literal: UInt64 = 0
  static let hex: UInt64 = 1
  static let uuid: UInt64 = 2
  static let decimal: UInt64 = 3
  static let ipv4: UInt64 = 4
  static let traceID: UInt64 = 5
  static let spanID: UInt64 = 6
  static let parentID: UInt64 = 7
  static let heavy: UInt64 = 8
  static let tableBase: UInt64 = 16

  /// So many random bytes at a time may repeat earlier ones.
  static let recentCounts = 8...64

  /// The most digits a scaled double keeps behind the point.
  static let largestScale = 15

  /// `m / 10^d` for the smallest `d` that gives just the double with these bits, or nil.
  static func scaled(_ bits: UInt64) -> (scale: Int, mantissa: Int64)? {
    let value = Double(bitPattern: bits)
    guard value.isFinite, bits != 1 << 63 else { return nil }
    for scale in 0...largestScale {
      let product = value * powers[scale]
      guard product.magnitude < 9e15 else { return nil }
      let mantissa = product.rounded()
      if (mantissa / powers[scale]).bitPattern == bits { return (scale, Int64(mantissa)) }
    }
    return nil
  }

  /// The double `mantissa / 10^scale`.
  static func unscale(_ mantissa: Int64, _ scale: Int) -> UInt64 {
    (Double(mantissa) / powers[scale]).bitPattern
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}

/// The forms of text that are shorter as binary, recognised and made again.
enum TextForm {
  /// The forms that are shorter than the text.
  enum Form: Sendable {
    case none
    case decimal
    case ipv4
    case uuid
    case hex
  }

  /// The first form of the list that the text at `range` has.
  static func form(_ arena: [UInt8], _ range: ByteRange) -> Form {
    // All of them begin with a hex digit.
    guard range.count > 0, let first = digit(arena[Int(range.offset)]) else { return .none }
    if first < 10 {
      if decimal(arena, range) != nil { return .decimal }
      if ipv4(arena, range) != nil { return .ipv4 }
    }
    if isUUID(arena, range) { return .uuid }
    return isHex(arena, range) ? .hex : .none
  }

  /// Whether the text at `range` is an even number of lower-case hex digits, at least 8.
  private static func isHex(_ arena: [UInt8], _ range: ByteRange) -> Bool {
    guard range.count >= 8, range.count & 1 == 0 else { return false }
    for index in range.positions where digit(arena[index]) == nil { return false }
    return true
  }

  /// Whether the text at `range` is a lower-case UUID of the form 8-4-4-4-12.
  private static func isUUID(_ arena: [UInt8], _ range: ByteRange) -> Bool {
    guard range.count == 36 else { return false }
    let start = Int(range.offset)
    for index in 0..<36 {
      let byte = arena[start + index]
      if index == 8 || index == 13 || index == 18 || index == 23 {
        if byte != UInt8(ascii: "-") { return false }
      } else if digit(byte) == nil {
        return false
      }
    }
    return true
  }

  /// Appends the bytes of the UUID that the text at `range` is.
  static func appendUUID(_ arena: [UInt8], _ range: ByteRange, to writer: inout ByteWriter) {
    let start = Int(range.offset)
    appendHex(arena, start..<(start + 8), to: &writer)
    appendHex(arena, (start + 9)..<(start + 13), to: &writer)
    appendHex(arena, (start + 14)..<(start + 18), to: &writer)
    appendHex(arena, (start + 19)..<(start + 23), to: &writer)
    appendHex(arena, (start + 24)..<(start + 36), to: &writer)
  }

  /// Appends the bytes the hex digits at `positions` stand for, a last odd one in a low half byte.
  static func appendNibbles(
    _ arena: [UInt8], _ positions: Range<Int>, to writer: inout ByteWriter
  ) {
    let even = positions.count & ~1
    appendHex(arena, positions.lowerBound..<(positions.lowerBound + even), to: &writer)
    if positions.count > even { writer.byte(digit(arena[positions.upperBound - 1]) ?? 0) }
  }

  /// Appends `width` hex digits of `bytes`, the other side of `appendNibbles`.
  static func appendHexText(_ bytes: RawSpan, width: Int, to arena: inout [UInt8]) {
    arena.append(addingCapacity: width) { (output: inout OutputSpan<UInt8>) in
      for index in 0..<(width / 2) { output.hex(bytes.byte(at: index)) }
      if width & 1 == 1 { output.append(hexDigit(bytes.byte(at: width / 2) & 15)) }
    }
  }

  private static func appendHex(
    _ arena: [UInt8], _ positions: Range<Int>, to writer: inout ByteWriter
  ) {
    var index = positions.lowerBound
    while index < positions.upperBound {
      writer.byte((digit(arena[index]) ?? 0) << 4 | (digit(arena[index + 1]) ?? 0))
      index += 2
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The number the text at `range` is the decimal form of: 1 to 18 digits, no leading zero.
  static func decimal(_ arena: [UInt8], _ range: ByteRange) -> UInt64? {
    guard range.count >= 1, range.count <= 18 else { return nil }
    var value: UInt64 = 0
    for index in range.positions {
      let digit = arena[index] &- UInt8(ascii: "0")
      if digit > 9 { return nil }
      value = value * 10 + UInt64(digit)
    }
    if range.count > 1 && arena[Int(range.offset)] == UInt8(ascii: "0") { return nil }
    return value
  }

  /// The number that the at most 18 digits at `range` are.
  static func number(_ arena: [UInt8], _ range: ByteRange) -> UInt64 {
    range.positions.reduce(0) { $0 &* 10 &+ UInt64(arena[$1] &- UInt8(ascii: "0")) }
  }

  /// The four bytes of the dotted address at `range`, written without leading zeros.
  static func ipv4(_ arena: [UInt8], _ range: ByteRange) -> UInt32? {
    guard range.count >= 7, range.count <= 15 else { return nil }
    var address: UInt32 = 0
    var part: UInt32 = 0
    var digits = 0
    var parts = 0
    for index in range.positions {
      let byte = arena[index]
      if byte == UInt8(ascii: ".") {
        guard digits > 0 else { return nil }
        address = address << 8 | part
        parts += 1
        part = 0
        digits = 0
      } else {
        let digit = byte &- UInt8(ascii: "0")
        guard digit <= 9, !(digits > 0 && part == 0) else { return nil }
        part = part * 10 + UInt32(digit)
        digits += 1
        guard part <= 255 else { return nil }
      }
    }
    guard parts == 3, digits > 0 else { return nil }
    return address << 8 | part
  }

  /// The lower-case hex digit of a number below 16.
  @inline(__always)
  fileprivate static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
  }

  /// Appends the lower-case hex text of the bytes that lie at `range` of the arena itself.
  static func appendHexText(of range: ByteRange, to arena: inout [UInt8]) {
    for index in range.positions {
      let byte = arena[index]
      arena.append(hexDigit(byte >> 4))
      arena.append(hexDigit(byte & 15))
    }
  }

  /// Appends the text of a UUID of 16 bytes.
  static func appendUUIDText(_ bytes: RawSpan, to arena: inout [UInt8]) {
    arena.append(addingCapacity: 36) { (output: inout OutputSpan<UInt8>) in
      for index in 0..<16 {
        if index == 4 || index == 6 || index == 8 || index == 10 {
          output.append(UInt8(ascii: "-"))
        }
        output.hex(bytes.byte(at: index))
      }
    }
  }

  /// Appends the decimal text of `value`, with zeros in front up to `width` (at most 20) digits.
  static func appendDecimalText(_ value: UInt64, width: Int = 0, to arena: inout [UInt8]) {
    var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
    var first = 20
    var rest = value
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
    first = min(first, 20 - width)
    arena.append(addingCapacity: 20 - first) { (output: inout OutputSpan<UInt8>) in
      for index in first..<20 { output.append(digits[index]) }
    }
  }

  /// Appends the dotted text of an address of 4 bytes.
  static func appendIPv4Text(_ bytes: RawSpan, to arena: inout [UInt8]) {
    for index in 0..<bytes.byteCount {
      if index > 0 { arena.append(UInt8(ascii: ".")) }
      appendDecimalText(UInt64(bytes.byte(at: index)), to: &arena)
    }
  }

  /// Whether the text at `range` is the lower-case hex of the bytes at `id`, of at least 8 bytes.
  static func isHex(_ arena: [UInt8], _ range: ByteRange, of id: ByteRange) -> Bool {
    guard id.count >= 8, range.count == id.count * 2 else { return false }
    var text = Int(range.offset)
    for index in id.positions {
      let byte = arena[index]
      if arena[text] != hexDigit(byte >> 4) || arena[text + 1] != hexDigit(byte & 15) {
        return false
      }
      text += 2
    }
    return true
  }
}

extension OutputSpan where Element == UInt8 {
  /// Appends the two lower-case hex digits of `byte`.
  @_lifetime(self: copy self)
  @inline(__always)
  fileprivate mutating func hex(_ byte: UInt8) {
    append(TextForm.hexDigit(byte >> 4))
    append(TextForm.hexDigit(byte & 15))
  }
}
